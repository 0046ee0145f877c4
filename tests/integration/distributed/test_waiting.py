"""Processes of the distributed runtime that are started while a server is away wait for it, and say so."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from dev.local.place import free_port
from streams import bootstrap
from streams.cli.running import CANNOT
from streams.settings import Database, Kafka, Settings, load
from tests.integration.command import environment
from tests.integration.distributed.crew import crew, write
from tests.integration.house import AWAKE, PATIENCE_S, SIMPUL, got, until
from tests.services import address, empty_database, kill, own, services
from tests.streams.small import INVENTORY

STARTER = """
import asyncio, sys
from pathlib import Path
from streams import bootstrap
from streams.processes.worker import process
from streams.settings import load
from tests.services import kill

async def run(config, servers):
    settings = load(config)
    house = await asyncio.to_thread(bootstrap.member, settings)
    kill("kafka", servers)
    await process.run(settings, house, asyncio.Event(), print)

asyncio.run(run(Path(sys.argv[1]), Path(sys.argv[2])))
"""
NAMES = ("worker", "api", "dispatch")


@dataclass(slots=True)
class Begun:
    """One process, and its log."""

    process: subprocess.Popen[bytes]
    port: int
    log: Path

    def health(self) -> httpx.Response | None:
        """None: nobody is there so far."""
        assert self.process.poll() is None, self.log.read_text()
        try:
            return got(f"http://127.0.0.1:{self.port}/healthz")
        except httpx.TransportError:
            return None

    def waits(self) -> bool:
        answer = self.health()
        return answer is not None and answer.json()["status"] == "waiting"

    def well(self) -> bool:
        answer = self.health()
        return answer is not None and answer.status_code == 200


@contextmanager
def begun(name: str, config: Path, **more: str) -> Iterator[Begun]:
    """`simpul NAME`; killed at the end."""
    folder, port = config.parent, free_port()
    env = environment() | {
        "SIMPUL_DATA": str(folder / name),
        "SIMPUL_DATABASE__MASTER_KEY": str(folder / "data" / "master.key"),
        f"SIMPUL_{'HTTP' if name == 'api' else 'PROBE'}__PORT": str(port),
        **more,
    }
    log = folder / f"{name}.log"
    with log.open("wb") as said:
        process = subprocess.Popen([*SIMPUL, name, "--config", str(config)], stdout=said, stderr=said, env=env)
    try:
        yield Begun(process, port, log)
    finally:
        process.kill()
        process.wait()


@pytest.fixture
def own_servers(tmp_path: Path) -> Iterator[tuple[str, str]]:
    try:
        yield own("kafka", tmp_path), own("postgres", tmp_path)
    finally:
        services("stop", "--forget", folder=tmp_path)


@pytest.mark.parametrize("away", ["kafka", "postgres"])
def test_they_wait_until_it_comes(tmp_path: Path, own_servers: tuple[str, str], away: str) -> None:
    with ExitStack() as running:
        with crew(tmp_path, (INVENTORY, AWAKE), at=own_servers) as made:
            bootstrap.prepare(load(made.config).model_copy(update={"data": tmp_path / "data"}))
        kill(away, tmp_path)
        all_of_them = [running.enter_context(begun(name, made.config)) for name in NAMES]
        for one in all_of_them:
            until("door that says that it waits", one.waits)
            answer = one.health()
            assert answer is not None
            assert answer.status_code == 503
            assert (
                own_servers[away == "postgres"].rpartition("@")[2].partition("/")[0] in answer.json()["checks"]["start"]
            )
            assert answer.json()["checks"]["start"].startswith("waits since ")
        post = httpx.post(f"http://127.0.0.1:{all_of_them[1].port}/complaints", json={}, trust_env=False)
        assert post.status_code == 503
        own(away, tmp_path)
        for one in all_of_them:
            until("end of the wait", one.well)  # the door's health asks for a worker that works
            assert one.log.read_text().count("waits") == 1


def written(folder: Path, servers: str) -> Path:
    """Settings that name these brokers, and topics that nobody made."""
    kafka = Kafka(servers=servers, prefix="nobody-made.", replicas=1)
    return write(folder, Settings(kafka=kafka, database=Database(url=empty_database())), INVENTORY, AWAKE)


@pytest.mark.parametrize("name", NAMES)
def test_one_that_waits_ends_when_it_is_told_to(tmp_path: Path, name: str) -> None:
    config = written(tmp_path, f"127.0.0.1:{free_port()}")
    with begun(name, config) as one:
        until("door that says that it waits", one.waits)
        one.process.terminate()
        assert one.process.wait(60) == 0


@pytest.mark.parametrize("name", NAMES)
def test_what_waiting_does_not_mend_ends_it(tmp_path: Path, name: str) -> None:
    config = written(tmp_path, address("kafka"))
    with begun(name, config) as one:
        assert one.process.wait(120) == CANNOT
        assert "simpul topics --make" in one.log.read_text()


def test_brokers_that_go_while_it_joins_the_group_end_it(tmp_path: Path, own_servers: tuple[str, str]) -> None:
    """And nothing holds it: another start waits for them."""
    with crew(tmp_path, (INVENTORY, AWAKE), at=own_servers) as made:
        env = environment() | {"SIMPUL_DATA": str(tmp_path / "data")}
        command = [sys.executable, "-c", STARTER, str(made.config), str(tmp_path)]
        ran = subprocess.run(command, capture_output=True, text=True, env=env, timeout=PATIENCE_S, check=False)
    assert ran.returncode == 1
    assert "JournalFull: The consumer group cannot be joined" in ran.stderr
