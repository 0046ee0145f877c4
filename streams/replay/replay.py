"""`simpul replay`: the whole service on event time, as fast as it can, with no network and no clock.

The same input gives the same bytes out, but for the three figures of `summary.json` (contract, section 3).
"""

import dataclasses
import re
import resource
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar, assert_never

import msgspec

from correlator import kernel
from correlator.effects import Alert, Campaign, Effect, Noted, Notice, Rejected
from correlator.events import (
    DAY_US,
    SECOND_US,
    Alarm,
    Command,
    ComplaintIn,
    Event,
    Heartbeat,
    Incoming,
    Maintenance,
    Quarantine,
    Receipt,
    Record,
    ReplyIn,
    Restored,
    SourceHeard,
    SourceState,
    Subscription,
    WorldChange,
    microseconds,
)
from correlator.incidents.outputs import incidents_json
from correlator.learning.history import Watch
from correlator.policy import Policy
from correlator.service_desk import outputs
from correlator.service_desk.notices import notices
from correlator.state import Archived, Draft, State
from correlator.times import rfc3339
from correlator.wire import BadInput, decode
from correlator.world import MakeEngine, World
from streams.complaints import People, journaled, replied
from topology.graph import Topology

Named = TypeVar("Named", Topology, Policy)
INPUT_SHOWN = 2000
GIVEN_NUMBER = re.compile(rb'"number"\s*:\s*"(NT-\d{8}-\d{6})"')


@dataclass(slots=True)
class Numbers:
    """Ticket numbers of complaints: given ones are kept, others drawn in file order, by day in WIB."""

    given: frozenset[str]
    used: dict[str, str] = field(default_factory=dict)  # number -> complaint
    answered: dict[str, tuple[str, int]] = field(default_factory=dict)  # complaint -> (number, when)
    last: dict[str, int] = field(default_factory=dict)  # day -> last drawn

    def number(self, event: ComplaintIn, now_us: int, remember_days: int) -> str | None:
        """The complaint's number; None where another complaint holds the one it gives."""
        known = self.answered.get(event.id)
        if known is not None and now_us - known[1] < remember_days * DAY_US:
            return known[0]
        if event.number is not None and self.used.get(event.number, event.id) != event.id:
            return None
        number = event.number or self._drawn(rfc3339(now_us)[:10].replace("-", ""))
        self.used[number] = event.id
        self.answered[event.id] = (number, now_us)
        return number

    def _drawn(self, day: str) -> str:
        """The next free number of a day."""
        count = self.last.get(day, 0) + 1
        while f"NT-{day}-{count:06}" in self.given:
            count += 1
        self.last[day] = count
        return f"NT-{day}-{count:06}"


@dataclass(frozen=True, slots=True)
class Given:
    """What a replay may fold in: the first of each is in force at the start."""

    worlds: list[Topology]
    policies: list[Policy]
    engine: MakeEngine | None = None  # None: the one of the service

    def first(self, domain: str = "") -> World:
        return World(self.worlds[0], self.policies[0], domain, self.engine)


