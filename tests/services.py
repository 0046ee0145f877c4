"""Real servers for tests, by `dev/services`: one of each for a whole run, shared by its workers, ended with it."""

import atexit
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from functools import cache
from itertools import count
from pathlib import Path

import psycopg
import pytest

from connectors.journal.kafka import topic
from connectors.kafka.cluster import Cluster, make
from connectors.store.database import Database
from tests.integration.house import alive, until

SERVICES = Path(__file__).parents[1] / "dev" / "services"
WORKER = os.environ.get("PYTEST_XDIST_WORKER", "alone")
RUN = os.getpid() if WORKER == "alone" else os.getppid()  # the process that the run ends with
STARTED = Path(f"/proc/{RUN}/stat").read_text().rpartition(")")[2].split()[19]  # a number is given anew one day
FOLDER = Path(tempfile.gettempdir()) / f"simpul-services-{RUN}-{STARTED}"


def address(name: str) -> str:
    """Where it serves. Skips the test where it cannot be had; on CI's machine that is a failure (conftest.py)."""
    found, why = _started(name)
    if not found:
        pytest.skip(f"no {name}: {why}")
    return found


@cache
def _started(name: str) -> tuple[str, str]:
    ran = services("start", name, "--quick", "--until", str(RUN))
    return ran.stdout.strip().partition("=")[2], ran.stderr.strip().replace("\n", " ")


def services(*words: str, folder: Path = FOLDER) -> subprocess.CompletedProcess[str]:
    """`dev/services`; a folder of its own is a server of its own."""
    command = [sys.executable, SERVICES, *words, "--folder", folder]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def own(name: str, folder: Path) -> str:
    """Where one serves that is this test's alone, to be killed; the same place after each start."""
    ran = services("start", name, "--quick", "--until", str(RUN), folder=folder)
    if ran.returncode:
        pytest.skip(f"no {name}: {ran.stderr.strip()}")
    return ran.stdout.strip().partition("=")[2]


def brokers(folder: Path) -> str:
    """Where three brokers serve, with a controller beside them: this test's alone."""
    names = ("kafka", "kafka-2", "kafka-3")
    ran = services("start", "controller", *names, "--quick", "--until", str(RUN), folder=folder)
    if ran.returncode:
        pytest.skip(f"no brokers: {ran.stderr.strip()}")
    return ",".join(line.partition("=")[2] for line in ran.stdout.splitlines() if line.startswith("KAFKA_SERVERS"))


def kill(name: str, folder: Path) -> None:
    pid = int((folder / name / "pid").read_text().split()[0])
    os.kill(pid, signal.SIGKILL)
    until("end of the server", lambda: not alive(pid))


def empty_database() -> str:
    """The URL of this worker's own database, with tables that hold nothing."""
    url = worker_database()
    with psycopg.connect(url, autocommit=True) as connection:
        query = "select quote_ident(tablename) from pg_tables where schemaname = 'public'"
        names = [name for (name,) in connection.execute(query) if name != "alembic_version"]
        if names:
            connection.execute("; ".join(f"delete from {name}" for name in names))  # sooner than truncate
    return url


def shared_database() -> Database:
    """As one process has it open: emptied, and everybody's who asks."""
    empty_database()
    return _opened()


@cache
def _opened() -> Database:
    made = Database(worker_database(), patience_s=60)
    atexit.register(made.close)
    return made


@cache
def worker_database() -> str:
    return new_database(f"simpul_{WORKER}")


def new_database(name: str) -> str:
    """The URL of a database without tables; one that was there under that name is gone."""
    url = address("postgres")
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f"drop database if exists {name} with (force)")
        connection.execute(f"create database {name}")
    return url.rpartition("/")[0] + f"/{name}"


def cluster() -> Cluster:
    return Cluster(address("kafka"))


_numbers = count(1)


def new_topic(domains: Sequence[str], *, recorded: bool = False) -> str:
    """The name of a new topic for a journal."""
    name = f"events-{WORKER}-{next(_numbers)}"
    make(cluster(), [topic(name, domains, recorded=recorded, replicas=1)])
    return name
