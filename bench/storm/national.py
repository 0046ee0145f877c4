"""Seeded national networks of any size: a meshed core, metro rings, OLT trees, companies, data centres, mains.

`resources` counts all rows, as the contract does. The mix: one core per 4,000 rows, mostly subscribers.
"""

from itertools import cycle, pairwise
from random import Random

import networkx as nx

from streams.demo.access import draw_olt, draw_subscriber, draw_trees
from streams.demo.companies import draw_data_centre, draw_hosting, draw_office, draw_private_network, draw_transit
from streams.demo.metro import Hub, Node, around, draw_hub, draw_mains, draw_ring
from streams.demo.places import PLACES, distance_km
from streams.demo.rows import Rows
from topology.model import Conduit, Inventory, Link, Span

ROWS_A_CORE = 4000
SMALLEST = 4  # cores
CORES_A_GATEWAY = 40
DEGREE = 4  # the mesh has 3 to 4 links a core
PROTECTED = 0.85  # links with a second route
OWN_SECOND_SPAN = 0.5  # ... along a span of its own; the rest lead through other buildings
SAME_DUCT = 0.2  # a second span in the duct of the first, which nobody knows until it is cut
SHARED_EXIT = 0.5  # buildings that several backbone spans leave in one duct
SPLITTERS = (32, 64)
FILLED = (0.5, 0.95)  # of a splitter's leaves
LONGEST_DETOUR = 5  # spans
OFFICES = 0.6  # nodes with a company behind
CORES_A_DATA_CENTRE = 8
HOSTED = 30  # companies a data centre
TREES = (4, 8)  # splitters an OLT