@dataclass(slots=True)
class Replay:
    """One run: the state, what came out, what was refused."""

    world: World
    worlds: dict[str, Topology]
    policies: dict[str, Policy]
    numbers: Numbers
    people: People = field(default_factory=People)
    state: State = field(default_factory=State)
    effects: list[Effect] = field(default_factory=list)
    rejected: list[dict[str, Any]] = field(default_factory=list)
    received_us: int = 0
    archived: list[Archived] = field(default_factory=list)
    skipped: dict[int, Quarantine] = field(default_factory=dict)
    events: int = 0
    watch: Watch | None = None  # is shown every step
    more: bool = False  # it takes also what the contract does not list, and a journal holds

    def line(self, number: int, line: bytes) -> None:
        """One line of the events file."""
        self.events += 1
        event = decode(line)
        if type(event) is BadInput:
            self._refuse(number, line, event.id, event.field, event.reason)
            return
        at_us = self._received(event)  # type: ignore[arg-type]  # mypy cannot narrow by `type() is`
        journaled = self._journaled(number, line, event, at_us)  # type: ignore[arg-type]  # as above
        if journaled is not None and number not in self.skipped:
            self.fold(number, line, at_us, journaled)

    def fold(self, number: int, line: bytes, at_us: int, event: Event, index: int = 0) -> None:
        """Step the kernel with one event; `number` and `line` are what a rejection names and shows."""
        then = self.then(event) if type(event) is WorldChange else None
        step = kernel.advance(self.state, Record(number, index, at_us, event), self.world, then)
        self.world = then or self.world
        self._keep(step, number, line)

    def then(self, event: WorldChange) -> World | None:
        """The World in force from this event on; None where it is the one that is."""
        topology = self.worlds[event.inventory] if event.inventory else self.world.topology
        policy = self.policies[event.policy] if event.policy else self.world.policy
        then = dataclasses.replace(self.world, topology=topology, policy=policy)
        return None if then.hash == self.world.hash else then

    def drain(self, until_us: int) -> None:
        """Let what is pending settle."""
        step = kernel.Step()
        kernel.fire(self.state, self.world, until_us, step)
        self._keep(step, 0, b"")

    def _keep(self, step: kernel.Step, number: int, line: bytes) -> None:
        if self.watch is not None:
            archived = {(one.table, one.key) for one in step.archived}
            self.watch.see(self.state.now_us, step.changes, archived, step.effects)
        self.archived += step.archived
        for effect in step.effects:
            if type(effect) is Rejected:
                self._refuse(number, line, effect.event, effect.field, effect.reason.text)
            elif type(effect) is not Noted:
                self.effects.append(effect)

    def _refuse(self, number: int, line: bytes, name: str | None, where: str | None, reason: str) -> None:
        shown = line.decode("utf-8", "replace")[:INPUT_SHOWN]
        self.rejected.append({"line": number, "id": name, "field": where, "reason": reason, "input": shown})

    def _received(self, event: Incoming) -> int:
        """Effective received: the greatest of `received`, which is `time` by default, and all before it."""
        given = getattr(event, "received", None) or event.time
        self.received_us = max(self.received_us, microseconds(given))
        return self.received_us

    def _journaled(self, number: int, line: bytes, event: Incoming, at_us: int) -> Event | None:
        """The event as the journal would hold it; None where it is refused."""
        match event:
            case Alarm() | Heartbeat():
                return event
            case ComplaintIn():
                drawn = self.numbers.number(event, at_us, self.world.policy.remember_days)
                if drawn is None:
                    text = f"number {event.number} is held by complaint {self.numbers.used[event.number or '']}"
                    self._refuse(number, line, event.id, "number", text)
                    return None
                for_others = self.people.speaks_for_others(event.contact, event.customer, at_us)
                return journaled(event, drawn, event.customer, None, for_others=for_others)
            case ReplyIn():
                return replied(event, None)
            case WorldChange():
                return self._world(number, line, event)
            case SourceHeard():
                if not self.more:
                    self._refuse(number, line, event.id, "type", "source_heard is no event of the contract")
                    return None
                return event
            case Maintenance() | SourceState() | Restored() | Subscription() | Command() | Receipt() | Quarantine():
                return event
            case _:
                assert_never(event)

    def _world(self, number: int, line: bytes, event: WorldChange) -> WorldChange | None:
        for name, value, known in (
            ("inventory", event.inventory, self.worlds.keys()),
            ("policy", event.policy, self.policies.keys()),
        ):
            if value is not None and value not in known:
                text = f"no {name} of hash {value} was given; give it with --{name}"
                self._refuse(number, line, event.id, name, text)
                return None
        return event


