"""Real servers for tests, by `dev/services`: one of each for a whole run, shared by its workers, ended with it."""

import os
import subprocess
import sys
import tempfile
from functools import cache
from pathlib import Path

import psycopg
import pytest

SERVICES = Path(__file__).parents[1] / "dev" / "services"
WORKER = os.environ.get("PYTEST_XDIST_WORKER", "alone")
RUN = os.getpid() if WORKER == "alone" else os.getppid()  # the process that the run ends with
FOLDER = Path(tempfile.gettempdir()) / f"simpul-services-{RUN}"


def address(name: str) -> str:
    """Where it serves. Skips the test where it cannot be had; on CI's machine that is a failure (conftest.py)."""
    found, why = _started(name)
    if not found:
        pytest.skip(f"no {name}: {why}")
    return found


@cache
def _started(name: str) -> tuple[str, str]:
    options = ["--folder", FOLDER, "--quick", "--until", str(RUN)]
    ran = subprocess.run(
        [sys.executable, SERVICES, "start", name, *options], capture_output=True, text=True, check=False
    )
    return ran.stdout.strip().partition("=")[2], ran.stderr.strip().replace("\n", " ")


def empty_database() -> str:
    """The URL of this worker's own database, with tables that hold nothing."""
    url = worker_database()
    with psycopg.connect(url, autocommit=True) as connection:
        query = "select quote_ident(tablename) from pg_tables where schemaname = 'public'"
        names = [name for (name,) in connection.execute(query) if name != "alembic_version"]
        if names:
            connection.execute("; ".join(f"delete from {name}" for name in names))  # sooner than truncate
    return url


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
