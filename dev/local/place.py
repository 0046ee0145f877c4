"""Where a service's files lie, and on which port it listens: the same ones again at the next start."""

import socket
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from random import SystemRandom

GIVEN_BY_US = (18_000, 32_000)  # Linux gives away 32768 and more (ip_local_port_range)


@dataclass(frozen=True, slots=True)
class Place:
    """`quick`: for tests; nothing is synced to the disk, and the start is short."""

    folder: Path
    quick: bool = False

    def port(self, name: str = "port", given: int = 0) -> int:
        """The given one, else that of the last start, else a free one."""
        file = self.folder / name
        port = given or (int(file.read_text()) if file.exists() else 0) or free_port()
        file.write_text(str(port))
        return port

    def text(self, name: str) -> str:
        """What a file says; empty where there is none."""
        file = self.folder / name
        return file.read_text() if file.exists() else ""


def free_port() -> int:
    """Outside those that the system gives to whoever connects: it may take seconds until somebody listens there."""
    while True:
        port = SystemRandom().randrange(*GIVEN_BY_US)
        with suppress(OSError), socket.create_server(("127.0.0.1", port)):
            return port


def answers(port: int, question: bytes, answer: bytes) -> bool:
    """Whether who listens there answers so."""
    try:
        with socket.create_connection(("127.0.0.1", port), 1) as door:
            door.settimeout(1)
            door.sendall(question)
            return door.recv(len(answer)) == answer
    except OSError:
        return False
