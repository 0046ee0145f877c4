"""`dev/services` with Redis, which starts soonest: what it starts it finds again, and it ends nothing else."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.integration.house import until
from tests.services import SERVICES, services


def said(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return services(*words, folder=folder)


def port_of(answer: subprocess.CompletedProcess[str]) -> int:
    assert answer.returncode == 0, answer.stderr
    name, _, address = answer.stdout.strip().partition("=")
    assert name == "REDIS_URL"
    return int(address.removeprefix("redis://127.0.0.1:").removesuffix("/0"))


def serves(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), 5).close()
    except ConnectionRefusedError:
        return False
    return True


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    yield tmp_path / "services"
    said(tmp_path / "services", "stop", "--forget")


def test_a_second_start_finds_the_first_and_a_later_one_takes_the_same_port(folder: Path) -> None:
    port = port_of(said(folder, "start", "redis"))
    pid = (folder / "redis" / "pid").read_text()
    assert serves(port)
    assert port_of(said(folder, "start", "redis")) == port
    assert port_of(said(folder, "status", "redis")) == port
    assert (folder / "redis" / "pid").read_text() == pid
    assert said(folder, "stop", "redis").stderr == "redis stopped\n"
    assert not serves(port)
    assert said(folder, "status", "redis").returncode == 1
    assert port_of(said(folder, "start", "redis")) == port


def test_it_comes_back_after_a_kill(folder: Path) -> None:
    port = port_of(said(folder, "start", "redis"))
    os.kill(int((folder / "redis" / "pid").read_text().split()[0]), signal.SIGKILL)
    until("end of the server", lambda: said(folder, "status", "redis").returncode == 1)
    assert port_of(said(folder, "start", "redis")) == port
    assert serves(port)


def test_a_number_that_another_process_has_by_now_is_left_alone(folder: Path) -> None:
    other = subprocess.Popen(["sleep", "60"])
    port_of(said(folder, "start", "redis"))
    said(folder, "stop", "redis")
    (folder / "redis" / "pid").write_text(f"{other.pid} 1")  # it started at another time
    assert said(folder, "stop", "redis").stderr == ""
    assert other.poll() is None
    other.kill()
    other.wait()


def test_two_folders_are_two_servers(folder: Path, tmp_path: Path) -> None:
    first = port_of(said(folder, "start", "redis"))
    second = port_of(said(tmp_path / "other", "start", "redis"))
    assert first != second
    said(tmp_path / "other", "stop", "--forget")
    assert (serves(first), serves(second)) == (True, False)


def test_it_ends_with_the_process_that_it_was_started_for(folder: Path) -> None:
    owner = subprocess.Popen(["sleep", "60"])
    port = port_of(said(folder, "start", "redis", "--quick", "--until", str(owner.pid)))
    assert serves(port)
    owner.kill()
    owner.wait()
    until("end of the folder", lambda: not folder.exists())
    assert not serves(port)


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("start", "mongo"), "no service mongo; there are kafka, postgres, redis"),
        (("start", "redis", "--port", "redis=x"), "takes a number, not 'x'"),
    ],
)
def test_what_it_does_not_know_it_says(folder: Path, words: tuple[str, ...], says: str) -> None:
    answer = said(folder, *words)
    assert answer.returncode == 2
    assert says in answer.stderr


def test_a_port_that_is_taken_is_told_from_the_servers_own_log(folder: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as door:
        answer = said(folder, "start", "redis", "--port", f"redis={door.getsockname()[1]}")
    assert answer.returncode == 1
    assert "Address already in use" in answer.stderr


def test_a_missing_program_is_named_with_its_package(folder: Path) -> None:
    command = [sys.executable, SERVICES, "start", "redis", "--folder", folder]
    nowhere = {**os.environ, "PATH": str(folder)}
    answer = subprocess.run(command, capture_output=True, text=True, check=False, env=nowhere)
    assert answer.returncode == 1
    assert answer.stderr.startswith("redis-server is not installed.")
    assert answer.stderr.endswith("apt-get install --no-install-recommends redis-server\n")
