"""Live: from complete evidence to the committed Critical ticket, through the whole service.

`simpul run` as it is (two processes, journal, store, dispatcher), on an inventory of 450,000 resources; everything
comes as trap datagrams over UDP. A fault's evidence is complete when the last of its datagrams is handed to the socket
(the clock is read just before); the ticket is there when another process sees the frame committed that opened it
(`bench.watching.watch`). A ticket under another root than the one that failed does not count, and one that never comes
is never. Half of the faults come while nothing else does, half under a thousand other alarms a second.

The goal is for faults that are told of over two seconds, as sources do, the last fifth together. Shown beside it, for
they may take a second look of the service: faults of which every word comes in one instant, so that the silence of
neighbours, which would have spoken too had more failed, counts for nothing yet; and those that few alarms tell of.
"""

import math
import os
import socket
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from random import Random

from bench import Row
from bench.senders.drills import Drill, drills
from bench.senders.northbound import catalogue
from bench.senders.timetable import Pace, Turn, timetable
from bench.senders.traffic import Stream, traffic
from bench.storm.national import national
from bench.storm.plant import Plant
from bench.watching.process import cpu_s
from bench.watching.watch import Opened, Watch, opened
from streams import bootstrap, clock
from streams.processes.parent import Running, start
from streams.settings import Http, Settings, Snmp
from topology import cover
from topology.compile import compile_inventory
from topology.graph import Topology
from topology.loaders.dump import to_json
from topology.model import Inventory

SEED = 1
LIMIT_MS = 1000.0
TOLD_AT_ONCE = 8  # one fault of so many is told of in one instant
THIN = ("tower",)  # a port, a poller and a probe are all there is
FSYNCS = 300
EARLY_US = 3_000_000  # a ticket may come so long before the last word
WARM_S, CALM_S = 5.0, 5.0  # of traffic before the first fault; after the last repair


@dataclass(frozen=True, slots=True)
class Scale:
    resources: int
    faults: int
    rate_per_s: int  # of the other traffic
    pace: Pace


SCALES = {"smoke": Scale(10_000, 12, 200, Pace(0.5, 1.0, 2.0)), "full": Scale(450_000, 380, 1000, Pace())}


@dataclass(slots=True)
class FaultRun:
    """One fault, when the last word of it was sent, and what came of it."""

    drill: Drill
    at_once: bool
    complete_us: int = 0
    decided_us: float = float("inf")  # when the solve was due that opened it, on the service's clock
    committed_us: float = float("inf")

    @property
    def ms(self) -> float:
        """A ticket that was there before the last word took no time."""
        return max(0.0, (self.committed_us - self.complete_us) / 1000)


@dataclass(slots=True)
class Half:
    """Faults that are told of under the same conditions."""

    name: str
    told: list[FaultRun]
    turns: list[Turn]
    worker_share: float = 0.0  # of a core
    traffic: str = ""


@dataclass(frozen=True, slots=True)
class Drilled:
    halves: list[Half]
    strange: list[Opened]  # Critical tickets that no fault accounts for
    fsync_ms: float


def run(scale: str) -> list[Row]:
    """`scale`: smoke (a dozen faults) or full (380 faults, some ten minutes)."""
    size = SCALES.get(scale, SCALES["full"])
    inventory = national(size.resources, SEED)
    with tempfile.TemporaryDirectory() as name:
        return rows(drilled(Path(name), inventory, size))


def drilled(folder: Path, inventory: Inventory, size: Scale) -> Drilled:
    plant = Plant(inventory)
    faults = drills(plant, size.faults, Random(SEED))
    middle = len(faults) // 2
    parts = ("idle", faults[:middle]), ("under load", faults[middle:])
    halves = [half(plant, name, part, size.pace) for name, part in parts]
    keys: set[tuple[str, str]] = set().union(*(fault.keys for fault in faults))
    seconds = int(WARM_S + halves[1].turns[-1].at_s + CALM_S)
    others = traffic(plant, keys, size.rate_per_s, seconds)
    disk_ms = fsync_ms(folder)
    with living(folder, inventory) as (running, settings):
        watch = Watch(settings.data / "store.db", settings.domain)
        watch.start()
        try:
            assert running.snmp is not None, "the trap door is open by default"
            for each, stream in zip(halves, (None, Stream(running.snmp, others, size.rate_per_s)), strict=True):
                play(running, each, stream)
        finally:
            watch.stop()
    told, found = [told for each in halves for told in each.told], opened(settings.data, settings.domain)
    return Drilled(halves, settle(told, watch, found, compile_inventory(inventory)), disk_ms)


def half(plant: Plant, name: str, faults: list[Drill], pace: Pace) -> Half:
    told = [FaultRun(drill, at_once=n % TOLD_AT_ONCE == 0) for n, drill in enumerate(faults)]
    at_once = {n for n, one in enumerate(told) if one.at_once}
    return Half(name, told, timetable(plant, faults, pace, at_once, Random(SEED)))


@contextmanager
def living(folder: Path, inventory: Inventory) -> Iterator[tuple[Running, Settings]]:
    """The service as `simpul run` starts it, on free ports."""
    network = folder / "inventory.json"
    network.write_bytes(to_json(inventory))
    snmp = Snmp(port=0, catalogues=catalogue(folder / "catalogues"))
    settings = Settings(data=folder / "data", inventory=network, http=Http(port=0), snmp=snmp, log="error")
    bootstrap.prepare(settings)
    running = start(settings)
    try:
        yield running, settings
    finally:
        running.stop()


