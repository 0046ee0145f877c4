"""Real Kafka and PostgreSQL for a benchmark, by `dev/services`: they sync as in service, and end with this process."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import psycopg

from bench.watching.process import cpu_s
from connectors.journal import kafka as journal
from connectors.kafka.cluster import Cluster, make
from connectors.metrics import ASSIGNMENTS
from streams.bootstrap.topics import Names, topics
from streams.settings import Database, Kafka, Probe, Settings

SERVICES = Path(__file__).parents[1] / "dev" / "services"
READY_S = 120.0


class NoServers(Exception):
    """They cannot be had; the text says why."""


@dataclass(slots=True)
class Servers:
    """Where they are, and whose processes they are."""

    folder: Path
    kafka: str
    postgres: str
    _runs: int = 0

    def settings(self, inventory: Path, domains: Sequence[str], *, recorded: bool = False) -> Settings:
        """Topics of their own, and an empty database. `recorded`: frames keep the time that they carry."""
        self._runs += 1
        name = f"bench_{self._runs}"
        with psycopg.connect(self.postgres, autocommit=True) as connection:
            connection.execute(f"create database {name}")  # of our own making
        kafka = Kafka(
            servers=self.kafka, prefix=f"{name}.", replicas=1, raw_partitions=4, session_s=10, domains=tuple(domains)
        )
        database = Database(url=self.postgres.rpartition("/")[0] + f"/{name}")
        own = journal.topic(Names(kafka.prefix).events, domains, recorded=recorded, replicas=1)
        settings = Settings(
            data=self.folder / name,
            inventory=inventory,
            domain=domains[0],
            kafka=kafka,
            database=database,
            probe=Probe(port=0),
            log="error",
        )
        make(Cluster(self.kafka), [own if topic.name == own.name else topic for topic in topics(settings)])
        return settings

    def cpu_s(self) -> dict[str, float]:
        """CPU of each server with all that it begot, in seconds."""
        pids = {name: int((self.folder / name / "pid").read_text().split()[0]) for name in ("kafka", "postgres")}
        return {name: sum(cpu_s(one) for one in family(pid)) + gone_s(pid) for name, pid in pids.items()}


def family(pid: int) -> list[int]:
    """A process and its children's children that live."""
    try:
        young = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except FileNotFoundError:
        return []
    return [pid, *(one for child in young for one in family(int(child)))]


def gone_s(pid: int) -> float:
    """CPU of children that have ended (proc(5): cutime and cstime)."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[13]) + int(fields[14])) / os.sysconf("SC_CLK_TCK")


@contextmanager
def servers(folder: Path) -> Iterator[Servers]:
    """Raises NoServers."""
    command = [sys.executable, str(SERVICES), "start", "kafka", "postgres"]
    command += ["--folder", str(folder), "--until", str(os.getpid())]
    ran = subprocess.run(command, capture_output=True, text=True, check=False)
    if ran.returncode:
        raise NoServers(ran.stderr.strip())
    found = dict(line.partition("=")[::2] for line in ran.stdout.splitlines())
    addresses = list(found.values())
    try:
        yield Servers(folder, *addresses)
    finally:
        subprocess.run(
            [sys.executable, str(SERVICES), "stop", "kafka", "postgres", "--folder", str(folder)], check=False
        )


@dataclass(slots=True)
class Worker:
    """A `simpul worker` process at work."""

    process: subprocess.Popen[str]
    door: str  # its /healthz

    def cpu_s(self) -> float:
        return cpu_s(self.process.pid)

    def domains(self) -> list[str]:
        """Which it owns, by its own word."""
        checks = httpx.get(self.door, trust_env=False).json()["checks"]
        return [name.removeprefix("domain ") for name in checks if name.startswith("domain ")]

    def assignments(self) -> int:
        """How often the group gave it its domains."""
        text = httpx.get(self.door.replace("healthz", "metrics"), trust_env=False).text
        [line] = [line for line in text.splitlines() if line.startswith(f"{ASSIGNMENTS.name}{{")]
        return int(float(line.split()[1]))


def owned(crew: Sequence[Worker], domains: Sequence[str]) -> None:
    """Wait until each has one domain, or the only one has all."""
    until_s, most = time.monotonic() + READY_S, -(-len(domains) // len(crew))
    while sorted(name for one in crew for name in one.domains()) != sorted(domains) or any(
        len(one.domains()) > most for one in crew
    ):
        if time.monotonic() > until_s:
            raise NoServers("the workers do not share the domains")
        time.sleep(0.1)


@contextmanager
def workers(settings: Settings, number: int, *, recorded: bool = False) -> Iterator[list[Worker]]:
    """At work, which does not mean that they own a domain yet."""
    made: list[Worker] = []
    try:
        for n in range(number):
            mine = settings.model_copy(update={"data": settings.data / f"worker-{n}"})
            made += [started(mine, recorded=recorded)]
        yield made
    finally:
        for one in made:
            one.process.terminate()
        for one in made:
            one.process.wait(60)
            assert one.process.stdout is not None
            one.process.stdout.close()


def started(settings: Settings, *, recorded: bool) -> Worker:
    settings.data.mkdir(parents=True, exist_ok=True)
    config = settings.data / "simpul.toml"
    config.write_text(as_toml(settings))
    command = [sys.executable, "-m", "streams", "worker", "--config", str(config)]
    command += ["--recorded"] if recorded else []
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=os.environ | {"PYTHONUNBUFFERED": "1"})
    assert process.stdout is not None
    until_s = time.monotonic() + READY_S
    while "is it well" not in (line := process.stdout.readline()):
        if not line or time.monotonic() > until_s:
            raise NoServers("a worker did not start; what it said is on the terminal")
    return Worker(process, line.split()[-1])


def as_toml(settings: Settings) -> str:
    kafka, database = settings.kafka, settings.database
    assert kafka is not None
    assert database is not None
    catalogues = f'catalogues = "{settings.snmp.catalogues}"\n' if settings.snmp.catalogues else ""
    return (
        f'data = "{settings.data}"\ninventory = "{settings.inventory}"\ndomain = "{settings.domain}"\n'
        f'log = "{settings.log}"\n'
        f'[snmp]\n{catalogues}[kafka]\nservers = "{kafka.servers}"\nprefix = "{kafka.prefix}"\nreplicas = 1\n'
        f"raw_partitions = {kafka.raw_partitions}\nsession_s = {kafka.session_s}\ndomains = {list(kafka.domains)!r}\n"
        f'[database]\nurl = "{database.url}"\n[probe]\nport = 0\n'
    )
