"""Sockets that were opened before this process and outlive it: by the parent of `simpul run`, or by systemd.

What comes while nobody reads waits in the kernel: datagrams in the socket's buffer, connections in its queue.
"""

import os
import socket
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Literal

FROM_PARENT = "SIMPUL_SOCKETS"  # numbers of file descriptors, each with its `dropped`: 5:0,7:12
FIRST = 3  # of systemd's file descriptors, sd_listen_fds(3)

Kind = Literal["udp", "tcp"]
KINDS: Mapping[int, Kind] = {socket.SOCK_DGRAM: "udp", socket.SOCK_STREAM: "tcp"}
Address = tuple[str, int]


@dataclass(slots=True)
class Held:
    """A bound socket. `dropped`: what the kernel threw away of it that was told of before."""

    socket: socket.socket
    dropped: int = 0

    @property
    def place(self) -> tuple[Kind | None, str, int]:
        """What kind, and where; no kind: none that we listen on."""
        if self.socket.family not in (socket.AF_INET, socket.AF_INET6):
            return None, str(self.socket.getsockname()), 0
        host, port = self.socket.getsockname()[:2]
        return KINDS.get(self.socket.type), host, port


class Handed:
    """Those that wait to be taken, each once."""

    def __init__(self, held: Sequence[Held] = ()) -> None:
        self._held = list(held)

    def take(self, kind: Kind, address: Address) -> Held | None:
        """The one that is bound there; None where nobody opened it for us. Port 0 is none."""
        wanted = kind, _numeric(address[0]), address[1]
        found = next((one for one in self._held if one.place == wanted), None)
        if found is not None:
            self._held.remove(found)
        return found

    @property
    def left(self) -> list[Held]:
        """What nobody took."""
        return list(self._held)


NOTHING = Handed()


def inherited() -> Handed:
    """What this process was handed. Whoever asks has it: the next one, and our own children, find nothing."""
    given = os.environ.pop(FROM_PARENT, None)
    if given is not None:
        pairs = [one.split(":") for one in given.split(",") if one]
        return Handed([_held(int(number), int(dropped)) for number, dropped in pairs])
    pid, many = os.environ.pop("LISTEN_PID", ""), os.environ.pop("LISTEN_FDS", "0")
    os.environ.pop("LISTEN_FDNAMES", None)
    if pid != str(os.getpid()):
        return Handed()
    return Handed([_held(number) for number in range(FIRST, FIRST + int(many))])


def for_child(held: Sequence[Held]) -> str:
    """The value of FROM_PARENT; the descriptors keep their numbers."""
    return ",".join(f"{one.socket.fileno()}:{one.dropped}" for one in held)


def _held(number: int, dropped: int = 0) -> Held:
    os.set_inheritable(number, False)
    return Held(socket.socket(fileno=number), dropped)


def _numeric(host: str) -> str:
    try:
        return str(ip_address(host))
    except ValueError:
        pass
    try:
        return socket.gethostbyname(host)
    except OSError:
        return host
