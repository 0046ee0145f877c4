"""Sockets: opening them or taking those that were handed over; of UDP also the receive buffer that the kernel grants,
and what it threw away.
"""

import socket
import struct
import sys
from dataclasses import dataclass, replace

from connectors.listeners.handed import NOTHING, Address, Handed, Held, Kind
from connectors.listeners.port import Place
from connectors.ports import PortError

_SO_RCVBUFFORCE, _SO_MEMINFO = 33, 55  # Linux, asm-generic/socket.h; Python has no names for them
_MEMINFO_DROPS = 8  # the ninth number of SO_MEMINFO (linux/sock_diag.h, SK_MEMINFO_DROPS)
_MEMINFO_BYTES = 4 * (_MEMINFO_DROPS + 1)
BACKLOG = 2048  # connections that wait to be accepted; the kernel may grant fewer
_LEAST_BUFFER = 65_536  # bytes; what every system gives unasked


@dataclass(frozen=True, slots=True)
class Buffer:
    """What a socket's receive buffer was asked to be, and what the kernel gave."""

    asked_bytes: int
    granted_bytes: int


class Door:
    """One bound UDP socket."""

    def __init__(self, name: str, address: Address, buffer_bytes: int, handed: Handed = NOTHING) -> None:
        """`name`: whose it is, for words. Raises PortError, with what to do, where it cannot be bound."""
        held = handed.take("udp", address)
        self.handed = held is not None
        self.held = held or Held(_opened(name, "udp", address))
        self.socket = self.held.socket
        self.socket.setblocking(False)
        self.buffer = _buffered(self.socket, buffer_bytes)
        self.address = address[0]
        self.port: int = self.socket.getsockname()[1]

    def newly_dropped(self) -> int:
        """Datagrams that the kernel threw away since it was last asked, because the buffer was full; 0 where it does
        not tell (other systems than Linux)."""
        dropped = told_dropped(self.socket)
        new = (dropped - self.held.dropped) % 2**32
        self.held.dropped = dropped
        return new


def told_dropped(sock: socket.socket) -> int:
    """Datagrams that the kernel threw away since the socket was opened; 0 where it does not tell."""
    try:
        told = sock.getsockopt(socket.SOL_SOCKET, _SO_MEMINFO, _MEMINFO_BYTES)
    except OSError:
        return 0
    return int(struct.unpack_from("=I", told, 4 * _MEMINFO_DROPS)[0]) if len(told) >= _MEMINFO_BYTES else 0


def stream(name: str, address: Address, handed: Handed = NOTHING) -> socket.socket:
    """A TCP socket where connections may come. Raises PortError, with what to do."""
    held = handed.take("tcp", address)
    listening = held.socket if held is not None else _opened(name, "tcp", address)
    listening.setblocking(False)
    listening.listen(BACKLOG)  # who comes before somebody accepts waits, and is not refused
    return listening


def _opened(name: str, kind: Kind, address: Address) -> socket.socket:
    family = socket.AF_INET6 if ":" in address[0] else socket.AF_INET
    made = socket.socket(family, socket.SOCK_DGRAM if kind == "udp" else socket.SOCK_STREAM)
    try:
        if kind == "tcp":
            made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family == socket.AF_INET6:
            made.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        made.bind(address)
    except OSError as error:
        made.close()
        raise unbound(name, address, error, kind) from error
    return made


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


def unbound(name: str, address: Address, error: OSError, kind: Kind) -> PortError:
    """An address that cannot be had, and what to do."""
    host, port = address
    if isinstance(error, PermissionError):
        remedy = "Take a port from 1024 up, or give the program CAP_NET_BIND_SERVICE"
    else:
        see = "`ss -lunp` who has it (snmptrapd?)" if kind == "udp" else "`ss -ltnp` who has it"
        remedy = f"See with {see}, or name another address or port in the settings"
    return PortError(f"{name.upper()}: {host} port {port} cannot be bound: {error.strerror or error}", remedy)


def opened(name: str, place: Place, handed: Handed = NOTHING) -> tuple[Place, list[Held]]:
    """All that a listener at this place needs, to be handed to it; and the place with the ports that the system chose.
    Raises PortError, with what to do; then none is open."""
    held: list[Held] = []

    def at(kind: Kind, port: int) -> int:
        for host in place.hosts:
            if kind == "udp":
                held.append(Door(name, (host, port), place.buffer_bytes, handed).held)
            else:
                held.append(Held(stream(name, (host, port), handed)))
            port = held[-1].place[2]
        return port

    try:
        if place.transport in ("tcp", "both"):
            place = replace(place, port=at("tcp", place.port))
        if place.tls is not None:
            place = replace(place, tls=replace(place.tls, port=at("tcp", place.tls.port)))
        if place.transport in ("udp", "both"):
            place = replace(place, port=at("udp", place.port))
    except BaseException:
        for one in held:
            one.socket.close()
        raise
    return place, held
