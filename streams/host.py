"""The owner of a domain: loads its rows, folds the journal's frames, commits each with its effects and offset.

Embedded, on Faust or in a simulation: who turns the handle differs, this does not. What it decides is the kernel's;
here is only where a frame comes from, where its result goes, and what happens when something breaks.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

import structlog

from connectors.ports import Commit, Counter, Fenced, Journal, Store, Unusable
from correlator import kernel
from correlator.events import (
    DueDeadline,
    Event,
    Frame,
    Heartbeat,
    KernelVersion,
    Quarantine,
    Record,
    WorldChange,
    microseconds,
    moment,
)
from correlator.state import State
from correlator.world import World
from streams.worlds import Worlds

CRASHES = 3  # at one place, before that event or deadline is skipped
MOST_QUARANTINED = 20  # by one process: more is no poisoned event, but a broken program, and would empty the journal
READ = 200  # frames read at once

Said = Literal["worked", "idle", "stopped"]
log = structlog.get_logger("host")


class Crashed(Exception):
    """The core raised; the rows as committed are loaded again."""


@dataclass(frozen=True, slots=True)
class Ports:
    """What a host is handed."""

    journal: Journal
    store: Store
    worlds: Worlds
    clock: Callable[[], int]  # microseconds since 1970
    counter: Counter | None = None  # counts what was decided, once it is committed


@dataclass(slots=True)
class Owned:
    """What is in memory of the domain; dropped whole when it may be spoilt."""

    state: State
    world: World
    applied: int
    skipped: set[tuple[int, int]] = field(default_factory=set)  # (offset, index) of quarantined events
    pending: Commit | None = None  # folded, and not taken by the store so far


class Host:
    """One domain's owner. `turn` until it says idle; call it again when a frame may have come or time has passed."""

    def __init__(self, domain: str, ports: Ports) -> None:
        self.domain = domain
        self._ports = ports
        self._owned: Owned | None = None
        self._applied = 0  # as last seen
        self._quarantined = 0
        self.stopped: str | None = None  # why the domain stands still, for the health door
        self.crashed: str | None = None  # the last crash of the core, and what became of it

    @property
    def applied(self) -> int:
        """Also on other threads, also while the rows are loaded again."""
        owned = self._owned
        if owned is not None:
            self._applied = owned.applied
        return self._applied

    @property
    def state(self) -> State:
        """The rows, for reading; only between turns."""
        return self._mine().state

    @property
    def world(self) -> World:
        """The World in force."""
        return self._mine().world

    def in_force(self, otherwise: World) -> World:
        """The World in force, for readers on other threads: it loads nothing."""
        owned = self._owned
        return owned.world if owned else otherwise

    def start(self, world: World) -> None:
        """Load, and put this version and this World in force where others were: as records, so that they replay."""
        owned = self._mine(world)
        now = moment(self._ports.clock())
        news: list[Event] = []
        texts = owned.state.texts
        if "kernel" not in texts or texts["kernel"].value != kernel.VERSION:
            news.append(KernelVersion(time=now, version=kernel.VERSION))
        if "inventory" not in texts or owned.world.hash != world.hash:
            name = f"world-{world.hash[:12]}-{self._ports.journal.end(self.domain) + 1}"
            change = WorldChange(id=name, time=now, inventory=world.topology.hash, policy=world.policy.hash)
            news.append(change)
        if news:
            self._append(*news)

    def turn(self) -> Said:
        """Fold what the journal has; when nothing is left and a deadline is due, append the heartbeat that fires it."""
        owned = self._mine()
        try:
            self._commit(owned)  # what the store did not take last time
            frames = self._ports.journal.read(self.domain, owned.applied, READ)
            for offset, frame in frames:
                if not self._may_fold(offset, frame):
                    return "stopped"
                self._fold(owned, offset, frame)
        except Crashed:
            self._owned = None
            return "stopped" if self.stopped else "worked"
        except Fenced as fenced:
            log.warning("fenced", domain=self.domain, what=fenced.what)
            self._owned = None
            return "worked"
        if frames:
            return "worked"
        return self._beat(owned)

    def next_due_us(self) -> int | None:
        """When the next deadline is due; None where none is armed."""
        return self._mine().state.deadlines.next_due_us()

    def _mine(self, world: World | None = None) -> Owned:
        if self._owned is None:
            self._owned = self._load(world)
        return self._owned

    def _load(self, world: World | None) -> Owned:
        """Rows as committed, the World that they name, and what is quarantined in the frames to come."""
        loaded = self._ports.store.load(self.domain)
        state = State(loaded.rows)
        texts = state.texts
        if "inventory" in texts and "policy" in texts:
            world = self._ports.worlds.world(texts["inventory"].value, texts["policy"].value)
        elif world is None:
            world = self._ports.worlds.current()
        owned = Owned(state, world, loaded.applied)
        self._read_quarantines(owned)
        kernel.wake(state, world)
        return owned

    def _read_quarantines(self, owned: Owned) -> None:
        """The list is read before folding, so that every fold skips the same."""
        after = owned.applied
        while frames := self._ports.journal.read(self.domain, after, READ):
            after = frames[-1][0]
            for event in (event for _, frame in frames for event in frame.events):
                if type(event) is Quarantine:
                    heed(owned, event)

    def _may_fold(self, offset: int, frame: Frame) -> bool:
        """A frame far ahead of our clock stops the domain, or time would run to it and breach every clock at once."""
        ahead_us = frame.at_us - self._ports.clock()
        if ahead_us <= kernel.AHEAD_MOST_US:
            self.stopped = None
            return True
        if self.stopped is None:
            self.stopped = f"frame {offset} is {ahead_us // 1_000_000} s ahead of this machine's clock"
            log.error("domain_stopped", domain=self.domain, why=self.stopped)
        return False

    def _fold(self, owned: Owned, offset: int, frame: Frame) -> None:
        total = kernel.Step({}, [])
        for index, event in enumerate(frame.events):
            if (offset, index) in owned.skipped:
                continue
            step = self._advance(owned, Record(offset, index, frame.at_us, event))
            total.changes.update(step.changes)
            total.effects.extend(step.effects)
        changes = [(table, key, total.changes[table, key]) for table, key in sorted(total.changes)]
        owned.pending = Commit(self.domain, owned.applied, offset, changes, total.effects)
        self._commit(owned)
        if (units := total.changes.get(("counters", "units"))) is not None:
            self._count("kernel.solve_units", n=units.value)  # of the frame's last solve

    def _commit(self, owned: Owned) -> None:
        """The only commit point. Raises StoreDown: the result stays pending; Fenced: another owner took over."""
        if owned.pending is not None:
            self._ports.store.commit(owned.pending)
            for effect in owned.pending.effects:
                self._count(f"kernel.{effect.__struct_config__.tag}", effect.reason.code)
            owned.applied, owned.pending = owned.pending.applied, None

    def _count(self, what: str, reason: str = "", n: int = 1) -> None:
        if self._ports.counter is not None:
            self._ports.counter.count(what, reason, n)

    def _advance(self, owned: Owned, record: Record) -> kernel.Step:
        then = self._then(owned, record.event)
        try:
            step = kernel.advance(owned.state, record, owned.world, then)
        except Exception as error:  # an error of the core stops the domain: counted, loaded again, skipped
            self._crashed(owned, record, error)
            raise Crashed from error
        owned.world = then or owned.world
        return step

    def _then(self, owned: Owned, event: Event) -> World | None:
        """The World in force from this event on, where it changes. Raises Unusable where we cannot find it."""
        if type(event) is KernelVersion and event.version > kernel.VERSION:
            raise Unusable(
                f"The journal goes on with kernel {event.version}, this is {kernel.VERSION}", "Start that version"
            )
        if type(event) is not WorldChange:
            return None
        topology, policy = owned.world.topology.hash, owned.world.policy.hash
        then = self._ports.worlds.world(event.inventory or topology, event.policy or policy)
        return None if then.hash == owned.world.hash else then

    def _crashed(self, owned: Owned, record: Record, error: Exception) -> None:
        """Count it at its place; the third time append what makes every fold skip that place."""
        at = owned.state.stepping
        place = f"{at.kind} {at.subject} {at.due_us}" if at else f"{record.offset}.{record.index}"
        count = self._ports.store.crashed(self.domain, place)
        log.error("core_crashed", domain=self.domain, place=place, count=count, exc_info=error)
        self._count("kernel.crashed", type(error).__name__)
        what = f"the core crashed at {place}, {count} times: {type(error).__name__}"
        if count < CRASHES:
            self.crashed = f"{what}; it is tried again"
            return
        if self._quarantined >= MOST_QUARANTINED:
            self.crashed = self.stopped = f"{what}, after {MOST_QUARANTINED} other places: the program is broken"
            return
        self.crashed = f"{what}; it is skipped (quarantine)"
        self._quarantined += 1
        deadline = DueDeadline(kind=at.kind, subject=at.subject, due=moment(at.due_us)) if at else None
        event = Quarantine(
            id=f"quarantine-{place}",
            time=moment(self._ports.clock()),
            offset=record.offset,
            index=record.index,
            deadline=deadline,
            reason=f"{type(error).__name__} at {place}, {count} times",
        )
        self._append(event)

    def _beat(self, owned: Owned) -> Said:
        due_us = owned.state.deadlines.next_due_us()
        now_us = self._ports.clock()
        if due_us is None or due_us > now_us:
            return "idle"
        self._append(Heartbeat(time=moment(now_us)))
        return "worked"

    def _append(self, *events: Event) -> None:
        self._ports.journal.append(self.domain, Frame(self._ports.clock(), events))


def heed(owned: Owned, event: Quarantine) -> None:
    """Skip what it names."""
    if event.deadline is None:
        owned.skipped.add((event.offset, event.index))
        return
    due = event.deadline
    owned.state.quarantined |= {(due.kind, due.subject, microseconds(due.due))}
