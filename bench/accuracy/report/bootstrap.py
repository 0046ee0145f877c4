"""Intervals: cases are drawn again with return, and what is compared is compared on the same draw."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

from bench.accuracy.scorer import Score, f1

DRAWS = 1000
Interval = tuple[float, float]


def interval(scores: Sequence[Score]) -> Interval:
    """95 % of the F1 of a cell."""
    return _middle([_f1(scores, drawn) for drawn in _draws(len(scores))])


def ahead(ours: Sequence[Score], theirs: Sequence[Score]) -> Interval:
    """95 % of our F1 less theirs, case by case the same."""
    if [one.case for one in ours] != [one.case for one in theirs]:
        raise ValueError("only answers to the same cases can be paired")
    return _middle([_f1(ours, drawn) - _f1(theirs, drawn) for drawn in _draws(len(ours))])


def _draws(count: int) -> list[list[int]]:
    rng = Random(f"bootstrap {count}")
    return [rng.choices(range(count), k=count) for _ in range(DRAWS)]


def _f1(scores: Sequence[Score], drawn: list[int]) -> float:
    right = sum(scores[n].right for n in drawn)
    wrong = sum(scores[n].wrong for n in drawn)
    return f1(right, wrong, sum(scores[n].missed for n in drawn))


def _middle(values: list[float]) -> Interval:
    order = sorted(values)
    return order[len(order) * 25 // 1000], order[len(order) * 975 // 1000]
