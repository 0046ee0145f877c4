"""A family of cases, and what most of them share."""

from collections.abc import Callable
from dataclasses import dataclass
from random import Random
from typing import Any

from bench.blind import mischief
from bench.blind.case import FAR, Case, Fault
from bench.blind.network import Net
from bench.blind.speech import tell

Draw = Callable[[Random, int], Case]


@dataclass(frozen=True, slots=True)
class Family:
    name: str
    draw: Draw  # of a seed's randomness, and the number of the case
    count: int  # cases in the set
    what: str  # in one line


def opened(net: Net, rng: Random, start_h: float | None = None) -> Case:
    """A case on this network, with the habits that a seed gives it."""
    habits = net.habits
    habits.loss = rng.choice([0.0, 0.02, 0.05])
    habits.lost_clears = rng.choice([0.0, 0.02, 0.1])
    habits.poll_s = rng.choice([60, 60, 120, 300])
    habits.poll_misses = rng.choice([1, 2, 3])
    habits.doubled = rng.random() < 0.3
    return Case(net, rng, start_h)


def until(rng: Random, begin: float) -> float:
    """When the repair is done: in half of the cases after what is told."""
    return begin + rng.uniform(2400, 9000) if rng.random() < 0.5 else FAR


def strike(case: Case, root: str, begin: float | None = None, **more: Any) -> Fault:
    """A fault of one element that stays, or is repaired and perhaps said to be."""
    rng = case.rng
    start = rng.uniform(120, 900) if begin is None else begin
    end = until(rng, start)
    fault = case.fault(root, start, end, **more)
    if end < FAR and rng.random() < 0.5:
        case.other(end + rng.uniform(30, 300), "restored", object=root)
    return fault


def closed(case: Case, strays: int = 3) -> Case:
    """All told: the faults, and a few words that mean nothing."""
    tell(case)
    last = max((when for when, _ in case.events), default=0.0)
    mischief.stray(case, case.rng.randint(0, strays), last + 600)
    case.horizon = last + 900
    return case


def one_fault(net: Net, rng: Random, root: str, **more: Any) -> Case:
    case = opened(net, rng)
    strike(case, root, **more)
    return closed(case)
