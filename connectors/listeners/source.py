"""A source of which only the reader is its own: alarms at once, or datagrams that others read."""

from collections import Counter as Tally
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import structlog

from connectors.formats.dead_letters import described
from connectors.formats.raw_frames import Datagram, RawInlet
from connectors.listeners.framing import MOST_OCTETS
from connectors.listeners.port import (
    Answer,
    Clock,
    Context,
    Datagrams,
    Framing,
    Limits,
    Peer,
    Reader,
    Receiver,
    Transport,
)
from connectors.metrics import DATAGRAMS_POSTED, LISTENER_ALARMS, LISTENER_LOST
from connectors.ports import Counter, Inlet
from correlator.events import Alarm
from correlator.wire import BadInput

log = structlog.get_logger("listener")


@dataclass(frozen=True, slots=True)
class DatagramSource:
    """Implements `Source`. `make`: the reader; it is made anew for each process."""

    name: str
    title: str
    port: int
    make: Callable[[Context], Reader]
    transport: Transport = "udp"
    framing: Framing = "lines"

    def reader(self, part: Any, context: Context) -> Reader:
        del part  # it has no settings of its own
        return self.make(context)

    def at_once(self, part: Any, context: Context, inlet: Inlet, clock: Clock) -> Receiver[Alarm]:
        admission = Admission(clock, Limits(MOST_OCTETS, part.source_per_s))
        return AlarmReceiver(self.reader(part, context), context, inlet, admission)

    def raw(self, part: Any, inlet: RawInlet, counter: Counter, clock: Clock, limits: Limits) -> Receiver[Datagram]:
        del part, counter  # it needs neither
        return RawReceiver(self.name, inlet, Admission(clock, limits))


class AlarmReceiver:
    """Reads each datagram as it comes. Where our own code breaks at one, that one is lost, which is counted, and the
    others go on."""

    posted = LISTENER_ALARMS

    def __init__(self, reader: Reader, context: Context, inlet: Inlet, admission: "Admission") -> None:
        self.name = context.source
        self._reader = reader
        self._counter = context.counter
        self._heard = context.heard
        self._inlet = inlet
        self._admission = admission

    @property
    def waiting(self) -> int:
        return self._inlet.waiting

    def receive(self, answer: Answer, datagrams: Datagrams, taken: list[Alarm], refused: Tally[str]) -> None:
        del answer  # nobody waits for one
        for octets, peer, at_us in self._admission.admitted(datagrams, refused):
            said = self._read(Datagram(peer[0], at_us, octets))
            if isinstance(said, BadInput):
                refused[said.reason] += 1
                if self._heard is not None:
                    self._heard.unbelieved(self.name, peer[0], said.reason)
            else:
                taken += said

    def _read(self, datagram: Datagram) -> list[Alarm] | BadInput:
        try:
            said = self._reader.read(datagram, f"{datagram.at_us:x}")
        except Exception as error:  # noqa: BLE001  # a programmer's error: told and counted, and the others go on
            log.error("datagram_not_read", listener=self.name, peer=datagram.peer, error=described(error))
            self._counter.count(LISTENER_LOST, self.name, "broke")
            return []
        return said if isinstance(said, BadInput) else list(said)

    def post(self, taken: list[Alarm]) -> None:
        self._inlet.post(taken)

    async def close(self) -> None:
        """Nobody waits."""


class Admission:
    """Who sends and how much, before anybody reads it. Refuses `too_long`, and `too_many` of one source in a second.

    Datagrams that are read together come a microsecond after each other: so one that is there twice, later on, is known
    to be older than what was said since.
    """

    def __init__(self, clock: Clock, limits: Limits) -> None:
        self._clock = clock
        self._limits = limits
        self._last_us = 0  # when the last one came; no two come at once, so the time names the datagram
        self._second = 0
        self._of: dict[str, int] = {}  # source -> datagrams in this second

    def admitted(self, datagrams: Datagrams, refused: Tally[str]) -> Iterator[tuple[bytes, Peer, int]]:
        """(octets, who sent them, when they came) of those that are let in."""
        most, most_octets = self._limits.source_per_s, self._limits.octets
        now_us = self._clock()
        at_us = max(now_us, self._last_us)
        if now_us // 1_000_000 != self._second:  # of the clock: it may have been set back
            self._second = now_us // 1_000_000
            self._of.clear()
        of = self._of
        try:
            for octets, peer in datagrams:
                at_us += 1
                source = peer[0]
                of[source] = number = of.get(source, 0) + 1
                if number > most:
                    refused["too_many"] += 1
                elif len(octets) > most_octets:
                    refused["too_long"] += 1
                else:
                    yield octets, peer, at_us
        finally:
            self._last_us = at_us


class RawReceiver:
    """Hands datagrams on as they came."""

    posted = DATAGRAMS_POSTED

    def __init__(self, name: str, inlet: RawInlet, admission: Admission) -> None:
        self.name = name
        self._inlet = inlet
        self._admission = admission

    @property
    def waiting(self) -> int:
        return 0  # the relay's own bound stops us

    def receive(self, answer: Answer, datagrams: Datagrams, taken: list[Datagram], refused: Tally[str]) -> None:
        del answer  # nobody waits for one
        for octets, peer, at_us in self._admission.admitted(datagrams, refused):
            taken.append(Datagram(peer[0], at_us, octets))

    def post(self, taken: list[Datagram]) -> None:
        self._inlet.post(taken)

    async def close(self) -> None:
        """Nobody waits."""
