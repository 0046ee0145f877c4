"""The scores as a table."""

from __future__ import annotations

import math
from collections.abc import Sequence

from bench.accuracy.run import PRODUCT, Played
from bench.accuracy.scorer import Sum, calibration_error, total

HEAD = (
    "cell", "cases", "precision", "recall", "F1", "F1 susp.", "exact", "hit@1", "hit@3", "root s", "open s",
    "false/day", "crit. prec.", "told falsely", "ECE", "events/s",
)  # fmt: skip


def lines(played: Sequence[Played]) -> list[list[str]]:
    """The service alone."""
    return [list(HEAD), *(_row(one) for one in played)]


def beside(played: Sequence[Played]) -> list[list[str]]:
    """F1 of all who answered."""
    names = [who for who in played[0].scores if who != PRODUCT] if played else []
    rows = [["F1", PRODUCT, *names]]
    for one in played:
        figures = [_three(total(scores).f1) if scores else "-" for scores in one.scores.values()]
        rows.append([one.cell, *figures])
    return rows


def _row(one: Played) -> list[str]:
    ours = total(one.scores[PRODUCT])
    sure = [pair for score in one.scores[PRODUCT] for pair in score.sure]
    speed = f"{one.events / max(one.wall_s, 1e-9):.0f}" + (f", {one.late} late" if one.late else "")
    return [one.cell, *_figures(ours), _three(calibration_error(sure)), speed]


def _figures(one: Sum) -> list[str]:
    parts = (one.precision, one.recall, one.f1, one.f1_suspected, one.exact, one.first, one.third)
    times = (one.to_root_s, one.to_open_s, one.false_a_day)
    told = f"{one.false_told:.3f} of {one.told}" if one.told else "-"
    return [str(one.cases), *(_three(part) for part in parts), *(_one(t) for t in times), _three(one.critical), told]


def _three(value: float) -> str:
    return "-" if math.isnan(value) else f"{value:.3f}"


def _one(value: float) -> str:
    return "-" if math.isnan(value) else f"{value:.1f}"


def plain(rows: list[list[str]]) -> str:
    """For a terminal."""
    columns = max(len(row) for row in rows)
    full = [row + [""] * (columns - len(row)) for row in rows]
    widths = [max(len(row[n]) for row in full) for n in range(columns)]
    return "\n".join("  ".join(cell.rjust(width) for cell, width in zip(row, widths, strict=True)) for row in full)
