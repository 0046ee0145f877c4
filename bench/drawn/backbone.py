"""The backbone of a network: towns, cables in pieces that share ducts, protected links, waves past a town."""

from __future__ import annotations

import heapq
import math
from collections import defaultdict
from dataclasses import dataclass, field

from bench.drawn.graphs import Graph
from bench.drawn.network import Network

SHORT_KM = 60  # a cable of less is one piece
PIECES = (1, 2, 2, 3)  # of a longer one
SAME_WAY_RAD = 0.7  # cables that leave a town within this angle lie in one duct
PROTECTED = 0.2  # share of cables whose link has a second route
MOST_PIECES = 10  # a second route has fewer
PASSING = 0.25  # share of towns from which a wave goes past the next


@dataclass(slots=True)
class Backbone:
    """What was laid: by town its site, its core router and its region; by two towns the spans between them."""

    regions: dict[str, str]
    sites: dict[str, str] = field(default_factory=dict)
    cores: dict[str, str] = field(default_factory=dict)
    ways: dict[str, dict[str, list[str]]] = field(default_factory=lambda: defaultdict(dict))


def lay(network: Network, graph: Graph) -> Backbone:
    laid = Backbone(graph.regions())
    gateways = _gateways(network, graph)
    for town, place in graph.places.items():
        kind = "datacenter" if town in gateways else "pop"
        laid.sites[town] = network.site(kind, laid.regions[town], place)
        laid.cores[town] = network.device(laid.sites[town], "core", "backbone", gateway=town in gateways)
    cables = _cables(network, graph, laid)
    for (a, b), spans in cables.items():
        laid.ways[a][b], laid.ways[b][a] = spans, spans[::-1]
    for (a, b), spans in cables.items():
        routes = [spans]
        if network.rng.random() < PROTECTED:
            other = _other_way(network, laid, (a, b), set(spans))
            if other and len(other) < MOST_PIECES:
                routes.append(other)
        network.link(laid.cores[a], laid.cores[b], "backbone", *routes)
    for town in graph.places:
        _past(network, laid, town)
    return laid


def _gateways(network: Network, graph: Graph) -> set[str]:
    """The town with the most cables, and another of the upper third."""
    degrees = graph.degrees()
    order = sorted(graph.places, key=lambda town: -degrees[town])
    return {order[0], network.rng.choice(order[1 : max(2, len(order) // 3)])}


def _cables(network: Network, graph: Graph, laid: Backbone) -> dict[tuple[str, str], list[str]]:
    """By two towns, the spans of their cable in order, from cabinet to cabinet."""
    exits: dict[str, list[tuple[float, str]]] = defaultdict(list)  # by town: bearing, duct
    found: dict[tuple[str, str], list[str]] = {}
    for a, b, km in graph.cables:
        if (a, b) in found or (b, a) in found:
            continue
        pieces = 1 if km < SHORT_KM else network.rng.choice(PIECES)
        cabinets = [network.site("cabinet", laid.regions[a]) for _ in range(pieces - 1)]
        sites = [laid.sites[a], *cabinets, laid.sites[b]]
        spans = []
        for n in range(pieces):
            ducts = []
            if n == 0:
                ducts.append(_exit(network, exits[a], _bearing(graph, a, b)))
            if n == pieces - 1:
                ducts.append(_exit(network, exits[b], _bearing(graph, b, a)))
            length = round(km / pieces + 1, 1)
            spans.append(network.span((sites[n], sites[n + 1]), "backbone", list(dict.fromkeys(ducts)), length))
        found[a, b] = spans
    return found


def _bearing(graph: Graph, a: str, b: str) -> float:
    (x, y), (x2, y2) = graph.places[a], graph.places[b]
    return math.atan2(y2 - y, x2 - x)


def _exit(network: Network, exits: list[tuple[float, str]], bearing: float) -> str:
    """The duct by which a cable leaves a town: one that goes the same way, or a new one."""
    for other, duct in exits:
        if abs(math.atan2(math.sin(other - bearing), math.cos(other - bearing))) < SAME_WAY_RAD:
            return duct
    duct = network.conduit()
    exits.append((bearing, duct))
    return duct


def _other_way(network: Network, laid: Backbone, ends: tuple[str, str], avoid: set[str]) -> list[str] | None:
    """The shortest way between two towns, as spans, without any of some."""
    start, end = ends
    distance = {start: 0.0}
    before: dict[str, str] = {}
    waiting = [(0.0, start)]
    while waiting:
        gone, town = heapq.heappop(waiting)
        if town == end:
            break
        for other, spans in laid.ways[town].items():
            if avoid & set(spans):
                continue
            km = gone + sum(network.spans[span]["length_km"] for span in spans)
            if km < distance.get(other, math.inf):
                distance[other], before[other] = km, town
                heapq.heappush(waiting, (km, other))
    if end not in before:
        return None
    found: list[str] = []
    while end != start:
        found = laid.ways[before[end]][end] + found
        end = before[end]
    return found


def _past(network: Network, laid: Backbone, town: str) -> None:
    """A wave that passes the next town in glass."""
    beside = list(laid.ways[town])
    if network.rng.random() >= PASSING or not beside:
        return
    middle = network.rng.choice(beside)
    beyond = [other for other in laid.ways[middle] if other != town and other not in laid.ways[town]]
    if beyond:
        end = network.rng.choice(beyond)
        route = laid.ways[town][middle] + laid.ways[middle][end]
        network.link(laid.cores[town], laid.cores[end], "backbone", route)
