"""Draws cases, plays them to the product, and judges each."""

import contextlib
import gc
import io
import json
import tempfile
import time
from collections.abc import Iterable, Iterator
from multiprocessing import Pool
from pathlib import Path
from random import Random
from typing import Any

import typer

from bench.blind.families import FAMILIES
from bench.blind.score import Score, judge
from streams.cli import replaying

Named = tuple[str, int, int, Path | None]  # family, number, seed, folder to keep the case in


def named(families: Iterable[str], seed: int, keep: Path | None) -> list[Named]:
    return [(name, number, seed, keep) for name in families for number in range(FAMILIES[name].count)]


def draw(family: str, number: int, seed: int, folder: Path) -> dict[str, Any]:
    """Write a case into a folder; its truth."""
    case = FAMILIES[family].draw(Random(f"{family} {number} {seed}"), number)
    case.write(folder)
    truth: dict[str, Any] = json.loads((folder / "truth.json").read_bytes())
    return truth


def one(case: Named) -> Score:
    family, number, seed, keep = case
    name = f"{family}-{number:03d}"
    with tempfile.TemporaryDirectory() as scratch:
        folder = (keep or Path(scratch)) / name
        truth = draw(family, number, seed, folder)
        score = Score(name, family)
        began = time.perf_counter()
        try:
            play(folder)
        except typer.Exit as ended:
            score.said = f"exit status {ended.exit_code}"
            return score
        score.seconds = round(time.perf_counter() - began, 3)
        return judge(score, truth, folder / "out")


def play(folder: Path) -> None:
    """`simpul replay`, in this process."""
    with contextlib.redirect_stdout(io.StringIO()):
        try:
            replaying.command(folder / "out", [folder / "inventory.json"], str(folder / "events.jsonl"))
        finally:
            gc.unfreeze()  # it leaves its memory to the end of the process, and here the next case begins
            gc.enable()


def scores(cases: list[Named], processes: int) -> Iterator[Score]:
    """In the order of the cases, whoever is ready first."""
    if processes < 2:
        yield from map(one, cases)
        return
    with Pool(processes) as pool:
        yield from pool.imap(one, cases)
