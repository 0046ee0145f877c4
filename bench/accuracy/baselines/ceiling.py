"""A ceiling: the likelihood by which the cases were drawn, with the true rates, searched greedily and then by moves.

No service can know these rates. It has all words of the case at once, too: it does not decide while they come.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from bench.accuracy.answers import Answer, Found
from bench.accuracy.baselines import callers
from bench.accuracy.baselines.kompella import signatures
from bench.accuracy.case import Case
from bench.accuracy.faults import CARDS, NEVER, WEIGHTS, Fault, pools
from bench.accuracy.noise import SHARES
from bench.accuracy.telling import MEAN_S, POLL_S, PROBE_S, Key
from bench.accuracy.timeline import Segment, elements, segments, spoken

USUAL = 2.5  # faults a case
TRIED, ONSETS, LATER, ROUNDS = 40, 3, 8, 4
BEFORE = (0.0, 0.8, 2.5)  # seconds from a fault to its first word
IMPOSSIBLE = 1e-4  # in place of nothing, so that no word is certain
CALLING, FIRST_CALL_S, LAST_CALL_S = 0.02, 60.0, 3600.0
Guess = tuple[str, float]  # element, since when


@dataclass(frozen=True, slots=True)
class Rates:
    """As the case was drawn."""

    lost: float
    strays: int
    until: float


def answer(case: Case) -> Answer | None:
    """None where the rates are not those of the whole case."""
    if case.cell == "silent":
        return callers.answer(case)
    if case.rates is None:
        return None
    best = _Search(case, Rates(*case.rates, case.hours * 3600)).found()
    return Answer([Found(name, at + 60, at) for name, at in best])


class _Search:
    def __init__(self, case: Case, rates: Rates) -> None:
        self.case, self.rates = case, rates
        self.speech, self.net = case.scene.speech, case.scene.net
        self.told: dict[Key, list[float]] = {}
        for one in case.told:
            if one.raised:
                self.told.setdefault(one.key, []).append(one.at)
        by_kind = pools(self.net)
        every = sum(WEIGHTS[kind] for kind in by_kind)
        self.kind = {name: kind for kind, names in by_kind.items() for name in names}
        density = USUAL / rates.until
        self.prior = {name: math.log(density * WEIGHTS[k] / every / len(by_kind[k])) for name, k in self.kind.items()}
        self.known: dict[frozenset[Guess], float] = {}

    def found(self) -> list[Guess]:
        held: frozenset[Guess] = frozenset()
        worth = 0.0
        near = self._near()
        for _ in range(12):
            tried = ((self._worth(held | {one}), one) for one in self._promising(near, held))
            best = max(tried, default=(0.0, ("", 0.0)))
            if best[0] <= worth:
                break
            worth, held = best[0], held | {best[1]}
        for _ in range(ROUNDS):
            moved = max(((self._worth(other), sorted(other)) for other in self._moves(held, near)), default=(worth, []))
            if moved[0] <= worth:
                break
            worth, held = moved[0], frozenset(moved[1])
        return sorted(held)

    def _near(self) -> list[tuple[float, Guess]]:
        """Elements of which a word was told, each with the times at which it may have begun, best first."""
        known = signatures(self.speech)
        names = {name for key in self.told for name in known.by.get(key, ())} & self.kind.keys()
        names |= {key[0] for key in self.told if key[1] == "card_failure"} & self.kind.keys()
        found = []
        for name in sorted(names):
            words = known.of.get(name, frozenset())
            times = sorted({at for key in words for at in self.told.get(key, ())})
            starts = [at - before for at in times[:ONSETS] for before in BEFORE]
            starts += [at - BEFORE[1] for at in times[ONSETS :: max(1, len(times) // LATER)]]
            best = max(((self._worth(frozenset([(name, at)])), (name, at)) for at in starts), default=None)
            if best is not None:
                found.append(best)
        return sorted(found, reverse=True)

    def _promising(self, near: list[tuple[float, Guess]], held: frozenset[Guess]) -> list[Guess]:
        names = {name for name, _ in held}
        left = [one for one in near if one[1][0] not in names and one[0] > -12]
        return [one for _, one in left[:TRIED]]

    def _moves(self, held: frozenset[Guess], near: list[tuple[float, Guess]]) -> list[frozenset[Guess]]:
        """One taken away, one in place of another, or one that began earlier and explains what another did."""
        moves = [held - {one} for one in held]
        for name, at in held:
            earlier = {(held - {(name, at)}) | {(name, at - before)} for before in BEFORE[1:]}
            moves += [*earlier, *(one - {other} for one in earlier for other in held)]
        for one in held:
            moves += [(held - {one}) | {other} for other in self._promising(near, held)[:TRIED]]
        return moves

    def _worth(self, held: frozenset[Guess]) -> float:
        """The log of how much likelier all is by these faults than by chance alone."""
        if held not in self.known:
            self.known[held] = self._reckon(held)
        return self.known[held]

    def _reckon(self, held: frozenset[Guess]) -> float:
        faults = [Fault(name, self.kind[name], [(max(0.0, at - 0.05), NEVER)]) for name, at in sorted(held)]
        total = sum(self.prior[fault.element] for fault in faults)
        since: dict[Key, float] = {}
        for segment in segments(faults, self.rates.until):
            words = spoken(self.speech, faults, segment.standing)
            for key in [key for key in since if key not in words]:
                total += self._word(key, since.pop(key), segment.start)
            for key in words:
                since.setdefault(key, segment.start)
        total += sum(self._word(key, start, self.rates.until) for key, start in sorted(since.items()))
        total += sum(self._card(fault) for fault in faults)
        return total + self._calls(faults)

    def _word(self, key: Key, start: float, end: float) -> float:
        """What a word that was true in this time adds: told, or not."""
        lost = max(self.rates.lost, IMPOSSIBLE)
        missed = math.log(lost + (1 - lost) * self._later(key, end - start))
        dense = max((self._dense(key, at - start) for at in self.told.get(key, ()) if start <= at <= end), default=0.0)
        if dense <= 0:
            return missed
        return max(missed, math.log((1 - lost) * dense / self._by_chance(key)))

    def _dense(self, key: Key, after: float) -> float:
        low, high = self._uniform(key)
        if high:
            return 1 / (high - low) if low <= after <= high + 0.1 else 0.0
        mean = self._mean(key)
        return math.exp(-after / mean) / mean

    def _later(self, key: Key, after: float) -> float:
        low, high = self._uniform(key)
        if high:
            return min(1.0, max(0.0, (high - after) / (high - low)))
        return math.exp(-after / self._mean(key))

    def _uniform(self, key: Key) -> tuple[float, float]:
        if key[1] == "service_down":
            return 2.0, PROBE_S
        return (1.0, POLL_S) if key[1] == "device_unreachable" and not self._ont(key[0]) else (0.0, 0.0)

    def _mean(self, key: Key) -> float:
        return MEAN_S["ont"] if key[1] == "device_unreachable" else MEAN_S.get(key[1], 3.0)

    def _ont(self, name: str) -> bool:
        return name in self.net.device and self.net.role[self.net.device[name]] == "ont"

    def _by_chance(self, key: Key) -> float:
        """Strays of this word a second."""
        kinds = {"loss_of_signal": "port", "link_down": "port", "on_battery": "power", "power_failure": "power"}
        kind = kinds.get(key[1], key[1])
        if kind == "device_unreachable":
            kind = "ont" if self._ont(key[0]) else "device"
        pool = len(self.case.scene.strays.pools.get(kind, ())) or 1
        rate = self.rates.strays * SHARES.get(kind, 0.1) / sum(SHARES.values()) / pool
        return max(rate, 1e-9) / self.rates.until

    def _card(self, fault: Fault) -> float:
        often = 0.3 if fault.kind in CARDS else 0.2 if fault.kind == "port" else 0.0
        if not often:
            return 0.0
        key = fault.element, "card_failure"
        missed = math.log(1 - often * (1 - self.rates.lost))
        times = (at for at in self.told.get(key, ()) if fault.start <= at < fault.start + 100)
        dense = max((self._dense(key, at - fault.start) for at in times), default=0.0)
        if dense <= 0:
            return missed
        return max(missed, math.log(often * (1 - self.rates.lost) * dense / self._by_chance(key)))

    def _calls(self, faults: list[Fault]) -> float:
        """A call of one who is down is worth much here, as nobody else calls; silence costs little."""
        if not faults:
            return 0.0
        start = min(fault.start for fault in faults)
        every = Segment(start, self.rates.until, tuple(range(len(faults))))
        down = self.net.condition(elements(faults, every.standing)).customers
        called = {call.customer for call in self.case.calls if call.at >= start + FIRST_CALL_S}
        share = CALLING * min(1.0, max(0.0, self.rates.until - start - FIRST_CALL_S) / (LAST_CALL_S - FIRST_CALL_S))
        heard = len(down & called)
        return heard * math.log(CALLING / LAST_CALL_S / 1e-7) + (len(down) - heard) * math.log(1 - share)
