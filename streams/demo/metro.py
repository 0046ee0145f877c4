"""Draws a city's network below its core: edge routers, rings of aggregation nodes, towers, the mains they share.

The demo's network and the benchmark's inventories of any size are drawn with the same strokes. All chance comes from
the seeded `Random` that is handed in.
"""

from dataclasses import dataclass, field, replace
from itertools import pairwise
from random import Random

from streams.demo.people import company
from streams.demo.places import Place
from streams.demo.rows import Rows
from topology.model import Conduit, Device, Link, Product, RiskGroup, Service, Site, Span

RING_SIZE = (6, 10)
RINGS_IN_ONE_DUCT = 0.2  # both ends of a ring leave the building in one duct, as happens, and takes the ring out
TOWERS = 0.4  # nodes that feed a tower
MAINS = (2, 4)  # nodes that hang on one medium-voltage feeder


@dataclass(frozen=True, slots=True)
class Hub:
    """A city's main building: a core and two edge routers."""

    code: str
    place: Place
    site: str
    core: str
    edges: tuple[str, str]


@dataclass(slots=True)
class Node:
    """A node of a metro ring: what access networks, towers and companies hang on."""

    code: str
    place: Place
    site: str
    device: str
    next: "Node | None" = None  # its neighbour on the ring
    olts: int = 0
    ports: int = 0
    fed: list[str] = field(default_factory=list)  # sites on the same mains


def draw_hub(rows: Rows, code: str, place: Place, gateway: bool = False) -> Hub:
    site, core, edges = f"POP-{code}", f"CORE-{code}", (f"PE-{code}-1", f"PE-{code}-2")
    rows.add(Site(id=site, kind="pop", name=f"{place.city} 1", region=place.region, lat=place.lat, lon=place.lon))
    rows.add(
        Device(id=core, site=site, role="core", tier="backbone", gateway=gateway or None, addresses=rows.address())
    )
    for number, edge in enumerate(edges, start=1):
        rows.add(Device(id=edge, site=site, role="edge", tier="metro", addresses=rows.address()))
        rows.add(Link(id=f"LK-{edge}", a=f"{core}/pe{number}", b=f"{edge}/core", tier="metro"))
    return Hub(code, place, site, core, edges)


def draw_ring(rows: Rows, hub: Hub, number: int, chance: Random) -> list[Node]:
    """A ring from one edge router of the hub round to the other, with its towers and mains."""
    nodes = [
        draw_node(rows, hub, f"{hub.code}-{number}{n:02}", chance) for n in range(1, chance.randint(*RING_SIZE) + 1)
    ]
    for node, following in pairwise(nodes):
        node.next = following
    stops = [(hub.site, hub.edges[0]), *((node.site, node.device) for node in nodes), (hub.site, hub.edges[1])]
    duct = None
    if chance.random() < RINGS_IN_ONE_DUCT:
        duct = f"CD-{hub.code}-{number}"
        rows.add(Conduit(id=duct, name=f"Saluran keluar {hub.place.city} {number}"))
    for n, ((site_a, a), (site_b, b)) in enumerate(pairwise(stops)):
        code = f"{hub.code}-{number}{n:02}"
        ducts = (duct,) if duct and n in (0, len(nodes)) else None
        km = round(chance.uniform(2, 18), 1)
        rows.add(Span(id=f"SP-{code}", a=site_a, b=site_b, tier="metro", length_km=km, conduits=ducts))
        ports = f"{a}/ring{number}-east", f"{b}/ring{number}-west"
        rows.add(Link(id=f"LK-{code}", a=ports[0], b=ports[1], tier="metro", routes=((f"SP-{code}",),)))
    for node in nodes:
        if chance.random() < TOWERS:
            draw_tower(rows, node, chance)
    return nodes


def draw_node(rows: Rows, hub: Hub, code: str, chance: Random) -> Node:
    node = Node(code, around(hub.place, 0.12, chance), f"ST-{code}", f"AGG-{code}")
    node.fed.append(node.site)
    rows.add(Site(id=node.site, kind="pop", region=node.place.region, lat=node.place.lat, lon=node.place.lon))
    rows.add(Device(id=node.device, site=node.site, role="aggregation", tier="metro", addresses=rows.address()))
    return node


def draw_tower(rows: Rows, node: Node, chance: Random) -> None:
    """A tower with a radio of a wholesale tenant."""
    site, span, bts, place = (
        f"TW-{node.code}",
        f"SP-TW-{node.code}",
        f"BTS-{node.code}",
        around(node.place, 0.04, chance),
    )
    node.fed.append(site)
    rows.add(Site(id=site, kind="tower", region=place.region, lat=place.lat, lon=place.lon))
    rows.add(Span(id=span, a=node.site, b=site, tier="feeder", length_km=round(chance.uniform(1, 9), 1)))
    rows.add(Device(id=bts, site=site, role="bts", tier="feeder", addresses=rows.address()))
    rows.add(Link(id=f"LK-{bts}", a=f"{node.device}/bts", b=f"{bts}/eth0", tier="feeder", routes=((span,),)))
    number = next(rows.customers)
    product: Product = "tower" if chance.random() < 0.5 else "wireless"
    tenant = company(number, "wholesale", chance)
    rows.add(tenant, Service(id=f"SV-{number:06}", customer=tenant.id, product=product, attach=(bts,)))


def draw_mains(rows: Rows, nodes: list[Node], chance: Random) -> None:
    """Which neighbours on a ring lose power together, with what stands beside them."""
    start = 0
    while start < len(nodes):
        group = nodes[start : start + chance.randint(*MAINS)]
        start += len(group)
        members = tuple(site for node in group for site in node.fed)
        rows.add(RiskGroup(id=f"PLN-{group[0].code}", kind="power", members=members))


def around(place: Place, degrees: float, chance: Random) -> Place:
    """A point not far from a place."""
    lat = round(place.lat + chance.uniform(-degrees, degrees), 4)
    return replace(place, lat=lat, lon=round(place.lon + chance.uniform(-degrees, degrees), 4))
