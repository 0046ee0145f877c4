"""The services of docker-compose.yml as processes of this machine: their own commands, environments and health checks.

Only what a container would give is put in their place: names of hosts, ports, and where volumes and secrets lie.
"""

import base64
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import make_url

from dev.local.place import free_port
from dev.local.tools import program
from tests.broker import broker
from tests.containers import read
from tests.integration.command import environment
from tests.integration.house import SIMPUL, until
from tests.services import WORKER, new_database
from tests.streams.small import INVENTORY
from topology.loaders.dump import to_json

COMPOSE = read("docker-compose.yml")
PORT = re.compile(r"SIMPUL_\w+__PORT")


@dataclass(slots=True)
class Started:
    """One of our processes; `ports`: the container's, and what they are here."""

    process: subprocess.Popen[bytes]
    log: Path
    ports: dict[str, str]
    check: str  # what its health check runs

    def well(self) -> bool:
        assert self.process.poll() is None, self.log.read_text()[-3000:]
        return subprocess.run([sys.executable, "-c", self.check], capture_output=True, check=False).returncode == 0


@dataclass(slots=True)
class Stack:
    """`here`: what a container knows, and what it is on this machine."""

    folder: Path
    here: dict[str, str]
    started: dict[str, Started] = field(default_factory=dict)

    def once(self, name: str) -> str:
        """A service that ends; what it printed."""
        command, env, _ = self._process(name, name)
        ran = subprocess.run(command, env=env, capture_output=True, text=True, check=False)
        assert ran.returncode == 0, ran.stdout + ran.stderr
        return ran.stdout

    def start(self, name: str, number: int = 1) -> None:
        """A service that stays, until its health check says that it is well."""
        command, env, ports = self._process(name, f"{name}-{number}")
        check = COMPOSE["services"][name]["healthcheck"]["test"][-1]
        for port, ours in ports.items():
            check = check.replace(f":{port}/", f":{ours}/")
        log = self.folder / f"{name}-{number}.log"
        with log.open("wb") as said:
            process = subprocess.Popen(command, env=env, stdin=subprocess.DEVNULL, stdout=said, stderr=said)
        self.started[f"{name}-{number}"] = Started(process, log, ports, check)
        until(f"health of {name}", self.started[f"{name}-{number}"].well)

    def stop(self) -> None:
        for one in self.started.values():
            one.process.terminate()
        for one in self.started.values():
            try:
                one.process.wait(60)
            finally:
                one.process.kill()

    def _process(self, name: str, as_name: str) -> tuple[list[str], dict[str, str], dict[str, str]]:
        service = COMPOSE["services"][name]
        env = {variable: self.said(value, as_name) for variable, value in service["environment"].items()}
        ports = {value: str(free_port()) for variable, value in env.items() if PORT.fullmatch(variable)}
        env |= {variable: ports[value] for variable, value in env.items() if PORT.fullmatch(variable)}
        return [*SIMPUL, *service["command"]], environment() | env, ports

    def said(self, value: str, name: str) -> str:
        for theirs, ours in self.here.items():
            value = value.replace(theirs, ours)
        return value.replace("/var/lib/simpul", str(self.folder / name))


@contextmanager
def stack(folder: Path) -> Iterator[Stack]:
    """Broker, database and Redis run, as the file says; nothing of ours does so far."""
    url = make_url(new_database(f"stack_{WORKER}"))
    secrets, config = folder / "secrets", folder / "config"
    secrets.mkdir()
    config.mkdir()
    (secrets / "database_password").write_text(f"{url.password}\n")
    (secrets / "master_key").write_bytes(base64.b64encode(bytes(range(32))) + b"\n")
    (secrets / "master_key").chmod(0o640)
    (config / "inventory.json").write_bytes(to_json(INVENTORY))
    kafka, controller, redis = (str(free_port()) for _ in range(3))
    here = {
        "kafka:9092": f"127.0.0.1:{kafka}",
        "kafka:9093": f"127.0.0.1:{controller}",
        "://:9092": f"://127.0.0.1:{kafka}",
        "://:9093": f"://127.0.0.1:{controller}",
        "postgres:5432/simpul": f"127.0.0.1:{url.port}/{url.database}",
        "redis:6379": f"127.0.0.1:{redis}",
        "/run/secrets": str(secrets),
        "/etc/simpul": str(config),
    }
    made = Stack(folder, here)
    with ExitStack() as running:
        running.enter_context(broker(folder / "kafka", *broker_properties(made)))
        running.enter_context(redis_server(folder / "redis", redis))
        running.callback(made.stop)
        yield made


def broker_properties(made: Stack) -> tuple[dict[str, str], list[str]]:
    """As the image's entry point makes them of KAFKA_..., and how it formats the disk."""
    given = dict(COMPOSE["services"]["kafka"]["environment"])
    words = ["-t", given.pop("CLUSTER_ID")]
    properties = {
        variable.removeprefix("KAFKA_").lower().replace("_", "."): made.said(value, "kafka")
        for variable, value in given.items()
    }
    return {**properties, "log.dirs": str(made.folder / "kafka" / "data")}, words


@contextmanager
def redis_server(folder: Path, port: str) -> Iterator[None]:
    """By the file's own command."""
    server, *words = COMPOSE["services"]["redis"]["command"]
    folder.mkdir()
    command = [str(program(server, server)), *words, "--port", port, "--dir", str(folder), "--bind", "127.0.0.1"]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    try:
        client = [
            str(program("redis-cli", "redis-tools")),
            "-p",
            port,
            *COMPOSE["services"]["redis"]["healthcheck"]["test"][2:],
        ]
        until("Redis", lambda: subprocess.run(client, capture_output=True, check=False).stdout == b"PONG\n")
        yield
    finally:
        process.terminate()
        process.wait(60)
