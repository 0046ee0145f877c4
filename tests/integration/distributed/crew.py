"""The distributed runtime as a test holds it: `simpul worker` processes over real brokers and a real database."""

import json
import os
import signal
import subprocess
import threading
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

import msgspec
from kafka import KafkaConsumer, TopicPartition

from bench.senders.traps import Batch
from connectors.formats.raw_frames import Datagram, RawFrame, pack
from connectors.journal.kafka import KafkaJournal
from connectors.journal.kafka import topic as journal_topic
from connectors.kafka.cluster import Cluster, make
from connectors.kafka.producer import Outgoing, Producer
from connectors.ports import JournalFull, PortError
from connectors.store.sql import SqlStore
from correlator.events import Frame
from correlator.policy import Policy
from streams.bootstrap.topics import Names, topics
from streams.clock import wall_us
from streams.settings import Database, Kafka, Settings
from tests.integration.command import greeted
from tests.integration.house import got, until
from tests.services import WORKER, address, empty_database
from topology.loaders.dump import to_json
from topology.model import Inventory

FEED_S, FEED_DATAGRAMS = 0.02, 5
SESSION_S = 6.0  # the least that a broker grants: a dead worker is noticed after so long
_numbers = count(1)


@dataclass(slots=True)
class Worker:
    """One process, and where its door is."""

    process: subprocess.Popen[str]
    port: int

    def health(self) -> dict[str, str | None]:
        answer = got(f"http://127.0.0.1:{self.port}/healthz")
        checks: dict[str, str | None] = answer.json()["checks"]
        return checks

    def owned(self) -> list[str]:
        """Which domains it has, by its own word."""
        return [name.removeprefix("domain ") for name in self.health() if name.startswith("domain ")]

    def figures(self) -> dict[str, float]:
        """Its series of domains, by name and domain."""
        text = got(f"http://127.0.0.1:{self.port}/metrics").text
        pairs = (line.rpartition(" ") for line in text.splitlines() if '{domain="' in line)
        return {name.replace(',process="worker"', ""): float(value) for name, _, value in pairs}

    def troubled(self) -> list[str]:
        """What is wrong, by its own word."""
        return [name for name, why in self.health().items() if why is not None]

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()

    def send(self, number: signal.Signals) -> None:
        self.process.send_signal(number)

    def stop(self) -> int:
        self.process.terminate()
        return self.process.wait(60)


def end_of(journal: KafkaJournal, domain: str) -> int:
    """Of a domain; brokers that have just come back, or have no leader yet, may keep us waiting."""
    found: list[int] = []

    def asked() -> bool:
        try:
            found.append(journal.end(domain))
        except PortError:
            return False
        return True

    until(f"the end of the journal of {domain}", asked)
    return found[-1]


@dataclass(slots=True)
class Crew:
    """Settings that all share, the journal as the test writes it, the store as it reads it."""

    folder: Path
    settings: Settings
    config: Path
    recorded: bool
    brokers: Cluster
    journal: KafkaJournal
    store: SqlStore
    workers: list[Worker] = field(default_factory=list)

    def start(self, **more: str) -> Worker:
        """One more worker, at work. `more`: its environment, beside what is usual."""
        number = len(self.workers)
        words = ["worker", "--config", str(self.config), *(["--recorded"] if self.recorded else [])]
        env = {"SIMPUL_DATA": str(self.folder / f"worker-{number}")} | more
        process, line = greeted(words, self.folder / f"worker-{number}.log", "is it well", env)
        self.workers.append(Worker(process, int(line.rstrip().removesuffix("/healthz").rpartition(":")[2])))
        return self.workers[-1]

    def caught_up(self) -> None:
        """Until all that is in the journal is folded."""
        ends = {domain: self.journal.end(domain) for domain in self.settings.domains}
        until(
            f"fold of all of {ends}",
            lambda: all(self.store.applied(domain) >= end for domain, end in ends.items()),
        )

    def told(self) -> list[str]:
        """Ids of the first domain's effects, as other systems were told them."""
        assert self.settings.kafka is not None
        place = TopicPartition(Names(self.settings.kafka.prefix).effects, 0)
        with closing(KafkaConsumer(**self.brokers.client(), auto_offset_reset="earliest")) as consumer:
            consumer.assign([place])
            end, read = consumer.end_offsets([place])[place], list[str]()
            while consumer.position(place) < end:
                read += [json.loads(one.value)["id"] for one in consumer.poll(1000).get(place, [])]
        return read

    def append(self, domain: str, frames: Sequence[Frame]) -> None:
        for frame in frames:
            self.journal.append(domain, frame)


