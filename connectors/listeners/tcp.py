"""Listens on TCP: each message of a stream is what a datagram is on UDP.

A chunk's messages go to the receiver together. While the journal is full, or much waits to be written, nothing is read,
so that the senders wait: of theirs nothing has to be shed.
"""

import asyncio
import ssl
from collections import Counter as Tally
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Generic

from connectors.listeners.delivery import Believed, Delivery
from connectors.listeners.framing import Messages
from connectors.listeners.handed import NOTHING, Handed
from connectors.listeners.port import Framing, Peer, Place, Receiver, Taken
from connectors.listeners.sockets import BACKLOG, stream
from connectors.metrics import DATAGRAMS_RECEIVED, DATAGRAMS_REFUSED, LISTENER_CONNECTIONS
from connectors.ports import Counter

CHUNK = 65_536  # octets that are read at once
CROWDED_S = 0.02  # between two looks at how much waits
CLOSE_S = 2.0  # how long a close waits for what has come by then
HANDSHAKE_S = 10.0  # of TLS


class TcpListener(Generic[Taken]):
    """Accepts connections until closed.

    Counts messages, connections by what became of them (opened, idle, broken), and what `Delivery` and the receiver
    count. Refuses connections: `wrong_address`, `too_many_connections`, `no_tls` (the handshake failed: no TLS, or no
    certificate that is believed); and what is in them: `too_long`, `bad_count` (they are closed then), `unfinished`
    (the end of a message did not come).
    """

    def __init__(
        self,
        receiver: Receiver[Taken],
        counter: Counter,
        place: Place,
        framing: Framing,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        """`tls`: each connection begins with its handshake; none: in clear."""
        self._place = place
        self._tls = tls
        self._framing = framing
        self._delivery = Delivery(receiver, counter, self._stop_reading, self._go_on)
        self._believed = Believed(place.sources)
        self._room = asyncio.Event()
        self._room.set()
        self._closing = False
        self._servers: list[asyncio.Server] = []  # of each address one
        self._connections: dict[asyncio.Task[None], asyncio.StreamWriter] = {}
        self.port = 0

    async def start(self, handed: Handed = NOTHING) -> None:
        """Raises PortError, with what to do, where an address cannot be bound; then none is."""
        loop = asyncio.get_running_loop()
        self.port = self._place.port
        try:
            for host in self._place.hosts:
                listening = stream(self._delivery.name, (host, self.port), handed)
                serving = loop.create_server(self._protocol, sock=listening, backlog=BACKLOG)
                self._servers.append(await serving)
                self.port = listening.getsockname()[1]
        except BaseException:
            await self.close()
            raise

    async def close(self) -> None:
        """Stop listening, after what has come by now."""
        for server in self._servers:
            server.close()
        await asyncio.sleep(0)  # what the loop has at hand is read
        for writer in self._connections.values():
            writer.close()
        self._closing = True
        self._room.set()
        if self._connections:
            _, late = await asyncio.wait(list(self._connections), timeout=CLOSE_S)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)
        await self._delivery.close()
        for server in self._servers:
            await server.wait_closed()
        self._servers.clear()

    @property
    def paused(self) -> bool:
        """The journal is full: nothing is read until it takes what was read before."""
        return self._delivery.paused

    def _stop_reading(self) -> None:
        if not self._closing:
            self._room.clear()

    def _go_on(self) -> None:
        self._room.set()

    def _protocol(self) -> asyncio.StreamReaderProtocol:
        return _Waiting(asyncio.StreamReader(limit=CHUNK), self._connected, held=self._tls is not None)

    async def _connected(self, stream: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        peer: Peer = writer.get_extra_info("peername")
        task = asyncio.current_task()
        assert task is not None
        if reason := self._unwelcome(peer):
            self._delivery.count(DATAGRAMS_REFUSED, reason)
            writer.close()
            return
        self._connections[task] = writer
        try:
            if self._tls is not None and not await self._shaken(writer, self._tls):
                return
            self._delivery.count(LISTENER_CONNECTIONS, "opened")
            await self._read(stream, writer, peer)
        except TimeoutError:
            self._delivery.count(LISTENER_CONNECTIONS, "idle")
        except OSError:  # of TLS too
            self._delivery.count(LISTENER_CONNECTIONS, "broken")
        finally:
            del self._connections[task]
            writer.close()

    async def _shaken(self, writer: asyncio.StreamWriter, tls: ssl.SSLContext) -> bool:
        try:
            await writer.start_tls(tls, ssl_handshake_timeout=HANDSHAKE_S)
        except (OSError, TimeoutError):  # ssl.SSLError is one
            self._delivery.count(DATAGRAMS_REFUSED, "no_tls")
            return False
        return True

    def _unwelcome(self, peer: Peer) -> str | None:
        if not self._believed(peer[0]):
            return "wrong_address"
        return "too_many_connections" if len(self._connections) >= self._place.connections else None

    async def _read(self, stream: asyncio.StreamReader, writer: asyncio.StreamWriter, peer: Peer) -> None:
        """Until its end. Raises TimeoutError where it says nothing for too long, OSError where it breaks."""
        messages = Messages(self._framing)
        answer = partial(_answer, writer)
        while True:
            await self._room.wait()
            while self._delivery.crowded and not self._closing:  # noqa: ASYNC110  # an inlet tells nobody of room
                await asyncio.sleep(CROWDED_S)
            async with asyncio.timeout(self._place.idle_s):
                chunk = await stream.read(CHUNK)
            if not chunk:
                break
            found, broken = messages.fed(chunk)
            self._delivery.count(DATAGRAMS_RECEIVED, n=len(found))
            self._delivery.take(answer, [(one, peer) for one in found], Tally([broken] if broken else []))
            if broken:
                return
        if messages.unfinished:
            self._delivery.count(DATAGRAMS_REFUSED, "unfinished")


class _Waiting(asyncio.StreamReaderProtocol):
    """Reads nothing before the handshake does: what came at once would not be the handshake's any more."""

    def __init__(self, reader: asyncio.StreamReader, connected: Callable[..., Awaitable[None]], *, held: bool) -> None:
        super().__init__(reader, connected)
        self._held = held

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        if self._held:
            assert isinstance(transport, asyncio.ReadTransport)
            transport.pause_reading()
        super().connection_made(transport)


def _answer(writer: asyncio.StreamWriter, octets: bytes, peer: Peer) -> None:
    del peer  # a connection has one
    writer.write(octets)
