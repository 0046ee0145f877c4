"""The ceiling where only callers tell: the likelihood by which such cases were drawn, with the true rates.

It knows which kinds of element break, that one did, what share of those below calls, and which calls are of an outage.
"""

from __future__ import annotations

import math

from bench.accuracy.answers import Answer, Found
from bench.accuracy.calls import BY_HABIT_A_MONTH, MONTH_S, ORDINARY, OUT_TEXTS
from bench.accuracy.case import Case
from bench.accuracy.cells.shares import CALLING, FEWEST, KINDS, STRANGERS
from bench.accuracy.faults import pools

STEPS = 20  # of the share that calls


def answer(case: Case) -> Answer:
    """The likeliest element, or those that take the same customers; all calls at hand."""
    callers = {call.customer for call in case.calls if any(text.rstrip(".") in call.text for text in OUT_TEXTS)}
    low, high = STRANGERS
    ordinary = BY_HABIT_A_MONTH * case.hours * 3600 / MONTH_S + (low + high) / 2 / len(case.scene.customers)
    by_chance = math.log(ordinary * sum(text in OUT_TEXTS for text in ORDINARY) / len(ORDINARY))
    total: dict[frozenset[str], float] = {}
    named: dict[frozenset[str], str] = {}
    by_kind = pools(case.scene.net)
    for kind, often in KINDS.items():
        below = {name: frozenset(case.scene.net.condition([name]).customers) for name in by_kind[kind]}
        below = {name: down for name, down in below.items() if len(down) > FEWEST}
        for name, down in sorted(below.items()):
            heard = len(callers & down)
            worth = math.log(often / len(below)) + _called(heard, len(down)) + (len(callers) - heard) * by_chance
            total[down] = total.get(down, 0.0) + math.exp(worth)
            named.setdefault(down, name)
    best = max(sorted(total, key=sorted), key=total.__getitem__)
    first = min((call.at for call in case.calls if call.customer in callers & best), default=0.0)
    return Answer([Found(named[best], first, first)])


def _called(heard: int, down: int) -> float:
    """ln P that just these called, whatever share of them does."""
    low, high = CALLING
    shares = [low + (high - low) * (step + 0.5) / STEPS for step in range(STEPS)]
    return math.log(sum(share**heard * (1 - share) ** (down - heard) for share in shares) / STEPS)
