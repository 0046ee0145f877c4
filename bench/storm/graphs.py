"""`simpul replay` of a storm on eight real graphs, mesh, ring and tree, of 10,000 to a million resources.

The storm is the great one of the accuracy bench: 60 to 178 faults in two hours, hundreds of ports that flap, 240,000
events. The whole process counts, with start and load.
"""

import json
import tempfile
from collections.abc import Callable
from pathlib import Path

from bench import Row
from bench.accuracy.case import scene
from bench.accuracy.cells.storm import GREAT, Scale, stormy
from bench.accuracy.plant import plant

GRAPHS = {
    "topozoo/Abilene": "10k",
    "topozoo/HiberniaCanada": "10k",
    "sndlib/nobel-eu": "storm",
    "sndlib/janos-us-ca": "storm",
    "topozoo/Sinet": "storm",
    "topozoo/Geant2012": "100k",
    "topozoo/Cesnet201006": "100k",
    "topozoo/TataNld": "1M",
}
SMOKE = {"topozoo/Abilene": "small"}
RATE = 8_000  # events a second on one core, on any graph
Replayed = Callable[[Path], tuple[float, float]]  # a folder with the files; seconds, and of CPU


def rows(scale: str, replayed: Replayed) -> list[Row]:
    """`scale`: smoke (one small graph) or full (eight)."""
    full = scale == "full"
    found = []
    for graph, size in (GRAPHS if full else SMOKE).items():
        storm = Scale(size, GREAT.faults, GREAT.events, GREAT.timeout_s) if full else Scale(size, (3, 3), 2_000, 60.0)
        found.append(_on(graph, storm, RATE if full else None, replayed))
        scene.cache_clear()  # a million resources take gigabytes
        plant.cache_clear()
    return found


def _on(graph: str, storm: Scale, limit: float | None, replayed: Replayed) -> Row:
    case = stormy("storm", 0, graph, storm)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        case.write(folder)
        seconds, cpu_s = replayed(folder)
        events = json.loads((folder / "out" / "summary.json").read_bytes())["events"]
    what = f"{case.scene.plant.shape}, {case.scene.plant.count():,} resources ({graph})"
    note = f"{seconds:.1f} s, of CPU {cpu_s:.1f}; {len(case.truths)} faults"
    return Row(f"storm on a {what}", events / seconds, "events/s", limit, note)