@dataclass(slots=True)
class Feed:
    """Traps in raw frames, as an edge sends them, at a steady rate from `start` to `stop`, whoever reads them."""

    crew: Crew
    traps: Batch
    sent: int = 0  # datagrams
    _over: threading.Event = field(default_factory=threading.Event)
    _thread: threading.Thread | None = None

    def start(self) -> None:
        self._thread = threading.Thread(target=self._run, name="feed")
        self._thread.start()

    def stop(self) -> None:
        self._over.set()
        assert self._thread is not None
        self._thread.join()

    def _run(self) -> None:
        kafka = self.crew.settings.kafka
        assert kafka is not None
        with closing(Producer(self.crew.brokers)) as producer:
            while not self._over.wait(FEED_S):
                datagrams = [self._datagram(n) for n in range(self.sent, self.sent + FEED_DATAGRAMS)]
                body = pack(RawFrame("snmp", f"feed/{self.sent}", datagrams))
                if self._until_sent(producer, Outgoing(Names(kafka.prefix).raw("snmp"), 0, body)):
                    self.sent += len(datagrams)

    def _until_sent(self, producer: Producer, raw: Outgoing) -> bool:
        """However often it takes, unless it is told to stop while the brokers are away. What is there twice has the
        same ids.
        """
        while True:
            try:
                producer.send([raw])
            except JournalFull:
                if self._over.is_set():
                    return False
                continue
            return True

    def _datagram(self, n: int) -> Datagram:
        return Datagram("127.0.0.1", wall_us(), self.traps.datagrams[n % len(self.traps.datagrams)])


@contextmanager
def crew(
    folder: Path,
    drawn: tuple[Inventory, Policy],
    *,
    domains: Sequence[str] = ("id",),
    recorded: bool = False,
    at: tuple[str, str] | None = None,
    replicas: int = 1,
) -> Iterator[Crew]:
    """Topics, an empty database, settings in a file; every worker is gone at the end, whatever the test did.

    `at`: brokers and database of its own, else those of the whole run.
    """
    servers, database = at or (address("kafka"), empty_database())
    prefix = f"crew-{WORKER}-{os.getpid()}-{next(_numbers)}."
    kafka = Kafka(
        servers=servers,
        prefix=prefix,
        replicas=replicas,
        raw_partitions=3,
        session_s=SESSION_S,
        domains=tuple(domains),
    )
    settings = Settings(domain=domains[0], kafka=kafka, database=Database(url=database))
    brokers, names = Cluster(servers, patience_s=5), Names(prefix)
    own = journal_topic(names.events, domains, recorded=recorded, replicas=replicas)
    make(brokers, [own if topic.name == names.events else topic for topic in topics(settings)])
    config = write(folder, settings, *drawn)
    with (
        closing(KafkaJournal(brokers, names.events, tuple(domains))) as journal,
        closing(SqlStore(database)) as store,
    ):
        made = Crew(folder, settings, config, recorded, brokers, journal, store)
        try:
            yield made
        finally:
            for worker in made.workers:
                worker.process.kill()
                worker.process.wait()
                assert worker.process.stdout is not None
                worker.process.stdout.close()


def write(folder: Path, settings: Settings, inventory: Inventory, policy: Policy) -> Path:
    """As an operator writes them."""
    assert settings.kafka is not None
    assert settings.database is not None
    (folder / "inventory.json").write_bytes(to_json(inventory))
    (folder / "policy.json").write_bytes(msgspec.json.encode(policy))
    kafka = settings.kafka
    config = folder / "simpul.toml"
    config.write_text(
        f'inventory = "{folder / "inventory.json"}"\npolicy = "{folder / "policy.json"}"\nlog = "info"\n'
        f'domain = "{settings.domain}"\n'
        f'[kafka]\nservers = "{kafka.servers}"\nprefix = "{kafka.prefix}"\nreplicas = {kafka.replicas}\n'
        f"raw_partitions = 3\n"
        f"session_s = {kafka.session_s}\ndomains = {list(kafka.domains)!r}\n"
        f'[database]\nurl = "{settings.database.url}"\n[probe]\nport = 0\n'
    )
    return config
