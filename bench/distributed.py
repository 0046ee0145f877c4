"""The distributed runtime over real brokers and a real database: raw frames to committed incidents.

All of it runs on one machine, the servers and the sender too: CPU is told by process, so that it can be seen what a
machine for each would leave. A worker is at work before anything is sent; what is sent at once measures the rate that
it sustains. Latency is from a raw frame to the commit of the last alarm of it, as another process sees it. Beside it
one fold of the same frames on SQLite, as the embedded worker has it. `python -m bench.distributed` runs it alone.
"""

import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from zlib import crc32

import msgspec

from bench import Row
from bench.latency import share
from bench.restarting import restart
from bench.senders.northbound import catalogue, datagram
from bench.senders.traps import Batch, batch
from bench.storm.national import national
from bench.storm.storms import storm
from bench.watching.outside import watched, write
from bench.watching.servers import Servers, Worker, owned, servers, workers
from connectors.formats.raw_frames import Datagram, RawFrame, pack
from connectors.journal.sqlite import SqliteJournal
from connectors.kafka.cluster import Cluster
from connectors.kafka.producer import Outgoing, Producer
from connectors.store.sql import SqlStore
from correlator.events import Alarm, Event, Frame, Heartbeat, Incoming, Restored, microseconds, moment
from correlator.policy import Policy
from correlator.world import World
from streams import clock
from streams.bootstrap.topics import Names
from streams.host.host import Host, Ports
from streams.settings import Settings, Snmp
from streams.simulation.twins import Known
from topology.compile import compile_inventory
from topology.loaders.dump import to_json
from topology.model import Inventory

SEED = 1
FRAME = 100  # events
PEER = "10.9.0.1"  # who sends: nobody of the inventory; a trap names its agent

Said = tuple[str, bytes]  # a source, and a datagram of it
RATE = 8_000  # events a second, raw to committed, on one worker
LATENCY_MS = 2_000.0  # 99 of 100, at half load
ROUNDS = 3  # of one worker, then of two
TWO_DOMAINS = 1.15  # CPU of an event with two workers on two domains, of that with one on one


@dataclass(frozen=True, slots=True)
class Scale:
    resources: int
    traps: int
    seconds: int  # at half load
    events: int  # of a storm
    faults: int


SCALES = {"smoke": Scale(2_000, 4_000, 3, 3_000, 4), "full": Scale(100_000, 200_000, 30, 300_000, 200)}


@dataclass(frozen=True, slots=True)
class Given:
    """What is measured with."""

    servers: Servers
    file: Path  # the inventory
    inventory: Inventory
    traps: Batch
    scale: Scale


def run(scale: str) -> list[Row]:
    """`scale`: smoke (a minute) or full (ten)."""
    size = SCALES[scale]
    inventory = national(size.resources, SEED)
    with tempfile.TemporaryDirectory() as name, servers(Path(name)) as both:
        file = Path(name) / "inventory.json"
        file.write_bytes(to_json(inventory))
        given = Given(both, file, inventory, batch(inventory, 1000), size)
        return [*at_once(given), *at_half_load(given), *two_domains(given), *stormy(given), *restart(both, scale)]


# Raw to committed


def at_once(given: Given) -> list[Row]:
    """Ports that flap, and a storm: all of it on the raw topics before the worker has read the first."""
    kinds = {
        "ports that flap": (Snmp(), list(flaps(given.traps, given.scale.traps))),
        "a storm": (Snmp(catalogues=catalogue(given.servers.folder / "catalogue")), list(storms(given))),
    }
    return [row for what, (snmp, said) in kinds.items() for row in drained(given, what, snmp, said)]


def limit(given: Given) -> float | None:
    """A rate is asked for where there is enough to measure it by."""
    return RATE if given.scale == SCALES["full"] else None


def drained(given: Given, what: str, snmp: Snmp, said: Sequence[Said]) -> list[Row]:
    settings, n = given.servers.settings(given.file, ("a",)).model_copy(update={"snmp": snmp}), len(said)
    with workers(settings, 1) as [worker], closing(watched(settings, "a")) as watch:
        owned([worker], settings.domains)
        spent = spending(given.servers, [worker])
        began = time.perf_counter()
        send(settings, said)
        watch.until(lambda: watch.alarms() >= n and watch.caught_up())
        seconds, cpu, there = time.perf_counter() - began, spent(), watch.alarms()
        found = len(list(watch.store.rows("a", "incidents")))
    note = f"{n:,} datagrams in raw frames of {FRAME}; {seconds:.1f} s; {found} incidents"
    return [
        Row(f"raw to committed, one worker, {what}", n / seconds, "events/s", limit(given), note),
        Row(f"{what}: lost or doubled", abs(there - n), "", 0),
        *(Row(f"{what}: CPU of {name}", used / n * 1e6, "us/event", None) for name, used in cpu.items()),
    ]


