"""Small cases of a few alarms on one small network, each with what a senior engineer of the NOC would say."""

from collections.abc import Callable
from functools import partial
from random import Random

from bench.blind.case import FAR, Case
from bench.blind.families import hand_calls, hand_lines, hand_words
from bench.blind.families.hand_net import small
from bench.blind.family import Family

Told = Callable[[Case], str]
HOUR = 3600.0


def draw(tell: Told, rng: Random, number: int) -> Case:
    """By day, in the evening, at another day's hour: the outcome is the same."""
    case = Case(small(rng), rng, (9.5, 13.0, 17.25)[number % 3])
    case.expect = tell(case)
    for fault in case.faults:
        if fault.tellable is None:
            fault.tellable = not fault.optional
        fault.told = fault.told or [fault.begin]
    last = max(when for when, _ in case.events)
    case.horizon = max(last, 2 * HOUR)
    assert all(fault.end <= FAR for fault in case.faults)
    return case


CASES: dict[str, Told] = {
    f"hand_{tell.__name__}": tell for room in (hand_lines, hand_words, hand_calls) for tell in room.CASES
}
FAMILIES = tuple(
    Family(name, partial(draw, tell), 2, (tell.__doc__ or "").strip().rstrip(".")) for name, tell in CASES.items()
)
