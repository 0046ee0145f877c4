"""Which standing failures have to do with each other: in one ring, on one link, under one gate, one below the other.

Only these are evaluated together. What shares no block of the graph, no link with routes and no service with several
attach points takes down, and puts at risk, the same as if the other did not stand.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from topology.down import Down, Intervals, down, overlap
from topology.gates import gated_in
from topology.graph import Topology
from topology.impact import prediction
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


class Related:
    """Of one topology; each answer is worked out once."""

    def __init__(self, topology: Topology) -> None:
        self.topology = topology
        self._ties: dict[int, frozenset[int]] = {}
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

    def ties(self, element: int) -> frozenset[int]:
        """Where its failure may close a cut with others: meshed parts that lose a link by it, links that lose a route.

        Parts by the number of their block; links that lie in none by the complement of their own number.
        """
        known = self._ties.get(element)
        if known is None:
            row = 0 <= element < len(self.topology.ids)  # else the outside, or a port that no row names
            known = self._ties[element] = self._ties_of(element) if row else frozenset()
        return known

    def _ties_of(self, element: int) -> frozenset[int]:
        blocks, base = self.topology.blocks, self.topology.first.device - 1
        fallen = prediction(self.topology, element).down
        touched = {blocks.block[link - base] for link in (*fallen.links, *fallen.degraded)}
        touched |= {~link for link in fallen.degraded if blocks.block[link - base] < 0}
        touched.discard(-1)
        return frozenset(touched)

    def fallen(self, failed: Failed) -> Down:
        """What these take down together; the last answers are kept: neighbours ask the same."""
        known = self._fallen.get(failed)
        if known is None:
            known = self._fallen[failed] = down(self.topology, failed)
        return known

    def _tied(self, failures: Sequence[Failed]) -> list[list[int]]:
        """Places of failures that fail in one block or on one link; the first group holds the first."""
        groups: dict[int, list[int]] = {}  # by any one of its members
        of: dict[int, int] = {}  # tie -> key of its group
        for place, failed in enumerate(failures):
            ties = set[int]().union(*(self.ties(element) for element in failed))
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
        at_risk = exposures(self.topology, fallen, BOUNDS) if exposed else ()
        wide = [part for each in at_risk for part in each.intervals]
        gates = gated_in(self.topology, (*fallen.intervals, *wide), fallen.ports)
        return Extent(fallen.intervals, frozenset(gates))
