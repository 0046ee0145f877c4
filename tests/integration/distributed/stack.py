"""The services of docker-compose.yml as processes of this machine: their own commands, environments and health checks.

Only what a container would give is put in their place: names of hosts, ports, and where blobs and secrets lie.
"""

import base64
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx
from sqlalchemy import make_url

from connectors.kafka.cluster import Cluster
from dev.local.place import free_port
from dev.local.tools import program
from tests.broker import broker, secured
from tests.certificates import Authority
from tests.containers import ours, read
from tests.contracts.test_publisher import records
from tests.integration.command import environment
from tests.integration.house import LINK_DOWN, SIMPUL, got, trap, until
from tests.services import WORKER, new_database
from tests.streams.small import INVENTORY
from topology.loaders.dump import to_json

COMPOSE = read("docker-compose.yml")
ONCE = [name for name, service in ours(COMPOSE).items() if service["restart"] == "no"]
STAY = [
    (name, number + 1)
    for name, service in ours(COMPOSE).items()
    if name not in ONCE
    for number in range(service["deploy"].get("replicas", 1))
]
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
    more: dict[str, str] = field(default_factory=dict)  # settings of all services, beside the file's
    started: dict[str, Started] = field(default_factory=dict)

    @property
    def cluster(self) -> Cluster:
        """The broker, to us."""
        login: dict[str, str] = {}
        if self.more:
            login = {
                "security_protocol": "SASL_SSL",
                "ssl_cafile": self.more["SIMPUL_KAFKA__CA"],
                "sasl_mechanism": "SCRAM-SHA-512",
                "sasl_plain_username": "simpul",
                "sasl_plain_password": Path(self.more["SIMPUL_KAFKA__PASSWORD_FILE"]).read_text().rstrip(),
            }
        return Cluster(self.here["kafka:9092"], login=login)

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
        for port, free in ports.items():
            check = check.replace(f":{port}/", f":{free}/")
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
        given = {**service["environment"], **self.more}
        env = {variable: self.said(value, as_name) for variable, value in given.items()}
        ports = {value: str(free_port()) for variable, value in env.items() if PORT.fullmatch(variable)}
        env |= {variable: ports[value] for variable, value in env.items() if PORT.fullmatch(variable)}
        return [*SIMPUL, *service["command"]], environment() | env, ports

    def said(self, value: str, name: str) -> str:
        for theirs, own in self.here.items():
            value = value.replace(theirs, own)
        return value.replace("/var/lib/simpul", str(self.folder / name))


@contextmanager
def stack(folder: Path, authority: Authority | None = None) -> Iterator[Stack]:
    """Broker, database and Redis run, as the file says; nothing of ours does so far.

    With an authority the broker is another one: known by a certificate of it, and it wants to know who we are.
    """
    url = make_url(new_database(f"stack_{WORKER}_{'asks' if authority else 'plain'}"))
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
        if authority is None:
            running.enter_context(broker(folder / "kafka", *broker_properties(made)))
        else:
            running.enter_context(asking_broker(made, authority))
        running.enter_context(redis_server(folder / "redis", redis))
        running.callback(made.stop)
        yield made


@contextmanager
def asking_broker(made: Stack, authority: Authority) -> Iterator[None]:
    """And what our services have to be told of it."""
    password = made.folder / "secrets" / "kafka_password"
    password.write_text("between us\n")
    (made.folder / "kafka").mkdir()
    with secured(made.folder / "kafka", authority, password.read_text().rstrip()) as address:
        made.here["kafka:9092"] = address
        made.more |= {
            "SIMPUL_KAFKA__SECURITY": "tls",
            "SIMPUL_KAFKA__CA": str(authority.file),
            "SIMPUL_KAFKA__USERNAME": "simpul",
            "SIMPUL_KAFKA__PASSWORD_FILE": str(password),
        }
        yield


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


# What to do with it


def all_up(made: Stack) -> dict[str, str]:
    """What the services that run once have said; the others are well."""
    said = {name: made.once(name) for name in ONCE}
    for name, number in STAY:
        made.start(name, number)
    return said


def follow(made: Stack, said: dict[str, str]) -> None:
    """A trap from the edge's door to a worker's figures; a complaint from the API to the customer and to others."""
    trap(("127.0.0.1", int(made.started["edge-1"].ports["1162"])), LINK_DOWN, "10.0.0.2", 2, "2")
    until("alarm that stands", lambda: 'simpul_active_alarms{domain="id",process="worker"} 1.0' in figures(made))
    token = (made.folder / "prepare" / "administrator.token").read_text().strip()
    assert token not in said["prepare"]
    answer = httpx.post(
        f"http://127.0.0.1:{made.started['api-1'].ports['8088']}/complaints",
        json={"channel": "phone", "customer": "CU-1", "text": "internet mati total"},
        headers={"Authorization": f"Bearer {token}"},
        trust_env=False,
    )
    assert answer.status_code == 201
    number = answer.json()["number"]
    sent = made.folder / "dispatch-1" / "messages.jsonl"
    until("message to the customer", lambda: sent.exists() and number in sent.read_text())
    assert "+62811111" in sent.read_text()
    told = until("effect for others", lambda: [one for one in effects(made) if number in one])
    assert [json.loads(one)["type"] for one in told] == ["id.simpul.notice.v1"]
    assert not [one for one in effects(made) if "62811111" in one or "internet" in one]


def figures(made: Stack) -> str:
    """Of both workers; either may own the domain."""
    doors = [one.ports["8089"] for name, one in made.started.items() if name.startswith("worker")]
    return "".join(got(f"http://127.0.0.1:{door}/metrics").text for door in doors)


def effects(made: Stack) -> list[str]:
    """All that other systems were told."""
    return [one.value.decode() for one in records("simpul.effects", 0, made.cluster)]
