"""Which standing failures have to do with each other: around one part of a ring, on one link, under one gate, nested.

Only these are evaluated together. Whatever else stands, what they take down and put at risk is the same.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from topology.down import NOTHING, Down, Intervals, down, merged, side_by_side
from topology.gates import gated_in, position_of
from topology.graph import Topology
from topology.impact import prediction
from topology.memo import Kept
from topology.risk import Exposed, cut_apart, exposed, exposed_apart, wounds_of

Failed = tuple[int, ...]  # the elements that one incident says are broken
REMEMBERED = 100_000  # elements of the failures whose answers are kept
STANDING = 100  # sets of standing failures


@dataclass(frozen=True, slots=True)
class Extent:
    """What failures touch, or expose."""

    intervals: Intervals
    gates: frozenset[int]  # services with several attach points


@dataclass(frozen=True, slots=True)
class Where:
    """Numbers that failures share: of one `part` may cut off together what none does alone, the others of one `group`
    lie under one gate, or one below the other.
    """

    group: int
    part: int


class Related:
    """Of one topology; each answer is worked out once."""

    def __init__(self, topology: Topology) -> None:
        self.topology = topology
        self._ties: dict[int, frozenset[int]] = {}
        self._touched: dict[int, frozenset[int]] = {}
        self._touched_together: Kept[Failed, frozenset[int]] = Kept(REMEMBERED, len)
        self._extents: Kept[tuple[Failed, bool], Extent] = Kept(REMEMBERED, lambda what: len(what[0]))
        self._fallen: Kept[Failed, Down] = Kept(REMEMBERED, len)
        self._exposed: Kept[Failed, Exposed] = Kept(REMEMBERED, len)
        self._kills: Kept[Failed, frozenset[int]] = Kept(REMEMBERED, len)
        self._groups: Kept[tuple[tuple[Failed, ...], bool], list[Where]] = Kept(STANDING)

    def groups(self, failures: tuple[Failed, ...], *, at_risk: bool) -> list[Where]:
        """By place: with which others it has to do, directly or by way of one another.

        `at_risk`: also by what they put at risk, not only by what they take down.
        """
        known = self._groups.get((failures, at_risk))
        if known is None:
            known = self._groups[failures, at_risk] = self._grouped(failures, at_risk)
        return known

    def ties(self, element: int) -> frozenset[int]:
        """Where its failure may close a cut with others: meshed parts that lose a link by it, links that lose a route.

        Parts by the number of their block; links that lie in none by the complement of their own number.
        """
        known = self._ties.get(element)
        if known is None:
            block, base = self.topology.blocks.block, self.topology.first.device - 1
            at = ((vertex, block[vertex]) for vertex in self.touched(element))
            known = self._ties[element] = frozenset(part if part >= 0 else ~(vertex + base) for vertex, part in at)
        return known

    def touched(self, element: int) -> frozenset[int]:
        """Vertices of the graph at which its failure may close a cut with others."""
        known = self._touched.get(element)
        if known is None:
            row = 0 <= element < len(self.topology.ids)  # else the outside, or a port that no row names
            known = self._touched[element] = self._touched_by(element) if row else frozenset()
        return known

    def _touch(self, failed: Failed) -> frozenset[int]:
        """The same of what fails together."""
        known = self._touched_together.get(failed)
        if known is None:
            known = self._touched_together[failed] = frozenset[int]().union(*map(self.touched, failed))
        return known

    def _touched_by(self, element: int) -> frozenset[int]:
        block, base = self.topology.blocks.block, self.topology.first.device - 1
        fallen = prediction(self.topology, element).down
        meshed = {link - base for link in fallen.links if block[link - base] >= 0}
        return frozenset(meshed.union(link - base for link in fallen.degraded))

    def fallen(self, failed: Failed) -> Down:
        """What these take down together; the last answers are kept: neighbours ask the same."""
        known = self._fallen.get(failed)
        if known is None:
            known = self._fallen[failed] = down(self.topology, failed)
        return known

    def fallen_apart(self, parts: Sequence[Failed]) -> Down:
        """What all of these take down: each of one part."""
        return side_by_side([self.fallen(part) for part in parts]) if parts else NOTHING

    def exposed_apart(self, parts: Sequence[Failed]) -> Exposed:
        """The same, and what one more would take."""
        return exposed_apart([self.exposed(part) for part in parts])

    def exposed(self, failed: Failed) -> Exposed:
        """What these take down together, and what one more would take."""
        known = self._exposed.get(failed)
        if known is None:
            known = self._exposed[failed] = exposed(self.topology, self.fallen(failed))
        return known

    def together(self, failures: Sequence[Failed], *, at_risk: bool = False) -> list[int]:
        """By place a number that those share which together cut off what none does alone; gates are left aside."""
        touched = [self._touch(failed) for failed in failures]
        parts = self._parts(failures, touched, at_risk)
        return tied([{parts[vertex] for vertex in vertices} for vertices in touched])

    def _grouped(self, failures: Sequence[Failed], at_risk: bool) -> list[Where]:
        joined = self.together(failures, at_risk=at_risk)
        members: dict[int, set[int]] = {}
        for failed, number in zip(failures, joined, strict=True):
            members.setdefault(number, set()).update(failed)
        extents = [self._extent(tuple(sorted(elements)), at_risk) for elements in members.values()]
        nested = meeting([extent.intervals for extent in extents])
        met = tied([{*extent.gates, *(~at for at in where)} for extent, where in zip(extents, nested, strict=True)])
        number_of = dict(zip(members, met, strict=True))
        return [Where(number_of[number], number) for number in joined]

    def _parts(self, failures: Sequence[Failed], touched: Sequence[frozenset[int]], at_risk: bool) -> dict[int, int]:
        """By touched vertex a number that those share which hang together, over what they cut off and expose."""
        vertices = set().union(*touched)
        if vertices:
            meshed = [failed for failed, own in zip(failures, touched, strict=True) if own]
            every = tuple(sorted({element for failed in meshed for element in failed}))
            killed = frozenset[int]().union(*(self._killed(failed) for failed in meshed))
            vertices |= cut_apart(self.topology, self.fallen(every), killed, at_risk=at_risk)
        return self.topology.blocks.parts(vertices)

    def _killed(self, failed: Failed) -> frozenset[int]:
        """Vertices of meshed parts that these kill by themselves."""
        known = self._kills.get(failed)
        if known is None:
            wounds = wounds_of(self.topology, self.fallen(failed)).values()
            known = self._kills[failed] = frozenset[int]().union(*(wound.killed for wound in wounds))
        return known

    def _extent(self, failed: Failed, at_risk: bool) -> Extent:
        known = self._extents.get((failed, at_risk))
        if known is None:
            known = self._extents[failed, at_risk] = self._measure(failed, at_risk)
        return known

    def _measure(self, failed: Failed, at_risk: bool) -> Extent:
        fallen = self.fallen(failed)
        wide = self.exposed(failed).now.intervals() if at_risk else ()
        attach = self.topology.demand.service_attach
        points = (*fallen.ports, *(point for service in fallen.services for point in attach[service]))
        hit = ((at, at + 1) for at in (position_of(self.topology, point) for point in points))  # the device still works
        intervals = merged((*fallen.intervals, *wide, *hit))
        return Extent(intervals, frozenset(gated_in(self.topology, intervals, fallen.ports)))


def tied(keys: Sequence[Collection[int]]) -> list[int]:
    """By place the first place that shares a key with it, directly or by way of others."""
    above = list(range(len(keys)))
    first: dict[int, int] = {}
    for place, own in enumerate(keys):
        for key in own:
            one, other = top(above, first.setdefault(key, place)), top(above, place)
            above[max(one, other)] = min(one, other)
    return [top(above, place) for place in range(len(keys))]


def top(above: list[int], place: int) -> int:
    while above[place] != place:
        above[place] = place = above[above[place]]
    return place


def meeting(several: Sequence[Intervals]) -> list[set[int]]:
    """For each the numbers of the places where it lies; two that overlap share one."""
    found: list[set[int]] = [set() for _ in several]
    end, number = -1, 0
    for low, high, place in sorted((low, high, place) for place, own in enumerate(several) for low, high in own):
        if low >= end:
            number += 1
        end = max(end, high)
        found[place].add(number)
    return found