@dataclass(frozen=True, slots=True)
class Figures:
    """The three figures that may differ between two runs."""

    wall_s: float
    peak_mb: float


def replay(
    given: Given,
    data: bytes,
    drain_s: float,
    progress: Callable[[int], None] | None = None,
    watch: Watch | None = None,
) -> Replay:
    """Fold the lines of an events file."""
    numbers = Numbers(frozenset(number.decode() for number in GIVEN_NUMBER.findall(data)))
    run = Replay(given.first(), by_hash(given.worlds), by_hash(given.policies), numbers)
    run.watch = watch
    kernel.wake(run.state, run.world)
    lines = data.split(b"\n")
    if b'"quarantine"' in data:
        _read_quarantines(run, lines)
    for number, line in enumerate(lines, start=1):
        if line and not line.isspace():
            run.line(number, line)
        if progress is not None and number % 5000 == 0:
            progress(number)
    run.drain(run.received_us + round(drain_s * SECOND_US))
    return run


def by_hash(found: list[Named]) -> dict[str, Named]:
    """Worlds or policies, as a journal names them."""
    return {one.hash: one for one in found}


def _read_quarantines(run: Replay, lines: list[bytes]) -> None:
    """The list is read before folding, so that every fold skips the same; an offset is a line's number here."""
    events = (decode(line) for line in lines if b'"quarantine"' in line)
    listed = [event for event in events if isinstance(event, Quarantine)]
    run.skipped = {event.offset: event for event in listed if event.deadline is None}
    due = (event.deadline for event in listed if event.deadline is not None)
    run.state.quarantined = frozenset((one.kind, one.subject, microseconds(one.due)) for one in due)


def write(run: Replay, folder: Path, version: str, figures: Figures) -> None:
    """The seven files."""
    folder.mkdir(parents=True, exist_ok=True)
    for one in run.archived:
        run.state.tables[one.table][one.key] = one.row
    draft = Draft(run.state, run.world, run.state.now_us)
    incidents = incidents_json(draft)
    tickets = outputs.tickets_json(run.state)
    told = [outputs.notice_json(notice) for notice in _notices(run)]
    alerts = [outputs.alert_json(effect) for effect in warnings(run.effects)]
    records = [outputs.rca_json(run.state, row) for _, row in sorted(run.state.rcas.items())]
    unresolved = run.state.counters.get("unresolved")
    summary = {
        "events": run.events,
        "rejected": len(run.rejected),
        "unresolved": unresolved.value if unresolved else 0,
        "incidents": len(incidents),
        "tickets": len(tickets),
        "notifications": len(told),
        "version": version,
        "inventory": run.world.topology.hash,
        "policy": run.world.policy.hash,
        "wall_s": round(figures.wall_s, 3),
        "events_s": round(run.events / figures.wall_s, 1) if figures.wall_s else 0.0,
        "peak_mb": round(figures.peak_mb, 1),
    }
    for name, rows in (
        ("incidents", incidents),
        ("tickets", tickets),
        ("notifications", told),
        ("alerts", alerts),
        ("rca", records),
        ("rejected", run.rejected),
    ):
        (folder / f"{name}.jsonl").write_bytes(b"".join(msgspec.json.encode(row) + b"\n" for row in rows))
    (folder / "summary.json").write_bytes(msgspec.json.encode(summary) + b"\n")


def warnings(effects: Iterable[Effect]) -> Iterable[Alert]:
    """Alerts, but for those that are reports: these warn of nothing."""
    return (effect for effect in effects if isinstance(effect, Alert) and effect.report is None)


def _notices(run: Replay) -> Iterable[Any]:
    for effect in run.effects:
        if isinstance(effect, Campaign):
            yield from notices.fan_out(World(run.worlds[effect.inventory], run.world.policy), effect)
        elif isinstance(effect, Notice):
            yield notices.single(run.world, effect)


def peak_mb() -> float:
    """The most memory that this process held, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
