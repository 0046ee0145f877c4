"""Traps at a steady rate into `simpul edge`: real datagrams, the real process, a real broker.

Then what a worker's parse stage costs on what is there, and the same load at the embedded intake, which parses itself.
Counted in the topic afterwards, by what the parser makes of it. `python -m bench.edge` runs it alone.
"""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
from kafka import KafkaConsumer, TopicPartition

from bench import Row, trapdoor
from bench.senders.traps import Batch, Sent, batch, missing, send
from bench.storm.national import national
from bench.watching.process import cpu_s, dropped_datagrams, peak_mb
from connectors.formats.dead_letters import MemoryDeadLetters
from connectors.kafka.cluster import Cluster, make
from connectors.metrics import EDGE_SPOOLING, EDGE_WAITING
from connectors.telemetry.metrics import PrometheusCounter
from correlator.events import Alarm
from correlator.policy import Policy
from correlator.world import World
from streams.bootstrap.member import parser
from streams.bootstrap.topics import Names, topics
from streams.settings import Database, Kafka, Settings
from topology.compile import compile_inventory
from topology.model import Inventory

RATE = trapdoor.RATE
SOURCES = 50  # addresses of loopback that send
CPU_US = 1e6 / RATE  # a trap, of the edge: so much of one core, and no more
PATIENCE_S = 60.0


@dataclass(frozen=True, slots=True)
class Record:
    """Of the raw topic."""

    body: bytes
    where: str


def run(scale: str) -> list[Row]:
    """`scale`: smoke (2 s), quick (20 s) or full (a minute)."""
    inventory = national(trapdoor.RESOURCES.get(scale, trapdoor.RESOURCES["full"]), trapdoor.SEED)
    traps = batch(inventory, trapdoor.DEVICES)
    seconds = trapdoor.SECONDS.get(scale, trapdoor.SECONDS["full"])
    with tempfile.TemporaryDirectory() as folder:
        try:
            with broker(Path(folder)) as there:
                rows = distributed(there, inventory, traps, seconds)
        except NotThere as none:
            return [Row("traps sent to the edge", 0, "traps/s", 1, str(none))]
    with tempfile.TemporaryDirectory() as folder:
        beside = trapdoor.ours(Path(folder), inventory, traps, seconds)
    told = ("traps lost on the way to the journal", "CPU of the intake process")
    return rows + [
        Row(f"embedded: {row.what}", row.figure, row.unit, row.limit, row.note) for row in beside if row.what in told
    ]


class NotThere(Exception):
    """A broker or an edge cannot be had; the text says why."""


@dataclass(frozen=True, slots=True)
class Broker:
    """A real one, which syncs as in service."""

    folder: Path
    servers: str
    pid: int


@contextmanager
def broker(folder: Path) -> Iterator[Broker]:
    """Raises NotThere."""
    services = [sys.executable, str(Path(__file__).parents[1] / "dev" / "services")]
    where = ["kafka", "--folder", str(folder)]
    start = [*services, "start", *where, "--until", str(os.getpid())]
    ran = subprocess.run(start, capture_output=True, text=True, check=False)
    if ran.returncode:
        raise NotThere(f"no broker: {ran.stderr.strip()}")
    try:
        pid = int((folder / "kafka" / "pid").read_text().split()[0])
        yield Broker(folder, ran.stdout.strip().partition("=")[2], pid)
    finally:
        subprocess.run([*services, "stop", *where], check=False)


def distributed(there: Broker, inventory: Inventory, traps: Batch, seconds: float) -> list[Row]:
    kafka = Kafka(servers=there.servers, replicas=1)
    settings = Settings(data=there.folder / "edge", kafka=kafka, database=Database(url="postgresql://nobody@localhost"))
    make(Cluster(there.servers), topics(settings))
    before = cpu_s(there.pid)
    with edge(settings) as post:
        spent_s = cpu_s(post.pid)
        sent = send(post.traps, traps, RATE, seconds, sources=SOURCES)
        post.settled()
        spent_s = cpu_s(post.pid) - spent_s
        peak, no_room = peak_mb(post.pid), dropped_datagrams(post.traps[1])
    broker_s = cpu_s(there.pid) - before
    records = list(read(settings))
    lost, doubled, parse_s = parsed(settings, World(compile_inventory(inventory), Policy()), records, (traps, sent))
    each = 1e6 / max(1, sent.traps - lost)
    per_core = f"{1 / max(spent_s * each / 1e6, 1e-9):,.0f} traps/s would fill one core"
    return [
        Row("traps sent to the edge", sent.traps / sent.seconds, "traps/s", None, trapdoor.load(sent)),
        Row(
            "traps that the raw topic lacks",
            lost,
            "traps",
            0,
            f"of {sent.traps}; {no_room} by the kernel; {doubled} doubled",
        ),
        Row("CPU of the edge process", spent_s * each, "us/trap", CPU_US, f"{len(records)} frames; {per_core}"),
        Row("CPU of the broker meanwhile", broker_s * each, "us/trap", None),
        Row("memory of the edge process", peak, "MB", None, "peak"),
        Row("CPU of the parse stage", parse_s * each, "us/trap", None, "from raw frame to alarms, in one thread"),
    ]


