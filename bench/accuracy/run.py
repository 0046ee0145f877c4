"""Plays the cells: each case to the service and to the baselines, and scores what they say."""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass, field
from functools import partial
from pathlib import Path

from bench.accuracy.answers import Answer
from bench.accuracy.baselines import ceiling, density, kompella, uplink, windows
from bench.accuracy.case import Case
from bench.accuracy.cells import CELLS
from bench.accuracy.product import answer as product_answer
from bench.accuracy.scorer import Score, score

PRODUCT = "simpul"
BASELINES: dict[str, Callable[[Case], Answer | None]] = {
    "SCORE": kompella.answer,
    "uplink": uplink.answer,
    "window": windows.answer,
    "DBSCAN": density.answer,
    "ceiling": ceiling.answer,
}


@dataclass(frozen=True, slots=True)
class Plan:
    """What to play."""

    cells: tuple[str, ...]
    graphs: tuple[str, ...]
    seeds: int | None = None  # of each cell; None: as the cell says
    first_seed: int = 0
    full: bool = False
    named: bool = False  # cells were chosen by name
    baselines: bool = True
    policy: Path | None = None
    cases: Path | None = None
    keep: Path | None = None
    processes: int = 1


@dataclass(slots=True)
class Played:
    """The scores of a cell, by who answered, case by case."""

    cell: str
    scores: dict[str, list[Score]] = field(default_factory=dict)
    wall_s: float = 0.0
    events: int = 0
    late: int = 0  # cases that were not done in time
    took_s: float = 0.0


def play(plan: Plan, say: Callable[[str], None]) -> Iterator[Played]:
    if plan.cases:
        plan.cases.write_bytes(b"")
    named = [name for name in plan.cells if plan.full or plan.named or CELLS[name].usual]
    with ProcessPoolExecutor(plan.processes) as pool:
        for played in (pool.map if plan.processes > 1 else map)(partial(_cell, plan), named):
            say(f"{played.cell}: {len(played.scores[PRODUCT])} cases in {played.took_s:.0f} s")
            yield played


def _cell(plan: Plan, name: str) -> Played:
    cell = CELLS[name]
    count = plan.seeds or (cell.full if plan.full else cell.usual) or 1
    played = Played(name, {who: [] for who in (PRODUCT, *(BASELINES if plan.baselines else ()))})
    began = time.perf_counter()
    seeds = range(plan.first_seed, plan.first_seed + count)
    for seed in sorted(seeds, key=lambda seed: (seed % len(plan.graphs), seed)):
        case = cell.make(seed, plan.graphs[seed % len(plan.graphs)])
        _case(plan, case, played)
    played.took_s = time.perf_counter() - began
    return played


def _case(plan: Plan, case: Case, played: Played) -> None:
    kept = plan.keep / case.name.replace("/", "_").replace(" ", "-") if plan.keep else None
    found = product_answer(case, plan.policy, kept)
    ours = score(case, found)
    played.scores[PRODUCT].append(ours)
    played.late += found.late
    played.wall_s += found.wall_s
    played.events += case.events.count(b"\n")
    others = {}
    for who in [who for who in played.scores if who != PRODUCT and case.baselines]:
        theirs = BASELINES[who](case)
        if theirs is not None:
            others[who] = score(case, theirs)
            played.scores[who].append(others[who])
    if kept and not ours.wrong and not ours.missed:
        shutil.rmtree(kept)
    if plan.cases:
        with plan.cases.open("ab") as file:
            file.write(json.dumps(_told(case, found, ours, others)).encode() + b"\n")


def _told(case: Case, found: Answer, ours: Score, others: dict[str, Score]) -> dict[str, object]:
    """A case for whoever looks into misses."""
    return {
        "case": case.name,
        "cell": case.cell,
        "seed": case.seed,
        "graph": case.graph,
        "truth": [{**asdict(one), "right": sorted(one.right), "end": min(one.end, 1e9)} for one in case.truths],
        "found": [asdict(one) for one in found.found],
        "score": asdict(ours),
        "others": {who: [one.right, one.wrong, one.missed] for who, one in others.items()},
        "wall_s": round(found.wall_s, 3),
    }
