"""Listens for SNMP notifications on UDP: drains the socket, drops what it must with a count, posts what it heard.

Traps are posted in batches and nobody waits for them. When the journal is full the socket is left alone: its buffer
fills, and what the kernel then drops is counted.
"""

import asyncio
import hashlib
from collections import Counter as Tally
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from connectors.ports import Counter, Inlet, JournalFull, PortError
from connectors.snmp.informs import Informs
from connectors.snmp.translate import Translator
from connectors.snmp.trap import Malformed, Trap, parse
from connectors.snmp.udp import Buffer, Door
from correlator.events import Alarm

DRAIN = 512  # datagrams a wake, so that other readers get their turn
REST_S = 0.002  # after a wake that found little: each wake costs as much as two datagrams, so let some gather
EMPTYING = 256  # wakes' worth of datagrams that a close still reads
RETRY_S = 0.1  # how often a full journal is asked again

Peer = tuple[str, int] | tuple[str, int, int, int]


@dataclass(frozen=True, slots=True)
class TrapSettings:
    """Where to listen, and whom to believe. Port 162 is the standard's; below 1024 needs rights."""

    addresses: tuple[tuple[str, int], ...] = (("127.0.0.1", 1162),)
    communities: frozenset[bytes] = frozenset({b"public"})
    buffer_bytes: int = 64 * 1024 * 1024  # some 80,000 small traps


class TrapListener:
    """Hears notifications on UDP until closed.

    Counts `snmp.received` (datagrams), `snmp.alarms` (posted), `snmp.refused` by reason, `snmp.dropped_by_kernel`,
    `snmp.journal_full` (each try), `snmp.lost`; and what the translator and the informs count.
    """

    def __init__(
        self,
        translator: Translator,
        inlet: Inlet,
        counter: Counter,
        clock: Callable[[], datetime],
        settings: TrapSettings,
    ) -> None:
        """`clock`: the time now, aware. It is read once a wake: what waited in the buffer is received then."""
        self._translator = translator
        self._inlet = inlet
        self._counter = counter
        self._clock = clock
        self._settings = settings
        self._informs = Informs(inlet, counter)
        self._doors: list[Door] = []
        self._held: list[Alarm] = []  # read, and refused by a full journal so far
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
        await self._informs.close()
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
        alarms: list[Alarm] = []
        refused: Tally[str] = Tally()
        read = 0
        try:
            read = self._read(door, alarms, refused)
            self._counter.count("snmp.received", n=read)
        finally:  # should one datagram be a programmer's error, its neighbours are not lost with it
            for reason, n in refused.items():
                self._counter.count("snmp.refused", reason, n)
            dropped = door.newly_dropped()
            if dropped:
                self._counter.count("snmp.dropped_by_kernel", n=dropped)
            if alarms:
                self._post(alarms)
        return read

    def _read(self, door: Door, alarms: list[Alarm], refused: Tally[str]) -> int:
        """Read what is there, up to DRAIN datagrams; how many there were."""
        receive = door.socket.recvfrom
        communities = self._settings.communities
        translate = self._translator.alarms
        now = self._clock()
        for number in range(DRAIN):
            try:
                datagram, peer = receive(65_535)
            except BlockingIOError:
                return number
            trap = parse(datagram)
            if isinstance(trap, Malformed):
                refused[trap.reason] += 1
            elif trap.community not in communities:
                refused["wrong_community"] += 1
            elif trap.acknowledgement is None:
                alarms += translate(trap, peer[0], now)
            else:
                self._hear(door, peer, trap, trap.acknowledgement)
        return DRAIN

    def _hear(self, door: Door, peer: Peer, inform: Trap, response: bytes) -> None:
        """A sender repeats its inform, request id and all, until it is answered (RFC 3416, section 4.2.7)."""
        said = repr(peer).encode() + response + inform.meaning
        self._informs.hear(
            hashlib.blake2b(said, digest_size=16).digest(),
            partial(self._translator.alarms, inform, peer[0], self._clock()),
            partial(self._answer, door, peer, response),
        )

    def _answer(self, door: Door, peer: Peer, response: bytes) -> None:
        """A lost answer is no loss: the sender asks again, and is answered from what is remembered."""
        try:
            door.socket.sendto(response, peer)
        except OSError:
            self._counter.count("snmp.informs", "answer_not_sent")

    def _post(self, alarms: list[Alarm]) -> None:
        try:
            self._inlet.post(alarms)
        except JournalFull:
            self._stop_listening()
            self._held += alarms
            self._wait()
        else:
            self._counter.count("snmp.alarms", n=len(alarms))

    def _wait(self) -> None:
        self._counter.count("snmp.journal_full")
        if self._retry is not None:
            self._retry.cancel()
        self._retry = asyncio.get_running_loop().call_later(RETRY_S, self._try_again)

    def _try_again(self) -> None:
        held = self._held
        try:
            self._inlet.post(held)
        except JournalFull:
            self._wait()
        else:
            self._counter.count("snmp.alarms", n=len(held))
            self._held = []
            self._retry = None
            self._listen()

    def _last_try(self) -> None:
        try:
            self._inlet.post(self._held)
        except JournalFull:
            self._counter.count("snmp.lost", "closed_while_journal_full", len(self._held))
        self._held = []