@dataclass(frozen=True, slots=True)
class Post:
    """An edge at work."""

    pid: int
    traps: tuple[str, int]
    door: str

    def settled(self) -> None:
        """Wait until all that it has read is with the broker."""
        until_s = time.monotonic() + PATIENCE_S
        while time.monotonic() < until_s:
            time.sleep(0.5)
            told = httpx.get(f"{self.door}/metrics", trust_env=False).text.splitlines()
            waits = (f"{EDGE_WAITING.name}{{", f"{EDGE_SPOOLING.name}{{")
            if all(float(line.split()[-1]) == 0 for line in told if line.startswith(waits)):
                return


@contextmanager
def edge(settings: Settings) -> Iterator[Post]:
    """Raises NotThere where it does not start."""
    assert settings.kafka is not None
    assert settings.database is not None
    settings.data.mkdir(parents=True, exist_ok=True)
    config = settings.data / "edge.toml"
    config.write_text(
        f'data = "{settings.data}"\nlog = "error"\n[snmp]\nport = 0\n[probe]\nport = 0\n'
        f'[kafka]\nservers = "{settings.kafka.servers}"\nreplicas = 1\n[database]\nurl = "{settings.database.url}"\n'
    )
    command = [sys.executable, "-m", "streams", "edge", "--config", str(config)]
    env = os.environ | {"PYTHONUNBUFFERED": "1", "COLUMNS": "200"}
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=env)
    assert process.stdout is not None
    try:
        greeting = [process.stdout.readline() for _ in range(3)]
        if not greeting[-1]:
            raise NotThere("the edge did not start; what it said is on the terminal")
        words = greeting[1].split()
        yield Post(process.pid, (words[2], int(words[4])), greeting[2].split()[-1].removesuffix("/healthz"))
    finally:
        process.terminate()
        process.wait(PATIENCE_S)
        process.stdout.close()


def read(settings: Settings) -> Iterator[Record]:
    """All of the raw topic."""
    assert settings.kafka is not None
    topic = Names(settings.kafka.prefix).raw("snmp")
    made = KafkaConsumer(**Cluster(settings.kafka.servers).client(), enable_auto_commit=False, metrics_enabled=False)
    with closing(made) as consumer:
        places = [TopicPartition(topic, number) for number in range(settings.kafka.raw_partitions)]
        consumer.assign(places)
        ends = consumer.end_offsets(places)
        consumer.seek_to_beginning(*places)
        while any(consumer.position(place) < end for place, end in ends.items()):
            for place, records in consumer.poll(1000).items():
                yield from (Record(one.value, f"{place.partition}, {one.offset}") for one in records)


def parsed(
    settings: Settings, world: World, records: Sequence[Record], sent: tuple[Batch, Sent]
) -> tuple[int, int, float]:
    """How many traps the records lack, how many they have twice, and the CPU seconds of parsing them."""
    dead = MemoryDeadLetters()
    parse = parser(settings, world, PrometheusCounter("worker"), dead)
    began = time.thread_time()
    events = [event for record in records for _, event in parse(record)]
    spent_s = time.thread_time() - began
    assert not dead.kept
    seen = [(event.object, event.state) for event in events if isinstance(event, Alarm)]
    traps, run_ = sent
    left = missing(seen, traps, run_.traps).values()
    return sum(n for n in left if n > 0), -sum(n for n in left if n < 0), spent_s


def main(arguments: Sequence[str]) -> None:
    for row in run(arguments[0] if arguments else "full"):
        limit = "" if row.limit is None else f"  (limit {row.limit:g})"
        print(f"{row.what:52}{row.figure:12,.1f} {row.unit}{limit}  {row.note}")


if __name__ == "__main__":
    main(sys.argv[1:])
