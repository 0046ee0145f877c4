"""What the owner of a domain has in memory of it, and what it sets aside."""

from dataclasses import dataclass, field
from datetime import datetime

from connectors.ports import Commit
from correlator.deadlines import DeadlineRow
from correlator.events import Command, DueDeadline, Event, Frame, Handover, Quarantine, Record, microseconds, moment
from correlator.kernel import Step
from correlator.state import State
from correlator.world import World

EVENT_KEPT = "It stays in the journal: mend what is named, then let it be sent again under another id"
DEADLINE_KEPT = "Mend what is named; what was due then is left to people"


@dataclass(slots=True)
class Owned:
    """What is in memory of the domain; dropped whole when it may be spoilt."""

    state: State
    world: World
    applied: int
    skipped: set[tuple[int, int]] = field(default_factory=set)  # (offset, index) of quarantined events
    pending: "Folded | None" = None  # not taken by the store so far


@dataclass(frozen=True, slots=True)
class Folded:
    """Frames one after the other, and what came of them: they go to the store together."""

    since_us: int  # the domain's time before them
    began_us: int  # our clock when the first was taken up
    solves: int  # of the domain before them
    frames: list[tuple[int, Frame]] = field(default_factory=list)
    step: Step = field(default_factory=Step)

    @property
    def applied(self) -> int:
        return self.frames[-1][0]

    def commit(self, domain: str, expected: int, applied: int) -> Commit:
        changes = [(table, key, self.step.changes[table, key]) for table, key in sorted(self.step.changes)]
        return Commit(domain, expected, applied, changes, self.step.effects, self.step.archived)


@dataclass(frozen=True, slots=True)
class Appended:
    """A frame of our own: where it lies, the time that we gave it, and our clock when it was acknowledged."""

    offset: int
    at_us: int
    done_us: int


def place_of(record: Record, at: DeadlineRow | None) -> str:
    """Of a deadline, or else of the event, as the list of crashes has it."""
    return f"{at.kind} {at.subject} {at.due_us}" if at else f"{record.offset}.{record.index}"


def quarantine(record: Record, at: DeadlineRow | None, now: datetime, reason: str) -> Quarantine:
    """The record that makes every fold skip this event, or this deadline."""
    deadline = DueDeadline(kind=at.kind, subject=at.subject, due=moment(at.due_us)) if at else None
    return Quarantine(
        id=f"quarantine-{place_of(record, at)}",
        time=now,
        offset=record.offset,
        index=record.index,
        deadline=deadline,
        reason=f"{reason}. {DEADLINE_KEPT if at else EVENT_KEPT}",
        command=None if at else command_of(record.event),
    )


def command_of(event: Event) -> str | None:
    """Its id, also of one that another domain handed over; None: it is no command."""
    told = event.what if isinstance(event, Handover) else event
    return told.id if isinstance(told, Command) else None


def heed(owned: Owned, event: Quarantine) -> None:
    """Skip what it names."""
    if event.deadline is None:
        owned.skipped.add((event.offset, event.index))
        return
    due = event.deadline
    owned.state.quarantined |= {(due.kind, due.subject, microseconds(due.due))}


def solved(state: State) -> int:
    """How many solves there were."""
    row = state.counters.get("solves")
    return row.value if row else 0
