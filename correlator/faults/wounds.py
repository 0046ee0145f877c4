"""What settled incidents have prepared: who cuts off now, together with them, what neither does alone.

A ring that has lost a span is a chain: whatever fails on it cuts off all beyond. A protected link that has lost a route
hangs by the other. The covers of inference are those of the sound network; here is what live incidents add to them.
"""

from collections.abc import Callable, Iterable
from dataclasses import replace

import numpy as np

from correlator.faults.tokens import Plan, Token
from topology.down import BEYOND, Intervals, down, merged, without
from topology.failure import expand
from topology.graph import Topology
from topology.predict import Prediction, onts_told, prediction, told
from topology.risk import BOUNDS, exposures, stops_now

Elements = tuple[int, ...]
REMEMBERED = 10_000
MOST = 40  # roots evaluated together; the rest, in order of number, is left out


class Wounds:
    """Roots of live incidents in meshed parts of the network, and what they expose."""

    def __init__(self, topology: Topology, ties: Callable[[int], frozenset[int]]) -> None:
        """`ties`: where an element's failure may close a cut with others (`faults.elements`)."""
        self.roots: Elements = ()
        self.exposing: frozenset[int] = frozenset()  # elements that take more down now than they did
        self._topology = topology
        self._ties = ties
        self._edges = np.zeros(1, dtype=np.int64)  # where segments of positions begin, ascending
        self._segments: list[Elements] = [()]  # elements that cut the segment off now
        self._links: dict[int, Elements] = {}  # degraded link -> elements that stop it now
        self._joint: dict[tuple[int, Elements], Prediction] = {}

    def suffer(self, roots: Iterable[int]) -> tuple[Intervals, set[int]]:
        """These roots have failed, and no others: positions and links whose causes may have changed; none: the same."""
        roots = tuple(sorted(set(roots)))[:MOST]
        if roots == self.roots:
            return (), set()
        before, links_before = self._exposed(), set(self._links)
        self.roots = roots
        fallen = down(self._topology, roots)
        found = list(exposures(self._topology, fallen, BOUNDS)) if roots else []
        broken = expand(self._topology, roots)
        links = {link: stops_now(self._topology, link, broken) for link in fallen.degraded} if roots else {}
        self._links = {link: elements for link, elements in links.items() if elements}
        self._segment([(low, high, each.elements) for each in found for low, high in each.intervals])
        self.exposing = frozenset(
            element for elements in (*self._segments, *self._links.values()) for element in elements
        )
        return merged([*before, *self._exposed()]), links_before | set(self._links)

    def adds(self, what: Plan | Token) -> Elements:
        """Candidates beyond its own that explain such a token now."""
        if not self.exposing:
            return ()
        if what.kind == "device":
            position = self._topology.places.position.item(what.device)
            more = self._segments[int(np.searchsorted(self._edges, position, side="right")) - 1]
        elif what.kind == "link_end":
            more = self._links.get(what.link, ())
        else:
            return ()
        own = set(what.plain)
        return tuple(element for element in more if element not in own)

    def joint(self, candidate: int) -> Prediction:
        """What its failure does now, besides what has failed already; what this takes down is left out."""
        ties = self._ties(candidate)
        near = tuple(root for root in self.roots if not ties.isdisjoint(self._ties(root)))
        known = self._joint.get((candidate, near))
        if known is None:
            if len(self._joint) >= REMEMBERED:
                self._joint.clear()
            known = self._joint[candidate, near] = self._predict(candidate, near)
        return known

    def _predict(self, candidate: int, near: Elements) -> Prediction:
        """`near`: the roots in whose company it takes down more than alone."""
        topology, alone = self._topology, prediction(self._topology, candidate)
        both, before = down(topology, (candidate, *near)), down(topology, near)
        intervals = merged([*alone.down.intervals, *without(both.intervals, before.intervals)])
        stopped = tuple(link for link, elements in self._links.items() if candidate in elements)
        fallen = replace(alone.down, intervals=intervals, links=tuple(sorted({*alone.down.links, *stopped})))
        links = (*alone.links, *(link for link in stopped if told(topology, link, fallen)))
        return replace(alone, down=fallen, links=tuple(sorted({*links})), onts=onts_told(topology, intervals))

    def _exposed(self) -> list[tuple[int, int]]:
        ends = [*self._edges.tolist()[1:], BEYOND]
        return [(low, high) for low, high, who in zip(self._edges.tolist(), ends, self._segments, strict=True) if who]

    def _segment(self, parts: list[tuple[int, int, Elements]]) -> None:
        """Overlapping intervals as segments that do not overlap, each with all who expose it."""
        edges = sorted({0, *(low for low, _, _ in parts), *(high for _, high, _ in parts)})
        gathered: list[set[int]] = [set() for _ in edges]
        for low, high, elements in parts:
            begin, end = np.searchsorted(edges, (low, high))
            for place in range(begin, end):
                gathered[place].update(elements)
        self._edges = np.array(edges, dtype=np.int64)
        self._segments = [tuple(sorted(elements)) for elements in gathered]
