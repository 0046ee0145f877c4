"""Who hangs by a thread: services that work while something has failed, and that one more element would take down.

One more element takes more than it did before only where the failure has prepared it: (a) it stops a link that has lost
a route, which fewer elements spare; (b) in a block of the graph that has lost members, whatever it cuts off leant on
one of these, so it stands on the way that a neighbour of a lost member still has to the head of the block. Only such
elements are tried, each by its exact effect.
"""

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain, compress

import numpy as np

from topology.cover import cut_routes, failing_together, fails_service, loses_point, stops
from topology.csr import Ints
from topology.down import BEYOND, NOTHING, Down, Interval, Intervals, down_alone, merged, side_by_side, without
from topology.failure import Broken, expand, killed_vertices, stopped_links
from topology.gates import gated_in, gathered, ports_lost, position_of, simple_in, working_points
from topology.graph import PORT, RISK_GROUP, SERVICE, Topology


@dataclass(frozen=True, slots=True)
class Bounds:
    """How much is tried before the rest is left out, and where one way of working is taken for another."""

    gates: int = 5_000  # services with several attach points
    elements: int = 5_000  # that fail several members of one block
    walked: int = 4  # a wounded block is searched as a whole where, case by case, each member were walked so often
    remembered: int = 2_000  # wounds whose exposures are kept


BOUNDS = Bounds()
EVERYWHERE: Intervals = ((0, BEYOND),)


@dataclass(frozen=True, slots=True)
class Exposure:
    """Positions that are cut off when any one of `elements` fails besides what has failed already."""

    elements: tuple[int, ...]  # ascending
    intervals: Intervals
    vertices: tuple[int, ...] = ()  # members of a block, to which these positions belong


class Segments:
    """Exposures by position: overlapping intervals as segments that do not overlap, each with all who expose it."""

    def __init__(self, exposed: Iterable[Exposure]) -> None:
        parts = [(low, high, each.elements) for each in exposed for low, high in each.intervals]
        self.edges = sorted({0, *(low for low, _, _ in parts), *(high for _, high, _ in parts)})  # where each begins
        gathered: list[list[tuple[int, ...]]] = [[] for _ in self.edges]
        for low, high, elements in parts:
            for place in range(bisect_left(self.edges, low), bisect_left(self.edges, high)):
                gathered[place].append(elements)
        # most are exposed once, by who may be thousands
        self.elements = [each[0] if len(each) == 1 else tuple(sorted({*chain(*each)})) for each in gathered]

    def at(self, position: int) -> tuple[int, ...]:
        """The elements that expose this position."""
        return self.elements[bisect_right(self.edges, position) - 1]

    def intervals(self) -> list[tuple[int, int]]:
        """Those that anything exposes, ascending."""
        ends = [*self.edges[1:], BEYOND]
        return [(low, high) for low, high, who in zip(self.edges, ends, self.elements, strict=True) if who]

    def inside(self, where: Intervals) -> Iterator[tuple[tuple[int, ...], Interval]]:
        """Of these positions those that anything exposes, each interval with all who do."""
        edges = [*self.edges, BEYOND]
        for low, high in where:
            place = bisect_right(self.edges, low) - 1
            while edges[place] < high:
                if self.elements[place]:
                    yield self.elements[place], (max(low, edges[place]), min(high, edges[place + 1]))
                place += 1


@dataclass(frozen=True, slots=True)
class Exposed:
    """What has fallen, and what one more element would take."""

    fallen: Down
    now: Segments


SOUND = Exposed(NOTHING, Segments(()))


@dataclass(slots=True)
class Wound:
    """What a failure has done to one block."""

    killed: set[int] = field(default_factory=set)  # members that failed
    sharper: set[int] = field(default_factory=set)  # elements that stop a link of it only now
    spans: set[int] = field(default_factory=set)  # cut ones, under links of it that still work


def services_at_risk(topology: Topology, fallen: Down, bounds: Bounds = BOUNDS) -> Ints:
    """Numbers of the services that work and that a single element takes down now that did not before, ascending.

    Exact up to the bounds on the work: of more elements or gates, in order of number, the rest is left out.
    """
    return newly_at_risk(topology, SOUND, exposed(topology, fallen, bounds), bounds)


def exposed(topology: Topology, fallen: Down, bounds: Bounds = BOUNDS) -> Exposed:
    return Exposed(fallen, Segments(exposures(topology, fallen, bounds)))


def exposed_apart(parts: Sequence[Exposed]) -> Exposed:
    """Of failures that expose nothing together, from what each part of them exposes."""
    whole = (Exposure(elements, (each,)) for part in parts for elements, each in part.now.inside(EVERYWHERE))
    return Exposed(side_by_side([part.fallen for part in parts]), Segments(whole)) if parts else SOUND


