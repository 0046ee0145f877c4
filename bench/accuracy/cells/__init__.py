"""The cells: each makes a case of a seed and a graph."""

from __future__ import annotations

from bench.accuracy.cells.bursts import bursts
from bench.accuracy.cells.concurrent import concurrent
from bench.accuracy.cells.days import day, flaps
from bench.accuracy.cells.hidden import nested, silent
from bench.accuracy.cells.made import Cell
from bench.accuracy.cells.management import management
from bench.accuracy.cells.missing import missing
from bench.accuracy.cells.repairs import lost_source, repairs
from bench.accuracy.cells.small import CASES as SMALL
from bench.accuracy.cells.small import small
from bench.accuracy.cells.storm import GREAT, storm
from bench.accuracy.cells.storm import SMALL as GALE

CELLS: dict[str, Cell] = {
    **{f"k{k}-n{noise}": concurrent(k, noise) for k in (1, 2, 3, 4) for noise in (0, 10, 20, 30)},
    "day": Cell(day, usual=10, full=100, what="a working day"),
    "flaps": Cell(flaps, what="a link, fibre or port that flaps"),
    "management": Cell(management, full=800, what="the way to a region's management is lost"),
    "nested": Cell(nested, full=220, what="a fault behind another"),
    "silent": Cell(silent, what="faults that only callers tell"),
    "repairs": Cell(repairs, full=180, what="faults one after the other, repaired"),
    "lostsource": Cell(lost_source, full=220, what="a source dies while something is broken"),
    **{f"missing-{share}": missing(share) for share in (2, 5, 10)},
    "bursts": Cell(bursts, full=800, what="crowds of calls about something else"),
    "storm": storm("storm", GALE),
    "storm-full": storm("storm-full", GREAT),
    "small": Cell(small, usual=len(SMALL), full=len(SMALL), what="one or two alarms, by hand"),
}
