"""The law of finding: every breakage has exactly one incident, or a reason why not that the auditor names itself."""

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace

import numpy as np

from correlator.events import SECOND_US, Alarm, Complaint, microseconds
from correlator.rows.incidents import IncidentRow
from streams.simulation.faults import Breakage, broken_at
from streams.simulation.night import Night
from streams.simulation.outcome import Outcome
from streams.simulation.voices import Fact, teller, truths

SHORT_US = 300 * SECOND_US  # what stands for less may be over before it is settled: where it is not sure, minutes
APART_US = 1500 * SECOND_US  # hold and window for a return: two breakages so far apart are two stories
THIN = 2  # so few things told may not outweigh how rarely such an element fails
WRONG = ("missed", "split", "wrong-root")
CLOSE = 2  # so little tells two roots apart that how often each fails may decide
LONG_US = 300 * SECOND_US
MANY = 4  # things told for so long cannot be missed, whatever else is broken or heard
DIRECT = ("fiber_break", "power_failure", "dying_gasp")
LOOSE = (*DIRECT, "service_down", "protection_switch")  # who is silent here says nothing


@dataclass(frozen=True, slots=True)
class Finding:
    """What became of one breakage: `found`, or the reason why not."""

    breakage: Breakage
    what: str
    detail: str = ""


def facts_of(night: Night, *breakages: Breakage) -> frozenset[Fact]:
    """What is said of these when they break together and nothing else does."""
    condition = night.physics.condition(one.element for one in breakages)
    said = truths(night.physics, night.voices, condition, list(breakages))
    return frozenset(fact for fact in said if teller(night.physics, fact, condition) is not None)


def findings(night: Night, outcome: Outcome) -> list[Finding]:
    """One for each breakage. Loss, lateness, plans, noise and people are reasons enough for another verdict."""
    found = [_finding(night, outcome, one) for one in night.breakages]
    return found if night.clean else [replace(one, what="excused") if one.what in WRONG else one for one in found]


def violations(night: Night, found: list[Finding], outcome: Outcome) -> Iterable[str]:
    """Only on clean nights."""
    for one in found:
        if one.what in WRONG:
            lasts = (one.breakage.end_us - one.breakage.start_us) // SECOND_US
            yield f"{one.what}: {one.breakage.kind} {one.breakage.element}, {lasts} s: {one.detail}"
    opened = [row for row in outcome.opened() if not _is_by_chance(night, outcome, row)]
    if len(opened) > len(night.breakages) and not any(one.what == "entangled" for one in found):
        yield f"too-many: {[(row.id, row.root) for row in opened]} for {[one.element for one in night.breakages]}"


def _finding(night: Night, outcome: Outcome, one: Breakage) -> Finding:
    facts = facts_of(night, one)
    if not facts:
        return Finding(one, "invisible")
    if one.end_us - one.start_us < SHORT_US:
        return Finding(one, "short")
    raised = _raised(night, one, facts)
    things = {alarm.object for alarm in raised.values() if alarm.alarm_type not in LOOSE}
    told = f"{len(facts)} facts on {len(things)} things"
    holders = _holders(outcome, raised)
    if not holders:
        return _not_found(night, one, raised.values(), f"{told}: {sorted(things)[:6]}")
    if any(not are_apart(night, one, other) for other in night.breakages if _near(one, other)):
        return Finding(one, "entangled")
    if len(holders) > 1:
        return Finding(one, "split", f"{told}, in {[(row.id, row.root) for row in holders]}")
    return _rooted(night, one, facts, holders[0])


def _not_found(night: Night, one: Breakage, raised: Collection[Alarm], told: str) -> Finding:
    by_us = one.end_us - SHORT_US
    long = {a.object for a in raised if a.alarm_type not in LOOSE and microseconds(a.time) <= by_us}
    if len(long) <= THIN:
        return Finding(one, "thin", f"only {sorted(long)}, for long enough")
    if _is_all_that_is_polled(night, raised):
        return Finding(one, "blind", "as well the poller has lost its line")
    return Finding(one, "missed", told)


def whoever_is_down_is_counted(night: Night, outcome: Outcome) -> Iterable[str]:
    """Beside other faults and noise, too: under whatever root, a plain breakage's customers were down for somebody."""
    if night.peopled or night.planned or night.mischief.late or not night.mischief.sorts_out:
        return
    names = outcome.world.topology.customer_ids
    kept = [outcome.state.audiences[row.id] for row in outcome.opened() if row.id in outcome.state.audiences]
    ever = {names[number] for audience in kept for number in np.frombuffer(audience.ever, dtype="<i4").tolist()}
    for row in outcome.opened():  # who was down is kept under the last root; before, it may have had another
        before = {verdict.root for verdict in row.verdicts if verdict.status == "open"} - {row.root}
        ever |= {name for root in before for name in night.physics.condition((root,)).customers_down}
    for one in night.breakages:
        raised = _raised(night, one, facts_of(night, one)).values()
        things = {alarm.object for alarm in raised if alarm.alarm_type not in LOOSE}
        missing = night.physics.condition((one.element,)).customers_down - ever
        if _is_all_that_is_polled(night, raised):
            continue
        if missing and len(things) >= MANY and one.end_us - one.start_us >= LONG_US:
            yield f"uncounted: {sorted(missing)} were down by {one.kind} {one.element}, told by {len(things)} things"


def unasked_calls(night: Night) -> set[str]:
    """Complaints about the network by customers whom nothing took down: several of them look like a fault."""
    return {
        said.event.id
        for said in night.said
        if isinstance(said.event, Complaint)
        and said.event.category in ("network", "service")
        and said.event.customer not in night.physics.condition(broken_at(night.breakages, said.at_us)).customers_down
    }