def newly_at_risk(topology: Topology, before: Exposed, after: Exposed, bounds: Bounds = BOUNDS) -> Ints:
    """Services at risk after more has failed that were not before; only what differs is looked at."""
    where, ports = changed(before, after), set(after.fallen.ports).difference(before.fallen.ports)
    found = at_risk_in(topology, after, where, ports, bounds.gates)
    were = at_risk_in(topology, before, where, ports, bounds.gates) if len(found) else found
    return np.setdiff1d(found, were, assume_unique=True) if len(were) else found


def changed(before: Exposed, after: Exposed) -> Intervals:
    """Positions that only one of them has lost, or that others expose."""
    now, then = after.now, before.now
    edges = sorted({*now.edges, *then.edges})
    differing = (
        (low, high) for low, high in zip(edges, [*edges[1:], BEYOND], strict=True) if now.at(low) != then.at(low)
    )
    lost, back = after.fallen.intervals, before.fallen.intervals
    return merged((*differing, *without(lost, back), *without(back, lost)))


def at_risk_in(topology: Topology, state: Exposed, where: Intervals, ports: set[int], limit: int) -> Ints:
    """Services at risk that have an attach point in one of the intervals, or at one of the ports."""
    parts = list(state.now.inside(where))
    fresh = merged(part for elements, each in parts for part in newly(topology, elements, each, state.fallen))
    touched = gated_in(topology, where, ports)
    gates = [service for service in sorted(touched)[:limit] if gate_at_risk(topology, service, state.fallen, state.now)]
    found = gathered(simple_in(topology, fresh), gates)
    if not len(found):
        return found
    before = lost_before(topology, found, set[int]().union(*(elements for elements, _ in parts)), state.now)
    gone = {*state.fallen.services, *ports_lost(topology, state.fallen), *before}
    return np.setdiff1d(found, np.fromiter(gone, np.int32), assume_unique=True) if gone else found


def newly(topology: Topology, elements: tuple[int, ...], exposed: Interval, fallen: Down) -> Iterator[Interval]:
    """Of the exposed positions those that work, and that one of the elements did not cut off before."""
    alive = without((exposed,), fallen.intervals)
    for element in elements if alive else ():
        fresh = without(alive, down_alone(topology, element).intervals)
        yield from fresh
        if fresh == alive:
            return


def lost_before(topology: Topology, found: Ints, exposing: set[int], now: Segments) -> Iterator[int]:
    """Of these services those that fail, or whose only port fails, with the same elements anyhow."""
    suspects: set[int] = set()
    for element in exposing:
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


def exposures(topology: Topology, fallen: Down, bounds: Bounds = BOUNDS) -> Iterator[Exposure]:
    if not fallen.intervals and not fallen.links and not fallen.degraded:
        return
    blocks, base = topology.blocks, topology.first.device - 1
    broken = expand(topology, fallen.failed)
    for link in fallen.degraded:
        vertex = link - base
        if blocks.block[vertex] < 0 and blocks.reachable(vertex) and (elements := stops_now(topology, link, broken)):
            yield Exposure(elements, merged([(blocks.low[vertex], blocks.high[vertex])]))
    wounds = wounds_of(topology, fallen)
    for block in sorted(wounds):
        if not cut_off_already(topology, blocks.head_of(block), fallen):
            yield from exposed_once(topology, block, wounds[block], bounds)


def wounds_of(topology: Topology, fallen: Down) -> dict[int, Wound]:
    """By block."""
    broken = expand(topology, fallen.failed)
    blocks, base = topology.blocks, topology.first.device - 1
    wounds: dict[int, Wound] = {}
    for vertex in killed_vertices(topology, broken, set(fallen.links)):
        block = blocks.block[vertex]
        if block >= 0:
            wounds.setdefault(block, Wound()).killed.add(vertex)
    for link in fallen.degraded:
        block = blocks.block[link - base]
        if block >= 0:
            wound = wounds.setdefault(block, Wound())
            wound.sharper.update(stops_now(topology, link, broken))
            wound.spans.update(*(broken.spans.intersection(route) for route in topology.routes_of(link)))
    return wounds


def cut_apart(topology: Topology, fallen: Down, killed: Iterable[int], *, at_risk: bool) -> set[int]:
    """Members of meshed parts that are cut off by several together; `at_risk`: or that one more would cut off.

    `killed`: the vertices that each of the several kills by itself; together a dead device hides the links at it.
    """
    found: set[int] = set()
    wounds = wounds_of(topology, fallen)
    for vertex in killed:
        wounds.setdefault(topology.blocks.block[vertex], Wound()).killed.add(vertex)
    for block, wound in wounds.items():
        found |= topology.blocks.fallen(block, wound.killed)
        if at_risk:
            found.update(*(each.vertices for each in exposed_once(topology, block, wound, BOUNDS)))
    return found


def cut_off_already(topology: Topology, vertex: int, fallen: Down) -> bool:
    return vertex > 0 and fallen.holds(topology.places.position.item(vertex + topology.first.device - 1))


