"""`simpul run` as an operator starts it: settings in a file, a process of its own, what it says and whom it begets."""

import os
import socket
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from tests.integration.house import SIMPUL


def write(folder: Path, http: int = 0, snmp: int = 0, inventory: str = "inventory.json") -> Path:
    file = folder / "simpul.toml"
    file.write_text(
        f'data = "{folder / "data"}"\ninventory = "{folder / inventory}"\nlog = "warning"\n'
        f"[http]\nport = {http}\n[snmp]\nport = {snmp}\n"
    )
    return file


def environment() -> dict[str, str]:
    """Without what is set for a real service on this machine."""
    return {name: value for name, value in os.environ.items() if not name.startswith("SIMPUL_")} | {"COLUMNS": "200"}


def greeted(words: Sequence[str], log: Path, word: str, more: Mapping[str, str]) -> tuple[subprocess.Popen[str], str]:
    """A process that is ready: it, and the line with this word that says where its door is. `more`: environment."""
    with log.open("w") as said:
        env = environment() | {"PYTHONUNBUFFERED": "1", **more}
        process = subprocess.Popen([*SIMPUL, *words], stdout=subprocess.PIPE, stderr=said, text=True, env=env)
    assert process.stdout is not None
    while word not in (line := process.stdout.readline()):
        assert line, log.read_text()  # else it has ended
    return process, line


@contextmanager
def service(config: Path, files: int | None = None, **more: str) -> Iterator[subprocess.Popen[str]]:
    """`simpul run`, greeting heard; killed at the end if it still runs, and with it its children.

    `files`: most that each process may have open; `more`: its environment, beside what is usual.
    """
    command = [*SIMPUL, "run", "--config", str(config)]
    if files is not None:
        command = ["sh", "-c", f'ulimit -n {files} && exec "$@"', "sh", *command]
    run = subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment() | {"PYTHONUNBUFFERED": "1"} | more,
    )
    with run:
        assert run.stdout is not None
        try:
            while "page and API" not in (line := run.stdout.readline()):
                assert line, run.communicate()
            run.greeting = line  # type: ignore[attr-defined]  # where its door is
            yield run
        finally:
            run.kill()


def children(pid: int) -> list[int]:
    return [int(word) for word in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def port_of(run: subprocess.Popen[str]) -> int:
    return int(run.greeting.rstrip().rstrip("/").rpartition(":")[2])  # type: ignore[attr-defined]  # as above


def free(port: int) -> bool:
    with socket.socket() as door:
        door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            door.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True
