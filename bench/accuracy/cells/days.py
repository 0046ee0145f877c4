"""A working day, and things that flap."""

from __future__ import annotations

from bench.accuracy.calls import ordinary
from bench.accuracy.case import Case, Draft
from bench.accuracy.cells.made import drafted, stage
from bench.accuracy.faults import Fault, draw, fault
from bench.accuracy.timeline import Losses


def day(seed: int, graph: str) -> Case:
    """Eight to twelve hours: strays of all types, some faults that are repaired, ordinary calls."""
    where = stage(graph, "day", seed)
    draft = drafted("day", seed, where, 0.0)
    rng = draft.rng
    draft.until = rng.uniform(8, 12) * 3600
    faults = []
    for one in draw(rng, where.net, rng.randint(3, 6)):
        start = rng.uniform(600, draft.until - 7200)
        if rng.random() < 0.2 and one[1] in ("span", "port", "link"):
            faults.append(flapping(draft, one, start, rng.randint(6, 15)))
        else:
            faults.append(fault(rng, one, start, start + rng.uniform(1500, 6000)))
    faults.sort(key=lambda one: one.start)
    draft.play(faults, Losses(0.05, 0.03))
    draft.noise(round(rng.uniform(200, 400) * draft.until / 86_400), stuck=0.05)
    draft.calls += ordinary(rng, where.customers, rng.randint(15, 40), (0.0, draft.until))
    return draft.finish()


def flapping(draft: Draft, drawn: tuple[str, str], start: float, times: int) -> Fault:
    """Down and up again, so many times in some ten minutes."""
    spells = []
    at = start
    for _ in range(times):
        down = draft.rng.uniform(4, 20)
        spells.append((round(at, 3), round(at + down, 3)))
        at += down + draft.rng.uniform(4, 600 / times)
    return Fault(drawn[0], drawn[1], spells)


def flaps(seed: int, graph: str) -> Case:
    """One thing flaps for ten minutes, 20 to 60 times up or down; a port, a link or a fibre."""
    where = stage(graph, "usual", seed)
    draft = drafted("flaps", seed, where, 3600.0)
    one = draw(draft.rng, where.net, 1, ("span", "port", "link"))[0]
    draft.play([flapping(draft, one, 600.0, draft.rng.randint(10, 30))], Losses(0.05, 0.05))
    draft.noise(4)
    return draft.finish()
