"""Who hangs by a thread: services that work while something has failed, and that one more element would take down.

One more element takes more than it did before only where the failure has prepared it: (a) it stops a link that has lost
a route, which fewer elements spare; (b) in a block of the graph that has lost members, whatever it cuts off leant on
one of these, so it stands on the way that a neighbour of a lost member still has to the head of the block. Only such
elements are tried, each by its exact effect.
"""

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

import numpy as np

from topology.cover import cut_routes, failing_together, fails_service, kills_first, loses_point, stops
from topology.csr import Ints
from topology.down import BEYOND, Down, Intervals, down_alone, merged, without
from topology.failure import Broken, expand, killed_vertices, stopped_links
from topology.gates import gated_in, gathered, ports_lost, position_of, simple_in, working_points
from topology.graph import PORT, RISK_GROUP, SERVICE, Topology


@dataclass(frozen=True, slots=True)
class Bounds:
    """How much is tried before the rest is left out, and where one way of working is taken for another."""

    gates: int = 5_000  # services with several attach points
    elements: int = 5_000  # that fail several members of one block
    walked: int = 20  # members for each one leant on, up to which a wounded block is searched as a whole
    remembered: int = 2_000  # wounds whose exposures are kept


BOUNDS = Bounds()


@dataclass(frozen=True, slots=True)
class Exposure:
    """Positions that are cut off when any one of `elements` fails besides what has failed already."""

    elements: tuple[int, ...]
    intervals: Intervals


class Segments:
    """Exposures by position: overlapping intervals as segments that do not overlap, each with all who expose it."""

    def __init__(self, exposed: Iterable[Exposure]) -> None:
        parts = [(low, high, each.elements) for each in exposed for low, high in each.intervals]
        self.edges = sorted({0, *(low for low, _, _ in parts), *(high for _, high, _ in parts)})  # where each begins
        gathered: list[set[int]] = [set() for _ in self.edges]
        for low, high, elements in parts:
            for place in range(bisect_left(self.edges, low), bisect_left(self.edges, high)):
                gathered[place].update(elements)
        self.elements = [tuple(sorted(each)) for each in gathered]

    def at(self, position: int) -> tuple[int, ...]:
        """The elements that expose this position."""
        return self.elements[bisect_right(self.edges, position) - 1]

    def intervals(self) -> list[tuple[int, int]]:
        """Those that anything exposes, ascending."""
        ends = [*self.edges[1:], BEYOND]
        return [(low, high) for low, high, who in zip(self.edges, ends, self.elements, strict=True) if who]


@dataclass(slots=True)
class Wound:
    """What a failure has done to one block: members that failed, elements that stop a link of it only now."""

    killed: set[int] = field(default_factory=set)
    sharper: set[int] = field(default_factory=set)


def services_at_risk(topology: Topology, fallen: Down, bounds: Bounds = BOUNDS) -> Ints:
    """Numbers of the services that work and that a single element takes down now that did not before, ascending.

    Exact up to the bounds on the work: of more elements or gates, in order of number, the rest is left out.
    """
    exposed = list(exposures(topology, fallen, bounds))
    fresh = merged(part for each in exposed for part in newly(topology, each, fallen))
    now = Segments(exposed)
    found = gathered(simple_in(topology, fresh), gates_at_risk(topology, fallen, now, bounds.gates))
    gone = {*fallen.services, *ports_lost(topology, fallen), *lost_before(topology, found, now)}
    return np.setdiff1d(found, np.fromiter(gone, np.int32), assume_unique=True) if gone else found


def newly(topology: Topology, exposed: Exposure, fallen: Down) -> Iterator[tuple[int, int]]:
    """Of the exposed positions those that work, and that one of the elements did not cut off before."""
    alive = without(exposed.intervals, fallen.intervals)
    for element in exposed.elements:
        fresh = without(alive, down_alone(topology, element).intervals)
        yield from fresh
        if fresh == alive:
            return


def lost_before(topology: Topology, found: Ints, now: Segments) -> Iterator[int]:
    """Of these services those that fail, or whose only port fails, with the same elements anyhow."""
    suspects: set[int] = set()
    for element in set().union(*now.elements):
        for part in ports_and_services(topology, element):
            if topology.kind[part] == PORT:
                suspects.update(topology.places.port_services[part - topology.first.port])
            else:
                suspects.add(part - topology.first.service)
    for service in sorted(service for service in suspects if not topology.places.gated[service]):
        place = int(found.searchsorted(service))
        if place == len(found) or found.item(place) != service:
            continue
        point = topology.demand.service_attach[service][0]
        if loses_point_now(topology, point, now).issubset(fails_service(topology, service)):
            yield service


def ports_and_services(topology: Topology, element: int) -> Iterable[int]:
    """Elements of these kinds that fail with this one because it is, or holds, them."""
    held = topology.members_of(element) if topology.kind[element] == RISK_GROUP else (element,)
    return (part for part in held if topology.kind[part] in (PORT, SERVICE))


def exposures(topology: Topology, fallen: Down, bounds: Bounds) -> Iterator[Exposure]:
    if not fallen.intervals and not fallen.links and not fallen.degraded:
        return
    broken = expand(topology, fallen.failed)
    blocks, base = topology.blocks, topology.first.device - 1
    wounds: dict[int, Wound] = {}
    for vertex in killed_vertices(topology, broken, set(fallen.links)):
        block = blocks.block[vertex]
        if block >= 0 and not cut_off_already(topology, blocks.head[vertex], fallen):
            wounds.setdefault(block, Wound()).killed.add(vertex)
    for link in fallen.degraded:
        vertex = link - base
        elements = stops_now(topology, link, broken)
        if blocks.block[vertex] >= 0:
            wounds.setdefault(blocks.block[vertex], Wound()).sharper.update(elements)
        elif elements and blocks.reachable(vertex):
            yield Exposure(elements, merged([(blocks.low[vertex], blocks.high[vertex])]))
    for block in sorted(wounds):
        yield from exposed_once(topology, block, wounds[block], broken, bounds)


