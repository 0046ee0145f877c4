"""Which standing failures have to do with each other: in one ring, on one link, under one gate, one below the other.

Only these are evaluated together. What shares no block of the graph, no link with routes and no service with several
attach points takes down, and puts at risk, the same as if the other did not stand.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from correlator.inference.candidates import Elements
from topology.down import Down, Intervals, down, overlap
from topology.gates import gated_in
from topology.graph import Topology
from topology.memo import Kept
from topology.risk import BOUNDS, exposures

Failed = tuple[int, ...]  # the elements that one incident says are broken
REMEMBERED = 2_000


@dataclass(frozen=True, slots=True)
class Extent:
    """What failures in one meshed part of the network touch, or expose."""

    intervals: Intervals
    gates: frozenset[int]  # services with several attach points

    def meets(self, other: "Extent") -> bool:
        return not self.gates.isdisjoint(other.gates) or overlap(self.intervals, other.intervals)


class Neighbours:
    def __init__(self, topology: Topology, elements: Elements) -> None:
        self._topology = topology
        self._elements = elements
        self._known: Kept[tuple[Failed, bool], Extent] = Kept(REMEMBERED)
        self._fallen: Kept[Failed, Down] = Kept(REMEMBERED)

    def of(self, own: Failed, others: Sequence[Failed], *, exposed: bool) -> list[int]:
        """Places of the others that have to do with it, directly or by way of one another; ascending.

        `exposed`: also by what they put at risk, not only by what they take down.
        """
        failures = [own, *others]
        groups = self._tied(failures)
        parts = (tuple(sorted({e for place in group for e in failures[place]})) for group in groups)
        extents = [self._extent(part, exposed) for part in parts]
        near, far = [0], list(range(1, len(groups)))
        for group in near:  # grows while it is read
            met = [other for other in far if extents[group].meets(extents[other])]
            if met:
                far = [other for other in far if other not in met]
                near += met
        return sorted(place - 1 for group in near for place in groups[group] if place > 0)

    def fallen(self, failed: Failed) -> Down:
        """What these take down together; the last answers are kept: neighbours ask the same."""
        known = self._fallen.get(failed)
        if known is None:
            known = self._fallen[failed] = down(self._topology, failed)
        return known

    def _tied(self, failures: Sequence[Failed]) -> list[list[int]]:
        """Places of failures that fail in one block or on one link; the first group holds the first."""
        groups: dict[int, list[int]] = {}  # by any one of its members
        of: dict[int, int] = {}  # tie -> key of its group
        for place, failed in enumerate(failures):
            ties = set[int]().union(*(self._elements.ties(element) for element in failed))
            met = sorted({of[tie] for tie in ties if tie in of})
            groups[place] = [*(member for key in met for member in groups.pop(key)), place]
            of.update((tie, place) for tie, key in of.items() if key in met)
            of.update((tie, place) for tie in ties)
        return sorted(sorted(members) for members in groups.values())

    def _extent(self, failed: Failed, exposed: bool) -> Extent:
        known = self._known.get((failed, exposed))
        if known is None:
            known = self._known[failed, exposed] = self._measure(failed, exposed)
        return known

    def _measure(self, failed: Failed, exposed: bool) -> Extent:
        fallen = self.fallen(failed)
        at_risk = exposures(self._topology, fallen, BOUNDS) if exposed else ()
        wide = [part for each in at_risk for part in each.intervals]
        gates = gated_in(self._topology, (*fallen.intervals, *wide), fallen.ports)
        return Extent(fallen.intervals, frozenset(gates))