def stops_now(topology: Topology, link: int, broken: Broken) -> tuple[int, ...]:
    """Elements that stop a link which has lost a route, and did not before."""
    routes = zip(cut_routes(topology, link), topology.routes_of(link), strict=True)
    whole = [cutting for cutting, route in routes if broken.spans.isdisjoint(route)]
    return tuple(sorted(set.intersection(*whole).difference(stops(topology, link))))


def exposed_once(topology: Topology, block: int, wound: Wound, bounds: Bounds) -> tuple[Exposure, ...]:
    """As `exposed_in`; a wound that is looked at again, beside other failures, is not worked out again."""
    known = topology.memo.exposed
    what = block, frozenset(wound.killed), frozenset(wound.sharper), frozenset(wound.spans), bounds
    found = known.get(what)
    if found is None:
        if len(known) >= bounds.remembered:
            known.clear()
        found = known[what] = tuple(exposed_in(topology, block, wound, bounds))
    assert isinstance(found, tuple)
    return found


def exposed_in(topology: Topology, block: int, wound: Wound, bounds: Bounds) -> Iterator[Exposure]:
    """What single elements cut off inside a wounded block, beyond what has fallen."""
    lost, via = topology.blocks.detours(block, wound.killed)
    cases = to_try(topology, block, wound, ways(topology, block, wound.killed, (lost, via)), bounds)
    below = topology.blocks.weight
    walked = len(cases) * sum(below[vertex] for vertex in wound.killed)
    walked += sum(below[vertex] for more in cases for vertex in sorted(more))
    if walked >= bounds.walked * len(topology.blocks.members_of(block)):
        yield from tried_at_once(topology, block, wound.killed, cases)
        return
    for more, elements in cases.items():
        vertices = topology.blocks.fallen(block, wound.killed | more) - lost
        yield Exposure(tuple(sorted(elements)), positions_of(topology, vertices), tuple(sorted(vertices)))


def to_try(
    topology: Topology, block: int, wound: Wound, leant_on: list[int], bounds: Bounds
) -> dict[frozenset[int], list[int]]:
    """Members that may fail besides the wound -> elements that fail just these: a site and its mains are one case."""
    together = failing_together(topology, block)
    cases: dict[frozenset[int], list[int]] = {}
    for vertex in leant_on:
        if alone := together.alone.get(vertex):
            cases[frozenset((vertex,))] = list(alone)
    several = wound.sharper.union(*(together.at.get(vertex, ()) for vertex in leant_on))
    for element in sorted(several)[: bounds.elements]:
        sharper = element in wound.sharper  # takes more than it did alone
        killed = killed_besides(topology, block, element, wound.spans) if sharper else together.killed[element]
        if more := frozenset(killed).difference(wound.killed):
            cases.setdefault(more, []).append(element)
    return cases


def tried_at_once(
    topology: Topology, block: int, killed: set[int], cases: dict[frozenset[int], list[int]]
) -> Iterator[Exposure]:
    """Members of the block that are cut off in the same cases, as one."""
    fails: dict[int, int] = {}
    for number, more in enumerate(cases):
        for vertex in more:
            fails[vertex] = fails.get(vertex, 0) | 1 << number
    alike: dict[int, list[int]] = {}
    for vertex, lost in topology.blocks.stranded(block, killed, fails).items():
        alike.setdefault(lost, []).append(vertex)
    failing: dict[int, list[int]] = {}  # by element, in which cases
    for number, elements in enumerate(cases.values()):
        for element in elements:
            failing.setdefault(element, []).append(number)
    who = sorted(failing)
    numbers = np.array([number for element in who for number in failing[element]], dtype=np.int64)
    starts = np.cumsum([0, *(len(failing[element]) for element in who[:-1])])
    for lost, vertices in alike.items():
        packed = np.frombuffer(lost.to_bytes(len(cases) // 8 + 1, "little"), np.uint8)
        flags = np.logical_or.reduceat(np.unpackbits(packed, bitorder="little")[numbers], starts).tobytes()
        yield Exposure(tuple(compress(who, flags)), positions_of(topology, vertices), tuple(sorted(vertices)))


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


def positions_of(topology: Topology, vertices: Iterable[int]) -> Intervals:
    """Of what these cut off."""
    low, high = topology.blocks.low, topology.blocks.high
    return merged((low[vertex], high[vertex]) for vertex in vertices)


def killed_besides(topology: Topology, block: int, element: int, cut: set[int]) -> set[int]:
    """Members of the block that the element fails now that these spans are cut already."""
    more = expand(topology, (element,))
    stopped, _ = stopped_links(topology, more, cut | more.spans)
    blocks = topology.blocks
    return {vertex for vertex in killed_vertices(topology, more, stopped) if blocks.block[vertex] == block}


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
