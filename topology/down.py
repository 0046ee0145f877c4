"""What does not work while elements have failed together: exact, at the cost of what they touch."""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from topology.csr import Ints
from topology.failure import expand, killed_vertices, stopped_links
from topology.graph import Topology

Interval = tuple[int, int]
Intervals = tuple[Interval, ...]
BEYOND = 2**31  # greater than any position


@dataclass(frozen=True, slots=True)
class Down:
    """What does not work while `failed` have failed together. Devices that no gateway ever reached are left out."""

    failed: tuple[int, ...]
    intervals: Intervals  # of device positions, disjoint, ascending: cut off or failed
    links: tuple[int, ...]  # that do not work; one that is merely cut off does
    degraded: tuple[int, ...]  # protected links that lost a route and still work
    ports: tuple[int, ...]  # failed themselves, or as members of a group
    sites: tuple[int, ...]
    services: tuple[int, ...]  # service numbers; failed themselves, as the ports

    def holds(self, position: int) -> bool:
        """Whether the device at this position is cut off or failed."""
        return contains(self.intervals, position)


NOTHING = Down((), (), (), (), (), (), ())


def down(topology: Topology, failed: Iterable[int]) -> Down:
    """What the failure of all these elements together does."""
    named = tuple(sorted(set(failed)))
    broken = expand(topology, named)
    stopped, degraded = stopped_links(topology, broken, broken.spans)
    return Down(
        failed=named,
        intervals=cut_off(topology, killed_vertices(topology, broken, stopped)),
        links=tuple(sorted(stopped)),
        degraded=tuple(sorted(degraded)),
        ports=tuple(sorted(broken.ports)),
        sites=tuple(sorted(broken.sites)),
        services=tuple(sorted(service - topology.first.service for service in broken.services)),
    )


def down_alone(topology: Topology, element: int) -> Down:
    """What the failure of one element does; worked out once."""
    known = topology.memo.downs.get(element)
    if known is None:
        known = topology.memo.downs[element] = down(topology, (element,))
    assert isinstance(known, Down)
    return known


def side_by_side(parts: Sequence[Down]) -> Down:
    """What failures do that close no cut together, from what each part of them does."""
    if len(parts) == 1:
        return parts[0]

    def every(of: str) -> set[int]:
        return set().union(*(getattr(part, of) for part in parts))

    links = every("links")
    return Down(
        failed=tuple(sorted(every("failed"))),
        intervals=merged(interval for part in parts for interval in part.intervals),
        links=tuple(sorted(links)),
        degraded=tuple(sorted(every("degraded") - links)),
        ports=tuple(sorted(every("ports"))),
        sites=tuple(sorted(every("sites"))),
        services=tuple(sorted(every("services"))),
    )


def cut_off(topology: Topology, killed: Sequence[int]) -> Intervals:
    """Positions that these vertices cut off: each what is below it, and what several of one block cut off together."""
    blocks = topology.blocks
    found = [(blocks.low[vertex], blocks.high[vertex]) for vertex in killed]
    if len(killed) > 1:
        shared: dict[int, list[int]] = {}
        for vertex in killed:
            if blocks.block[vertex] >= 0:
                shared.setdefault(blocks.block[vertex], []).append(vertex)
        for block, members in shared.items():
            if len(members) > 1:
                found += cut_off_together(topology, block, frozenset(members))
    return merged(found)


def cut_off_together(topology: Topology, block: int, killed: frozenset[int]) -> Intervals:
    """Positions that these members of a block cut off besides their own; worked out once, as many fail the same."""
    known = topology.memo.fallen.get((block, killed))
    if known is None:
        blocks = topology.blocks
        fallen = blocks.fallen(block, killed)
        known = merged((blocks.low[vertex], blocks.high[vertex]) for vertex in fallen)
        topology.memo.fallen[block, killed] = known
    return known


def merged(found: Iterable[Interval]) -> Intervals:
    """The same positions as disjoint intervals, ascending; those that touch are joined."""
    made: list[Interval] = []
    found = sorted(found)
    if len(found) == 1:
        return tuple(found) if found[0][0] < found[0][1] else ()
    for low, high in found:
        if low >= high:
            continue
        if made and low <= made[-1][1]:
            if high > made[-1][1]:
                made[-1] = (made[-1][0], high)
        else:
            made.append((low, high))
    return tuple(made)


def without(intervals: Intervals, taken: Intervals) -> Intervals:
    """Positions of the first that are not in the second."""
    rest: list[Interval] = []
    for low, high in intervals:
        place = max(bisect_right(taken, (low, BEYOND)) - 1, 0)
        begin = low
        while place < len(taken) and taken[place][0] < high and begin < high:
            start, end = taken[place]
            if start > begin:
                rest.append((begin, start))
            begin = max(begin, end)
            place += 1
        if begin < high:
            rest.append((begin, high))
    return tuple(rest)


def overlap(one: Intervals, other: Intervals) -> bool:
    """Whether some position lies in both."""
    place = 0
    for low, high in one:
        while place < len(other) and other[place][1] <= low:
            place += 1
        if place == len(other):
            return False
        if other[place][0] < high:
            return True
    return False


def contains(intervals: Intervals, position: int) -> bool:
    place = bisect_right(intervals, (position, BEYOND)) - 1
    return place >= 0 and position < intervals[place][1]


def inside(values: Ints, intervals: Intervals) -> npt.NDArray[np.bool_]:
    """Which of the positions lie in an interval."""
    edges = np.array(intervals, dtype=np.int32).reshape(-1)
    within: npt.NDArray[np.bool_] = np.searchsorted(edges, values, side="right") % 2 == 1
    return within
