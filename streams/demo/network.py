"""The demo's network: an invented national operator over the archipelago, the same at every start."""

from itertools import cycle
from random import Random

from streams.demo.access import draw_olt, draw_subscriber, draw_trees
from streams.demo.backbone import GATEWAYS, draw_backbone
from streams.demo.companies import draw_data_centre, draw_hosting, draw_office, draw_private_network, draw_transit
from streams.demo.metro import Hub, Node, draw_hub, draw_mains, draw_ring
from streams.demo.places import PLACES
from streams.demo.rows import Rows
from topology.model import Customer, Inventory, RiskGroup

SEED = 1945
CUSTOMERS = 20_000
WEIGHT_A_RING = 5  # a city has one metro ring, and one more for each of these
OFFICES = 0.7  # ring nodes with a company behind
PRIVATE_NETWORKS = 90
TRANSIT = 40
DATA_CENTRES = ("JKT", "SUB", "BTH", "MDN", "DPS", "MKS")
HOSTED = 40  # companies a data centre
TREES = (4, 8)  # splitters an OLT
LEAVES = (14, 30)  # subscribers a splitter of 1:32
SHARED_RISKS = (
    RiskGroup(id="JEMBATAN-AMPERA", kind="bridge", members=("SP-PLM-100", "SP-PLM-101")),
    RiskGroup(id="JEMBATAN-BARITO", kind="bridge", members=("SP-BDJ-102", "SP-BDJ-103")),
    RiskGroup(id="GEDUNG-SUDIRMAN", kind="building", members=("POP-JKT", "DC-JKT")),
)


def demo_inventory() -> Inventory:
    """About 90,000 rows: 59 cities, 20,000 customers. Takes a fraction of a second."""
    rows, chance = Rows(), Random(SEED)
    hubs = {place.code: draw_hub(rows, place.code, place, place.code in GATEWAYS) for place in PLACES}
    draw_backbone(rows, hubs)
    rings = {code: draw_rings(rows, hub, chance) for code, hub in hubs.items()}
    nodes = [node for mine in rings.values() for ring in mine for node in ring]
    draw_companies(rows, hubs, nodes, chance)
    draw_homes(rows, rings, chance)
    for mine in rings.values():
        for ring in mine:
            draw_mains(rows, ring, chance)
    rows.add(*SHARED_RISKS)
    return rows.inventory()


def draw_rings(rows: Rows, hub: Hub, chance: Random) -> list[list[Node]]:
    return [draw_ring(rows, hub, number, chance) for number in range(1, 2 + hub.place.weight // WEIGHT_A_RING)]


def draw_companies(rows: Rows, hubs: dict[str, Hub], nodes: list[Node], chance: Random) -> None:
    for node in nodes:
        if chance.random() < OFFICES:
            draw_office(rows, node, chance)
    for _ in range(PRIVATE_NETWORKS):
        draw_private_network(rows, chance.sample(nodes, chance.randint(2, 5)), chance)
    everyone = list(hubs.values())
    for _ in range(TRANSIT):
        hub, other = chance.sample(everyone, 2)
        draw_transit(rows, hub, other, chance)
    for code in DATA_CENTRES:
        servers = draw_data_centre(rows, hubs[code], hubs[code], chance)  # a cable to each edge router
        for _ in range(HOSTED):
            draw_hosting(rows, servers, chance)


def draw_homes(rows: Rows, rings: dict[str, list[list[Node]]], chance: Random) -> None:
    """Subscribers, to each city by its weight, until there are CUSTOMERS."""
    left, weight = CUSTOMERS - rows.count(Customer), sum(place.weight for place in PLACES)
    for place in PLACES:
        share = round(left * place.weight / weight)
        left, weight = left - share, weight - place.weight
        nodes = [node for ring in rings[place.code] for node in ring]
        draw_suburbs(rows, chance.sample(nodes, len(nodes)), share, chance)


def draw_suburbs(rows: Rows, nodes: list[Node], homes: int, chance: Random) -> None:
    """OLTs on these nodes in turn, until `homes` subscribers are drawn."""
    for node in cycle(nodes):
        olt = draw_olt(rows, node, chance)
        sizes = [chance.randint(*LEAVES) for _ in range(chance.randint(*TREES))]
        while sum(sizes[:-1]) >= homes:
            sizes.pop()
        for splitter, size in zip(draw_trees(rows, olt, len(sizes), chance), sizes, strict=True):
            for leaf in range(1, min(size, homes) + 1):
                draw_subscriber(rows, splitter, leaf, chance)
            homes -= min(size, homes)
        if not homes:
            return
