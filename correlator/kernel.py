"""The one transition: `advance` folds a record of the journal into changed rows and effects.

Deadlines fire at their own due time, least first, before the record that moved time past them. Every host calls this
and nothing else; what is decided here depends on the rows and the record only.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, assert_never

from correlator import cases, restored
from correlator.alarms import due, limits, maintenance, states, voices
from correlator.deadlines import DeadlineRow, Deadlines
from correlator.effects import Effect, Reason, Rejected
from correlator.events import (
    DAY_US,
    SECOND_US,
    Alarm,
    BackupRestored,
    Command,
    Complaint,
    Event,
    Handover,
    Heartbeat,
    IntakeShed,
    KernelVersion,
    Maintenance,
    Quarantine,
    Receipt,
    Record,
    Reply,
    Restored,
    SourceHeard,
    SourceState,
    Subscription,
    WorldChange,
)
from correlator.facts import Fact
from correlator.federation import announcing, moving, receiving, redrawn, sending
from correlator.incidents import (
    certainty,
    commands,
    complaints,
    dating,
    ending,
    impact,
    lifecycle,
    new_inventory,
    observing,
    rerooting,
    solving,
    unexplained,
)
from correlator.incidents.index import IncidentIndex
from correlator.incidents.many_calls import counting
from correlator.incidents.overdue import looking
from correlator.incidents.repairs import called_off, left_behind, lost_again, speaks_again, way_again
from correlator.inference.engines import DEFAULT, ENGINES
from correlator.related import Related
from correlator.rows import audiences
from correlator.rows.told_well import ToldWell
from correlator.service_desk import desk
from correlator.service_desk.notices import receipts
from correlator.service_desk.notices.informed import renumber
from correlator.state import Archived, CounterRow, Draft, SeenRow, State, TextRow
from correlator.world import World
from topology.graph import Topology

VERSION = "1"  # same bytes are promised within a version
AHEAD_MOST_US = 300 * SECOND_US


@dataclass(slots=True)
class Step:
    """What one record did: rows by (table, key), None where dropped; effects in order; what went to the archive."""

    changes: dict[tuple[str, str], Any] = field(default_factory=dict)
    effects: list[Effect] = field(default_factory=list)
    archived: list[Archived] = field(default_factory=list)

    def add(self, later: "Step | Draft") -> None:
        """What was done after it; of a first one it takes the changes over: a step may have one for each alarm."""
        if self.changes:
            self.changes.update(later.changes)
        else:
            self.changes = later.changes
        self.effects.extend(later.effects)
        self.archived.extend(later.archived)


def wake(state: State, world: World) -> None:
    """Build the caches from the rows; after loading, and after a change of world."""
    topology, related = world.topology, Related(world.topology)
    make = world.engine or ENGINES[DEFAULT]
    engine = make(topology, world.policy.faults, related, world.share)
    state.index = IncidentIndex(engine, related, ToldWell(topology))
    state.share = world.share
    solved = state.counters.get("solved")
    state.index.solved = solved.value if solved else 0
    draft = Draft(state, world, state.now_us)
    observing.rebuild(draft)
    complaints.rebuild(draft)
    lifecycle.rebuild(draft)


def advance(state: State, record: Record, world: World, then: World | None = None) -> Step:
    """Fold one record. `state` must be awake; it is written through (`correlator.state`).

    `then`: the World in force from this record on, where it is a change of World.
    """
    step = Step()
    for _, draft in one_by_one(state, record, world, then):
        step.add(draft)
    return step


def one_by_one(
    state: State, record: Record, world: World, then: World | None = None
) -> Iterator[tuple[DeadlineRow | None, Draft]]:
    """What `advance` does, a step at a time, for who looks which of them is at fault: each deadline, then the event."""
    now_us = max(state.now_us, record.at_us)
    while (due_us := state.deadlines.next_due_us()) is not None and due_us <= now_us:
        yield _fire(state, world, due_us)
    draft = _begin(state, then or world, now_us)
    if then is not None and then.topology.hash != world.topology.hash:
        _renumber(draft, world.topology)
    _step(draft, record.event)
    announcing.tell(draft)
    yield None, draft
    if then is not None:
        wake(state, then)


def fire(state: State, world: World, until_us: int, step: Step) -> None:
    """Step every deadline that is due at or before `until_us`, each at its own time."""
    while (due_us := state.deadlines.next_due_us()) is not None and due_us <= until_us:
        step.add(_fire(state, world, due_us)[1])


def _fire(state: State, world: World, due_us: int) -> tuple[DeadlineRow, Draft]:
    """The next one, which is due then."""
    draft = _begin(state, world, max(due_us, state.now_us))
    row = state.deadlines.pop()
    draft.changes["deadlines", Deadlines.key(row.kind, row.subject)] = None
    state.stepping = row
    if (row.kind, row.subject, row.due_us) not in state.quarantined:
        deadline(draft, row.kind, row.subject)
        announcing.tell(draft)
    state.stepping = None
    return row, draft


def _begin(state: State, world: World, now_us: int) -> Draft:
    counters = state.counters
    clock, steps = counters.get("now_us"), counters.get("step")
    if clock is None or steps is None:
        clock = counters.setdefault("now_us", CounterRow(0))
        steps = counters.setdefault("step", CounterRow(0))
    clock.value = now_us
    steps.value += 1
    draft = Draft(state, world, now_us, hear)
    draft.changes["counters", "now_us"] = clock
    draft.changes["counters", "step"] = steps
    return draft


def hear(draft: Draft, fact: Fact) -> None:
    """Who acts on what alarms and incidents tell."""
    desk.hear(draft, fact)
    observing.hear(draft, fact)
    called_off.hear(draft, fact)
    if draft.state.share is not None:
        sending.hear(draft, fact)


DEADLINES: dict[str, Callable[[Draft, str], None]] = {
    dating.ANSWERS: ending.answers_due,
    "archive": cases.due,
    certainty.KIND: rerooting.looked_at,
    complaints.HEARD_AGAIN: rerooting.heard_again,
    complaints.NOBODY_CALLS: called_off.look,
    complaints.CALLED_ABOUT: complaints.called_no_more,
    complaints.MANY_CALLS: counting.look,
    "hold": ending.hold_over,
    "keep": receiving.keep,
    left_behind.KIND: left_behind.look_again,
    "look": solving.look_again,
    lost_again.KIND: lost_again.look,
    moving.KIND: moving.forget,
    "nested": ending.nested_look,
    **new_inventory.DEADLINES,
    "past": complaints.past,
    "planned": solving.window_ended,
    redrawn.KIND: redrawn.hand_on,
    "reopen": ending.window_over,
    restored.KIND: restored.due,
    dating.SPOKE_AGAIN: speaks_again.over,
    dating.SPOKE: speaks_again.not_yet,
    dating.WAYS: way_again.look,
    "risk": impact.risk_due,
    unexplained.FLAPS: looking.flaps,
    unexplained.KIND: looking.look,
}


def deadline(draft: Draft, kind: str, subject: str) -> None:
    """One deadline, at its own due time."""
    if (step := DEADLINES.get(kind)) is not None:
        step(draft, subject)
    elif (step := due.DEADLINES.get(kind)) is not None:
        step(draft, subject)
        lifecycle.heed(draft)
    elif kind == "solve":
        solving.run(draft)
    elif kind == "forget":
        draft.drop("seen", subject)
    else:
        handled = desk.deadline(draft, kind, subject)
        assert handled, f"nobody steps a deadline of kind {kind}"
    observing.search_on(draft)


def _step(draft: Draft, event: Event) -> None:
    stood = draft.state.alarm_counts.standing
    if isinstance(event, Alarm):
        voices.spoke(draft, event.source)
    _happens(draft, event)
    voices.looked(draft)
    lost_again.heed(draft)
    lifecycle.heed(draft)
    spoke = event.what if isinstance(event, Handover) else event
    if isinstance(spoke, Alarm):
        limits.keep(draft, spoke.source, stood)
        if draft.alarm_changes:
            lifecycle.heed(draft)
    observing.search_on(draft)


def _happens(draft: Draft, event: Event) -> None:
    match event:
        case Alarm():
            states.received(draft, event)
        case Heartbeat():
            return
        case KernelVersion():
            draft.put("texts", "kernel", TextRow(event.version))
            desk.look_ahead(draft)
        case BackupRestored():
            restored.leap(draft, event)
        case Maintenance():
            maintenance.announced(draft, event)
        case SourceState() | SourceHeard() | Subscription():
            _system(draft, event)
        case Restored():
            ending.repaired(draft, event)
        case Complaint() | Command() | Reply() | Receipt():
            _once(draft, event)
        case WorldChange():
            _change_world(draft, event)
        case Handover():
            if receiving.is_next(draft, event):
                _handed(draft, event)
        case Quarantine():
            _set_aside(draft, event)
        case IntakeShed():
            limits.shed(draft, event)
        case _:
            assert_never(event)


def _system(draft: Draft, event: SourceState | SourceHeard | Subscription) -> None:
    """What another system says of itself."""
    match event:
        case SourceHeard():
            voices.heard(draft, event)
        case SourceState():
            maintenance.source_turned(draft, event)
        case Subscription():
            announcing.subscribed(draft, event)


def _once(draft: Draft, event: Complaint | Command | Reply | Receipt) -> None:
    """What is accepted once in seven days, however often it comes.

    What is for another domain leaves nothing here: who asks what became of it hears that of whoever accepts it.
    """
    match event:
        case Command() | Reply() if sending.passed_on(draft, event):
            return
        case Complaint():
            if _new(draft, f"complaint\x1f{event.id}", event.number):
                complaints.received(draft, desk.complaint_received(draft, event))
        case Command():
            if _new(draft, f"command\x1f{event.id}"):
                _command(draft, event)
                _keep_refusal(draft, event.id)
        case Reply():
            if _new(draft, f"reply\x1f{event.id}"):
                for complaint in desk.reply(draft, event):
                    complaints.says_no(draft, complaint)
        case Receipt():
            if _unheard(draft, event):
                desk.receipt(draft, event)


def _handed(draft: Draft, event: Handover) -> None:
    if isinstance(event.what, Command | Reply):
        _once(draft, event.what)
    else:
        receiving.heard(draft, event)


def _set_aside(draft: Draft, event: Quarantine) -> None:
    draft.alert("administrator", "quarantine", event.id, f"Karantina / Quarantine: {event.reason}", QUARANTINED)
    if event.command is not None and _new(draft, f"command\x1f{event.command}"):
        text = f"it failed each time, and is set aside: {event.reason}"
        draft.reject(event.command, None, Reason("quarantined", text))
        _keep_refusal(draft, event.command)


QUARANTINED = Reason("quarantined", "an event or deadline at which core or store failed three times is skipped")


def _unheard(draft: Draft, event: Receipt) -> bool:
    """False for a repeat. One of a campaign's messages, of which there may be a million, is remembered by a bit."""
    key, place = receipts.seen_key(event.id), receipts.place_of(draft, event.id)
    if place is not None and receipts.was_heard(draft, place):
        _repeat(draft, key)
        return False
    if place is None or key in draft.state.seen or not receipts.counts(draft, event):
        return _new(draft, key)
    receipts.hear(draft, place)
    return True


