"""The command line of `dev/services`, and what it does with each service."""

import argparse
import fcntl
import os
import select
import shutil
import signal
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Protocol

from dev.local.kafka import BROKERS, Controller, Kafka
from dev.local.keycloak import Keycloak
from dev.local.place import Place
from dev.local.postgres import Postgres
from dev.local.process import Ended, Launch, Process
from dev.local.redis import Redis
from dev.local.tools import Trouble, say

LAUNCHER = Path(__file__).resolve().parents[1] / "services"
ABOUT = """Real servers on 127.0.0.1, for work and tests: Apache Kafka, PostgreSQL, Redis; Keycloak where it is named.

start   starts what does not run, waits until each serves, and prints addresses as environment lines:
        env $(dev/services start) COMMAND
stop    ends what it started, and nothing else
status  prints the addresses of what runs; exit status 1 where one does not
"""


class Service(Protocol):
    """One of the servers."""

    name: str
    stops: signal.Signals  # how it is told to end

    def launch(self, port: int) -> Launch:
        """How it is started; what it needs is made. Raises Trouble."""

    def ready(self) -> bool:
        """Whether it serves."""

    def prepare(self) -> None:
        """What is made once it serves. Raises Trouble."""

    def address(self) -> str:
        """An environment line."""

    def forget(self) -> None:
        """Delete what lies outside its folder."""


USUAL = (Kafka, Postgres, Redis)
SERVICES = {
    kind.name: kind for kind in (*USUAL, Keycloak, Controller, *BROKERS[1:])
}  # a controller makes several brokers one


def main(words: Sequence[str]) -> int:
    asked = parsed(words)
    folder: Path = asked.folder.resolve()
    try:
        if asked.verb == "watch":
            return watch(folder, asked.until)
        folder.mkdir(parents=True, exist_ok=True)
        with alone(folder):
            match asked.verb:
                case "start":
                    return start(folder, asked)
                case "stop":
                    return stop(folder, asked.names, asked.forget)
                case _:
                    return status(folder, asked.names)
    except (Trouble, OSError) as trouble:
        say(str(trouble))
        return 1


def parsed(words: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        "dev/services", description=ABOUT, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("verb", choices=("start", "stop", "status", "watch"), metavar="start|stop|status")
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"{', '.join(SERVICES)}; none: the first three")
    parser.add_argument("--folder", type=Path, default=Path(".services"), help="data, logs and pid files (.services)")
    parser.add_argument("--port", action="append", default=[], metavar="NAME=PORT", help="else that of the last start")
    parser.add_argument("--quick", action="store_true", help="for tests: nothing is synced to the disk")
    parser.add_argument("--until", type=int, metavar="PID", help="stop and forget all when that process has ended")
    parser.add_argument("--forget", action="store_true", help="with stop: delete the data, too")
    asked = parser.parse_args(words)
    asked.names = asked.names or [kind.name for kind in USUAL]
    asked.ports = dict(one.partition("=")[::2] for one in asked.port)
    if wrong := [name for name in [*asked.names, *asked.ports] if name not in SERVICES]:
        parser.error(f"no service {wrong[0]}; there are {', '.join(SERVICES)}")
    if wrong := [port for port in asked.ports.values() if not port.isdecimal()]:
        parser.error(f"--port NAME=PORT takes a number, not {wrong[0]!r}")
    return asked


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """One command at a time in a folder: the second finds what the first did."""
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def start(folder: Path, asked: argparse.Namespace) -> int:
    if asked.until is not None:
        see_to_the_end(folder, asked.until)
    places = {name: Place(folder / name, asked.quick) for name in asked.names}
    for place in places.values():
        place.folder.mkdir(exist_ok=True)
    services: list[Service] = [SERVICES[name](place) for name, place in places.items()]
    fresh = []
    for service in services:
        place = places[service.name]
        given = int(asked.ports.get(service.name, 0))
        process = Process(place.folder)
        if process.pid() is None:
            fresh.append((service, process, given, process.spawn(service.launch(given))))
        elif given and place.text("port") != str(given):
            raise Trouble(f"{service.name} runs on port {place.text('port')}; stop it first")
    for service, process, given, spawned in fresh:  # they start side by side
        try:
            process.wait(service.name, service.ready, spawned)
        except Ended as ended:  # killed by a stranger's mistake, a port that was just let go: once more
            say(str(ended))
            process.wait(service.name, service.ready, process.spawn(service.launch(given)))
        service.prepare()
    tell(service.address() for service in services)
    return 0


def stop(folder: Path, names: Sequence[str], forget: bool) -> int:
    for name in names:
        place = Place(folder / name)
        service: Service = SERVICES[name](place)
        if Process(place.folder).stop(service.stops):
            say(f"{name} stopped")
        if forget:
            service.forget()
            shutil.rmtree(place.folder, ignore_errors=True)
    return 0


def status(folder: Path, names: Sequence[str]) -> int:
    running = [name for name in names if Process(folder / name).pid() is not None]
    tell(SERVICES[name](Place(folder / name)).address() for name in running)
    for name in names:
        if name not in running:
            say(f"{name} does not run")
    return 0 if len(running) == len(names) else 1


def tell(lines: Iterator[str]) -> None:
    for line in lines:
        sys.stdout.write(line + "\n")


def see_to_the_end(folder: Path, pid: int) -> None:
    """Once a folder: a process that waits for the other one's end."""
    (folder / "watch").mkdir(exist_ok=True)
    watcher = Process(folder / "watch")
    if watcher.pid() is None:
        watcher.spawn(Launch([sys.executable, str(LAUNCHER), "watch", "--folder", str(folder), "--until", str(pid)]))


def watch(folder: Path, pid: int) -> int:
    """Wait for the end of a process, then stop and forget all."""
    with suppress(ProcessLookupError):  # it has ended already
        select.select([os.pidfd_open(pid)], [], [])
    with alone(folder):
        stop(folder, list(SERVICES), forget=True)
    shutil.rmtree(folder, ignore_errors=True)
    return 0