def _is_by_chance(night: Night, outcome: Outcome, row: IncidentRow) -> bool:
    """Such callers alone tell of it."""
    state, unasked = outcome.state, unasked_calls(night)
    callers = [one.id for one in state.complaints.values() if one.incident == row.id]
    return bool(callers) and not state.members.of(row.id) and all(name in unasked for name in callers)


def _is_all_that_is_polled(night: Night, raised: Collection[Alarm]) -> bool:
    """A poller calls lost whom it asks, all of them, and nobody else tells of anything: its own line may be cut."""
    asked = {name for name, row in night.physics.devices.items() if row.role not in ("splitter", "ont")}
    return {one.source for one in raised} == {"icmp:poller"} and {one.object for one in raised} == asked


def equivalents_are_alike(night: Night, outcome: Outcome) -> Iterable[str]:
    """`equivalent` names just those elements whose failure is told in the same words and takes the same customers."""
    for row in outcome.opened():
        if row.root == "external" or row.root in row.cards or row.street:  # not all of it is down
            continue
        if _is_like_no_other(night, outcome, row) or _forwards_nothing(night, outcome, row):
            continue
        mine = says(night, row.root)
        if not mine[0]:  # a port on which nothing hangs that speaks
            continue
        named = {row.root, *row.equivalent}
        for name in sorted(named | set(night.physics.elements())):
            if (name in named) != (says(night, name) == mine):
                what = "is named as one with" if name in named else "is not told apart from"
                yield f"equivalent: {name} {what} {row.root}, the root of {row.id}"


def _is_like_no_other(night: Night, outcome: Outcome, row: IncidentRow) -> bool:
    """A splitter of which some homes work, or a link beside a cut that is well and does not carry.

    Or homes that said at the last that their mains are lost: no fibre that takes down the same lets them.
    """
    device = night.physics.devices.get(row.root)
    splits = device is not None and device.role == "splitter"
    told = {outcome.state.alarms[one.alarm].alarm_type for one in outcome.state.members.of(row.id).values()}
    return (splits or bool(row.besides) or "dying_gasp" in told) and set(row.equivalent) <= {row.root}


def _forwards_nothing(night: Night, outcome: Outcome, row: IncidentRow) -> bool:
    """A device of which callers alone tell: it may speak all the same, and so its site is well (`evidence/life`)."""
    return row.root in night.physics.devices and not outcome.state.members.of(row.id)


def _near(one: Breakage, other: Breakage) -> bool:
    """In one story: the hold and the window for a return of one reach into the other."""
    return other is not one and other.start_us < one.end_us + APART_US and one.start_us < other.end_us + APART_US


def are_apart(night: Night, one: Breakage, other: Breakage) -> bool:
    """Each would be told the same without the other, and nothing may be taken for both."""
    alone, beside = facts_of(night, one), facts_of(night, other)
    return facts_of(night, one, other) == alone | beside and not alone & beside and not _under_one(night, alone, beside)


def _under_one(night: Night, alone: frozenset[Fact], beside: frozenset[Fact]) -> bool:
    """Some single element might be taken for both."""
    for name in night.physics.shared_by_many():
        whole = _hard(frozenset(truths(night.physics, night.voices, night.physics.condition((name,)), [])))
        if whole & _hard(alone) and whole & _hard(beside):
            return True
    return False


def _as_if(night: Night, element: str) -> frozenset[Fact]:
    """The facts, without the loose ones, that this element's failure makes."""
    return _hard(facts_of(night, Breakage(element, "none", 0, 0, monitored=False, crew=False)))


def says(night: Night, element: str) -> tuple[frozenset[Fact], frozenset[str]]:
    """What this element's failure would make everyone say if all who can speak did, and the customers it takes down."""
    physics = night.physics
    everyone = frozenset(physics.devices)
    voices = replace(night.voices, both_words=everyone, tells_switch=everyone, probed=frozenset(physics.services))
    condition = physics.condition((element,))
    told = truths(physics, voices, condition, [])
    return frozenset(fact for fact in told if teller(physics, fact, condition) is not None), condition.customers_down


def _hard(facts: frozenset[Fact]) -> frozenset[Fact]:
    return frozenset(fact for fact in facts if fact[1] not in LOOSE)


def _raised(night: Night, one: Breakage, facts: frozenset[Fact]) -> dict[str, Alarm]:
    """What was raised of its facts while it stood, by id."""
    return {
        said.event.id: said.event
        for said in night.said
        if isinstance(said.event, Alarm)
        and said.event.state == "raised"
        and (said.event.object, said.event.alarm_type) in facts
        and one.start_us <= said.at_us <= one.end_us
    }


def _holders(outcome: Outcome, raised: dict[str, Alarm]) -> list[IncidentRow]:
    """Opened incidents that hold some of these."""
    held = Counter(row.incident for row in outcome.state.members.values() if row.event in raised)
    return [row for row in outcome.opened() if held[row.id]]


def _rooted(night: Night, one: Breakage, facts: frozenset[Fact], row: IncidentRow) -> Finding:
    if one.element == row.root or one.element in row.equivalent:
        return Finding(one, "found")
    if _as_if(night, row.root) == _hard(facts):
        return Finding(one, "alike", row.root)
    extra, missing = _as_if(night, row.root) - _hard(facts), _hard(facts) - _as_if(night, row.root)
    if len(extra) + len(missing) <= CLOSE:
        return Finding(one, "near", row.root)
    text = f"{row.id} blames {row.root}, of which {len(extra)} would be silent and {len(missing)} unexplained"
    return Finding(one, "wrong-root", f"{text}; true {sorted(facts)[:4]}")
