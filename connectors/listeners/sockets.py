"""UDP sockets: opening them, the receive buffer that the kernel grants, and what the kernel threw away."""

import socket
import struct
import sys
from dataclasses import dataclass
from typing import Literal

from connectors.ports import PortError

_SO_RCVBUFFORCE, _SO_MEMINFO = 33, 55  # Linux, asm-generic/socket.h; Python has no names for them
_MEMINFO_DROPS = 8  # the ninth number of SO_MEMINFO (linux/sock_diag.h, SK_MEMINFO_DROPS)
_MEMINFO_BYTES = 4 * (_MEMINFO_DROPS + 1)
_LEAST_BUFFER = 65_536  # bytes; what every system gives unasked


@dataclass(frozen=True, slots=True)
class Buffer:
    """What a socket's receive buffer was asked to be, and what the kernel gave."""

    asked_bytes: int
    granted_bytes: int


class Door:
    """One bound UDP socket."""

    def __init__(self, name: str, address: tuple[str, int], buffer_bytes: int) -> None:
        """`name`: whose it is, for words. Raises PortError, with what to do, where it cannot be bound."""
        host, port = address
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        self.socket = socket.socket(family, socket.SOCK_DGRAM)
        try:
            self.socket.setblocking(False)
            if family == socket.AF_INET6:
                self.socket.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
            self.buffer = _buffered(self.socket, buffer_bytes)
            self.socket.bind((host, port))
        except OSError as error:
            self.socket.close()
            raise unbound(name, address, error, "udp") from error
        self.address = host
        self.port: int = self.socket.getsockname()[1]
        self._dropped = 0

    def newly_dropped(self) -> int:
        """Datagrams that the kernel threw away since it was last asked, because the buffer was full; 0 where it does
        not tell (other systems than Linux)."""
        try:
            told = self.socket.getsockopt(socket.SOL_SOCKET, _SO_MEMINFO, _MEMINFO_BYTES)
        except OSError:
            return 0
        if len(told) < _MEMINFO_BYTES:
            return 0
        (dropped,) = struct.unpack_from("=I", told, 4 * _MEMINFO_DROPS)
        new = (dropped - self._dropped) % 2**32
        self._dropped = dropped
        return int(new)


def granted_buffer(asked_bytes: int) -> Buffer:
    """What the kernel would give, for `simpul doctor`. Without CAP_NET_ADMIN, net.core.rmem_max is the limit."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        return _buffered(probe, asked_bytes)


def _buffered(sock: socket.socket, asked_bytes: int) -> Buffer:
    try:
        sock.setsockopt(socket.SOL_SOCKET, _SO_RCVBUFFORCE, asked_bytes)
    except OSError:  # not Linux, or not allowed: as much as anyone may have
        _ask(sock, asked_bytes)
    granted = sock.getsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF)
    return Buffer(asked_bytes, granted // 2 if sys.platform == "linux" else granted)  # Linux doubles it (socket(7))


def _ask(sock: socket.socket, asked_bytes: int) -> None:
    """Linux cuts what is too much; BSD refuses it, so ask for half, and half again."""
    while asked_bytes > _LEAST_BUFFER:
        try:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, asked_bytes)
        except OSError:
            asked_bytes //= 2
        else:
            return


def unbound(name: str, address: tuple[str, int], error: OSError, kind: Literal["udp", "tcp"]) -> PortError:
    """An address that cannot be had, and what to do."""
    host, port = address
    if isinstance(error, PermissionError):
        remedy = "Take a port from 1024 up, or give the program CAP_NET_BIND_SERVICE"
    else:
        see = "`ss -lunp` who has it (snmptrapd?)" if kind == "udp" else "`ss -ltnp` who has it"
        remedy = f"See with {see}, or name another address or port in the settings"
    return PortError(f"{name.upper()}: {host} port {port} cannot be bound: {error.strerror or error}", remedy)
