"""The owner of a domain: loads its rows, folds the journal's frames, commits each with its effects and offset.

Embedded, on Faust or in a simulation: who turns the handle differs, this does not. What it decides is the kernel's;
here is only where a frame comes from, where its result goes, and what happens when something breaks.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from math import inf
from typing import Literal

import structlog

from connectors.metrics import CORE_CRASHES, EFFECTS_DECIDED, EVENTS_FOLDED, SOLVE_UNITS, SOLVES, Counted
from connectors.ports import Commit, Counter, Fenced, Journal, PortError, Refused, Store, StoreDown, Unusable
from connectors.telemetry.witness import NOBODY, Committed, Witness
from correlator import kernel
from correlator.deadlines import DeadlineRow
from correlator.events import (
    Event,
    Frame,
    Heartbeat,
    KernelVersion,
    Quarantine,
    Record,
    WorldChange,
    moment,
)
from correlator.state import CounterRow, State
from correlator.world import World
from streams.host.owned import Appended, Folded, Owned, heed, place_of, quarantine, solved
from streams.host.worlds import Worlds

CRASHES = 3  # at one place, or so often refused by the store, before that event or deadline is skipped
MOST_QUARANTINED = 20  # by one process: more is no poisoned event, but a broken program, and would empty the journal
READ = 200  # frames read at once
TOGETHER_US = 50_000  # so long frames that wait are folded before what came of them is committed

Said = Literal["worked", "idle", "stopped", "fenced"]
log = structlog.get_logger("host")


class Crashed(Exception):
    """The core raised, or the store does not take what it made; the rows as committed are loaded again."""


@dataclass(frozen=True, slots=True)
class Ports:
    """What a host is handed."""

    journal: Journal
    store: Store
    worlds: Worlds
    clock: Callable[[], int]  # microseconds since 1970
    counter: Counter | None = None  # counts what was decided, once it is committed
    witness: Witness = NOBODY


class Host:
    """One domain's owner. `turn` until it says idle; call it again when a frame may have come or time has passed.

    `recorded`: the journal was written before; time is what its frames say, and nothing is appended to it.
    """

    def __init__(self, domain: str, ports: Ports, *, recorded: bool = False) -> None:
        self.domain = domain
        self._ports = ports
        self._recorded = recorded
        self._owned: Owned | None = None
        self._ahead_us = 0  # how far whoever stamps the frames is ahead of our clock
        self._appended: Appended | None = None  # our last frame
        self._applied = 0  # as last seen
        self._quarantined = 0
        self._one_by_one = 0  # up to this frame each is committed by itself
        self._careful = 0  # the frame that is folded a step at a time, to find what the store does not take
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
        if self._recorded:
            return
        now = moment(self._now_us())
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
                    self._commit(owned)
                    return "stopped"
                with structlog.contextvars.bound_contextvars(domain=self.domain, offset=offset):
                    self._fold(owned, offset, frame)
                    if self._is_enough(owned):
                        self._commit(owned)
            self._commit(owned)
        except Crashed:
            self._owned = None
            return "stopped" if self.stopped else "worked"
        except Fenced as fenced:
            log.warning("fenced", domain=self.domain, what=fenced.what)
            self._owned = None
            return "fenced"
        if frames:
            return "worked"
        return self._beat(owned)

    def next_due_us(self) -> int | None:
        """When the next deadline is due; None where none is armed."""
        return self._mine().state.deadlines.next_due_us()

    def rest_s(self) -> float:
        """How long until the next deadline is due; endless where none is armed."""
        due_us = self.next_due_us()
        return inf if due_us is None or self._recorded else max(0, due_us - self._now_us()) / 1e6

    def drop(self) -> None:
        """Forget what is in memory: the domain may be another owner's now."""
        self._applied = self.applied
        self._owned = None

    def _mine(self, world: World | None = None) -> Owned:
        if self._owned is None:
            self._owned = self._load(world)
        return self._owned

    def _load(self, world: World | None) -> Owned:
        """Rows as committed, the World that they name, and what is quarantined in the frames to come."""
        loaded = self._ports.store.load(self.domain)
        end = self._ports.journal.end(self.domain)
        if end < loaded.applied:
            raise Unusable(
                f"Of domain {self.domain} frame {loaded.applied} is folded, and the journal ends at {end}",
                "Name the journal (file or topic) and the store that go together",
            )
        state = State(loaded.rows)
        texts = state.texts
        if "kernel" in texts:
            not_later(texts["kernel"].value)
        if "inventory" in texts and "policy" in texts:
            world = self._ports.worlds.world(texts["inventory"].value, texts["policy"].value)
        elif world is None:
            world = self._ports.worlds.current()
        world = replace(world, domain=self.domain)
        owned = Owned(state, world, loaded.applied)
        self._read_quarantines(owned, end)
        kernel.wake(state, world)
        return owned

    def _read_quarantines(self, owned: Owned, end: int) -> None:
        """The list is read before folding, so that every fold skips the same; not beyond `end`, which moves on."""
        after = owned.applied
        while after < end and (frames := self._ports.journal.read(self.domain, after, READ)):
            after = frames[-1][0]
            for event in (event for _, frame in frames for event in frame.events):
                if type(event) is Quarantine:
                    heed(owned, event)

    def _may_fold(self, offset: int, frame: Frame) -> bool:
        """A frame far ahead of our clock stops the domain, or time would run to it and breach every clock at once."""
        ahead_us = frame.at_us - self._ports.clock()
        if self._recorded or ahead_us <= kernel.AHEAD_MOST_US:
            self.stopped = None
            self._set_clock(offset, frame.at_us, ahead_us)
            return True
        if self.stopped is None:
            self.stopped = f"frame {offset} is {ahead_us // 1_000_000} s ahead of this machine's clock"
            log.error("domain_stopped", domain=self.domain, why=self.stopped)
        return False

    def _set_clock(self, offset: int, at_us: int, ahead_us: int) -> None:
        """Deadlines are met by the clock that stamps the frames: a broker's may differ from ours.

        A frame of ours that got another time than we gave it says by how much; any other one, how much at least.
        """
        mine = self._appended
        if mine is None or offset != mine.offset:
            self._ahead_us = max(self._ahead_us, ahead_us)
        elif at_us != mine.at_us:
            self._ahead_us = at_us - mine.done_us

    def _fold(self, owned: Owned, offset: int, frame: Frame) -> None:
        folded = owned.pending or Folded(owned.state.now_us, self._ports.clock(), solved(owned.state))
        try:
            for index, event in enumerate(frame.events):
                if (offset, index) in owned.skipped:
                    continue
                record = Record(offset, index, frame.at_us, event)
                if offset == self._careful:
                    self._rehearse(owned, record, folded)
                else:
                    folded.step.add(self._advance(owned, record))
        except (Crashed, PortError) as error:
            self._owned = None  # half a frame is folded
            if not folded.frames:
                raise
            self._one_by_one = offset  # those before it are committed first
            raise Crashed from error
        folded.frames.append((offset, frame))
        owned.pending = folded

    def _is_enough(self, owned: Owned) -> bool:
        """Frames that wait share a commit, which costs as much as folding; but nobody waits long for what came of them.

        One by one where the store refused several: which of them it was is found out.
        """
        folded = owned.pending
        if folded is None or folded.applied <= self._one_by_one:
            return True
        return self._ports.clock() - folded.began_us >= TOGETHER_US

    def _rehearse(self, owned: Owned, record: Record, folded: Folded) -> None:
        """Fold one event, and ask after each step whether the store would take what there is so far."""
        then = self._then(owned, record.event)
        try:
            for at, draft in kernel.one_by_one(owned.state, record, owned.world, then):
                folded.step.add(draft)
                try:
                    self._ports.store.rehearse(folded.commit(self.domain, owned.applied, record.offset))
                except Refused as refused:
                    place, why = place_of(record, at), f"{refused.what}, {CRASHES} times"
                    self._set_aside(record, at, f"at {place}: {why}", f"{why}, at {place}. {refused.remedy}")
                    raise Crashed from refused
        except (Crashed, PortError):
            raise
        except Exception as error:
            self._crashed(owned, record, error)
            raise Crashed from error
        owned.world = then or owned.world

    def _commit(self, owned: Owned) -> None:
        """The only commit point. Raises StoreDown: the result stays pending; Fenced: another owner took over."""
        if (folded := owned.pending) is None:
            return
        commit = folded.commit(self.domain, owned.applied, folded.applied)
        try:
            self._ports.store.commit(commit)
        except Refused as refused:
            self._refused(commit, refused, alone=len(folded.frames) == 1)
        for effect in commit.effects:
            self._count(EFFECTS_DECIDED, str(effect.__struct_config__.tag), effect.reason.code)
        self._count(EVENTS_FOLDED, n=sum(len(frame.events) for _, frame in folded.frames))
        owned.applied, owned.pending = commit.applied, None
        self._show(folded, commit, self._now_us())
        if (units := folded.step.changes.get(("counters", "units"))) is not None:
            self._count(SOLVES, n=solved(owned.state) - folded.solves)
            self._count(SOLVE_UNITS, n=units.value)  # of the last solve

    def _show(self, folded: Folded, commit: Commit, done_us: int) -> None:
        """What came of frames that went together is shown with the last of them."""
        witness = self._ports.witness
        for offset, frame in folded.frames[:-1]:
            witness.committed(Committed(self.domain, offset, frame, (), (), folded.since_us, done_us))
        offset, frame = folded.frames[-1]
        last = Committed(self.domain, offset, frame, commit.changes, commit.effects, folded.since_us, done_us)
        witness.committed(last)

    def _count(self, metric: Counted, *labels: str, n: int = 1) -> None:
        if self._ports.counter is not None:
            self._ports.counter.count(metric, *labels, n=n)

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
        if type(event) is KernelVersion:
            not_later(event.version)
        if type(event) is not WorldChange:
            return None
        topology, policy = owned.world.topology.hash, owned.world.policy.hash
        then = self._ports.worlds.world(event.inventory or topology, event.policy or policy)
        return None if then.hash == owned.world.hash else replace(then, domain=self.domain)

    def _crashed(self, owned: Owned, record: Record, error: Exception) -> None:
        """Count it at its place; the third time append what makes every fold skip that place."""
        at = owned.state.stepping
        place = place_of(record, at)
        count = self._ports.store.crashed(self.domain, place)
        log.error("core_crashed", domain=self.domain, place=place, count=count, exc_info=error)
        self._count(CORE_CRASHES, type(error).__name__)
        what = f"the core crashed at {place}, {count} times: {type(error).__name__}"
        if count < CRASHES:
            self.crashed = f"{what}; it is tried again"
        else:
            self._set_aside(record, at, what, f"{type(error).__name__} at {place}, {count} times")

    def _refused(self, commit: Commit, refused: Refused, *, alone: bool) -> None:
        """Count it at its frame. Raises StoreDown: it is tried again, without end where the store takes nothing at all;
        Crashed, the third time: then the frame is folded a step at a time. So of several frames: each by itself.
        """
        if not alone:
            self._one_by_one = commit.applied
            raise Crashed from refused
        down = StoreDown(refused.what, refused.remedy)
        try:  # what each step writes
            nothing = [("counters", "step", CounterRow(0))]
            self._ports.store.rehearse(Commit(self.domain, commit.expected, commit.applied, nothing, ()))
        except Refused:
            raise down from refused
        count = self._ports.store.crashed(self.domain, str(commit.applied))
        log.error("commit_refused", domain=self.domain, offset=commit.applied, count=count, exc_info=refused)
        self._count(CORE_CRASHES, type(refused).__name__)
        if count < CRASHES or self._careful == commit.applied:
            raise down from refused
        self._one_by_one = self._careful = commit.applied
        raise Crashed from refused

    def _set_aside(self, record: Record, at: DeadlineRow | None, what: str, reason: str) -> None:
        """Append what makes every fold skip this event, or this deadline. `what`: for the health door."""
        if self._recorded:
            self.crashed = self.stopped = f"{what}; a recorded journal takes no quarantine"
            return
        if self._quarantined >= MOST_QUARANTINED:
            self.crashed = self.stopped = f"{what}, after {MOST_QUARANTINED} other places: the program is broken"
            return
        self.crashed = f"{what}; it is skipped (quarantine)"
        self._quarantined += 1
        self._append(quarantine(record, at, moment(self._now_us()), reason))

    def _beat(self, owned: Owned) -> Said:
        due_us = owned.state.deadlines.next_due_us()
        now_us = self._now_us()
        if due_us is None or due_us > now_us or self._recorded:
            return "idle"
        self._append(Heartbeat(time=moment(now_us)))
        return "worked"

    def _now_us(self) -> int:
        """As the journal's frames are stamped."""
        return self._ports.clock() + self._ahead_us

    def _append(self, *events: Event) -> None:
        at_us = self._now_us()
        offset = self._ports.journal.append(self.domain, Frame(at_us, events))
        self._appended = Appended(offset, at_us, self._ports.clock())


def not_later(version: str) -> None:
    """Raises Unusable where a later kernel folds from here on, or did so before: we might misread its rows."""
    if int(version) > int(kernel.VERSION):
        raise Unusable(f"The journal goes on with kernel {version}, this is {kernel.VERSION}", "Start that version")
