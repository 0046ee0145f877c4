"""The doors: whether their ports are free, else who has them; and what receive buffer the kernel grants."""

import errno
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

from connectors.ports import PortError
from streams import bootstrap
from streams.doctor.finding import Finding, well
from streams.settings import Settings

PROC = Path("/proc")
LISTENS = {"tcp": "0A", "udp": "07"}  # states of /proc/net (net/tcp_states.h): listening, unconnected
OURS = "streams.processes.child"  # in the command line of a process of the service

Kind = Literal["tcp", "udp"]


def doors(settings: Settings, *, running: bool) -> Iterator[Finding]:
    """`running`: a service works on this data folder, so its ports are taken by right."""
    yield _door("http.port", "tcp", (settings.http.host, settings.http.port), running)
    try:
        listeners = bootstrap.chosen(settings)
    except PortError as error:
        yield Finding("listeners", "wrong", error.what, error.remedy)
        return
    for one in listeners:
        for host in one.place.hosts:
            address = host, one.place.port
            if one.place.transport in ("tcp", "both"):
                yield _door(f"{one.part}.port", "tcp", address, running)
            if one.place.tls is not None:
                yield _door(f"{one.part}.tls.port", "tcp", (host, one.place.tls.port), running)
            if one.place.transport in ("udp", "both"):
                yield _door(f"{one.part}.port", "udp", address, running)
        if one.place.transport in ("udp", "both"):
            yield _buffer(f"{one.part}.buffer_bytes", one.place.buffer_bytes)


def _door(part: str, kind: Kind, address: tuple[str, int], running: bool) -> Finding:
    host, port = address
    if port == 0:
        return well(part, f"{host}, whatever port is free")
    error = _refusal(kind, address)
    if error is None:
        return well(part, f"{host} port {port} ({kind}) is free")
    if isinstance(error, PermissionError):
        return Finding(
            part,
            "wrong",
            f"{host} port {port} ({kind}) may not be listened on by this account",
            "Take a port from 1024 on, or give the program the right: setcap cap_net_bind_service",
        )
    if error.errno != errno.EADDRINUSE:
        return Finding(
            part,
            "wrong",
            f"{host} port {port} ({kind}): {error.strerror}",
            f"Correct {part.removesuffix('.port')}.host",
        )
    holders = list(_holders(kind, port))
    if running and (not holders or any(OURS in holder for holder in holders)):
        return well(part, f"{host} port {port} ({kind}) is the running service's")
    by = f" by {holders[0]}" if holders else ", by whom cannot be seen with this account's rights"
    return Finding(part, "wrong", f"{host} port {port} ({kind}) is taken{by}", f"End that, or set {part}")


def _refusal(kind: Kind, address: tuple[str, int]) -> OSError | None:
    family = socket.AF_INET6 if ":" in address[0] else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM if kind == "tcp" else socket.SOCK_DGRAM) as probe:
        if family == socket.AF_INET6:
            probe.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)  # as the service does
        if kind == "tcp":
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # as the service does
        try:
            probe.bind(address)
        except OSError as error:
            return error
    return None


def _holders(kind: Kind, port: int) -> Iterator[str]:
    """Process and command line of each that has the socket; none where the system does not tell us."""
    wanted = {f"socket:[{inode}]" for inode in _inodes(kind, port)}
    for folder in PROC.glob("[0-9]*"):
        try:
            if any(str(link.readlink()) in wanted for link in (folder / "fd").iterdir()):
                words = (folder / "cmdline").read_bytes().split(b"\0")
                yield f"process {folder.name} ({b' '.join(words).decode(errors='replace').strip()[:80]})"
        except OSError:  # another account's, or it ended meanwhile
            continue


def _inodes(kind: Kind, port: int) -> Iterator[str]:
    for table in (PROC / "net" / kind, PROC / "net" / f"{kind}6"):
        try:
            rows = [line.split() for line in table.read_text().splitlines()[1:]]
        except OSError:
            continue
        yield from (row[9] for row in rows if row[1].endswith(f":{port:04X}") and row[3] == LISTENS[kind])


def _buffer(part: str, asked_bytes: int) -> Finding:
    granted_bytes = bootstrap.granted_buffer_bytes(asked_bytes)
    said = f"{granted_bytes:,} of {asked_bytes:,} bytes are granted"
    if granted_bytes >= asked_bytes:
        return well(part, said)
    try:
        limit = f", net.core.rmem_max is {int((PROC / 'sys/net/core/rmem_max').read_text()):,}"
    except OSError:
        limit = ""
    return Finding(
        part,
        "warning",
        f"{said}{limit}: a storm may lose datagrams",
        f"sysctl -w net.core.rmem_max={asked_bytes}, and the same in /etc/sysctl.d",
    )