def play(running: Running, each: Half, stream: Stream | None) -> None:
    """Send what the timetable says when it says so, with the other traffic beside it."""
    worker = running.pids["worker"]
    if stream is not None:
        stream.start()
        time.sleep(WARM_S)
    spent_s, began = cpu_s(worker), time.monotonic()
    assert running.snmp is not None
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as door:
        door.connect(running.snmp)
        for turn in each.turns:
            wait_s = began + turn.at_s - time.monotonic()
            if wait_s > 0:
                time.sleep(wait_s)
            if turn.completes >= 0:
                each.told[turn.completes].complete_us = clock.wall_us()
            door.send(turn.sent)
    time.sleep(CALM_S)
    each.worker_share = (cpu_s(worker) - spent_s) / (time.monotonic() - began)
    if stream is not None:
        stream.stop()
        each.traffic = f"{stream.sent / stream.seconds:,.0f} other alarms/s"


def settle(told: list[FaultRun], watch: Watch, found: list[Opened], topology: Topology) -> list[Opened]:
    """Give each fault the first that names it, or what nobody can tell from it; incidents of no fault are left over."""
    mine: set[str] = set()
    for one in told:
        roots = {topology.ids[n] for n in cover.equivalents(topology, topology.index[one.drill.root])}
        named = [each for each in found if each.root in roots and each.at_us > one.complete_us - EARLY_US]
        if named:
            mine |= {each.incident.id for each in named}
            one.decided_us, one.committed_us = named[0].at_us, watch.committed_us(named[0].offset)
    return [each for each in found if each.incident.id not in mine]


def rows(done: Drilled) -> list[Row]:
    every = [told for each in done.halves for told in each.told]
    usual, thin, at_once = grouped(every)
    found = spread("all", usual, kinds(usual))
    for each in done.halves:
        found += spread(each.name, grouped(each.told)[0], each.traffic)
    found += steps(usual)
    found += spread("all told in one instant", at_once, "it waits until the silence of neighbours counts")
    found += spread("told by few", thin, kinds(thin))
    found += [Row(f"CPU of the worker, {each.name}", each.worker_share, "cores", None) for each in done.halves]
    found.append(
        Row("the disk: one fsync, 99 of 100", done.fsync_ms, "ms", None, "before; a ticket takes some of them")
    )
    roots = ", ".join(each.root for each in done.strange[:5])
    return [*found, Row("Critical tickets of no fault", len(done.strange), "", None, roots)]


def grouped(told: list[FaultRun]) -> tuple[list[FaultRun], list[FaultRun], list[FaultRun]]:
    """(those that count for the goal, those that few alarms tell of, those of which all is told in one instant)."""
    spaced = [one for one in told if not one.at_once]
    usual = [one for one in spaced if one.drill.kind not in THIN]
    return usual, [one for one in spaced if one.drill.kind in THIN], [one for one in told if one.at_once]


def spread(name: str, told: list[FaultRun], note: str) -> list[Row]:
    """Median and tail, in milliseconds from complete evidence to the committed ticket."""
    took = sorted(one.ms for one in told)
    if not took:
        return []
    never = [f"{one.drill.kind} {one.drill.root}" for one in told if one.ms == float("inf")]
    early = sum(one.ms == 0 for one in told)
    counted = f"{len(told)} faults; {early} had it before the last word; {len(never)} never {', '.join(never[:5])}"
    return [
        Row(f"{name}: median", share(took, 0.5), "ms", None, counted.strip()),
        Row(f"{name}: 90 of 100", share(took, 0.9), "ms", None),
        Row(f"{name}: 99 of 100", share(took, 0.99), "ms", LIMIT_MS, note),
        Row(f"{name}: the slowest", took[-1], "ms", None),
    ]


def steps(told: list[FaultRun]) -> list[Row]:
    """Where the time goes: until a solve is due that settles it, and from then until its frame is committed."""
    found = [one for one in told if one.ms < float("inf")]
    due = sorted(max(0.0, (one.decided_us - one.complete_us) / 1000) for one in found)
    rest = sorted((one.committed_us - one.decided_us) / 1000 for one in found)
    return [
        Row(f"of it {what}: {round(100 * part)} of 100", share(took, part), "ms", None)
        for what, took in (("until the solve is due", due), ("from there to the commit", rest))
        for part in (0.5, 0.99)
        if took
    ]


def kinds(told: list[FaultRun]) -> str:
    counted = Counter(one.drill.kind for one in told)
    return ", ".join(f"{kind} {n}" for kind, n in sorted(counted.items()))


def share(in_order: list[float], part: float) -> float:
    """The figure that this part of all stays within."""
    return in_order[min(len(in_order), math.ceil(part * len(in_order))) - 1]


def fsync_ms(folder: Path) -> float:
    """What the disk asks for one write that survives the loss of power, at the 99th of a hundred."""
    took = []
    with (folder / "probe").open("wb", buffering=0) as probe:
        for _ in range(FSYNCS):
            began = time.perf_counter()
            probe.write(bytes(4096))
            os.fsync(probe.fileno())
            took.append((time.perf_counter() - began) * 1000)
    return share(sorted(took), 0.99)