def cut_off_already(topology: Topology, vertex: int, fallen: Down) -> bool:
    return vertex > 0 and fallen.holds(topology.places.position.item(vertex + topology.first.device - 1))


def stops_now(topology: Topology, link: int, broken: Broken) -> tuple[int, ...]:
    """Elements that stop a link which has lost a route, and did not before."""
    routes = zip(cut_routes(topology, link), topology.routes_of(link), strict=True)
    whole = [cutting for cutting, route in routes if broken.spans.isdisjoint(route)]
    return tuple(sorted(set.intersection(*whole).difference(stops(topology, link))))


def exposed_once(topology: Topology, block: int, wound: Wound, broken: Broken, bounds: Bounds) -> tuple[Exposure, ...]:
    """As `exposed_in`; a wound that is looked at again, beside other failures, is not worked out again."""
    known = topology.memo.exposed
    what = block, frozenset(wound.killed), frozenset(wound.sharper), frozenset(broken.spans), bounds
    found = known.get(what)
    if found is None:
        if len(known) >= bounds.remembered:
            known.clear()
        found = known[what] = tuple(exposed_in(topology, block, wound, broken, bounds))
    assert isinstance(found, tuple)
    return found


def exposed_in(topology: Topology, block: int, wound: Wound, broken: Broken, bounds: Bounds) -> Iterator[Exposure]:
    """What single elements cut off inside a wounded block, beyond what has fallen."""
    lost, via = topology.blocks.detours(block, wound.killed)
    together = failing_together(topology, block)
    leant_on = ways(topology, block, wound.killed, (lost, via))
    if len(topology.blocks.members_of(block)) <= bounds.walked * len(leant_on):
        cut = topology.blocks.cuts(block, wound.killed)
        fresh = ((vertex, merged(cut[vertex])) for vertex in sorted(cut))
    else:
        fresh = ((vertex, falls(topology, block, {*wound.killed, vertex}, lost)) for vertex in leant_on)
    for vertex, intervals in fresh:
        if intervals:
            alone = kills_first(topology, vertex).difference(together.killed)
            yield Exposure(tuple(sorted(alone)), intervals)
    several = wound.sharper.union(*(together.at.get(vertex, ()) for vertex in leant_on))
    alike: dict[frozenset[int], list[int]] = {}  # a site, its mains and its building often take the same
    for element in sorted(several)[: bounds.elements]:
        sharper = element in wound.sharper  # takes more than it did alone
        killed = killed_besides(topology, block, element, broken) if sharper else together.killed[element]
        alike.setdefault(frozenset(killed).difference(wound.killed), []).append(element)
    for more, elements in alike.items():
        if more and (intervals := falls(topology, block, wound.killed | more, lost)):
            yield Exposure(tuple(elements), intervals)


def ways(topology: Topology, block: int, killed: set[int], now: tuple[set[int], dict[int, int]]) -> list[int]:
    """Members of the block on the ways that neighbours of failed members still have to its head."""
    blocks = topology.blocks
    lost, via = now
    seen: set[int] = set()
    for vertex in sorted(killed):
        for near in blocks.neighbours[vertex]:
            if blocks.block[near] != block or near in lost or near in killed:
                continue
            at = near
            while at not in seen and blocks.block[at] == block:
                seen.add(at)
                at = via.get(at, blocks.up[at])
    return sorted(seen)


def falls(topology: Topology, block: int, killed: set[int], lost: set[int]) -> Intervals:
    """Positions that these members of a block cut off besides themselves and what is lost already."""
    blocks = topology.blocks
    fallen = blocks.fallen(block, killed) - lost
    return merged((blocks.low[vertex], blocks.high[vertex]) for vertex in fallen)


def killed_besides(topology: Topology, block: int, element: int, broken: Broken) -> set[int]:
    """Members of the block that the element fails now that `broken` has failed already."""
    more = expand(topology, (element,))
    stopped, _ = stopped_links(topology, more, broken.spans | more.spans)
    blocks = topology.blocks
    return {vertex for vertex in killed_vertices(topology, more, stopped) if blocks.block[vertex] == block}


def gates_at_risk(topology: Topology, fallen: Down, now: Segments, limit: int) -> list[int]:
    """Services with several attach points that a single element shuts now and did not before."""
    touched = gated_in(topology, (*fallen.intervals, *now.intervals()), fallen.ports)
    return [service for service in sorted(touched)[:limit] if gate_at_risk(topology, service, fallen, now)]


def gate_at_risk(topology: Topology, service: int, fallen: Down, now: Segments) -> bool:
    points = working_points(topology, service, fallen)
    spare = len(points) - topology.service_need(service)
    if spare < 0:
        return False
    losses = [loses_point_now(topology, point, now) for point in points]
    return not taking_most(losses, spare).issubset(fails_service(topology, service))


def taking_most(losses: list[set[int]], spare: int) -> set[int]:
    """Elements that take more of the attach points than are to spare."""
    if spare == len(losses) - 1:
        return set.intersection(*losses)
    if spare == 0:
        return set.union(*losses)
    taken = Counter(element for elements in losses for element in elements)
    return {element for element, number in taken.items() if number > spare}


def loses_point_now(topology: Topology, point: int, now: Segments) -> set[int]:
    return loses_point(topology, point).union(now.at(position_of(topology, point)))
