"""The service, through its door: files in, files out. Only this file knows that it is Python."""

from __future__ import annotations

import subprocess
import sys
import time
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.accuracy.answers import Answer, read
from bench.accuracy.case import Case
from streams.cli.inventories import compiled, policy_from
from streams.replay.replay import Figures, Given, replay, write
from topology.graph import Topology

DRAIN_S = 3600.0


def answer(case: Case, policy: Path | None, kept: Path | None) -> Answer:
    """What `simpul replay` writes of a case, read again. `kept`: a folder in which the files stay."""
    with TemporaryDirectory() as scratch:
        folder = kept or Path(scratch)
        folder.mkdir(parents=True, exist_ok=True)
        if kept:
            case.write(folder)
        if case.timeout_s is not None:
            return _apart(case, policy, folder)
        world = _world(sha256(case.known).hexdigest(), case.known)
        began = time.perf_counter()
        run = replay(Given([world], [policy_from(policy)]), case.events, DRAIN_S)
        wall = time.perf_counter() - began
        if run.rejected:
            raise ValueError(f"{case.name}: the service refused {run.rejected[0]}")
        write(run, folder / "out", "bench", Figures(wall, 0.0))
        found = read(folder / "out")
    found.wall_s = wall
    return found


def _apart(case: Case, policy: Path | None, folder: Path) -> Answer:
    """In a process of its own, which is ended when its time is up."""
    case.write(folder)
    files = {"inventory": "inventory.json", "events": "events.jsonl", "out": "out"}
    options = [word for name, file in files.items() for word in (f"--{name}", str(folder / file))]
    options += ["--policy", str(policy)] if policy else []
    began = time.perf_counter()
    try:
        command = [sys.executable, "-m", "streams", "replay", *options]
        subprocess.run(command, check=True, capture_output=True, timeout=case.timeout_s)
    except subprocess.TimeoutExpired:
        return Answer([], wall_s=time.perf_counter() - began, late=True)
    found = read(folder / "out")
    found.wall_s = time.perf_counter() - began
    return found


_waiting: dict[str, bytes] = {}


def _world(name: str, inventory: bytes) -> Topology:
    _waiting[name] = inventory
    return _compiled(name)


@lru_cache(maxsize=8)
def _compiled(name: str) -> Topology:
    """Compiled once for the cases that share it."""
    with TemporaryDirectory() as scratch:
        path = Path(scratch) / "inventory.json"
        path.write_bytes(_waiting.pop(name))
        return compiled(path)
