"""Complaints as evidence: who called, for which elements, and what the calls together say about each of them."""

from bisect import bisect_left
from collections.abc import Callable, Iterable, Mapping, Sequence

from correlator.inference.likelihood import Scores
from correlator.policy.faults import FaultPolicy
from topology.around import AT_HOME
from topology.down import Down
from topology.graph import Topology
from topology.impact import customers_below
from topology.memo import Kept

NOBODY: Mapping[str, int] = {}
FEW = 100  # calls that wait
Call = tuple[int, int]  # when, and its weight in thousandths
Weights = tuple[int, ...]  # thousandths, by window


class OwnLines:
    """Whose own line is told down, of those who call: a call follows from that."""

    def __init__(self) -> None:
        self.callers: set[str] = set()  # their complaints
        self.version = 0
        self._of: dict[str, tuple[int, ...]] = {}  # complaint -> the elements that are the caller's own way to us
        self._at: dict[int, set[str]] = {}  # the same the other way round
        self._said: dict[int, int] = {}  # element -> how many words tell of it
        self._ordered: tuple[list[int], list[int]] | None = None  # positions of the devices of lines, and these

    def add(self, complaint: str, line: tuple[int, ...]) -> None:
        self.version += 1
        self._ordered = None
        self._of[complaint] = line
        for element in line:
            self._at.setdefault(element, set()).add(complaint)
        self._look(complaint)

    def drop(self, complaint: str) -> None:
        self.version += 1
        self._ordered = None
        self.callers.discard(complaint)
        for element in self._of.pop(complaint):
            self._at[element].discard(complaint)
            if not self._at[element]:
                del self._at[element]

    def told(self, element: int, by: int) -> None:
        """One word more (+1) or less (-1) tells that this element is down."""
        self._said[element] = self._said.get(element, 0) + by
        if not self._said[element]:
            del self._said[element]
        for complaint in self._at.get(element, ()):
            self.version += 1
            self._look(complaint)

    def within(self, topology: Topology, fallen: Down) -> list[str]:
        """Complaints of those whose own way begins at a device that is down."""
        if self._ordered is None:
            at = sorted((place, one) for one in self._at if (place := _begins_at(topology, one)) >= 0)
            self._ordered = [place for place, _ in at], [one for _, one in at]
        places, devices = self._ordered
        found = (
            one
            for low, high in fallen.intervals
            for one in devices[bisect_left(places, low) : bisect_left(places, high)]
        )
        return sorted({complaint for one in found for complaint in self._at[one]})

    def told_of(self, complaint: str) -> list[int]:
        """What of the caller's line is told down."""
        return [element for element in self._of[complaint] if element in self._said]

    def _look(self, complaint: str) -> None:
        (self.callers.add if self.told_of(complaint) else self.callers.discard)(complaint)


def _begins_at(topology: Topology, element: int) -> int:
    """The position of the device, or of that of the port; -1 where it is neither, or not reached."""
    if topology.kind_of(element) == "port":
        element = topology.device_of(element)
    return topology.position.item(element) if topology.is_device(element) else -1


