"""The page with the figures, and its plots."""

from __future__ import annotations

import os
import time
from collections.abc import Sequence
from pathlib import Path
from textwrap import fill

from bench.accuracy.cells import CELLS
from bench.accuracy.graphs import load
from bench.accuracy.report import table
from bench.accuracy.report.bootstrap import ahead, interval
from bench.accuracy.report.plots import Axis, Line, plot
from bench.accuracy.run import BASELINES, PRODUCT, Plan, Played
from bench.accuracy.scorer import calibration_error, total

UNIT = [n / 5 for n in range(6)]
INTRODUCTION = """# How often the verdict is right

Written by `make accuracy`{full}; do not edit. Faults are made up on real backbones, and what a network would then
say of them is worked out by a small physics that shares no code with the service. The service is given the
inventory and the events, as `simpul replay` is. An incident is right where it opened and its root is the element
that broke, or one that nobody could tell from it: it would have made the same objects speak and the same customers
lose. A fault that nothing which was told can show is left out; a second incident for one fault is false.

{date}, {cores} cores, {processes}. Cases {first} to {last} of each cell, drawn from seeds: the same seeds give the
same bytes. The graphs by shape and size; they are not the ones on which rules were tuned (`--tuning`):
{graphs}
"""


def write(plan: Plan, played: Sequence[Played], page: Path) -> None:
    folder = page.with_name("plots")
    folder.mkdir(exist_ok=True)
    pictures = {"reliability": reliability(played), "noise": by_noise(played), "time": by_time(played)}
    for name, text in pictures.items():
        (folder / f"accuracy-{name}.svg").write_text(text)
    page.write_text(text_of(plan, played))


def text_of(plan: Plan, played: Sequence[Played]) -> str:
    most = max(len(one.scores[PRODUCT]) for one in played)
    parts = [
        INTRODUCTION.format(
            full=" ARGS=--full" if plan.full else "",
            date=time.strftime("%Y-%m-%d", time.gmtime()),
            cores=os.cpu_count(),
            processes="one process" if plan.processes == 1 else f"{plan.processes} processes",
            first=plan.first_seed,
            last=plan.first_seed + most - 1,
            graphs=fill(", ".join(sorted({f"{load(name).shape} ({name})" for name in plan.graphs})), 118),
        ),
        "## The service\n",
        _markdown(table.lines(played)),
        EXPLAINED,
        "## Beside what is commonly done\n",
        _markdown(_beside(played)),
        COMPARED,
        "![reliability](plots/accuracy-reliability.svg)\n\n![F1 by noise](plots/accuracy-noise.svg)\n",
        "![time to the root](plots/accuracy-time.svg)\n",
        "## The cells\n",
        _markdown([["cell", "cases", "what"], *(_cell(one) for one in played)]),
    ]
    return "\n".join(parts)


EXPLAINED = """
F1 susp.: with roots that are only suspected. exact: cases without a miss and without a false incident. hit@1,
hit@3: faults whose root is named by an open incident, or by it or its two best alternatives. root s, open s: the
middle of the seconds from the first symptom to the first right suspicion and to the opening. false/day: false
incidents in 24 hours. crit. prec.: of Critical incidents, how many are right. told falsely: of the customers told
of an outage, how many had lost nothing. ECE: the mean distance between confidence and what was right.
"""
COMPARED = """
F1 on the same cases, and how far the service is ahead, with 95 % of a paired bootstrap by case. SCORE: Kompella and
others, NSDI 2005, over the whole inventory, redundancy understood. uplink: what fails below a failed uplink belongs
to it. window: alarms of one site within five minutes. DBSCAN: on time and hops, as OpenNMS ALEC groups. ceiling: a
search with the very likelihood from which the cases were drawn, all words at hand; no service knows these rates.
Thresholds were chosen on the tuning graphs.
"""


def _cell(one: Played) -> list[str]:
    return [one.cell, str(len(one.scores[PRODUCT])), CELLS[one.cell].what]


def _beside(played: Sequence[Played]) -> list[list[str]]:
    rows = [["cell", "simpul", *BASELINES]]
    for one in played:
        low, high = interval(one.scores[PRODUCT])
        row = [one.cell, f"{total(one.scores[PRODUCT]).f1:.3f} ({low:.3f} to {high:.3f})"]
        for who in BASELINES:
            theirs = one.scores.get(who)
            row.append(_ahead(one, who) if theirs else "-")
        rows.append(row)
    return rows


def _ahead(one: Played, who: str) -> str:
    low, high = ahead(one.scores[PRODUCT], one.scores[who])
    return f"{total(one.scores[who]).f1:.3f} ({low:+.3f} to {high:+.3f})"


def _markdown(rows: list[list[str]]) -> str:
    head, *rest = rows
    lines = [head, ["---"] * len(head), *rest]
    return "\n".join("| " + " | ".join(row) + " |" for row in lines) + "\n"


def reliability(played: Sequence[Played]) -> str:
    """Of the incidents opened at each confidence, how many were right."""
    sure = [pair for one in played for score in one.scores[PRODUCT] for pair in score.sure]
    points = []
    for n in range(10):
        inside = [(c, right) for c, right in sure if min(9, int(c * 10)) == n]
        if inside:
            points.append((sum(c for c, _ in inside) / len(inside), sum(right for _, right in inside) / len(inside)))
    error = calibration_error(sure)
    lines = [Line(f"opened ({len(sure)})", points), Line("as it should", [(0, 0), (1, 1)], dashed=True)]
    title = f"Confidence and what was right (ECE {error:.3f})"
    return plot(title, Axis("confidence", 0, 1, UNIT), Axis("share right", 0, 1, UNIT), lines)


def by_noise(played: Sequence[Played]) -> str:
    """F1 over all of one to four concurrent faults, by noise."""
    noises = (0, 10, 20, 30)
    lines = []
    for who in (PRODUCT, *BASELINES):
        points = []
        for noise in noises:
            cells = [one for one in played if one.cell.startswith("k") and one.cell.endswith(f"-n{noise}")]
            scores = [score for one in cells for score in one.scores.get(who, ())]
            if scores:
                points.append((float(noise), total(scores).f1))
        if points:
            lines.append(Line(who, points))
    return plot("1 to 4 faults at once", Axis("% lost, % strays", 0, 30, noises), Axis("F1", 0, 1, UNIT), lines)


def by_time(played: Sequence[Played]) -> str:
    """The share of faults that are named, by seconds from the first symptom."""
    marks = (0, 20, 40, 60, 80, 100, 120)
    scores = [score for one in played if one.cell.startswith("k") for score in one.scores[PRODUCT]]
    asked = max(1, sum(score.asked for score in scores))
    lines = []
    for name, times in (
        ("suspected", [at for score in scores for at in score.to_root]),
        ("open", [at for score in scores for at in score.to_open]),
    ):
        points = [(float(at), sum(1 for one in times if one <= at) / asked) for at in range(0, 121, 5)]
        lines.append(Line(name, points))
    title = "Faults with the right root, by time"
    return plot(title, Axis("seconds from the first symptom", 0, 120, marks), Axis("share", 0, 1, UNIT), lines)
