"""Listens on UDP: drains each socket in batches, drops what it must with a count, hands the rest to its receiver.

Nobody waits for what is posted. When it cannot be written the socket is left alone: its buffer fills, and what the
kernel then drops is counted.
"""

import asyncio
from collections import Counter as Tally
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Generic

import structlog

from connectors.listeners.delivery import Believed, Delivery
from connectors.listeners.handed import NOTHING, Handed
from connectors.listeners.port import Networks, Peer, Receiver, Taken
from connectors.listeners.sockets import Buffer, Door
from connectors.metrics import DATAGRAMS_DROPPED, DATAGRAMS_RECEIVED
from connectors.ports import Counter, PortError

DRAIN = 512  # datagrams a wake, so that other readers get their turn
REST_S = 0.01  # after a wake that found little: what gathers in the socket makes one frame, and outlives a kill
EMPTYING = 256  # wakes' worth of datagrams that a close still reads

log = structlog.get_logger("listen")


@dataclass(frozen=True, slots=True)
class UdpSettings:
    """Where to listen. Below port 1024 it needs rights. Port 0 behind the first: the first one's."""

    addresses: tuple[tuple[str, int], ...] = (("127.0.0.1", 0),)
    buffer_bytes: int = 64 * 1024 * 1024  # some 80,000 small traps
    sources: Networks = ()  # who is believed; none: anyone


class UdpListener(Generic[Taken]):
    """Receives datagrams until closed.

    Counts datagrams, those that the kernel dropped, and what `Delivery` and the receiver count.
    """

    def __init__(self, receiver: Receiver[Taken], counter: Counter, settings: UdpSettings) -> None:
        self._settings = settings
        self._delivery = Delivery(receiver, counter, self._stop_listening, self._listen)
        self._believed = Believed(settings.sources)
        self._doors: list[Door] = []
        self._read = 0  # datagrams in this wake
        self._resting: dict[Door, asyncio.TimerHandle] = {}

    async def start(self, handed: Handed = NOTHING) -> None:
        """Bind, or take what was handed over, and listen. Raises PortError, with what to do, where an address cannot be
        bound; then none is."""
        try:
            for host, port in self._settings.addresses:
                at = port or (self._doors[0].port if self._doors else 0)
                self._doors.append(Door(self._delivery.name, (host, at), self._settings.buffer_bytes, handed))
        except PortError:
            await self.close()
            raise
        for door in self._doors:
            if missed := door.newly_dropped():  # of a socket that was open before us
                self._delivery.count(DATAGRAMS_DROPPED, n=missed)
                log.warning("datagrams_missed", listener=self._delivery.name, port=door.port, datagrams=missed)
        self._listen()

    async def close(self) -> None:
        """Stop listening, after what has come by now; who waits for an answer gets some seconds to be written."""
        self._stop_listening()
        for door in self._doors:
            self._empty(door)
        await self._delivery.close()
        for door in self._doors:
            door.socket.close()
        self._doors.clear()

    @property
    def bound(self) -> list[tuple[str, int, Buffer]]:
        """Address, port and receive buffer of each socket."""
        return [(door.address, door.port, door.buffer) for door in self._doors]

    @property
    def paused(self) -> bool:
        """The journal is full: nothing is read until it takes what was read before."""
        return self._delivery.paused

    def _listen(self) -> None:
        for door in self._doors:
            self._open(door)

    def _open(self, door: Door) -> None:
        self._resting.pop(door, None)
        asyncio.get_running_loop().add_reader(door.socket, self._wake, door)

    def _stop_listening(self) -> None:
        loop = asyncio.get_running_loop()
        for door in self._doors:
            loop.remove_reader(door.socket)
        for rest in self._resting.values():
            rest.cancel()
        self._resting.clear()

    def _wake(self, door: Door) -> None:
        if self._drain(door) < DRAIN and not self.paused:
            loop = asyncio.get_running_loop()
            loop.remove_reader(door.socket)
            self._resting[door] = loop.call_later(REST_S, self._open, door)

    def _empty(self, door: Door) -> None:
        """Read what lies in the buffer, but not without end should a sender be faster."""
        for _ in range(EMPTYING):
            if self.paused or self._drain(door) < DRAIN:
                return

    def _drain(self, door: Door) -> int:
        """One wake: read, count, post; how many datagrams were read."""
        refused: Tally[str] = Tally()
        self._read = 0
        try:
            self._delivery.take(door.socket.sendto, self._received(door, refused), refused)
        finally:
            self._delivery.count(DATAGRAMS_RECEIVED, n=self._read)
            dropped = door.newly_dropped()
            if dropped:
                self._delivery.count(DATAGRAMS_DROPPED, n=dropped)
        return self._read

    def _received(self, door: Door, refused: Tally[str]) -> Iterator[tuple[bytes, Peer]]:
        """What is there of whom is believed, up to DRAIN datagrams."""
        receive = door.socket.recvfrom
        believed, anyone = self._believed, self._believed.anyone
        for _ in range(DRAIN):
            try:
                one = receive(65_535)
            except BlockingIOError:
                return
            self._read += 1
            if anyone or believed(one[1][0]):
                yield one
            else:
                refused["wrong_address"] += 1
