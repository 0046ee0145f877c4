"""How long a network takes to load and compile, what memory it takes, and how fast its questions are answered.

Each size is measured in a process of its own, as a start of the service would be. `python -m bench.loading` runs it
alone; the elements asked about are drawn from all kinds, and each question is asked for the first time.
"""

import gc
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import TypeVar

import msgspec

from bench import Row
from bench.storm.national import national
from bench.watching.process import peak_mb
from topology import cover, impact
from topology.compile import compile_inventory
from topology.graph import Topology
from topology.loaders import load
from topology.loaders.dump import to_json
from topology.loaders.frozen import freeze, thaw
from topology.survey import survey

Answer = TypeVar("Answer")

SIZES = {"smoke": (10_000,), "full": (100_000, 1_000_000)}
LOAD_S = {1_000_000: 25.0}
PEAK_MB = {1_000_000: 2_500.0}
WHATIF_MS = {100_000: 0.5, 1_000_000: 5.0}
SEED = 1
ASKED = 5_000


def run(scale: str) -> list[Row]:
    """`scale`: smoke (10,000 resources) or full (100,000, then a million)."""
    rows = []
    for size in SIZES.get(scale, SIZES["full"]):
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "inventory.json"
            path.write_bytes(to_json(national(size, SEED)))
            command = [sys.executable, "-m", "bench.loading", str(size), str(path)]
            told = subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout
            rows += msgspec.json.decode(told, type=list[Row])
    return rows


def measured(size: int, path: Path) -> list[Row]:
    """In a fresh process."""
    topology, load_s, compile_s = started(path)
    peak = peak_mb(os.getpid())
    gc.freeze()
    data, freeze_s = timed(lambda: freeze(topology))
    again, thaw_s = timed(lambda: thaw(data))
    note = f"{len(topology.ids):,} elements with ports"
    return [
        Row(f"load and compile, {size:,} resources", load_s + compile_s, "s", LOAD_S.get(size), note),
        Row(f"of it loaded and checked, {size:,} resources", load_s, "s", None),
        Row(f"peak memory, {size:,} resources", peak, "MB", PEAK_MB.get(size)),
        Row(f"kept compiled, {size:,} resources", freeze_s, "s", None, f"{len(data) / 1e6:.0f} MB on disk"),
        Row(f"read compiled, {size:,} resources", thaw_s, "s", None, "what a restart waits"),
        *questions(size, again),
    ]


def started(path: Path) -> tuple[Topology, float, float]:
    """(the world, seconds to load, seconds to compile)."""
    inventory, load_s = timed(lambda: load(path))
    topology, compile_s = timed(lambda: compile_inventory(inventory))
    return topology, load_s, compile_s


def questions(size: int, topology: Topology) -> list[Row]:
    """In milliseconds as the caller waits: what if this failed, and what inference asks besides."""
    elements = Random(SEED).sample(range(len(topology.ids)), min(ASKED, len(topology.ids)))
    limit, asked = WHATIF_MS.get(size), f"{len(elements):,} random elements"
    down = Asked.of(elements, lambda element: who_is_down(topology, element))
    both = Asked.of(elements, lambda element: who_is_at_risk(topology, element))
    alike = Asked.of(elements, lambda element: cover.equivalents(topology, element))
    _, survey_s = timed(lambda: survey(topology))
    return [
        Row(f"what if: who is down, median, {size:,} resources", down.median_ms, "ms", None, asked),
        Row(f"what if: who is down, 99 of 100, {size:,} resources", down.tail_ms, "ms", limit, down.cpu),
        Row(f"what if: with who is at risk, median, {size:,} resources", both.median_ms, "ms", None, asked),
        Row(f"what if: with who is at risk, 99 of 100, {size:,} resources", both.tail_ms, "ms", limit, both.cpu),
        Row(f"what cannot be told apart, 99 of 100, {size:,} resources", alike.tail_ms, "ms", None, alike.cpu),
        Row(f"survey, {size:,} resources", survey_s, "s", None),
    ]


def who_is_down(topology: Topology, element: int) -> None:
    impact.customers_of(topology, impact.services_down(topology, impact.down(topology, (element,))))


def who_is_at_risk(topology: Topology, element: int) -> None:
    fallen = impact.down(topology, (element,))
    impact.customers_of(topology, impact.services_down(topology, fallen))
    impact.services_at_risk(topology, fallen)


def timed(ask: Callable[[], Answer]) -> tuple[Answer, float]:
    begin = time.perf_counter()
    answer = ask()
    return answer, time.perf_counter() - begin


@dataclass(frozen=True, slots=True)
class Asked:
    """How long answers took. `cpu`: the tail without what else ran on the machine meanwhile."""

    median_ms: float
    tail_ms: float
    cpu: str

    @classmethod
    def of(cls, elements: list[int], ask: Callable[[int], object]) -> "Asked":
        took, spent = list[int](), list[int]()
        for element in elements:
            cpu, begin = time.thread_time_ns(), time.perf_counter_ns()
            ask(element)
            took.append(time.perf_counter_ns() - begin)
            spent.append(time.thread_time_ns() - cpu)
        tail = int(len(elements) * 0.99)
        cpu_ms = sorted(spent)[tail] / 1e6
        return cls(sorted(took)[len(took) // 2] / 1e6, sorted(took)[tail] / 1e6, f"of it CPU {cpu_ms:.3g} ms")


def main() -> None:
    if len(sys.argv) == 3:
        print(msgspec.json.encode(measured(int(sys.argv[1]), Path(sys.argv[2]))).decode())
        return
    for row in run(sys.argv[1] if len(sys.argv) > 1 else "full"):
        limit = "" if row.limit is None else f"  (at most {row.limit:g})"
        print(f"{row.what}: {row.figure:,.3f} {row.unit}{limit}  {row.note}")


if __name__ == "__main__":
    main()