def national(resources: int, seed: int) -> Inventory:
    """An inventory of about `resources` rows (from 10,000 on within 2 %); the same for the same seed."""
    rows, chance = Rows(), Random(seed)
    hubs = draw_hubs(rows, max(SMALLEST, resources // ROWS_A_CORE), chance)
    draw_backbone(rows, hubs, chance)
    rings = [draw_ring(rows, hub, 1, chance) for hub in hubs]
    draw_companies(rows, hubs, rings, chance)
    nodes = [node for ring in rings for node in ring]
    draw_access(rows, nodes, resources - len(nodes) // 3, chance)  # the mains come last
    for ring in rings:
        draw_mains(rows, ring, chance)
    return rows.inventory()


def draw_hubs(rows: Rows, cores: int, chance: Random) -> list[Hub]:
    hubs = []
    for n in range(cores):
        place = PLACES[n * 13 % len(PLACES)]
        if n >= len(PLACES):
            place = around(place, 0.6, chance)
        gateway = n % CORES_A_GATEWAY == 0 or n == cores // 2
        hubs.append(draw_hub(rows, f"{place.code}{n // len(PLACES) + 1}", place, gateway))
    return hubs


def draw_backbone(rows: Rows, hubs: list[Hub], chance: Random) -> None:
    """Spans between neighbours, a protected link over most of them, conduits that several spans share."""
    pairs = neighbours(hubs)
    ducts = draw_exits(rows, hubs, pairs, chance)
    fibre = nx.Graph()
    for a, b in pairs:
        duct = ducts.get((a.code, b.code))
        fibre.add_edge(a.site, b.site, span=draw_span(rows, (a, b), 1, duct), duct=duct)
    for a, b in pairs:
        ports = f"{a.core}/to-{b.code}", f"{b.core}/to-{a.code}"
        routes: list[tuple[str, ...]] = [(fibre[a.site][b.site]["span"],)]
        if chance.random() < PROTECTED:
            routes.append(second_route(rows, fibre, (a, b), chance))
        rows.add(Link(id=f"LK-{a.code}-{b.code}", a=ports[0], b=ports[1], tier="backbone", routes=tuple(routes)))


def neighbours(hubs: list[Hub]) -> list[tuple[Hub, Hub]]:
    """A tour through all hubs by degrees of longitude, then each to its nearest until it has 3 to 4 links."""
    tour = sorted(hubs, key=lambda hub: (hub.place.lon // 2, hub.place.lat * (-1) ** (hub.place.lon // 2)))
    mesh = nx.Graph()
    nx.add_cycle(mesh, range(len(tour)))
    where = [(hub.place.lat, hub.place.lon) for hub in tour]
    for n in range(len(tour)):
        near = sorted(range(len(tour)), key=lambda m: distance_km(where[n], where[m]))
        for m in near[1:12]:
            if mesh.degree(n) < DEGREE - 1 and mesh.degree(m) < DEGREE and not mesh.has_edge(n, m):
                mesh.add_edge(n, m)
    return [(tour[a], tour[b]) for a, b in sorted(mesh.edges)]


def draw_exits(rows: Rows, hubs: list[Hub], pairs: list[tuple[Hub, Hub]], chance: Random) -> dict[tuple[str, str], str]:
    """Ducts in which two or more of a building's backbone spans leave it, by the pair of hubs."""
    ducts: dict[tuple[str, str], str] = {}
    for hub in hubs:
        mine = [(a.code, b.code) for a, b in pairs if hub in (a, b) and (a.code, b.code) not in ducts]
        if len(mine) > 2 and chance.random() < SHARED_EXIT:
            duct = f"CD-{hub.code}"
            rows.add(Conduit(id=duct, name=f"Saluran keluar {hub.place.city}"))
            ducts.update(dict.fromkeys(mine[:2], duct))
    return ducts


def draw_span(rows: Rows, pair: tuple[Hub, Hub], leg: int, duct: str | None) -> str:
    a, b = pair
    span = f"BB-{a.code}-{b.code}-{leg}"
    km = round(1.2 * distance_km((a.place.lat, a.place.lon), (b.place.lat, b.place.lon)) + 1, 1)
    conduits = (duct,) if duct else None
    rows.add(Span(id=span, a=a.site, b=b.site, tier="backbone", length_km=km, conduits=conduits))
    return span


def second_route(rows: Rows, fibre: nx.Graph, pair: tuple[Hub, Hub], chance: Random) -> tuple[str, ...]:
    """Through other buildings where that is short, else along a second span."""
    a, b = pair[0].site, pair[1].site
    if chance.random() >= OWN_SECOND_SPAN:
        others = nx.restricted_view(fibre, [], [(a, b)])
        path = nx.shortest_path(others, a, b)
        if len(path) <= LONGEST_DETOUR + 1:
            return tuple(fibre[x][y]["span"] for x, y in pairwise(path))
    duct = fibre[a][b]["duct"] if chance.random() < SAME_DUCT else None
    return (draw_span(rows, pair, 2, duct),)


def draw_companies(rows: Rows, hubs: list[Hub], rings: list[list[Node]], chance: Random) -> None:
    nodes = [node for ring in rings for node in ring]
    for ring in rings:
        for node in ring:
            if chance.random() < OFFICES:
                draw_office(rows, node, chance)
        draw_private_network(rows, chance.sample(nodes, chance.randint(2, 5)), chance)
    for hub, other in pairwise([*hubs, hubs[0]]):
        draw_transit(rows, hub, other, chance)
    for n in range(0, len(hubs), CORES_A_DATA_CENTRE):
        servers = draw_data_centre(rows, hubs[n], hubs[(n + 1) % len(hubs)], chance)
        for _ in range(HOSTED):
            draw_hosting(rows, servers, chance)


def draw_access(rows: Rows, nodes: list[Node], size: int, chance: Random) -> None:
    """OLTs on nodes in turn, with subscribers, until there are `size` rows."""
    order = list(nodes)
    chance.shuffle(order)
    for node in cycle(order):
        olt = draw_olt(rows, node, chance)
        for splitter in draw_trees(rows, olt, chance.randint(*TREES), chance):
            leaves = int(chance.choice(SPLITTERS) * chance.uniform(*FILLED))
            for leaf in range(1, leaves + 1):
                if len(rows) >= size:
                    return
                draw_subscriber(rows, splitter, leaf, chance)
