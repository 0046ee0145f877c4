"""Who sees each step from the datagram to the notice, once it is done: figures of latency, traces, lines of the log.

A step is told with the times that its records carry (arrival, the frame's `at`, the decision's `at`) and the time when
it was done; nobody who watches reads a clock. A witness decides nothing, waits for nothing and never raises. The
memory twin is `MemoryWitness`.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from connectors.formats.raw_frames import RawFrame
from connectors.sending_ports import Queued, Sendable, Settled
from correlator.effects import Alert, Announced, Effect
from correlator.events import Alarm, Complaint, Event, Frame, microseconds
from correlator.rows.incidents import IncidentRow, Verdict

SNMP = "snmp:"  # so begins the source of an alarm whose `time` is when its datagram came


@dataclass(frozen=True, slots=True)
class Journaled:
    """A frame is durable in the journal. On a live topic the brokers give it another `at`."""

    domain: str
    offset: int
    frame: Frame
    done_us: int


@dataclass(frozen=True, slots=True)
class Committed:
    """A frame is folded, and what came of it is in the store."""

    domain: str
    offset: int
    frame: Frame
    changes: Sequence[tuple[str, str, Any]]  # (table, key, row or None), sorted; only for reading, and only now
    effects: Sequence[Effect]
    since_us: int  # the domain's time before this frame
    done_us: int  # by the clock that stamps the frames


@dataclass(frozen=True, slots=True)
class Fanned:
    """Messages of an effect are queued, from its number `start` on."""

    domain: str
    effect: Sendable
    start: int
    messages: int
    done_us: int


@dataclass(frozen=True, slots=True)
class Tried:
    """One attempt at a message; `settled.at_us` is when it began."""

    domain: str
    effect: Sendable
    queued: Queued
    settled: Settled
    done_us: int


class Witness(Protocol):
    """Called on whichever thread did the step."""

    def kept(self, frame: RawFrame, done_us: int) -> None:
        """An edge's frame is durable, with the brokers or in the spool."""

    def journaled(self, step: Journaled) -> None: ...

    def committed(self, step: Committed) -> None: ...

    def fanned(self, step: Fanned) -> None: ...

    def tried(self, step: Tried) -> None: ...


@dataclass(frozen=True, slots=True)
class Witnesses:
    """Several, or none, as one."""

    them: Sequence[Witness] = ()

    def kept(self, frame: RawFrame, done_us: int) -> None:
        for one in self.them:
            one.kept(frame, done_us)

    def journaled(self, step: Journaled) -> None:
        for one in self.them:
            one.journaled(step)

    def committed(self, step: Committed) -> None:
        for one in self.them:
            one.committed(step)

    def fanned(self, step: Fanned) -> None:
        for one in self.them:
            one.fanned(step)

    def tried(self, step: Tried) -> None:
        for one in self.them:
            one.tried(step)


NOBODY = Witnesses()


@dataclass(slots=True)
class MemoryWitness:
    """What it saw, in order."""

    saw: list[tuple[RawFrame, int] | Journaled | Committed | Fanned | Tried] = field(default_factory=list)

    def kept(self, frame: RawFrame, done_us: int) -> None:
        self.saw.append((frame, done_us))

    def journaled(self, step: Journaled) -> None:
        self.saw.append(step)

    def committed(self, step: Committed) -> None:
        self.saw.append(step)

    def fanned(self, step: Fanned) -> None:
        self.saw.append(step)

    def tried(self, step: Tried) -> None:
        self.saw.append(step)


# What witnesses ask of a step


def arrived_us(event: Event) -> int | None:
    """When it came to us; None where its record does not say."""
    match event:
        case Alarm() | Complaint() if event.received is not None:
            return microseconds(event.received)
        case Alarm() if event.source.startswith(SNMP):
            return microseconds(event.time)
        case _:
            return None


def verdicts(step: Committed) -> Iterator[tuple[IncidentRow, int, Verdict]]:
    """What became of incidents in this step: the row, and the verdict with its number in the incident's life."""
    for table, _, row in step.changes:
        if table == "incidents" and row is not None and not row.home:  # a mirror's are its own domain's to tell
            for number, verdict in enumerate(row.verdicts):
                if verdict.at_us >= step.since_us:
                    yield row, number, verdict


def subject_of(effect: Sendable) -> str:
    """The incident that it is about; where there is none, or it names a ticket only, that."""
    if isinstance(effect, Alert):
        return effect.about or effect.id
    if isinstance(effect, Announced):
        return effect.about
    return effect.incident or effect.ticket
