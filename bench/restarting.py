"""A worker of the distributed runtime starts again: a million resources, a hundred thousand alarms that stand.

From the start of the process to the commit of a frame that came meanwhile: imports, the compiled World from the disk,
the group, the domain's rows from the database, and what is made of them in memory.
"""

import time
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from random import Random

from bench import Row
from bench.storm.national import national
from bench.storm.noise import objects
from bench.storm.plant import Plant
from bench.watching.outside import watched, write
from bench.watching.process import peak_mb
from bench.watching.servers import Servers, workers
from correlator.events import Alarm, AlarmType, Frame, moment
from streams import clock
from streams.settings import Settings
from topology.loaders.dump import to_json

SEED = 1
RESOURCES = {"smoke": 2_000, "full": 1_000_000}
ALARMS = {"smoke": 500, "full": 100_000}
LIMIT_S = 30.0
FRAME = 100  # events
# what stands for long: worn fibres, hot rooms, subscribers that are off
STANDS: tuple[tuple[float, AlarmType, str], ...] = (
    (0.7, "signal_degraded", "port"),
    (0.1, "high_temperature", "device"),
    (0.1, "other", "device"),
    (0.1, "device_unreachable", "ont"),
)


def restart(both: Servers, scale: str) -> list[Row]:
    inventory = national(RESOURCES[scale], SEED)
    file = both.folder / "million.json"
    file.write_bytes(to_json(inventory))
    alarms = standing(Plant(inventory), ALARMS[scale])
    del inventory
    settings = both.settings(file, ("a",))
    frames = [Frame(0, tuple(alarms[start : start + FRAME])) for start in range(0, len(alarms), FRAME)]
    first = started(settings, frames)
    again = started(settings, [Frame(0, (alarms[0],))])
    what = f"{RESOURCES[scale]:,} resources, {len(alarms):,} alarms that stand"
    return [
        Row("first start, World compiled", first.at_work_s, "s", None, what),
        Row("restart: at work again after", again.at_work_s, "s", LIMIT_S, what),
        Row("restart: assignments by the group", again.assigned, "", 1),
        Row("restart: memory", again.peak_mb, "MB", None, "peak"),
    ]


@dataclass(frozen=True, slots=True)
class Started:
    """What one start of a worker took, until it had folded what came meanwhile."""

    at_work_s: float
    assigned: int  # how often the group gave it its domains
    peak_mb: float


def started(settings: Settings, frames: Sequence[Frame]) -> Started:
    """`frames`: appended before; the clock stops when the first of them is committed, and the worker when all are."""
    with closing(watched(settings, "a")) as watch:
        write(settings, "a", frames[:1])
        goal, began = watch.journal.end("a"), time.perf_counter()
        with workers(settings, 1) as [worker]:
            watch.until(lambda: watch.applied() >= goal)
            seconds = time.perf_counter() - began
            write(settings, "a", frames[1:])
            watch.until(watch.caught_up)
            return Started(seconds, worker.assignments(), peak_mb(worker.process.pid))


def standing(plant: Plant, number: int) -> list[Alarm]:
    """So many, each on another object or of another type; the same for the same inventory."""
    chance, pools = Random(SEED), objects(plant)
    shares = [share for share, _, _ in STANDS]
    found: dict[tuple[str, str], Alarm] = {}
    now = moment(clock.wall_us())
    while len(found) < number:
        [(_, alarm_type, kind)] = chance.choices(STANDS, shares)
        about = chance.choice(pools[kind])
        name = f"s-{len(found)}"
        alarm = Alarm(
            id=name,
            time=now,
            source="poller",
            object=about,
            qualifier=name if alarm_type == "other" else None,
            alarm_type=alarm_type,
            severity="minor",
            state="raised",
        )
        found.setdefault((about, alarm.qualifier or alarm_type), alarm)
    return list(found.values())