def at_half_load(given: Given) -> list[Row]:
    settings = given.servers.settings(given.file, ("a",))
    n, rate = given.scale.seconds * RATE // 2, RATE // 2
    with workers(settings, 1) as [worker], closing(watched(settings, "a")) as watch:
        owned([worker], settings.domains)
        sent = send(settings, list(flaps(given.traps, n)), rate)
        watch.until(lambda: watch.alarms() >= n and watch.caught_up())
        took = sorted(watch.latencies_ms(sent))
    return [
        Row(f"raw to committed at {rate} events/s: median", share(took, 0.5), "ms", None, f"{len(took)} raw frames"),
        Row(f"raw to committed at {rate} events/s: 99 of 100", share(took, 0.99), "ms", LATENCY_MS),
        Row(f"raw to committed at {rate} events/s: the slowest", took[-1], "ms", None),
    ]


def send(settings: Settings, said: Sequence[Said], rate_per_s: int | None = None) -> list[float]:
    """When (monotonic) each raw frame went off. All at once, or at a rate."""
    kafka, sent = settings.kafka, list[float]()
    assert kafka is not None
    began = time.perf_counter()
    with closing(Producer(Cluster(kafka.servers))) as producer:
        for n, (place, datagrams) in enumerate(raw_frames(said, kafka.raw_partitions)):
            if rate_per_s and (ahead_s := began + n * FRAME / rate_per_s - time.perf_counter()) > 0:
                time.sleep(ahead_s)
            body = pack(RawFrame("snmp", f"bench-{n}", datagrams))
            sent.append(time.perf_counter())
            producer.send([Outgoing(Names(kafka.prefix).raw("snmp"), place, body)])
    return sent


def raw_frames(said: Iterable[Said], places: int) -> Iterator[tuple[int, list[Datagram]]]:
    """(place, datagrams) each, a source's in one place: as they fill, and what is left at the end."""
    waiting: list[list[Datagram]] = [[] for _ in range(places)]
    for source, octets in said:
        place = crc32(source.encode()) % places
        waiting[place].append(Datagram(PEER, clock.wall_us(), octets))
        if len(waiting[place]) == FRAME:
            yield place, waiting[place]
            waiting[place] = []
    yield from ((place, some) for place, some in enumerate(waiting) if some)


def flaps(traps: Batch, number: int) -> Iterator[Said]:
    """Each port goes down and comes up, again and again."""
    for n in range(number):
        yield traps.ports[n % len(traps.ports)], traps.datagrams[n % len(traps.datagrams)]


def storms(given: Given) -> Iterator[Said]:
    """The alarms of a storm, in order of arrival, by devices and by managers."""
    decoder = msgspec.json.Decoder(Incoming)
    lines = storm(given.inventory, given.scale.events, given.scale.faults, SEED).lines
    for n, event in enumerate(decoder.decode(line) for line in lines):
        if isinstance(event, Alarm):
            yield event.source, datagram((event.object, event.alarm_type), event.source, event.state, n)


# Journal to committed


