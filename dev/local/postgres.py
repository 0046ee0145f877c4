"""PostgreSQL, from Debian's packages. It refuses to run as root: there the user `postgres` of the package runs it."""

import contextlib
import hashlib
import os
import secrets
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path

from dev.local.place import Place
from dev.local.process import GRACE_S, LOOK_EVERY_S, Launch
from dev.local.tools import Trouble, program, run

PACKAGE, PLACES = "postgresql", "usr/lib/postgresql/*/bin"
HOME = Path("/var/lib/postgresql")  # of the package's user
NAME = "simpul"  # of user and database
# natural order of words, as most servers have it: what sorts by code point has to say so
INITDB = ("--encoding=UTF8", "--locale=C.UTF-8", "--locale-provider=icu", "--icu-locale=id", "--auth=scram-sha-256")
QUICK = ("fsync=off", "full_page_writes=off")


class Postgres:
    name = "postgres"
    stops = signal.SIGINT  # its "fast shutdown"

    def __init__(self, place: Place) -> None:
        self._place = place
        root = os.geteuid() == 0
        self._user = "postgres" if root else None
        digest = hashlib.sha256(bytes(place.folder)).hexdigest()[:12]
        self._data = HOME / f"simpul-{digest}" if root else place.folder / "data"  # that user may not enter ours

    def launch(self, port: int) -> Launch:
        """A new cluster at the first time. Raises Trouble where the programs are missing."""
        server = program("postgres", PACKAGE, PLACES)
        port = self._place.port(given=port)
        if not (self._data / "PG_VERSION").exists():
            self._create(server.resolve().with_name("initdb"))
        self._unlock()
        settings = [f"port={port}", "listen_addresses=127.0.0.1", "unix_socket_directories="]
        settings += ["max_connections=200", *(QUICK if self._place.quick else ())]
        command = [str(server), "-D", str(self._data), *(word for one in settings for word in ("-c", one))]
        return Launch(command, user=self._user)

    def ready(self) -> bool:
        """It takes sessions; while it recovers after a kill it does not."""
        asks = [str(program("pg_isready", PACKAGE, PLACES)), "-q", "-h", "127.0.0.1", "-p", self._place.text("port")]
        return subprocess.run(asks, check=False).returncode == 0

    def prepare(self) -> None:
        """Our database, where there is none."""
        psql = [str(program("psql", PACKAGE, PLACES)), self._url("postgres"), "-Atqc"]
        if not run([*psql, f"select 1 from pg_database where datname = '{NAME}'"], "Asking PostgreSQL"):
            run([*psql, f"create database {NAME}"], "Creating the database")

    def address(self) -> str:
        return f"POSTGRES_URL={self._url(NAME)}"

    def forget(self) -> None:
        shutil.rmtree(self._data, ignore_errors=True)

    def _unlock(self) -> None:
        """Where it was killed its number may live on as a zombie, which it would take for a running server."""
        end_s = time.monotonic() + GRACE_S
        while workers_in(self._data):  # they end by themselves when they notice
            if time.monotonic() > end_s:
                raise Trouble(f"Processes of a killed PostgreSQL still work in {self._data}; end them")
            time.sleep(LOOK_EVERY_S)
        (self._data / "postmaster.pid").unlink(missing_ok=True)

    def _create(self, initdb: Path) -> None:
        password = secrets.token_urlsafe(12)
        file = self._place.folder / "password"
        file.touch(mode=0o600)
        file.write_text(password)
        sync = ["--no-sync"] if self._place.quick else []
        with tempfile.NamedTemporaryFile("w") as shown:  # to that user, who may not read ours
            if self._user is not None:
                shutil.chown(shown.name, self._user)
            shown.write(password)
            shown.flush()
            command = [str(initdb), "-D", str(self._data), "-U", NAME, *INITDB, *sync, f"--pwfile={shown.name}"]
            run(command, "Creating the cluster (it needs PostgreSQL 15 or later)", user=self._user)

    def _url(self, database: str) -> str:
        port, password = self._place.text("port"), self._place.text("password")
        return f"postgresql://{NAME}:{password}@127.0.0.1:{port}/{database}"


def workers_in(folder: Path) -> list[str]:
    """Processes whose working folder it is: PostgreSQL's own have their data folder."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):  # ended meanwhile, or another user's
            if (process / "cwd").readlink() == folder:
                found.append(process.name)
    return found
