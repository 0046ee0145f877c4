"""What settled incidents have prepared: who cuts off now, together with them, what neither does alone.

A ring that has lost a span is a chain: whatever fails on it cuts off all beyond. A protected link that has lost a route
hangs by the other. The covers of inference are those of the sound network; here is what live incidents add to them.
"""

from collections.abc import Callable, Collection, Iterable
from dataclasses import replace

from correlator.inference.evidence import KIND
from correlator.inference.evidence.kind import Evidence, Meaning
from topology.down import Down, Intervals, down, merged, without
from topology.failure import expand
from topology.gates import customers_of, services_down
from topology.graph import Topology
from topology.memo import Kept
from topology.predict import Prediction, onts_told, prediction, told
from topology.risk import BOUNDS, Segments, exposures, stops_now

Elements = tuple[int, ...]
REMEMBERED = 10_000
MOST = 40  # roots evaluated together; the rest, in order of number, is left out


class FailedContext:
    """Roots of live incidents in meshed parts of the network, and what they expose."""

    def __init__(self, topology: Topology, ties: Callable[[int], frozenset[int]]) -> None:
        """`ties`: where an element's failure may close a cut with others (`related`)."""
        self.roots: Elements = ()
        self.exposing: frozenset[int] = frozenset()  # elements that take more down now than they did
        self._topology = topology
        self._ties = ties
        self._exposed = Segments(())
        self._links: dict[int, Elements] = {}  # degraded link -> elements that stop it now
        self._joint: Kept[tuple[int, Elements], Prediction] = Kept(REMEMBERED)
        self._before: Kept[Elements, Down] = Kept(REMEMBERED)
        self._explainers: Kept[Evidence, frozenset[int]] = Kept(REMEMBERED)  # while the roots stay
        self._now: dict[int, Prediction] = {}  # of these, those that hold while the roots stay
        self._customers: dict[int, int] = {}  # candidate -> how many would be down, while the roots stay

    def set_failed(self, roots: Iterable[int]) -> tuple[Intervals, set[int]]:
        """These roots have failed, and no others: positions and links whose causes may have changed; none: the same."""
        roots = tuple(sorted(set(roots)))[:MOST]
        if roots == self.roots:
            return (), set()
        before, links_before = self._exposed.intervals(), set(self._links)
        self.roots = roots
        self._now.clear()
        self._customers.clear()
        self._explainers.clear()
        fallen = down(self._topology, roots)
        self._exposed = Segments(exposures(self._topology, fallen, BOUNDS) if roots else ())
        broken = expand(self._topology, roots)
        links = {link: stops_now(self._topology, link, broken) for link in fallen.degraded} if roots else {}
        self._links = {link: elements for link, elements in links.items() if elements}
        self.exposing = frozenset[int]().union(*self._exposed.elements, *self._links.values())
        return merged([*before, *self._exposed.intervals()]), links_before | set(self._links)

    def adds(self, what: Meaning | Evidence) -> Elements:
        """Candidates beyond its own that explain such an observation now."""
        if not self.exposing:
            return ()
        more = KIND[what.kind].adds(self, what)
        if not more:
            return ()
        own = set(what.plain)
        return tuple(element for element in more if element not in own)

    def cutting_off(self, device: int) -> Elements:
        """Who cuts this device off now."""
        return self._exposed.at(self._topology.places.position.item(device))

    def stopping(self, link: int) -> Elements:
        """Who stops this link now, of those that lost a route."""
        return self._links.get(link, ())

    def explainers(self, what: Evidence) -> frozenset[int]:
        """All that explain such an observation now, its own and others."""
        known = self._explainers.get(what)
        if known is None:
            known = self._explainers[what] = frozenset(what.plain + self.adds(what))
        return known

    def as_if_well(self, whole: Collection[int]) -> "FailedContext":
        """The same as if these roots worked."""
        other = FailedContext(self._topology, self._ties)
        other.set_failed(root for root in self.roots if root not in whole)
        return other

    def joint(self, candidate: int) -> Prediction:
        """What its failure does now, besides what has failed already; what this takes down is left out."""
        now = self._now.get(candidate)
        if now is None:
            now = self._now[candidate] = self._beside(candidate, self._near(candidate))
        return now

    def customers(self, candidate: int) -> int:
        """How many are down by it now, besides those that were before."""
        known = self._customers.get(candidate)
        if known is None:
            services = services_down(self._topology, self.joint(candidate).down)
            known = self._customers[candidate] = len(customers_of(self._topology, services))
        return known

    def joint_without(self, candidate: int, whole: Collection[int]) -> Prediction | None:
        """The same as if these roots worked; None where it fails beside no other."""
        near = tuple(root for root in self._near(candidate) if root not in whole and root != candidate)
        return self._beside(candidate, near) if near else None

    def _near(self, candidate: int) -> Elements:
        """The roots in whose company it takes down more than alone."""
        ties = self._ties(candidate)
        return tuple(root for root in self.roots if not ties.isdisjoint(self._ties(root)))

    def _beside(self, candidate: int, near: Elements) -> Prediction:
        known = self._joint.get((candidate, near))
        if known is None:
            known = self._joint[candidate, near] = self._predict(candidate, near)
        return known

    def _predict(self, candidate: int, near: Elements) -> Prediction:
        topology, alone = self._topology, prediction(self._topology, candidate)
        both, before = down(topology, (candidate, *near)), self._before.get(near)
        if before is None:
            before = self._before[near] = down(topology, near)
        intervals = merged([*alone.down.intervals, *without(both.intervals, before.intervals)])
        stopped = sorted({*both.links}.difference(before.links, alone.down.links))
        fallen = replace(alone.down, intervals=intervals, links=tuple(sorted({*alone.down.links, *stopped})))
        links = tuple(link for link in sorted({*alone.links, *stopped}) if told(topology, link, fallen))
        return replace(alone, down=fallen, links=links, onts=onts_told(topology, intervals))
