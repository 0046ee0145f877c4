"""A cut that takes a million customers down: how long the kernel pauses, until all notices are queued, how they go.

On SQLite and on PostgreSQL; the fold and the fan-out share a process, as in the embedded worker, while other alarms
come in. Nothing is sent but what is measured at the end: a channel's rate.
"""

import asyncio
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bench import Row
from bench.storm.island import LINES, island
from connectors.channels.memory import MemoryChannel
from connectors.formats.messages import Rendering
from connectors.journal.memory import MemoryJournal
from connectors.outbox import Dispatcher, DispatchPorts, Way
from connectors.outbox.parts import Reads
from connectors.store.sql import SqlStore
from connectors.telemetry.metrics import PrometheusCounter
from correlator.effects import Campaign
from correlator.events import Alarm, AlarmType, Event, Frame, microseconds
from correlator.policy import Policy
from correlator.world import World
from streams import clock
from streams.host.host import Host, Ports
from streams.host.worlds import Worlds
from topology.compile import compile_inventory

CUSTOMERS = {"smoke": 3_000, "full": 1_000_000}
QUEUED_S, PAUSE_MS = 20.0, 500.0
AT_ONCE = 100  # OLTs whose loss is told together
OTHERS_PER_S = 100  # other alarms while notices are queued
RATE_PER_S, RATE_S = 2_000.0, {"smoke": 0.5, "full": 10.0}
START = datetime(2026, 3, 1, 1, 0, tzinfo=UTC)
DOMAIN = "id"
SERVICES = Path(__file__).parents[1] / "dev" / "services"


def run(scale: str) -> list[Row]:
    """`scale`: smoke (3,000 customers) or full (a million)."""
    customers = CUSTOMERS[scale]
    world = World(compile_inventory(island(customers)), Policy())
    rows: list[Row] = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        rows += measured("SQLite", f"sqlite:///{folder / 'store.db'}", Scene(world, folder / "one"), scale)
        with postgres(folder) as url:
            rows += measured("PostgreSQL", url, Scene(world, folder / "two"), scale)
    return rows


class Everybody:
    """Addresses for all."""

    def of(self, recipients: Sequence[str]) -> "Everybody":
        del recipients
        return self

    def address(self, recipient: str, reads: Reads, word: str) -> str | None:
        return f"{reads}:{word}:{recipient}"


@dataclass
class Scene:
    """A domain's owner, its journal, and a clock that is moved by hand until the verdict, and goes by itself then."""

    world: World
    folder: Path
    journal: MemoryJournal = field(default_factory=MemoryJournal)
    now_us: int = microseconds(START)
    told: int = 0

    def clock(self) -> int:
        return self.now_us

    def append(self, after_s: float, *alarms: tuple[str, AlarmType]) -> None:
        self.now_us = microseconds(START + timedelta(seconds=after_s))
        events: list[Event] = [self._alarm(*one) for one in alarms]
        self.journal.append(DOMAIN, Frame(self.now_us, tuple(events)))

    def _alarm(self, element: str, kind: AlarmType) -> Alarm:
        self.told += 1
        at = START + timedelta(microseconds=self.now_us - microseconds(START))
        name = f"a-{self.told}"
        return Alarm(
            id=name, time=at, source="bench", object=element, alarm_type=kind, severity="critical", state="raised"
        )


def measured(what: str, url: str, scene: Scene, scale: str) -> list[Row]:
    customers = CUSTOMERS[scale]
    with closing(SqlStore(url)) as store:
        worlds = Worlds(scene.folder, scene.world)
        host = Host(DOMAIN, Ports(scene.journal, store, worlds, scene.clock))
        host.start(scene.world)
        verdict_ms = 1000 * verdict(scene, host, store)
        counter, channel = PrometheusCounter("worker"), MemoryChannel("memory")
        ports = DispatchPorts(
            outbox=store.outbox,
            renderer=Rendering(lambda: scene.world, worlds.known),
            addresses=Everybody(),
            receipts=lambda _: None,
            counter=counter,
            clock=clock.steady(),
        )
        dispatcher = Dispatcher(DOMAIN, ports, [Way(channel, "any", RATE_PER_S)], {})
        beside = Beside(scene, host)
        beside.start()
        queued_s = asyncio.run(fanned_out(dispatcher))
        pause_ms = 1000 * beside.stop()
        queued = sum(n for (word, _), n in store.outbox.counts(DOMAIN).items() if word != "staff")
        went_per_s = asyncio.run(sent(dispatcher, channel, RATE_S[scale]))
    missing, doubled = customers - queued, len(channel.messages) - len({one.id for one in channel.messages})
    return [
        Row(f"{what}: the longest turn up to the verdict", verdict_ms, "ms", PAUSE_MS, f"{customers:,} customers down"),
        Row(f"{what}: all notices queued", queued_s, "s", QUEUED_S, f"{queued / queued_s:,.0f}/s, from the verdict"),
        Row(f"{what}: notices not queued", missing, "", 0, "or queued twice, where below 0"),
        Row(f"{what}: the longest turn meanwhile", pause_ms, "ms", PAUSE_MS, f"{beside.turns} turns"),
        Row(f"{what}: sent", went_per_s, "messages/s", least_per_s(scale), f"by a channel of {RATE_PER_S:,.0f}/s"),
        Row(f"{what}: sent twice", doubled, "", 0),
    ]


