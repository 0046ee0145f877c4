"""What a cell is, and what most cells begin with."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from bench.accuracy.case import Case, Draft, Scene, scene

Make = Callable[[int, str], Case]  # seed, graph


@dataclass(frozen=True, slots=True)
class Cell:
    make: Make
    usual: int = 24  # cases in a short run
    full: int = 440  # so many that 400 faults are asked for
    what: str = ""


def drafted(cell: str, seed: int, where: Scene, until: float) -> Draft:
    """An empty case; its draws depend on cell, seed and graph alone."""
    return Draft(cell, seed, where, Random(f"{cell} {seed} {where.plant.graph}"), until)


def stage(graph: str, size: str, seed: int) -> Scene:
    """Three plants on each graph, so that no one plant decides."""
    return scene(graph, size, seed // 8 % 3)
