"""The whole distributed runtime as processes of this machine, each started again by its keeper when it dies."""

import signal
import subprocess
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

import httpx

from connectors.journal.kafka import KafkaJournal
from connectors.kafka.cluster import Cluster, make
from connectors.store.sql import SqlStore
from correlator.policy import DomainPolicy, Policy
from dev.local.place import free_port
from streams import bootstrap
from streams.bootstrap.topics import Names, topics
from streams.settings import Database, Kafka, Settings, load
from tests.integration.command import environment
from tests.integration.distributed.crew import SESSION_S, write
from tests.integration.house import PATIENCE_S, SIMPUL, got, until
from tests.services import kill, own, services
from topology.model import Inventory

SERVERS = ("kafka", "postgres", "redis")
ROLES = {"edge-1": "edge", "worker-1": "worker", "worker-2": "worker", "api-1": "api"}
ROLES |= {"dispatch-1": "dispatch", "dispatch-2": "dispatch"}
BEGIN_S = 2 * PATIENCE_S  # seven processes and three servers at once
AGAIN_S = 0.3  # until what died is started again, as a supervisor does it
ALONE = DomainPolicy(names=("id",))  # one kernel for all of it


@dataclass(slots=True)
class Kept:
    """One process, and its keeper's thread."""

    role: str
    port: int  # of its small door; the api's only one
    process: subprocess.Popen[bytes]
    starts: int = 1

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def well(self) -> bool:
        try:
            return got(f"{self.url}/healthz", 5).status_code == 200
        except httpx.TransportError:
            return False


@dataclass(slots=True)
class Fleet:
    """`client` and `running.snmp` are what a storm (tests.integration.storm) asks a service for."""

    folder: Path
    config: Path
    settings: Settings
    token: str
    journal: KafkaJournal
    store: SqlStore
    snmp: tuple[str, int]
    kept: dict[str, Kept] = field(default_factory=dict)
    _keepers: list[threading.Thread] = field(default_factory=list)
    _over: threading.Event = field(default_factory=threading.Event)

    @property
    def running(self) -> Self:
        return self

    def client(self) -> httpx.Client:
        headers = {"Authorization": f"Bearer {self.token}"}
        url = self.kept["api-1"].url
        return httpx.Client(base_url=url, headers=headers, timeout=PATIENCE_S, trust_env=False)

    def start(self) -> None:
        for name, role in ROLES.items():
            port = free_port()
            self.kept[name] = Kept(role, port, self._launch(name, role, port))
            self._keepers.append(threading.Thread(target=self._keep, args=(name,), name=f"keeper of {name}"))
        for keeper in self._keepers:
            keeper.start()

    def all_well(self) -> bool:
        return all(one.well() for one in self.kept.values())

    def send(self, name: str, number: signal.Signals) -> None:
        self.kept[name].process.send_signal(number)

    def stop(self) -> None:
        """In order, workers last: what is in hand is finished."""
        self._over.set()
        for one in self.kept.values():
            one.process.send_signal(signal.SIGCONT)
            one.process.terminate()
        for keeper in self._keepers:
            keeper.join()

    def sent_lines(self) -> Iterator[str]:
        """What left by the dispatchers' file channels."""
        for name, one in self.kept.items():
            file = self.folder / name / "messages.jsonl"
            if one.role == "dispatch" and file.exists():
                yield from file.read_text().splitlines()

    def calm(self) -> bool:
        """All is well, all that came is folded, all that was decided is told, and sent or given up."""
        return self.all_well() and all(self._at_rest(domain) for domain in self.settings.domains)

    def _at_rest(self, domain: str) -> bool:
        if self.store.applied(domain) < self.journal.end(domain) or self.store.unpublished(domain, 1):
            return False
        counts = self.store.outbox.counts(domain)
        return not self.store.outbox.pending(domain) and not any(state in ("queued", "trying") for _, state in counts)

    def _keep(self, name: str) -> None:
        one = self.kept[name]
        while True:
            one.process.wait()
            if self._over.wait(AGAIN_S):
                return
            one.process = self._launch(name, one.role, one.port)
            one.starts += 1

    def _launch(self, name: str, role: str, port: int) -> subprocess.Popen[bytes]:
        (self.folder / name).mkdir(exist_ok=True)
        env = environment() | {
            "SIMPUL_DATA": str(self.folder / name),
            "SIMPUL_DATABASE__MASTER_KEY": str(self.folder / "data" / "master.key"),
            "SIMPUL_CHANNELS__LEASE_S": "3",
            "SIMPUL_PROBE__PORT": str(port),
            "SIMPUL_HTTP__PORT": str(port),
            "SIMPUL_SNMP__PORT": str(self.snmp[1]),
        }
        with (self.folder / f"{name}.log").open("ab") as said:
            command = [*SIMPUL, role, "--config", str(self.config)]
            return subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=said, stderr=said, env=env)


@contextmanager
def server_away(folder: Path, name: str, away_s: float) -> Iterator[None]:
    """Killed for the block and some time longer; then it serves at the same place again."""
    kill(name, folder)
    try:
        yield
        threading.Event().wait(away_s)
    finally:
        own(name, folder)


@contextmanager
def fleet(folder: Path, inventory: Inventory, policy: Policy) -> Iterator[Fleet]:
    """Servers of its own and the whole service, prepared and started; all is ended whatever happens."""
    servers, domains = folder / "servers", policy.domains.names
    try:
        kafka, database, redis = (own(name, servers) for name in SERVERS)
        settings = Settings(
            domain=domains[0],
            kafka=Kafka(servers=kafka, replicas=1, raw_partitions=3, session_s=SESSION_S, domains=domains),
            database=Database(url=database),
        )
        assert settings.kafka is not None
        cluster = Cluster(kafka, patience_s=5)
        make(cluster, topics(settings))
        config = write(folder, settings, inventory, policy)
        config.write_text(config.read_text() + f'[redis]\nurl = "{redis}"\n')
        given = load(config).model_copy(update={"data": folder / "data"})
        token = bootstrap.prepare(given).token
        assert token is not None
        events = Names(settings.kafka.prefix).events
        with closing(KafkaJournal(cluster, events, domains)) as journal, closing(SqlStore(database)) as store:
            made = Fleet(folder, config, settings, token, journal, store, ("127.0.0.1", free_port()))
            made.start()
            try:
                until("the whole service", made.all_well, BEGIN_S)
                yield made
            finally:
                made.stop()
    finally:
        services("stop", "--forget", folder=servers)