def two_domains(given: Given) -> list[Row]:
    """The same frames into each domain: what an event costs two workers on two domains, beside one on one.

    In turns, and the medians. Two virtual cores are often one real one, on which either is slower while both work: so
    also beside one worker while something else keeps the other core busy.
    """
    both = ("a", "b")
    rounds = [(into(given, both[:1]), into(given, both)) for _ in range(ROUNDS)]
    with spinning():
        busy = into(given, both[:1])
    one, two = (sorted(pair[which].cost_us for pair in rounds)[ROUNDS // 2] for which in (0, 1))
    figures = [*rounds[0], busy]
    names = ["one worker and domain", "two workers and domains", "one worker, the other core kept busy"]
    rows = [
        Row(f"journal to committed, {name}", found.per_s, "events/s", None, f"CPU an event: {found.note}")
        for name, found in zip(names, figures, strict=True)
    ]
    said = f"of the workers; medians of {ROUNDS}: {two:.1f} us and {one:.1f} us"
    return [
        *rows,
        Row("CPU of an event, two workers and domains beside one", two / one, "x", TWO_DOMAINS, said),
        Row("the same, the other core kept busy beside the one", two / busy.cost_us, "x", None, "no lock is shared"),
    ]


@dataclass(frozen=True, slots=True)
class Cost:
    """Of frames into domains, a worker each."""

    per_s: float
    cost_us: float  # CPU of the workers, an event
    note: str


def into(given: Given, domains: tuple[str, ...]) -> Cost:
    now_us, n = clock.wall_us(), given.scale.traps
    events = [flapping(given.traps, one, now_us) for one in range(n)]
    frames = [Frame(now_us, tuple(events[start : start + FRAME])) for start in range(0, n, FRAME)]
    settings = given.servers.settings(given.file, domains)
    with workers(settings, len(domains)) as crew:
        owned(crew, domains)
        spent, began = spending(given.servers, crew), time.perf_counter()
        append(settings, dict.fromkeys(domains, frames))
        seconds, cpu = time.perf_counter() - began, spent()
    times = n * len(domains)
    mine = sum(used for name, used in cpu.items() if name.startswith("worker"))
    note = ", ".join(f"{name} {used / times * 1e6:.1f} us" for name, used in cpu.items())
    return Cost(times / seconds, mine / times * 1e6, note)


@contextmanager
def spinning() -> Iterator[None]:
    """A process that does nothing, as fast as it can."""
    process = subprocess.Popen([sys.executable, "-c", "while True: pass"])
    try:
        yield
    finally:
        process.kill()
        process.wait()


def append(settings: Settings, frames: dict[str, Sequence[Frame]]) -> None:
    """All of them, each domain's in order, and wait until they are committed."""
    threads = [threading.Thread(target=write, args=(settings, domain, some)) for domain, some in frames.items()]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for domain in frames:
        with closing(watched(settings, domain)) as watch:
            watch.until(watch.caught_up)


def flapping(traps: Batch, n: int, at_us: int) -> Alarm:
    port, state = traps.said(n)
    severity = "critical" if state == "raised" else None
    return Alarm(
        id=f"f-{n}",
        time=moment(at_us),
        source="snmp:10.0.0.1",
        object=port,
        alarm_type="link_down",
        severity=severity,
        state=state,
    )


# A storm


def stormy(given: Given) -> list[Row]:
    """Recorded, so that its two hours are two hours: folded by a worker, and on SQLite beside it."""
    frames = recorded(storm(given.inventory, given.scale.events, given.scale.faults, SEED).lines)
    n = sum(len(frame.events) for frame in frames)
    settings = given.servers.settings(given.file, ("a",), recorded=True)
    write(settings, "a", frames)
    with workers(settings, 1, recorded=True) as [worker], closing(watched(settings, "a")) as watch:
        began = time.perf_counter()
        spent = spending(given.servers, [worker])
        watch.until(watch.caught_up)
        seconds, cpu = time.perf_counter() - began, spent()
        lost = watch.journal.end("a") - len(frames)
        found = len(list(watch.store.rows("a", "incidents")))
    beside = embedded(given, frames)
    return [
        Row("storm: journal to committed, one worker", n / seconds, "events/s", None, f"{n} events, {found} incidents"),
        Row("storm: frames lost or doubled", abs(lost), "", 0),
        *(Row(f"storm: CPU of {name}", used / n * 1e6, "us/event", None) for name, used in cpu.items()),
        Row("storm: embedded, one fold on SQLite", n / beside.seconds, "events/s", None, "load of the World left out"),
        Row("storm: embedded, CPU", beside.cpu_s / n * 1e6, "us/event", None, f"{beside.incidents} incidents"),
    ]


@dataclass(frozen=True, slots=True)
class Beside:
    seconds: float
    cpu_s: float
    incidents: int


def embedded(given: Given, frames: Sequence[Frame]) -> Beside:
    """The same frames from a file into a file, in this process."""
    world, folder = World(compile_inventory(given.inventory), Policy()), given.servers.folder
    journal, store = SqliteJournal(folder / "beside-journal.db"), SqlStore(f"sqlite:///{folder / 'beside-store.db'}")
    with closing(journal), closing(store):
        for frame in frames:
            journal.append("a", frame)
        host = Host("a", Ports(journal, store, Known(world), clock.wall_us), recorded=True)
        host.start(world)
        began, cpu = time.perf_counter(), time.process_time()
        while host.turn() == "worked":
            pass
        seconds, cpu_s = time.perf_counter() - began, time.process_time() - cpu
        return Beside(seconds, cpu_s, len(list(store.rows("a", "incidents"))))


def recorded(lines: Iterable[bytes]) -> list[Frame]:
    """Alarms, repairs and heartbeats of an events file in frames, by the time at which they were received."""
    decoder, frames, some, at_us = msgspec.json.Decoder(Incoming), list[Frame](), list[Event](), 0
    for line in lines:
        event = decoder.decode(line)
        if not isinstance(event, Alarm | Restored | Heartbeat):
            continue
        given_us = microseconds(getattr(event, "received", None) or event.time)
        if some and (len(some) == FRAME or given_us > at_us + FRAME_US):
            frames.append(Frame(at_us, tuple(some)))
            some = []
        at_us = max(at_us, given_us)
        some.append(event)
    return [*frames, Frame(at_us, tuple(some))]


FRAME_US = 1_000_000  # what a storm brings within a second is one frame


def spending(both: Servers, crew: Sequence[Worker]) -> Callable[[], dict[str, float]]:
    """CPU seconds of each process from now on."""
    before = both.cpu_s()
    at_work = [one.cpu_s() for one in crew]

    def spent() -> dict[str, float]:
        mine = {f"worker {n}": one.cpu_s() - was for n, (one, was) in enumerate(zip(crew, at_work, strict=True), 1)}
        return mine | {name: used - before[name] for name, used in both.cpu_s().items()}

    return spent


def main(arguments: Sequence[str]) -> None:
    for row in run(arguments[0] if arguments else "full"):
        limit = "" if row.limit is None else f"  (limit {row.limit:g})"
        print(f"{row.what:60}{row.figure:12,.2f} {row.unit}{limit}  {row.note}")


if __name__ == "__main__":
    main(sys.argv[1:])
