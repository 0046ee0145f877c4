"""How right an answer is: incidents matched to faults, and what follows from that."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, field

from bench.accuracy.answers import Answer, Found
from bench.accuracy.case import Case
from bench.accuracy.truth import Truth

EARLY_S, LATE_S = 90.0, 3600.0  # an incident is of a fault that began so soon after it, or ended so long before it
DAY_HOURS = 24.0


@dataclass(slots=True)
class Score:
    """One case."""

    case: str
    right: int = 0  # incidents that name a fault
    wrong: int = 0
    missed: int = 0
    asked: int = 0  # faults that something told of
    first: int = 0  # hit at 1
    third: int = 0  # hit at 3
    suspected: tuple[int, int, int] = (0, 0, 0)  # right, wrong, missed, with what is only suspected
    to_root: list[float] = field(default_factory=list)
    to_open: list[float] = field(default_factory=list)
    sure: list[tuple[float, bool]] = field(default_factory=list)  # confidence, right
    critical: tuple[int, int] = (0, 0)  # right, all
    told: tuple[int, int] = (0, 0)  # customers told of an outage: who had lost nothing, all
    hours: float = 0.0
    wrong_roots: list[str] = field(default_factory=list)
    missed_faults: list[str] = field(default_factory=list)


def score(case: Case, answer: Answer) -> Score:
    opened = [one for one in answer.found if one.opened is not None]
    scored = Score(case.name, hours=case.hours)
    of, neutral = matched(case, opened)
    wrong = [n for n in range(len(opened)) if n not in of and n not in neutral]
    hit = {fault for fault in of.values() if not case.truths[fault].neutral}
    asked = [n for n, truth in enumerate(case.truths) if not truth.neutral]
    scored.right, scored.wrong, scored.asked = len(hit), len(wrong), len(asked)
    scored.missed = len(asked) - len(hit)
    scored.wrong_roots = [opened[n].root for n in wrong]
    scored.missed_faults = [case.truths[n].element for n in asked if n not in hit]
    scored.critical = _critical(opened, of, neutral)
    scored.sure = [
        (one.confidence, n in of) for n, one in enumerate(opened) if one.confidence is not None and n not in neutral
    ]
    scored.suspected = _with_suspected(case, answer)
    for n in asked:
        _timed(scored, case.truths[n], answer.found, opened)
    scored.told = _falsely(case, answer)
    return scored


def matched(case: Case, found: list[Found]) -> tuple[dict[int, int], set[int]]:
    """Incident to fault, each at most once; and incidents that count neither way. Asked faults before neutral ones."""
    of: dict[int, int] = {}
    for neutral in (False, True):
        for fault, truth in enumerate(case.truths):
            if truth.neutral is not neutral:
                continue
            for n in sorted(range(len(found)), key=lambda n: (found[n].opened or math.inf, n)):
                if n not in of and _is(found[n], truth):
                    of[n] = fault
                    break
    idle = {n for n, fault in of.items() if case.truths[fault].neutral}
    for n, one in enumerate(found):
        if n not in of and one.root in case.neutral and one.severity != "Critical":
            idle.add(n)
    return of, idle


def _is(one: Found, truth: Truth) -> bool:
    at = one.first if one.opened is None else one.opened
    return one.root in truth.right and truth.start - EARLY_S <= at <= truth.end + LATE_S


def _critical(opened: list[Found], of: dict[int, int], neutral: set[int]) -> tuple[int, int]:
    grave = [n for n, one in enumerate(opened) if one.severity == "Critical" and n not in neutral]
    return sum(1 for n in grave if n in of), len(grave)


def _with_suspected(case: Case, answer: Answer) -> tuple[int, int, int]:
    shown = [one for one in answer.found if one.opened is not None or one.suspected]
    of, neutral = matched(case, shown)
    asked = sum(1 for truth in case.truths if not truth.neutral)
    right = len({fault for fault in of.values() if not case.truths[fault].neutral})
    return right, len(shown) - len(set(of) | neutral), asked - right


def _timed(scored: Score, truth: Truth, every: list[Found], opened: list[Found]) -> None:
    """Hits, and the time from the first symptom to the first right suspicion and to the right opening."""
    of = [one for one in opened if _is(one, truth)]
    scored.first += bool(of)
    near = (one for one in opened if truth.right.intersection([one.root, *one.alternatives[:2]]))
    scored.third += any(_about(one, truth) for one in near)
    if truth.first_symptom is None or not of:
        return
    times = [
        at
        for one in every
        for at, _, root in one.verdicts
        if root in truth.right and at >= truth.start and _about(one, truth)
    ]
    if times:
        scored.to_root.append(max(0.0, min(times) - truth.first_symptom))
    scored.to_open.append(max(0.0, min(one.opened or 0.0 for one in of) - truth.first_symptom))


def _about(one: Found, truth: Truth) -> bool:
    at = one.first if one.opened is None else one.opened
    return truth.start - EARLY_S <= at <= truth.end + LATE_S


def _falsely(case: Case, answer: Answer) -> tuple[int, int]:
    """Customers told of an outage who were down at no time."""
    return len([one for one in answer.outage_told if one not in case.down]), len(answer.outage_told)


@dataclass(slots=True)
class Sum:
    """A cell."""

    cases: int
    precision: float
    recall: float
    f1: float
    f1_suspected: float
    exact: float  # share of cases without a miss and without a false incident
    first: float
    third: float
    to_root_s: float
    to_open_s: float
    false_a_day: float
    critical: float
    false_told: float
    told: int


def total(scores: list[Score]) -> Sum:
    right, wrong, missed = (sum(getattr(one, name) for one in scores) for name in ("right", "wrong", "missed"))
    shown = [sum(one.suspected[n] for one in scores) for n in range(3)]
    asked = sum(one.asked for one in scores)
    told, critical = [0, 0], [0, 0]
    for one in scores:
        for n in range(2):
            told[n] += one.told[n]
            critical[n] += one.critical[n]
    return Sum(
        len(scores),
        _part(right, right + wrong),
        _part(right, right + missed),
        f1(right, wrong, missed),
        f1(shown[0], shown[1], shown[2]),
        _part(sum(1 for one in scores if not one.wrong and not one.missed), len(scores)),
        _part(sum(one.first for one in scores), asked),
        _part(sum(one.third for one in scores), asked),
        middle(at for one in scores for at in one.to_root),
        middle(at for one in scores for at in one.to_open),
        wrong / max(sum(one.hours for one in scores), 1e-9) * DAY_HOURS,
        _part(critical[0], critical[1]),
        told[0] / told[1] if told[1] else 0.0,
        told[1],
    )


def f1(right: int, wrong: int, missed: int) -> float:
    """1 where there was nothing to find and nothing was found."""
    return 2 * right / (2 * right + wrong + missed) if right + wrong + missed else 1.0


def _part(count: int, of: int) -> float:
    return count / of if of else math.nan


def middle(values: Iterable[float]) -> float:
    order = sorted(values)
    return order[len(order) // 2] if order else math.nan


def calibration_error(sure: list[tuple[float, bool]], bins: int = 10) -> float:
    """The mean distance of confidence from what was right, by bin."""
    if not sure:
        return math.nan
    parts: dict[int, list[tuple[float, bool]]] = {}
    for one in sure:
        parts.setdefault(min(bins - 1, int(one[0] * bins)), []).append(one)
    gaps = [abs(sum(c for c, _ in part) - sum(1 for _, right in part if right)) for part in parts.values()]
    return sum(gaps) / len(sure)
