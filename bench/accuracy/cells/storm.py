"""Two hours in which very much breaks on a meshed national backbone, and hundreds of ports flap."""

from __future__ import annotations

from dataclasses import dataclass

from bench.accuracy.case import Case, Draft, scene
from bench.accuracy.cells.made import Cell, drafted
from bench.accuracy.faults import draw, fault
from bench.accuracy.graphs import STORM, TUNING
from bench.accuracy.timeline import Losses, Told

HOURS_S = 7200.0


@dataclass(frozen=True, slots=True)
class Scale:
    size: str
    faults: tuple[int, int]
    events: int  # flapping ports make up what the faults do not say
    timeout_s: float


SMALL = Scale("gale", (12, 20), 5000, 240.0)
GREAT = Scale("storm", (60, 178), 240_000, 3600.0)


def storm(name: str, scale: Scale) -> Cell:
    def make(seed: int, graph: str) -> Case:
        return stormy(name, seed, STORM["tuning" if graph in TUNING else "reporting"], scale)

    great = scale is GREAT
    what = f"{scale.faults[0]} to {scale.faults[1]} faults in two hours, {scale.events:,} events"
    return Cell(make, usual=0 if great else 1, full=3 if great else 28, what=what)


def stormy(name: str, seed: int, graph: str, scale: Scale) -> Case:
    """On this graph."""
    where = scene(graph, scale.size, seed % 3)
    draft = drafted(name, seed, where, HOURS_S + 1800)
    rng = draft.rng
    faults = []
    for one in draw(rng, where.net, rng.randint(*scale.faults)):
        start = rng.uniform(300, HOURS_S)
        faults.append(fault(rng, one, start, start + rng.uniform(1200, 3600)))
    faults.sort(key=lambda one: one.start)
    draft.play(faults, Losses(0.05, 0.05))
    draft.noise(40 * len(where.net.devices) // 1000, stuck=0.05)
    flapping = _flapping(draft, scale.events - len(draft.told))
    case = draft.finish()
    case.neutral = frozenset(flapping)
    case.timeout_s = scale.timeout_s
    case.baselines = False
    return case


def _flapping(draft: Draft, events: int) -> list[str]:
    """Ports with nothing behind them go down and up, each some hundred times at most."""
    rng, voices = draft.rng, draft.scene.plant.voices
    devices = sorted(voices.words)
    ports: list[str] = []
    while events > 0:
        device = rng.choice(devices)
        port, kind = f"{device}/uni{len(ports)}", voices.words[device][0]
        ports.append(port)
        at, pause = rng.uniform(0, HOURS_S), rng.uniform(3, 60)
        for _ in range(min(events // 2 + 1, rng.randint(10, 150))):
            for raised in (True, False):
                at += rng.expovariate(1 / pause)
                if at < draft.until:
                    draft.told.append(Told(at, at + 0.1, (port, kind), raised, f"trap:{device}"))
                    events -= 1
    return ports
