"""Connections to an HTTP door: how many stand at once, and how long one may keep us waiting.

A connection costs a file descriptor, and a process has few. So there is a most of them, in all and of one address, and
who keeps us waiting longest gives way to who comes: a door that is held by idle connections still opens. A connection
that is being answered is never dropped.
"""

import asyncio
import resource
import ssl
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network, ip_address
from typing import Any

from uvicorn.protocols.http.h11_impl import H11Protocol, RequestResponseCycle

ACCEPTED_AT_ONCE = 64  # by the loop, before it looks at what else there is
OTHER_FILES = 2  # of the descriptors that a process may have, one in so many is a connection


@dataclass(frozen=True, slots=True)
class Bounds:
    """Of one door."""

    most: int
    most_each: int  # of one address, unless it is a proxy's
    headers_s: float  # for a handshake, and for a request's head to arrive; also between two requests
    proxies: Sequence[IPv4Network | IPv6Network] = ()

    def within_files(self) -> "Bounds":
        """No more than this process has room for."""
        files, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
        most = self.most if files == resource.RLIM_INFINITY else min(self.most, files // OTHER_FILES)
        return Bounds(most, min(self.most_each, most), self.headers_s, self.proxies)


class Standing:
    """The connections that stand, the oldest first."""

    def __init__(self, bounds: Bounds) -> None:
        self.bounds = bounds
        self._all: OrderedDict[Connection, None] = OrderedDict()
        self._of: dict[str, OrderedDict[Connection, None]] = {}
        self.dropped = 0

    def add(self, one: "Connection") -> bool:
        """False where there is no room, and nobody who keeps us waiting."""
        theirs = self._of.get(one.address, OrderedDict())
        if len(theirs) >= self.bounds.most_each and not self._proxy(one.address) and not self._drop(theirs):
            return False
        if len(self._all) >= self.bounds.most and not self._drop(self._all):
            return False
        self._all[one] = self._of.setdefault(one.address, OrderedDict())[one] = None
        return True

    def gone(self, one: "Connection") -> None:
        if one in self._all:
            del self._all[one]
            theirs = self._of[one.address]
            del theirs[one]
            if not theirs:
                del self._of[one.address]

    def drop_waiting(self) -> None:
        """The service ends: it waits for nobody."""
        for one in [one for one in self._all if one.keeps_waiting]:
            one.drop()

    def _drop(self, among: "OrderedDict[Connection, None]") -> bool:
        waiting = next((one for one in among if one.keeps_waiting), None)
        if waiting is None:
            return False
        self.dropped += 1
        waiting.drop()
        return True

    def _proxy(self, address: str) -> bool:
        try:
            return any(ip_address(address) in network for network in self.bounds.proxies)
        except ValueError:
            return False


class Connection(asyncio.Protocol):
    """From its first byte on, before TLS. Its clock runs while it is the client's turn."""

    def __init__(self, standing: Standing, tls: ssl.SSLContext | None, http: "Callable[[Connection], Http]") -> None:
        self._standing = standing
        self._tls = tls
        self._http = http(self)
        self._transport: asyncio.Transport | None = None
        self._clock: asyncio.TimerHandle | None = None
        self._shaking: asyncio.Task[None] | None = None
        self._early = bytearray()  # came with the last of the handshake
        self._lost = False
        self.address = ""

    @property
    def keeps_waiting(self) -> bool:
        return not self._http.answering

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        peer = transport.get_extra_info("peername")
        self.address = str(peer[0]) if peer else ""
        if not self._standing.add(self):
            transport.abort()
            return
        self.look()
        if self._tls is None:
            self._begin(transport)
        else:
            self._shaking = asyncio.get_running_loop().create_task(self._shake_hands(transport, self._tls))

    def data_received(self, data: bytes) -> None:
        self._early += data

    def connection_lost(self, exc: Exception | None) -> None:
        del exc
        self.over()

    def over(self) -> None:
        self._lost = True
        self._standing.gone(self)
        self._stop_clock()

    def drop(self) -> None:
        """It is forgotten at once: its descriptor is closed when the loop comes to it."""
        self.over()
        if self._transport is not None:
            self._transport.abort()

    def look(self) -> None:
        """Whose turn it is: the clock stands while we answer, and no byte of the client's sets it back."""
        if self._http.busy or self._lost:
            self._stop_clock()
        elif self._clock is None:
            self._clock = asyncio.get_running_loop().call_later(self._standing.bounds.headers_s, self.drop)

    def _stop_clock(self) -> None:
        if self._clock is not None:
            self._clock.cancel()
            self._clock = None

    async def _shake_hands(self, transport: asyncio.Transport, tls: ssl.SSLContext) -> None:
        loop, within_s = asyncio.get_running_loop(), self._standing.bounds.headers_s
        try:
            over = await loop.start_tls(transport, self, tls, server_side=True, ssl_handshake_timeout=within_s)
        except (OSError, ssl.SSLError):  # no TLS, not ours, or gone; TimeoutError is an OSError
            self.drop()
            return
        if over is None or self._lost:
            self.drop()
            return
        self._begin(over)

    def _begin(self, transport: asyncio.Transport) -> None:
        transport.set_protocol(self._http)
        self._http.connection_made(transport)
        if self._early:
            self._http.data_received(bytes(self._early))


class Http(H11Protocol):
    """One connection's requests. Tells `connection` whenever it may be the other's turn."""

    def __init__(self, connection: Connection, **more: Any) -> None:
        super().__init__(**more)
        self._connection = connection

    @property
    def busy(self) -> bool:
        """A request's head is here and its answer is not out yet; for its body the application has a limit."""
        cycle: RequestResponseCycle | None = self.cycle  # none before the first request, whatever its type says
        return cycle is not None and not cycle.response_complete

    @property
    def answering(self) -> bool:
        """A request is here whole, and its answer is not out yet."""
        return self.busy and not self.cycle.more_body

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        self._connection.look()

    def on_response_complete(self) -> None:
        super().on_response_complete()
        self._connection.look()

    def connection_lost(self, exc: Exception | None) -> None:
        super().connection_lost(exc)
        self._connection.over()