class InWindows:
    """Calls in order of time, and what those of each window weigh, as of when that was asked last."""

    def __init__(self, windows_us: Sequence[int]) -> None:
        self._windows_us = windows_us
        self._calls: list[Call] = []
        self._first = [0] * len(windows_us)  # by window, the place of the first call in it
        self._weights = [0] * len(windows_us)
        self._asked = 0, 0  # as of when and since when it was asked last ...
        self._told: Weights | None = None  # ... and what was told; None: the calls have changed

    def add(self, call: Call) -> None:
        place = bisect_left(self._calls, call)
        self._calls.insert(place, call)
        self._changed(place, 1, call[1])

    def drop(self, call: Call) -> None:
        place = bisect_left(self._calls, call)
        del self._calls[place]
        self._changed(place, -1, -call[1])

    def oldest_us(self) -> int:
        """There is one at least."""
        return self._calls[0][0]

    def middle_us(self) -> int:
        """When half of them had called."""
        return self._calls[len(self._calls) // 2][0]

    def _changed(self, place: int, more: int, weight: int) -> None:
        self._told = None
        for window, first in enumerate(self._first):
            if place >= first:
                self._weights[window] += weight
            else:
                self._first[window] += more

    def weigh(self, now_us: int, since_us: int = 0) -> Weights:
        """Thousandths, by window; of those who called at `since_us` or later."""
        if self._told is None or self._asked != (now_us, since_us):
            self._asked, self._told = (now_us, since_us), self._weigh(now_us, since_us)
        return self._told

    def _weigh(self, now_us: int, since_us: int) -> Weights:
        calls = self._calls
        for window, window_us in enumerate(self._windows_us):
            first, weight = self._first[window], self._weights[window]
            while first < len(calls) and calls[first][0] < now_us - window_us:
                weight -= calls[first][1]
                first += 1
            while first and calls[first - 1][0] >= now_us - window_us:
                first -= 1
                weight += calls[first][1]
            self._first[window], self._weights[window] = first, weight
        since = bisect_left(calls, (since_us,))
        return tuple(
            weight if since <= first else sum([weight for _, weight in calls[since:]])
            for first, weight in zip(self._first, self._weights, strict=True)
        )


class Callers:
    """By candidate: the complaints that no incident explains, and E_r."""

    def __init__(self, topology: Topology, policy: FaultPolicy, scores: Scores) -> None:
        self._topology = topology
        self._scores = scores
        self._windows_us = [window_s * 1_000_000 for window_s in policy.call_windows_s]
        self._customers = len(topology.demand.customer_ids)
        self.calls: dict[int, dict[str, Call]] = {}  # candidate -> complaint
        self._all: dict[str, Call] = {}
        self._total = InWindows(self._windows_us)
        self._of: dict[int, InWindows] = {}  # candidate -> its calls
        self._known: Kept[tuple[Weights, int, Weights], int] = Kept()  # E_r by what it is made of
        self.lines = OwnLines()
        self._by_line: dict[int, dict[str, int]] = {}  # candidate -> who calls of their own line, of this version
        self._lines_seen = 0

    def add(self, complaint: str, candidates: Iterable[int], line: tuple[int, ...], at_us: int, weight: int) -> None:
        """Whoever adds says on the complaint's row that it moved, so that a rebuild knows what is dirty.

        `line`: the elements that are the customer's own way to us (`line_of`).
        """
        call = at_us, weight
        if complaint not in self._all:
            self._all[complaint] = call
            self._total.add(call)
            self.lines.add(complaint, line)
        for candidate in candidates:
            held = self.calls.setdefault(candidate, {})
            if complaint not in held:
                held[complaint] = call
                self._of.setdefault(candidate, InWindows(self._windows_us)).add(call)

    def drop(self, complaint: str, candidates: Iterable[int]) -> bool:
        """True where it counted."""
        counted = False
        call = self._all.pop(complaint, None)
        if call is not None:
            self._total.drop(call)
            self.lines.drop(complaint)
        for candidate in candidates:
            held = self.calls.get(candidate)
            if held is not None and (call := held.pop(complaint, None)) is not None:
                counted = True
                self._of[candidate].drop(call)
                if not held:
                    del self.calls[candidate], self._of[candidate]
        return counted

    def _by_own_line(self, candidate: int, held: Mapping[str, Call]) -> dict[str, int]:
        """Who calls since their own line is down, as is told: of whatever takes down more than that, they tell nothing.

        Complaint -> the line. A node of the network is nobody's own, though one customer alone hangs by it.
        """
        if self._lines_seen != self.lines.version:
            self._lines_seen = self.lines.version
            self._by_line.clear()
        found = self._by_line.get(candidate)
        if found is None:
            found = self._by_line[candidate] = self._look_at_lines(candidate, held)
        return found

    def _look_at_lines(self, candidate: int, held: Mapping[str, Call]) -> dict[str, int]:
        found: dict[str, int] = {}
        topology, most = self._topology, customers_below(self._topology, candidate)
        for complaint in sorted(self.lines.callers & held.keys()):
            told = [one for one in self.lines.told_of(complaint) if not self._is_of_network(one)]
            if not told:
                continue
            line = min(told, key=lambda element: (customers_below(topology, element), element))
            if max(1, customers_below(topology, line)) < most:
                found[complaint] = line
        return found

    def _is_of_network(self, element: int) -> bool:
        return self._topology.is_device(element) and self._topology.role_of(element) not in AT_HOME

    def score_below(
        self, fallen: Down, customers: Callable[[], int], now_us: int, explained: Mapping[str, int], since_us: int
    ) -> int | None:
        """The same of a failure that takes these down beside what has failed already; as in `score`."""
        told = [self._all[one] for one in self.lines.within(self._topology, fallen) if one not in explained]
        told = [call for call in told if call[0] >= since_us]
        if not told:
            return None
        return self._worth(self._weights(told, now_us), customers(), self._unexplained(explained, now_us))

    def have_all_called_since(self, candidate: int, since_us: int, *, below: bool) -> bool:
        """Nobody who may call of this called before. `below`: anybody may."""
        calls = self._total if below else self._of.get(candidate)
        return calls is not None and calls.oldest_us() >= since_us

    def half_called_us(self, candidate: int) -> int:
        """By when half of those had who call of what this would take down; 0: nobody calls."""
        calls = self._of.get(candidate)
        return calls.middle_us() if calls is not None else 0

    def are_few(self) -> bool:
        """So few that each may be looked at."""
        return 0 < len(self._all) <= FEW

    def score(
        self,
        candidate: int,
        now_us: int,
        explained: Mapping[str, int] = NOBODY,
        *,
        since_us: int = 0,
        by_line: bool = True,
    ) -> int | None:
        """E_r at now; None where nobody below called of late. `explained`: complaint -> the root that explains it.

        Such complaints leave both the count and, with all customers of that root, the number below. `since_us`: who
        called before then did not call for this. `by_line`: nor who calls since their own line is told down.
        """
        held = self.calls.get(candidate)
        if not held or candidate < 0 or candidate >= len(self._topology.ids):
            return None
        customers = customers_below(self._topology, candidate)
        if by_line and (mine := self._by_own_line(candidate, held)):
            explained = {**mine, **explained}
        if not explained:
            weights = self._of[candidate].weigh(now_us, since_us)
            return self._worth(weights, customers, self._total.weigh(now_us))
        if since_us > 0:
            held = {complaint: call for complaint, call in held.items() if call[0] >= since_us}
        told = [call for complaint, call in held.items() if complaint not in explained]
        roots = {explained[complaint] for complaint in held if complaint in explained}
        customers -= sum(customers_below(self._topology, root) for root in sorted(roots))
        if not told or customers <= 0:
            return None
        return self._worth(self._weights(told, now_us), customers, self._unexplained(explained, now_us))

    def _unexplained(self, explained: Mapping[str, int], now_us: int) -> Weights:
        """What all calls but these weigh, by window."""
        if not explained:
            return self._total.weigh(now_us)
        taken = self._weights([self._all[complaint] for complaint in explained if complaint in self._all], now_us)
        return tuple(all_of - gone for all_of, gone in zip(self._total.weigh(now_us), taken, strict=True))

    def _weights(self, calls: Iterable[Call], now_us: int) -> Weights:
        told = [(now_us - at_us, weight) for at_us, weight in calls]
        return tuple(sum([weight for age_us, weight in told if age_us <= window]) for window in self._windows_us)

    def _worth(self, weights: Weights, customers: int, total: Weights) -> int | None:
        """`total`: what all calls weigh; those elsewhere tell how raised the whole day is.

        Against all callers having a cause outside, which those elsewhere may have all the same.
        """
        if not any(weights):
            return None
        what = weights, customers, total
        known = self._known.get(what)
        if known is None:
            known = self._known[what] = self._work_out(*what)
        return known

    def _work_out(self, weights: Weights, customers: int, total: Weights) -> int:
        others = self._customers - customers
        rest = tuple(all_of - mine for all_of, mine in zip(total, weights, strict=True))
        raised = tuple(
            self._scores.raised(calls, others * usual)
            for calls, usual in zip(rest, self._scores.usual_calls, strict=True)
        )
        worth = self._scores.calls(weights, customers, raised)
        return worth - self._scores.outside(total, self._customers) + self._scores.outside(rest, others)
