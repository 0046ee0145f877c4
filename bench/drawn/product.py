"""The service, through its door: files in, files out. Only this file knows that it is Python."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.drawn.case import Case
from streams.cli.inventories import compiled, policy_from
from streams.replay.replay import Figures, Given, replay, write
from topology.graph import Topology

DRAIN_S = 3600.0  # so much time passes after the last event


def play(case: Case, out: Path) -> None:
    """What `simpul replay` writes of a case, in this process."""
    run = replay(Given([_compiled(case.inventory())], [policy_from(None)]), case.lines(), DRAIN_S)
    if run.rejected:
        raise ValueError(f"{case.name}: the service refused {run.rejected[0]}")
    write(run, out, "drawn", Figures(0.0, 0.0))


@lru_cache(maxsize=4)
def _compiled(inventory: bytes) -> Topology:
    """Compiled once for the cases that share it."""
    with TemporaryDirectory() as scratch:
        path = Path(scratch) / "inventory.json"
        path.write_bytes(inventory)
        return compiled(path)
