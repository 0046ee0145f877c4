"""From the rows of a checked inventory to the compiled `Topology`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from topology.blocks import Blocks, build
from topology.building.holes import Holes, find_holes
from topology.building.lay import lay, lay_again, own, tiers
from topology.building.numbering import Numbered, addresses, kinds, names, number
from topology.cover import prepare
from topology.csr import Csr, flat, from_lists, from_pairs, ints, inverse, view
from topology.graph import LANGUAGES, PRODUCTS, SEGMENTS, Demand, Firsts, Plant, Topology, Words
from topology.model import Inventory, Role
from topology.places import arrange
from topology.version import content_hash, list_digests

ENTRY: tuple[Role, ...] = (  # the highest role first
    *("core", "edge", "aggregation", "olt", "optical"),
    *("bts", "server", "splitter", "ont", "cpe"),
)
GRAPH = ("sites", "conduits", "spans", "devices", "links")  # the lists that say who is joined to whom


def compile_inventory(inventory: Inventory, before: Topology | None = None) -> Topology:
    """Compiles a checked inventory: every reference resolves, ids are unique.

    Holes of real life (a link between sites without a route, an island without a gateway) become warnings. Where only
    services, customers or risk groups differ from the world `before`, the graph and what it says is taken from there,
    and shared; the answer is the same to the bit.
    """
    numbered = number(inventory)
    digests = list_digests(numbered.rows)
    same = before is not None and all(before.digests[name] == digests[name] for name in GRAPH)
    drawn = redrawn(numbered, before) if same and before is not None else draw(numbered)
    first, demand = numbered.first, gather(numbered)
    places = arrange(first, drawn.plant, demand, drawn.blocks)
    topology = Topology(
        hash=content_hash(digests),
        digests=digests,
        warnings=drawn.warnings,
        ids=numbered.ids,
        index=numbered.index,
        kind=kinds(numbered),
        tier=tiers(numbered, drawn.plant),
        names=drawn.names,
        addresses=drawn.addresses,
        gateways=drawn.gateways,
        stand_ins=tuple(sorted(drawn.stand_ins, key=places.position.item)),
        first=first,
        plant=drawn.plant,
        demand=demand,
        blocks=drawn.blocks,
        places=places,
    )
    prepare(topology)
    return topology


@dataclass(frozen=True, slots=True)
class Drawn:
    """All that follows from the lists of `GRAPH`; the plant also holds ports and groups."""

    plant: Plant
    gateways: frozenset[int]
    stand_ins: tuple[int, ...]
    blocks: Blocks
    warnings: tuple[str, ...]
    names: Mapping[int, str]
    addresses: Mapping[str, int]


def draw(numbered: Numbered) -> Drawn:
    first, plant = numbered.first, lay(numbered)
    named = [element for element, row in enumerate(numbered.rows.devices, first.device) if row.gateway]
    devices = len(plant.device_site)
    blocks = build(neighbours(plant, first, named), devices)
    islands = np.flatnonzero(view(blocks.head)[1 : devices + 1] < 0) + 1
    made_up = stand_ins(plant, first, islands.tolist())
    gateways = [*named, *made_up]
    if made_up:
        blocks = build(neighbours(plant, first, gateways), devices)
    warnings = find_holes(Holes(numbered, plant, blocks, tuple(made_up)))
    holes = tuple(made_up) if named else ()
    return Drawn(plant, frozenset(gateways), holes, blocks, warnings, names(numbered), addresses(numbered))


def redrawn(numbered: Numbered, before: Topology) -> Drawn:
    """Sites to links have the same numbers as before: they come first, in order of id."""
    plant = lay_again(numbered, before.plant)
    return Drawn(
        plant, before.gateways, before.stand_ins, before.blocks, before.warnings, before.names, before.addresses
    )


def gather(numbered: Numbered) -> Demand:
    """Services and customers, in order of id."""
    rows, index, ports = numbered.rows, numbered.index, numbered.ports
    customer_ids = tuple(row.id for row in rows.customers)
    customer_index = {name: number for number, name in enumerate(customer_ids)}
    owner = np.fromiter((customer_index[row.customer] for row in rows.services), np.int32, len(rows.services))
    owner.flags.writeable = False
    return Demand(
        service_customer=owner,
        service_product=Words(bytes(PRODUCTS.index(row.product) for row in rows.services), PRODUCTS),
        service_attach=from_lists([point(name, index, ports) for name in row.attach] for row in rows.services),
        service_need=ints(len(row.attach) if row.need is None else row.need for row in rows.services),
        customer_ids=customer_ids,
        customer_index=customer_index,
        customer_services=inverse(Csr(flat(own(len(owner) + 1)), flat(owner)), len(customer_ids)),
        segment=Words(bytes(SEGMENTS.index(row.segment) for row in rows.customers), SEGMENTS),
        language=Words(bytes(LANGUAGES.index(row.language or "id") for row in rows.customers), LANGUAGES),
        strategic=bytes(bool(row.strategic) for row in rows.customers),
        has_phone=bytes(bool(row.phone) for row in rows.customers),
        has_email=bytes(bool(row.email) for row in rows.customers),
    )


def point(name: str, index: dict[str, int], ports: dict[str, int]) -> int:
    """An attach point is a port or a device; a port that shares its name with a row is meant as the port."""
    return ports[name] if name in ports else index[name]


def stand_ins(plant: Plant, first: Firsts, islands: Sequence[int]) -> list[int]:
    """In each part of these devices (as vertices), which no gateway reaches: the device with most links.

    Of several the least id. Where other parts name a gateway, the way to this one is a hole of the inventory: the way
    ends at the highest role, which has its links below it.
    """
    graph = neighbours(plant, first, ())
    devices, roles = len(plant.device_site), plant.device_role
    is_whole = len(islands) == devices
    seen = bytearray(len(graph))
    chosen = []
    for start in islands:
        if seen[start]:
            continue
        part, seen[start] = [start], 1
        for vertex in part:  # grows while it is read
            for near in graph[vertex]:
                if not seen[near]:
                    seen[near] = 1
                    part.append(near)
        ranked = [
            (0 if is_whole else ENTRY.index(roles[vertex - 1]), -len(graph[vertex]), vertex)
            for vertex in part
            if vertex <= devices
        ]
        chosen.append(min(ranked)[2] - 1 + first.device)
    return chosen


def neighbours(plant: Plant, first: Firsts, gateways: Sequence[int]) -> Csr:
    """Vertex 0 with the gateways, then the devices, then the links between them: see `topology.blocks`."""
    devices = len(plant.device_site)
    ends = view(plant.link_devices).reshape(-1, 2) - first.device + 1
    links = own(len(ends)) + devices + 1
    once = ends[:, 0] != ends[:, 1]
    entries = view(ints(gateways)) - first.device + 1
    one = np.concatenate([np.zeros(len(entries), np.int32), ends[:, 0], ends[once, 1]])
    other = np.concatenate([entries, links, links[once]])
    rows, values = np.concatenate([one, other]), np.concatenate([other, one])
    order = np.argsort(values, kind="stable")
    return from_pairs(rows[order], values[order], devices + len(ends) + 1)
