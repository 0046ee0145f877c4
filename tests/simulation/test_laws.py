"""Each law can be broken: a night that keeps them all is doctored, and the auditor must say so."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from random import Random

import msgspec
import pytest

from correlator.effects import Alert, Campaign
from correlator.events import HOUR_US
from correlator.rows.incidents import IncidentStatus, MemberRow
from streams.simulation import finding, laws
from streams.simulation.memory import differences, snapshot
from streams.simulation.night import Night, beats_left_out, doubled, draw_night, frames, with_ticks
from streams.simulation.outcome import Outcome
from streams.simulation.simulation import live

SEED = 0
DURING_US = 1200 * 1_000_000


@pytest.fixture(scope="module")
def night() -> Night:
    """A night without mischief on which a plain outage with a campaign is found."""
    for seed in range(SEED, SEED + 200):
        found = draw_night(seed)
        if found.clean and found.mischief.harmless and len(found.breakages) == 1 and is_plain(found):
            outcome = lived(found)
            told = finding.findings(found, outcome)
            if told[0].what == "found" and any(isinstance(effect, Campaign) for effect in outcome.effects):
                return found
    raise AssertionError("no such night among 200")


def is_plain(night: Night) -> bool:
    """Much is told of its one breakage, for long."""
    one = night.breakages[0]
    things = {name for name, kind in finding.facts_of(night, one) if kind not in finding.LOOSE}
    return len(things) >= finding.MANY and one.end_us - one.start_us >= finding.LONG_US


def lived(night: Night) -> Outcome:
    return live(night, frames(night.arrived)).outcome


def all_laws(night: Night, outcome: Outcome) -> list[str]:
    return [
        *laws.time_never_runs_back(outcome),
        *laws.ids_and_numbers_are_unique(outcome),
        *laws.nobody_is_told_twice(outcome),
        *laws.restored_follows_outage(outcome),
        *laws.every_incident_has_its_ticket(night, outcome),
        *laws.one_incident_a_root(outcome.state),
        *laws.nobody_is_down_while_a_path_survives(night.physics, outcome, outcome.state),
        *laws.all_is_over_in_the_end(night, outcome),
        *laws.whoever_heard_of_it_hears_of_its_end(outcome),
        *finding.violations(night, finding.findings(night, outcome), outcome),
        *finding.whoever_is_down_is_counted(night, outcome),
        *finding.equivalents_are_alike(night, outcome),
    ]


def test_the_night_keeps_all_laws(night: Night) -> None:
    assert all_laws(night, lived(night)) == []


def campaign(outcome: Outcome, kind: str = "outage") -> Campaign:
    return next(e for e in outcome.effects if isinstance(e, Campaign) and e.kind == kind)


def told_again(outcome: Outcome) -> Outcome:
    again = msgspec.structs.replace(campaign(outcome), id="CP-again", at_us=outcome.effects[-1].at_us)
    return replace(outcome, effects=[*outcome.effects, again])


def same_id(outcome: Outcome) -> Outcome:
    return replace(outcome, effects=[*outcome.effects, outcome.effects[-1]])


def time_back(outcome: Outcome) -> Outcome:
    early = Alert(id="AL-x", at_us=1, role="technical", kind="x", about=None, text="", reason=campaign(outcome).reason)
    return replace(outcome, effects=[*outcome.effects, early])


def never_told(outcome: Outcome) -> Outcome:
    heard = ("outage", "ack", "update")
    return replace(outcome, effects=[e for e in outcome.effects if getattr(e, "kind", "") not in heard])


def end_never_told(outcome: Outcome) -> Outcome:
    return replace(outcome, effects=[e for e in outcome.effects if getattr(e, "kind", "") != "restored"])


def ticket_gone(outcome: Outcome) -> Outcome:
    outage = next(name for name, row in outcome.state.tickets.items() if row.kind == "outage")
    del outcome.state.tickets[outage]
    return outcome


def still_open(outcome: Outcome) -> Outcome:
    outcome.opened()[0].status = "open"
    return outcome


def counted_down(outcome: Outcome) -> Outcome:
    row = outcome.opened()[0]
    row.status, row.root = "open", next(iter(outcome.world.topology.customer_ids))
    outcome.state.audiences[row.id].down = outcome.state.audiences[row.id].ever
    return outcome


def forgotten(outcome: Outcome) -> Outcome:
    """As if nothing of it had ended: who is reached again is not down."""
    row = outcome.opened()[0]
    row.status = "open"
    outcome.state.audiences[row.id].down = b""
    for member in outcome.state.members.values():
        member.standing = member.standing or member.incident == row.id
    return outcome


def another_root(outcome: Outcome) -> Outcome:
    row = outcome.opened()[0]
    row.root, row.equivalent = next(iter(outcome.world.topology.customer_ids)), ()
    return outcome


def nobody_counted(outcome: Outcome) -> Outcome:
    outcome.state.audiences.clear()
    return outcome


def a_stranger_as_equivalent(outcome: Outcome) -> Outcome:
    row = outcome.opened()[0]
    row.equivalent = (*row.equivalent, next(iter(outcome.world.topology.customer_ids)))
    return outcome


def an_equivalent_left_out(outcome: Outcome) -> Outcome:
    row = outcome.opened()[0]
    row.equivalent = ()
    return outcome


def one_too_many(outcome: Outcome) -> Outcome:
    row = outcome.opened()[0]
    outcome.state.incidents["IN-x"] = msgspec.structs.replace(row, id="IN-x", status="open")
    row.status = "open"
    return outcome


def nothing_found(outcome: Outcome) -> Outcome:
    outcome.state.members.clear()
    return outcome


@pytest.mark.parametrize(
    ("doctored", "law"),
    [
        (told_again, "told-twice"),
        (same_id, "unique"),
        (time_back, "time"),
        (never_told, "restored-unasked"),
        (end_never_told, "left-waiting"),
        (ticket_gone, "ticket"),
        (still_open, "never-ends"),
        (counted_down, "down-with-a-path"),
        (forgotten, "down-forgotten"),
        (another_root, "wrong-root"),
        (nobody_counted, "uncounted"),
        (a_stranger_as_equivalent, "equivalent"),
        (an_equivalent_left_out, "equivalent"),
        (one_too_many, "too-many"),
        (one_too_many, "same-root"),
        (nothing_found, "missed"),
    ],
)
def test_each_law_can_be_broken(night: Night, doctored: Callable[[Outcome], Outcome], law: str) -> None:
    broken = all_laws(night, doctored(lived(night)))
    assert law in {text.partition(":")[0] for text in broken}


@pytest.mark.parametrize("status", ["open", "clearing"])
@pytest.mark.parametrize("held", [True, False])
def test_how_much_is_broken_is_not_asked_of_a_device_with_a_mended_card(
    night: Night, status: IncidentStatus, held: bool
) -> None:
    outcome = forgotten(lived(night))
    row, state = outcome.opened()[0], outcome.state
    row.status = status
    alarm = next(iter(state.alarms.values()))
    card = msgspec.structs.replace(alarm, key="card", object=row.root, alarm_type="card_failure", active=False)
    state.alarms["card"] = card
    if held:
        state.members["card"] = MemberRow(row.id, "card", "card-1", 1, standing=False)
    is_asked = bool([*laws.nobody_is_down_while_a_path_survives(night.physics, outcome, state)])
    assert is_asked is not held


def test_memory_that_differs_is_told_with_its_place(night: Night) -> None:
    one, other = lived(night), lived(night)
    assert differences(snapshot(one.state), snapshot(other.state)) == []
    other.opened()[0].peak += 1
    alarm = next(iter(other.state.alarms))
    del other.state.alarms[alarm]
    assert [text.partition(":")[0] for text in differences(snapshot(one.state), snapshot(other.state))] == [
        "row alarms",
        "row incidents",
    ]


def test_a_seed_draws_one_night(night: Night) -> None:
    again = draw_night(night.seed)
    assert (again.breakages, again.arrived) == (night.breakages, night.arrived)
    assert lived(night).view() == lived(again).view()


def test_variants_of_a_night_hold_the_same_events(night: Night) -> None:
    given = frames(night.arrived)

    def ids(them: Iterable[object]) -> list[str]:
        return [event.id for frame in them for event in frame.events if hasattr(event, "id")]  # type: ignore[attr-defined]

    assert ids(with_ticks(Random(1), given, 20)) == ids(given)
    assert ids(beats_left_out(with_ticks(Random(1), given, 20))) == ids(given)
    assert ids(doubled(given)) == [name for name in ids(given) for _ in (0, 1)]
    assert night.end_us >= given[-1].at_us + 2 * HOUR_US
