"""Complaints as evidence: who called, for which elements, and what the calls together say about each of them."""

from collections.abc import Iterable, Mapping

from correlator.inference.likelihood import Scores
from correlator.policy.faults import FaultPolicy
from topology.graph import Topology
from topology.impact import customers_below

NOBODY: Mapping[str, int] = {}
LONG_US = 10**15


class Callers:
    """By candidate: the complaints that no incident explains, and E_r, remembered until a call leaves its window."""

    def __init__(self, topology: Topology, policy: FaultPolicy, scores: Scores) -> None:
        self._topology = topology
        self._scores = scores
        self._windows_us = [window_s * 1_000_000 for window_s in policy.call_windows_s]
        self.calls: dict[int, dict[str, tuple[int, int]]] = {}  # candidate -> complaint -> (at_us, thousandths)
        self._known: dict[int, tuple[int, int | None]] = {}  # candidate -> (holds until, E_r)

    def add(self, complaint: str, candidates: Iterable[int], at_us: int, weight: int) -> None:
        """The caller says on the complaint's row that it moved, so that a rebuild knows what is dirty."""
        for candidate in candidates:
            self.calls.setdefault(candidate, {})[complaint] = (at_us, weight)
            self._known.pop(candidate, None)

    def drop(self, complaint: str, candidates: Iterable[int]) -> bool:
        """True where it counted."""
        counted = False
        for candidate in candidates:
            held = self.calls.get(candidate)
            if held is not None and held.pop(complaint, None) is not None:
                counted = True
                self._known.pop(candidate, None)
                if not held:
                    del self.calls[candidate]
        return counted

    def score(self, candidate: int, now_us: int, explained: Mapping[str, int] = NOBODY) -> int | None:
        """E_r at now; None where nobody below called of late. `explained`: complaint -> the root that explains it.

        Such complaints leave both the count and, with all customers of that root, the number below.
        """
        held = self.calls.get(candidate)
        if not held or candidate < 0 or candidate >= len(self._topology.ids):
            return None
        if not explained:
            until_us, score = self._known.get(candidate, (0, None))
            if now_us >= until_us:
                until_us, score = self._known[candidate] = self._reckon(candidate, held, now_us)
            return score
        told = [call for complaint, call in held.items() if complaint not in explained]
        roots = {explained[complaint] for complaint in held if complaint in explained}
        customers = customers_below(self._topology, candidate)
        customers -= sum(customers_below(self._topology, root) for root in sorted(roots))
        if not told or customers <= 0:
            return None
        return self._worth(told, now_us, customers)

    def _reckon(self, candidate: int, held: Mapping[str, tuple[int, int]], now_us: int) -> tuple[int, int | None]:
        """(when the next call leaves a window, E_r till then)."""
        ends = [at_us + window_us for at_us, _ in held.values() for window_us in self._windows_us]
        until_us = min((end for end in ends if end >= now_us), default=now_us + LONG_US) + 1
        return until_us, self._worth(held.values(), now_us, customers_below(self._topology, candidate))

    def _worth(self, calls: Iterable[tuple[int, int]], now_us: int, customers: int) -> int | None:
        told = [(now_us - at_us, weight) for at_us, weight in calls]
        weights = tuple(sum([weight for age_us, weight in told if age_us <= window]) for window in self._windows_us)
        return self._scores.calls(weights, customers) if any(weights) else None
