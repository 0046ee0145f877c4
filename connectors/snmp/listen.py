"""Listens for SNMP notifications on UDP: drains the socket, drops what it must with a count, posts what it heard.

What is heard is an ear's business (`ears.py`): alarms at once, or datagrams for others to read. It is posted in batches
and nobody waits for it. When it cannot be written the socket is left alone: its buffer fills, and what the kernel then
drops is counted.
"""

import asyncio
from collections import Counter as Tally
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network, ip_address
from typing import Generic, Protocol, TypeVar

from connectors.ports import Counter, JournalFull, PortError
from connectors.snmp.udp import Buffer, Door, Peer
from connectors.telemetry.declared import (
    TRAP_JOURNAL_FULL,
    TRAPS_DROPPED,
    TRAPS_LOST,
    TRAPS_RECEIVED,
    TRAPS_REFUSED,
    Counted,
)

DRAIN = 512  # datagrams a wake, so that other readers get their turn
REST_S = 0.002  # after a wake that found little: each wake costs as much as two datagrams, so let some gather
EMPTYING = 256  # wakes' worth of datagrams that a close still reads
RETRY_S = 0.1  # how often a full journal is asked again
MOST_KNOWN = 10_000  # addresses that are remembered as believed or not

Heard = TypeVar("Heard")
Datagrams = Iterable[tuple[bytes, Peer]]


@dataclass(frozen=True, slots=True)
class TrapSettings:
    """Where to listen. Port 162 is the standard's; below 1024 needs rights."""

    addresses: tuple[tuple[str, int], ...] = (("127.0.0.1", 1162),)
    buffer_bytes: int = 64 * 1024 * 1024  # some 80,000 small traps
    sources: Sequence[IPv4Network | IPv6Network] = ()  # who is believed; none: anyone


class Ear(Protocol[Heard]):
    """What a listener makes of what it reads."""

    @property
    def posted(self) -> Counted:
        """What is counted when it is posted."""

    def hear(self, door: Door, datagrams: Datagrams, heard: list[Heard], refused: Tally[str]) -> None:
        """Put what these datagrams say at the end of `heard`, and why others say nothing into `refused`.

        Read once a wake, so what waited in the buffer is received then.
        """

    def post(self, heard: list[Heard]) -> None:
        """Raises JournalFull."""

    async def close(self) -> None:
        """What senders wait for gets some seconds to be written."""


class TrapListener(Generic[Heard]):
    """Hears notifications on UDP until closed.

    Counts datagrams (received, refused, dropped by the kernel, lost), what was posted, each try that a full journal
    refused; and what the ear counts.
    """

    def __init__(self, ear: Ear[Heard], counter: Counter, settings: TrapSettings) -> None:
        self._ear = ear
        self._counter = counter
        self._settings = settings
        self._doors: list[Door] = []
        self._read = 0  # datagrams in this wake
        self._believed: dict[str, bool] = {}  # by address, where `sources` are named
        self._held: list[Heard] = []  # read, and refused by a full journal so far
        self._retry: asyncio.TimerHandle | None = None
        self._resting: dict[Door, asyncio.TimerHandle] = {}

    async def start(self) -> None:
        """Bind and listen. Raises PortError, with what to do, where an address cannot be bound; then none is."""
        try:
            for host, port in self._settings.addresses:
                self._doors.append(Door(host, port, self._settings.buffer_bytes))
        except PortError:
            await self.close()
            raise
        self._listen()

    async def close(self) -> None:
        """Stop listening, after what has come by now; informs under way get some seconds to reach the journal."""
        self._stop_listening()
        for door in self._doors:
            self._empty(door)
        if self._retry is not None:
            self._retry.cancel()
            self._retry = None
            self._last_try()
        await self._ear.close()
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
        return self._retry is not None

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
        heard: list[Heard] = []
        refused: Tally[str] = Tally()
        self._read = 0
        try:
            self._ear.hear(door, self._received(door, refused), heard, refused)
        finally:  # should one datagram be a programmer's error, its neighbours are not lost with it
            self._counter.count(TRAPS_RECEIVED, n=self._read)
            for reason, n in refused.items():
                self._counter.count(TRAPS_REFUSED, reason, n=n)
            dropped = door.newly_dropped()
            if dropped:
                self._counter.count(TRAPS_DROPPED, n=dropped)
            if heard:
                self._post(heard)
        return self._read

    def _received(self, door: Door, refused: Tally[str]) -> Iterator[tuple[bytes, Peer]]:
        """What is there of whom is believed, up to DRAIN datagrams."""
        receive = door.socket.recvfrom
        chosen = bool(self._settings.sources)
        for _ in range(DRAIN):
            try:
                one = receive(65_535)
            except BlockingIOError:
                return
            self._read += 1
            if chosen and not self._believes(one[1][0]):
                refused["wrong_address"] += 1
            else:
                yield one

    def _believes(self, address: str) -> bool:
        """UDP's sender address can be made up by whoever the network lets: this keeps out mistakes, and the honest."""
        known = self._believed.get(address)
        if known is None:
            if len(self._believed) >= MOST_KNOWN:
                self._believed.clear()
            of = ip_address(address)
            known = self._believed[address] = any(of in network for network in self._settings.sources)
        return known

    def _post(self, heard: list[Heard]) -> None:
        try:
            self._ear.post(heard)
        except JournalFull:
            self._stop_listening()
            self._held += heard
            self._wait()
        else:
            self._counter.count(self._ear.posted, n=len(heard))

    def _wait(self) -> None:
        self._counter.count(TRAP_JOURNAL_FULL)
        if self._retry is not None:
            self._retry.cancel()
        self._retry = asyncio.get_running_loop().call_later(RETRY_S, self._try_again)

    def _try_again(self) -> None:
        held = self._held
        try:
            self._ear.post(held)
        except JournalFull:
            self._wait()
        else:
            self._counter.count(self._ear.posted, n=len(held))
            self._held = []
            self._retry = None
            self._listen()

    def _last_try(self) -> None:
        try:
            self._ear.post(self._held)
        except JournalFull:
            self._counter.count(TRAPS_LOST, "closed_while_journal_full", n=len(self._held))
        self._held = []
