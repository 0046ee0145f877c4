"""From raw frames to events: what an edge kept is read by the kind of its listener. The same frame, the same events.

Bad input is counted and refused. Where our own code breaks at a datagram, that one goes to the dead letters and the
others go on: one datagram must not stop a country's traps.
"""

from collections import Counter as Tally
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import structlog

from connectors.formats.dead_letters import DeadLetter, DeadLetters, described
from connectors.formats.raw_frames import Damaged, RawFrame, unpack
from connectors.listeners.port import Reader
from connectors.metrics import DATAGRAMS_PUT_ASIDE, DATAGRAMS_READ, DATAGRAMS_REFUSED
from connectors.ports import Counter, Unusable
from correlator.events import Alarm, Event, moment
from correlator.wire import BadInput

MOST_OCTETS = 65_536  # of a damaged frame that a dead letter keeps; the raw topic has the whole

log = structlog.get_logger("parse")


class Raw(Protocol):
    """A record of a raw topic."""

    @property
    def body(self) -> bytes: ...

    @property
    def where(self) -> str:
        """Topic, partition and offset, for words about it."""


@dataclass(frozen=True, slots=True)
class Parsed:
    """What a raw frame says; why datagrams of it say nothing; what broke at which of them."""

    alarms: Sequence[Alarm]
    refused: Mapping[str, int]
    broke: Sequence[tuple[int, str]]  # index, and the error without values


@dataclass(frozen=True, slots=True)
class ParserPorts:
    """What a parser is handed."""

    readers: Mapping[str, Reader]  # by kind of listener
    domain_of: Callable[[Alarm], str]
    dead: DeadLetters
    counter: Counter
    clock: Callable[[], int]  # microseconds since 1970


class Parser:
    """One thread's. Counts datagrams: read, refused by reason, put aside."""

    def __init__(self, ports: ParserPorts) -> None:
        self._ports = ports

    def __call__(self, raw: Raw) -> list[tuple[str, Event]]:
        """(domain, event) each, in order. Raises JournalFull where the dead letters cannot be written, Unusable where
        the frame is of a newer version."""
        try:
            frame = unpack(raw.body, raw.where)
        except Damaged as error:
            self._bury([self._letter(raw, error)])
            return []
        parsed = self.parsed(frame)
        self._ports.counter.count(DATAGRAMS_READ, frame.kind, n=len(frame.datagrams))
        for reason, n in parsed.refused.items():
            self._ports.counter.count(DATAGRAMS_REFUSED, frame.kind, reason, n=n)
        if parsed.broke:
            self._bury([self._letter_of(frame, index, error) for index, error in parsed.broke])
        return [(self._ports.domain_of(alarm), alarm) for alarm in parsed.alarms]

    def parsed(self, frame: RawFrame) -> Parsed:
        """Raises Unusable where nobody reads this kind."""
        reader = self._ports.readers.get(frame.kind)
        if reader is None:
            raise Unusable(f"Raw frame {frame.id} is of a listener {frame.kind}", "Start a version that knows it")
        alarms: list[Alarm] = []
        refused: Tally[str] = Tally()
        broke: list[tuple[int, str]] = []
        for index, datagram in enumerate(frame.datagrams):
            try:
                said = reader.read(datagram, f"{frame.id}/{index}")
            except Exception as error:  # noqa: BLE001  # a programmer's error: told, put aside, and the others go on
                broke.append((index, described(error)))
                continue
            if isinstance(said, BadInput):
                refused[said.reason] += 1
            else:
                alarms += said
        return Parsed(alarms, refused, broke)

    def _letter(self, raw: Raw, error: Damaged) -> DeadLetter:
        now = moment(self._ports.clock())
        return DeadLetter(
            listener="unknown",
            frame=raw.where,
            index=0,
            peer="",
            received=now,
            octets=raw.body[:MOST_OCTETS],
            given_up=now,
            error=described(error),
        )

    def _letter_of(self, frame: RawFrame, index: int, error: str) -> DeadLetter:
        datagram = frame.datagrams[index]
        return DeadLetter(
            listener=frame.kind,
            frame=frame.id,
            index=index,
            peer=datagram.peer,
            received=moment(datagram.at_us),
            octets=datagram.octets,
            given_up=moment(self._ports.clock()),
            error=error,
        )

    def _bury(self, letters: Sequence[DeadLetter]) -> None:
        for letter in letters:
            log.error("datagram_put_aside", frame=letter.frame, index=letter.index, error=letter.error)
        self._ports.counter.count(DATAGRAMS_PUT_ASIDE, n=len(letters))
        self._ports.dead.put(letters)
