"""An edge as a test holds it: the real process, agents of several addresses before it, and the raw topic behind it."""

import random
import resource
import signal
import socket
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from prometheus_client.parser import text_string_to_metric_families
from prometheus_client.samples import Sample

from connectors.formats.raw_frames import RawFrame, unpack
from connectors.kafka.cluster import Cluster, make
from connectors.metrics import EDGE_SPOOL_BYTES, EDGE_SPOOLING, EDGE_WAITING
from connectors.snmp.trap import Trap, parse
from connectors.telemetry.metrics import PROCESS
from streams.bootstrap.topics import Names, topics
from streams.demo.trapgen import LINK_DOWN, OCTETS, Stamp, element, trap
from streams.settings import Database, Kafka, Settings
from tests.contracts.test_rawlog import records
from tests.integration.command import environment
from tests.integration.house import SIMPUL, got, until

PLACES = 3
AGENTS = tuple(f"127.0.0.{n}" for n in range(2, 9))  # loopback is a whole network
SECRETS = random.Random(7)


@dataclass(slots=True)
class Outpost:
    """`start` again after a kill: the same data folder, other ports."""

    folder: Path
    servers: str
    prefix: str = "simpul."
    more: str = ""  # settings of a test's own, TOML
    process: subprocess.Popen[str] | None = None
    traps: tuple[str, int] = ("", 0)
    door: str = ""

    @property
    def cluster(self) -> Cluster:
        return Cluster(self.servers)

    @property
    def settings(self) -> Settings:
        kafka = Kafka(servers=self.servers, prefix=self.prefix, replicas=1, raw_partitions=PLACES)
        return Settings(
            data=self.folder / "data", kafka=kafka, database=Database(url="postgresql://nobody@127.0.0.1/no")
        )

    def make_topics(self) -> None:
        make(self.cluster, topics(self.settings))

    def start(self) -> None:
        config = self.folder / "edge.toml"
        config.write_text(
            f'data = "{self.folder / "data"}"\nlog = "warning"\n{self.more}\n'
            f'[kafka]\nservers = "{self.servers}"\nprefix = "{self.prefix}"\nreplicas = 1\nraw_partitions = {PLACES}\n'
            '[database]\nurl = "postgresql://nobody@127.0.0.1/no"\n[snmp]\nport = 0\n[probe]\nport = 0\n'
        )
        command = [*SIMPUL, "edge", "--config", str(config)]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment())
        out = self.process.stdout
        assert out is not None
        _, listens, door = line(out), line(out), line(out)
        self.traps = (listens.split()[2], int(listens.split()[4]))
        self.door = door.split()[-1].removesuffix("/healthz")

    def stop(self) -> int:
        """As a supervisor does; the exit status."""
        return self._end(signal.SIGTERM)

    def kill(self) -> None:
        self._end(signal.SIGKILL)

    def _end(self, number: signal.Signals) -> int:
        assert self.process is not None
        self.process.send_signal(number)
        status = self.process.wait(60)
        assert self.process.stdout is not None
        self.process.stdout.close()
        self.process = None
        return status

    def figures(self) -> dict[str, float]:
        """By name, and the value of a label behind it."""
        text = got(f"{self.door}/metrics").text
        samples = [sample for family in text_string_to_metric_families(text) for sample in family.samples]
        return {" ".join([one.name, *values(one)]): one.value for one in samples}

    def health(self) -> tuple[int, dict[str, str | None]]:
        answer = got(f"{self.door}/healthz")
        checks: dict[str, str | None] = answer.json()["checks"]
        return answer.status_code, checks

    def calm(self) -> dict[str, float]:
        """The figures when all that came is with the brokers."""

        def look() -> dict[str, float] | None:
            found = self.figures()
            waits = sum(found[one.name] for one in (EDGE_WAITING, EDGE_SPOOLING, EDGE_SPOOL_BYTES))
            return None if waits else found

        return until("calm edge", look)

    def frames(self) -> list[RawFrame]:
        """All of the topic, place by place."""
        topic = Names(self.prefix).raw("snmp")
        return [
            unpack(body, f"place {place}") for place in range(PLACES) for body in records(self.cluster, topic, place)
        ]

    def numbers(self) -> dict[str, list[int]]:
        """By agent, the numbers of its traps in the order in which they stand."""
        found: dict[str, list[int]] = {}
        for frame in self.frames():
            for datagram in frame.datagrams:
                said = parse(datagram.octets)
                assert isinstance(said, Trap)
                found.setdefault(datagram.peer, []).append(said.uptime_cs)
        return found


def line(out: IO[str]) -> str:
    read = out.readline()
    assert read, "the edge ended; its log says why"
    return read


@contextmanager
def outpost(made: Outpost) -> Iterator[Outpost]:
    """Started; ended whatever the test does."""
    made.start()
    try:
        yield made
    finally:
        if made.process is not None:
            made.kill()


@contextmanager
def full_disk(made: Outpost) -> Iterator[None]:
    """No file of the edge takes another byte while the block runs (setrlimit(2), RLIMIT_FSIZE)."""
    assert made.process is not None
    pid = made.process.pid
    soft, hard = resource.prlimit(pid, resource.RLIMIT_FSIZE)
    resource.prlimit(pid, resource.RLIMIT_FSIZE, (0, hard))
    try:
        yield
    finally:
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (soft, hard))


@dataclass
class Agents:
    """Several agents; each numbers its traps from 1. `octets`: of noise in each, which does not compress."""

    octets: int = 0
    sent: dict[str, int] = field(default_factory=lambda: dict.fromkeys(AGENTS, 0))

    def __post_init__(self) -> None:
        self._sockets = {}
        for agent in AGENTS:
            self._sockets[agent] = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            self._sockets[agent].bind((agent, 0))

    def send(self, to: tuple[str, int], each: int) -> None:
        for _ in range(each):
            for agent, door in self._sockets.items():
                self.sent[agent] += 1
                noise = [("1.3.6.1.4.1.32473.1.1", element(OCTETS, SECRETS.randbytes(self.octets)))]
                door.sendto(trap(LINK_DOWN, noise, Stamp(1, self.sent[agent])), to)

    @contextmanager
    def sending(self, to: tuple[str, int], every_s: float = 0.02, each: int = 2) -> Iterator[None]:
        """Meanwhile, in a thread of its own."""
        stop = threading.Event()

        def run() -> None:
            while not stop.wait(every_s):
                self.send(to, each)

        thread = threading.Thread(target=run)
        thread.start()
        try:
            yield
        finally:
            stop.set()
            thread.join()

    @property
    def total(self) -> int:
        return sum(self.sent.values())

    def close(self) -> None:
        for door in self._sockets.values():
            door.close()


def values(sample: Sample) -> list[str]:
    """Of its labels, but for the process."""
    return [value for label, value in sample.labels.items() if label != PROCESS]
