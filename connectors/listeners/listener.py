"""One source's listener: by UDP, by TCP or by both, at one port."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Generic

import msgspec

from connectors.listeners.handed import NOTHING, Handed
from connectors.listeners.port import Place, Receiver, Source, Taken, Tls
from connectors.listeners.tcp import TcpListener
from connectors.listeners.udp import UdpListener, UdpSettings
from connectors.ports import Counter


class Listens(msgspec.Struct, frozen=True):
    """Where something listens, for people and for whoever starts it again."""

    title: str
    host: str
    port: int
    transport: str
    tls_port: int | None = None

    @property
    def address(self) -> tuple[str, int]:
        return self.host, self.port

    @property
    def places(self) -> tuple[str, ...]:
        """Each port, in words."""
        own = f"{self.host} port {self.port} ({self.transport})"
        beside = self.tls_port is not None and self.tls_port != self.port
        return (own, f"{self.host} port {self.tls_port} (TLS)") if beside else (own,)


class Listener(Generic[Taken]):
    """Listens from `start` to `close`."""

    def __init__(self, source: Source, place: Place, receiver: Receiver[Taken], counter: Counter) -> None:
        self.name = source.name
        self._source = source
        self._place = place
        self._receiver = receiver
        self._counter = counter
        self._open: list[UdpListener[Taken] | TcpListener[Taken]] = []

    async def start(self, handed: Handed = NOTHING) -> None:
        """`handed`: sockets that were opened before us. Raises PortError, with what to do; then nothing listens."""
        try:
            if self._place.transport in ("tcp", "both"):
                tcp = TcpListener(self._receiver, self._counter, self._place, self._source.framing)
                self._open.append(tcp)
                await tcp.start(handed)
                self._place = replace(self._place, port=tcp.port)
            if self._place.tls is not None:
                await self._under_tls(self._place.tls, handed)
            if self._place.transport in ("udp", "both"):
                addresses = tuple((host, self._place.port) for host in self._place.hosts)
                settings = UdpSettings(addresses, self._place.buffer_bytes, self._place.sources)
                udp = UdpListener(self._receiver, self._counter, settings)
                self._open.append(udp)
                await udp.start(handed)
                self._place = replace(self._place, port=udp.bound[0][1])
        except BaseException:
            await self.close()
            raise

    async def _under_tls(self, tls: Tls, handed: Handed) -> None:
        place = replace(self._place, port=tls.port)
        listener = TcpListener(self._receiver, self._counter, place, self._source.framing, tls.context)
        self._open.append(listener)
        await listener.start(handed)
        self._place = replace(self._place, tls=replace(tls, port=listener.port))

    async def close(self) -> None:
        """Stop listening, after what has come by now."""
        for one in self._open:
            await one.close()
        self._open.clear()

    @property
    def listens(self) -> Listens:
        """Where, once it is started."""
        words = {"udp": "UDP", "tcp": "TCP", "both": "UDP and TCP", "tls": "TLS"}
        place, tls = self._place, self._place.tls
        port = tls.port if tls is not None and place.transport == "tls" else place.port
        transport = words[place.transport]
        return Listens(self._source.title, place.hosts[0], port, transport, tls.port if tls is not None else None)


async def start_all(listeners: Sequence[Listener[Any]], handed: Handed = NOTHING) -> None:
    """Each, or none. Raises PortError."""
    try:
        for one in listeners:
            await one.start(handed)
    except BaseException:
        await close_all(listeners)
        raise


async def close_all(listeners: Sequence[Listener[Any]]) -> None:
    for one in listeners:
        await one.close()
