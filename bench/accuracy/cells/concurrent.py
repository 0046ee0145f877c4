"""One to four faults of all kinds within two minutes, under noise."""

from __future__ import annotations

from random import Random

from bench.accuracy.case import Case
from bench.accuracy.cells.made import Cell, drafted, stage
from bench.accuracy.faults import draw, fault
from bench.accuracy.timeline import Losses

START, UNTIL = 600.0, 3000.0
BACKGROUND = 2  # strays at least, where there are any
TYPICAL = 9  # words of a typical fault: the middle over all kinds on these plants


def concurrent(k: int, noise: int) -> Cell:
    def make(seed: int, graph: str) -> Case:
        where = stage(graph, "usual", seed)
        draft = drafted(f"k{k}-n{noise}", seed, where, UNTIL)
        drawing = Random(f"faults {k} {seed} {graph}")  # the same faults at every noise
        faults = [fault(drawing, one, START + drawing.uniform(0, 120)) for one in draw(drawing, where.net, k)]
        draft.play(faults, Losses(noise / 100))
        strays = max(BACKGROUND, round(k * TYPICAL * noise / 100)) if noise else 0
        draft.noise(strays)
        case = draft.finish()
        case.rates = noise / 100, strays
        return case

    return Cell(make, usual=16, full=440 // k, what=f"{k} at once, {noise} % lost, {noise} % strays")