def _repeat(draft: Draft, key: str, number: str | None = None) -> None:
    draft.note(key.partition("\x1f")[2], "repeat", f"seen before{f', answered with {number}' if number else ''}")


def _new(draft: Draft, key: str, number: str | None = None) -> bool:
    """False for a repeat of what was accepted in the last days (contract, "Repeats")."""
    if key in draft.state.seen:
        _repeat(draft, key, number)
        return False
    until_us = draft.now_us + draft.world.policy.remember_days * DAY_US
    draft.put("seen", key, SeenRow(until_us))
    draft.arm("forget", key, until_us)
    return True


def _command(draft: Draft, event: Command) -> None:
    if commands.performed(draft, event) or desk.command(draft, event):
        return
    draft.reject(event.id, "target", commands.unknown_target(event))


def _keep_refusal(draft: Draft, command: str) -> None:
    """Who asks hears it as long as the id is known, however many are refused meanwhile."""
    refused = [one for one in draft.effects if isinstance(one, Rejected) and one.event == command]
    if refused:
        key = f"command\x1f{command}"
        draft.put("seen", key, SeenRow(draft.state.seen[key].until_us, refused[0]))


def _change_world(draft: Draft, event: WorldChange) -> None:
    """From here on another inventory or policy is in force; the host hands the new World to the next record."""
    for name, value in (("inventory", event.inventory), ("policy", event.policy)):
        known = draft.state.texts.get(name)
        if value is not None and (known is None or known.value != value):
            draft.put("texts", name, TextRow(value))
    desk.look_ahead(draft)


def _renumber(draft: Draft, old: Topology) -> None:
    """Customers keep their id; one that the new inventory lacks is in no audience any more."""
    index, named = draft.world.topology.customer_index, draft.world.topology.service_named
    table = {number: index[name] for number, name in enumerate(old.customer_ids) if name in index}
    services = {number: new for number, name in enumerate(old.service_ids) if (new := named(name)) is not None}
    audiences.renumber(draft, table, services)
    for key, complaint in sorted(draft.state.complaints.items()):
        was, complaint.customer = complaint.customer, index.get(complaint.customer_id or "", -1)
        draft.put("complaints", key, complaint)
        if was < 0 <= complaint.customer:
            draft.arm(new_inventory.CALLED, key, draft.now_us)
    for incident in renumber(draft, old, table, services):
        draft.arm(new_inventory.THERE_AGAIN, incident, draft.now_us)
    receipts.renumber(draft, old, table)
    redrawn.find(draft, old)
    draft.arm(new_inventory.KIND, "", draft.now_us)