def least_per_s(scale: str) -> float | None:
    return 0.95 * RATE_PER_S if scale == "full" else None


def verdict(scene: Scene, host: Host, store: SqlStore) -> float:
    """The cut is told, and opens as an incident; seconds of the longest turn."""
    longest_s = turned_s(host)
    scene.append(0, ("JKT-1/1", "link_down"), ("SBY-1", "device_unreachable"))
    after_s, olts = 0.0, -(-len(scene.world.topology.customer_ids) // LINES)
    for first in range(0, olts, AT_ONCE):
        after_s += 0.2
        lost = range(first, min(olts, first + AT_ONCE))
        scene.append(after_s, *((f"OLT-{n:04}", "device_unreachable") for n in lost))
        longest_s = max(longest_s, turned_s(host))
    while not store.effects(DOMAIN, ["campaign"]):
        after_s += 0.5
        assert after_s < 600, "there is no verdict"
        scene.now_us = microseconds(START + timedelta(seconds=after_s))
        longest_s = max(longest_s, turned_s(host))
    (effect,) = store.effects(DOMAIN, ["campaign"])
    assert isinstance(effect, Campaign)
    return longest_s


def turned_s(host: Host) -> float:
    """Seconds of the longest turn, until the host has nothing to do."""
    longest_s, said = 0.0, "worked"
    while said == "worked":
        began = time.perf_counter()
        said = host.turn()
        longest_s = max(longest_s, time.perf_counter() - began)
    return longest_s


class Beside(threading.Thread):
    """The kernel at work while notices are queued: alarms of what the cut explains, a turn each."""

    def __init__(self, scene: Scene, host: Host) -> None:
        super().__init__(name="fold")
        self.turns = 0
        self._scene = scene
        self._host = host
        self._longest_s = 0.0
        self._over = threading.Event()

    def run(self) -> None:
        began_us = self._scene.now_us - microseconds(START)
        devices = len(self._scene.world.topology.customer_ids)
        while not self._over.wait(1 / OTHERS_PER_S):
            self.turns += 1
            after_s = began_us / 1e6 + self.turns / OTHERS_PER_S
            self._scene.append(after_s, (f"ONT-{self.turns * 7919 % devices:07}", "device_unreachable"))
            self._longest_s = max(self._longest_s, turned_s(self._host))

    def stop(self) -> float:
        """Seconds of the longest turn."""
        self._over.set()
        self.join()
        return self._longest_s


async def fanned_out(dispatcher: Dispatcher) -> float:
    """Seconds until nothing is left to queue."""
    began = time.perf_counter()
    while await dispatcher.fan_out():
        pass
    return time.perf_counter() - began


async def sent(dispatcher: Dispatcher, channel: MemoryChannel, for_s: float) -> float:
    """Messages a second, from a full bucket on."""
    await dispatcher.recover()
    began = time.perf_counter()
    running = asyncio.create_task(dispatcher.run())
    await asyncio.sleep(for_s)
    went, seconds = len(channel.messages), time.perf_counter() - began
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    await dispatcher.close()
    return went / seconds


@contextmanager
def postgres(folder: Path) -> Iterator[str]:
    """A server of our own, which syncs."""
    command = [sys.executable, str(SERVICES)]
    where = ["postgres", "--folder", str(folder / "services")]
    started = subprocess.run([*command, "start", *where], check=True, stdout=subprocess.PIPE, text=True)
    try:
        yield started.stdout.strip().partition("=")[2]
    finally:
        subprocess.run([*command, "stop", *where], check=True, stdout=subprocess.DEVNULL)
