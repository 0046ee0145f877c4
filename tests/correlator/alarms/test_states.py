"""Alarms as states: whose word holds, when a period began, how many there were, and what incidents hear of it."""

from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
from msgspec import structs

from correlator.alarms import states
from correlator.facts import AlarmTold
from correlator.rows.incidents import AlarmRow
from correlator.times import rfc3339
from tests.correlator.alarms.wire import Lines, Word, at_us, seconds

# Identity


@pytest.mark.parametrize(
    ("first", "second", "alarms"),
    [
        pytest.param({}, {}, 1, id="the same object and type is the same alarm"),
        pytest.param({}, {"alarm_type": "link_down"}, 2, id="another type is another alarm"),
        pytest.param({}, {"object": "CORE/m"}, 2, id="another object is another alarm"),
        pytest.param({}, {"source": "ems"}, 1, id="another source tells of the same alarm"),
        pytest.param({"qualifier": "7"}, {"qualifier": "8"}, 2, id="another qualifier is another alarm"),
        pytest.param({"qualifier": "7"}, {"qualifier": "7", "alarm_type": "link_down"}, 1, id="whatever its type"),
        pytest.param({"qualifier": "7"}, {}, 2, id="with and without a qualifier are two"),
    ],
)
def test_what_is_one_alarm(first: dict[str, Any], second: dict[str, Any], alarms: int) -> None:
    wire = Lines()
    wire.say("raised", 0, **first)
    wire.say("raised", 1, **second)
    assert len(wire.state.alarms) == alarms


@pytest.mark.parametrize(
    ("name", "known"),
    [("CORE", True), ("CORE/a", True), ("CORE/no-row-names-it", True), ("CU-1", True), ("SV-1", True), ("X9", False)],
)
def test_what_the_inventory_lacks_is_kept_and_counted(name: str, known: bool) -> None:
    wire = Lines()
    assert wire.say("raised", 0, object=name) == ["stands"]
    assert wire.row.known is known
    assert ("unresolved" in wire.state.counters) is not known


# The first word


def test_the_first_word_raises() -> None:
    wire = Lines()
    assert wire.say("raised", 5, time=3, text="LOS", severity="critical") == ["stands"]
    row = wire.row
    assert (row.raised, row.active, row.period, row.repeats) == (True, True, 1, 0)
    assert (seconds(row.first_us), seconds(row.changed_us), row.cleared_us) == (3, 3, 0)
    assert (row.first_id, row.last_id, row.text, row.severity) == ("al-001", "al-001", "LOS", "critical")
    assert (row.transitions, row.heard_us) == (None, at_us(5)), "by our clock, not by the source's"


def test_a_first_word_that_clears_makes_nothing_stand() -> None:
    wire = Lines()
    assert (wire.say("cleared", 5, time=3), wire.changes) == ([], ["heard"])
    row = wire.row
    assert (row.raised, row.active, row.period, row.transitions) == (False, False, 0, [])
    assert (seconds(row.first_us), seconds(row.cleared_us)) == (3, 3)
    assert wire.say("raised", 6) == ["stands"]
    assert wire.row.period == 1


def test_a_begin_that_is_told_after_its_end_has_passed() -> None:
    wire = Lines()
    wire.say("cleared", 5, time=3)
    assert wire.say("raised", 6, time=1) == ["passed"]
    row = wire.row
    assert (row.raised, row.active, row.period, seconds(row.first_us), seconds(row.cleared_us)) == (
        False,
        False,
        1,
        1,
        3,
    )
    assert wire.say("raised", 7, time=0) == []  # of that end the begin is known
    assert wire.say("cleared", 9, time=9) == []  # the next end, whose begin is on its way
    assert wire.say("raised", 10, time=2) == []
    assert wire.say("raised", 11, time=8) == ["passed"]
    assert (wire.row.period, seconds(wire.row.first_us)) == (2, 8)
    assert wire.say("raised", 12) == ["stands"]


@pytest.mark.parametrize(("time", "counts"), [(4.0, 4.0), (5.0, 5.0), (3600.0, 5.0)])
def test_a_clock_ahead_of_ours_counts_as_now(time: float, counts: float) -> None:
    wire = Lines()
    wire.say("raised", 5, time=time)
    assert seconds(wire.row.first_us) == counts


def test_a_time_that_no_calendar_shows_counts_as_1970() -> None:
    """The first hours of the year 1 by a clock east of Greenwich: in UTC that is the year before."""
    wire = Lines()
    event = structs.replace(wire.event("raised", 0), time=datetime(1, 1, 1, tzinfo=timezone(timedelta(hours=14))))
    states.received(wire.draft, event)
    assert rfc3339(wire.row.first_us) == "1970-01-01T07:00:00.000+07:00"


# Whose word holds

ORDERS = [
    pytest.param(
        [(0, "a", "raised", 0), (9, "a", "cleared", 8)], False, [["stands"], ["ended"]], id="a later clear clears"
    ),
    pytest.param(
        [(0, "a", "raised", -1), (9, "a", "cleared", -2)], True, [["stands"], []], id="an older word changes nothing"
    ),
    pytest.param(
        [(5, "a", "raised", 5), (6, "a", "cleared", 5)],
        False,
        [["stands"], ["ended"]],
        id="of two words of one time the later to arrive holds",
    ),
    pytest.param(
        [(5, "a", "raised", 5), (6, "b", "cleared", 1)],
        False,
        [["stands"], ["ended"]],
        id="between two sources arrival decides, not their clocks",
    ),
    pytest.param(
        [(5, "a", "raised", 5), (6, "b", "cleared", 6), (7, "a", "raised", 4)],
        False,
        [["stands"], ["ended"], []],
        id="a source is late by its own words also after another spoke",
    ),
    pytest.param(
        [(5, "a", "raised", 5), (6, "b", "cleared", 1), (7, "b", "raised", 2)],
        True,
        [["stands"], ["ended"], ["stands"]],
        id="a source is not late by the words of another",
    ),
    pytest.param([(5, "a", "cleared", 5), (6, "a", "cleared", 6)], False, [[], []], id="a second clear tells nothing"),
]


@pytest.mark.parametrize(("words", "raised", "told"), ORDERS)
def test_whose_word_holds(words: list[Word], raised: bool, told: list[list[str]]) -> None:
    wire = Lines()
    assert wire.play(words) == told
    assert (wire.row.raised, wire.row.active) == (raised, raised)


@pytest.mark.parametrize(
    ("state", "time", "changes"),
    [
        pytest.param("cleared", 8, ["ended", "heard"], id="that it is over"),
        pytest.param("raised", 8, ["heard"], id="that it stands still"),
        pytest.param("cleared", -1, [], id="not what its source said before"),
        pytest.param("raised", -1, ["earlier"], id="which only dates it"),
    ],
)
def test_each_word_that_is_no_older_than_the_last_is_heard(state: str, time: float, changes: list[str]) -> None:
    wire = Lines()
    wire.say("raised", 0)
    wire.say(state, 9, time=time)
    assert wire.changes == changes


def test_a_clear_after_the_end_moves_the_end_to_the_latest_only() -> None:
    wire = Lines()
    wire.play([(0, "a", "raised", 0), (10, "a", "cleared", 10), (12, "b", "cleared", 7)])
    assert seconds(wire.row.cleared_us) == 10
    wire.say("cleared", 20, time=15, source="b")
    assert seconds(wire.row.cleared_us) == 15


# When the period began


BEGINNINGS = [
    pytest.param([(9, "a", "raised", 9), (10, "b", "raised", 4)], 4, "al-002", ["earlier"], id="another knew before"),
    pytest.param([(9, "a", "raised", 4), (10, "b", "raised", 9)], 4, "al-001", [], id="a repeat with a later time"),
    pytest.param([(9, "a", "raised", 4), (10, "b", "raised", 4)], 4, "al-001", [], id="a repeat with the same time"),
    pytest.param([(9, "a", "raised", 9), (10, "a", "raised", 4)], 4, "al-002", ["earlier"], id="the same source, late"),
    pytest.param(
        [(0, "a", "raised", 0), (5, "a", "cleared", 5), (9, "a", "raised", 9), (10, "b", "raised", 3)],
        9,
        "al-003",
        [],
        id="what lies before the last clear is of the period before",
    ),
    pytest.param(
        [(0, "a", "raised", 0), (5, "a", "cleared", 5), (9, "a", "raised", 9), (10, "b", "raised", 5)],
        9,
        "al-003",
        [],
        id="nor what lies at the very clear",
    ),
    pytest.param(
        [(0, "a", "raised", 0), (5, "a", "cleared", 5), (9, "a", "raised", 9), (10, "a", "raised", 5)],
        9,
        "al-003",
        [],
        id="also of the same source",
    ),
    pytest.param(
        [(0, "a", "raised", 0), (5, "a", "cleared", 5), (9, "a", "raised", 9), (10, "a", "raised", 5.000001)],
        5.000001,
        "al-004",
        ["earlier"],
        id="a moment after it is of this one",
    ),
    pytest.param(
        [(0, "a", "raised", 0), (5, "a", "cleared", 5), (9, "a", "raised", 3)],
        0,
        "al-001",
        [],
        id="a late raise does not raise what is cleared",
    ),
]


@pytest.mark.parametrize(("words", "since", "first", "told"), BEGINNINGS)
def test_since_when_a_period_stands(words: list[Word], since: float, first: str, told: list[str]) -> None:
    wire = Lines()
    assert wire.play(words)[-1] == told
    assert (seconds(wire.row.first_us), wire.row.first_id) == (since, first)


def test_of_two_raises_at_one_time_the_lesser_id_is_the_first() -> None:
    wire = Lines()
    wire.say("raised", 5, id="m")
    assert wire.say("raised", 6, time=5, source="b", id="k") == ["earlier"]
    assert wire.say("raised", 7, time=5, source="c", id="l") == []
    assert wire.row.first_id == "k"


def test_repeats_are_counted_and_change_severity_and_last_id_alone() -> None:
    wire = Lines()
    wire.say("raised", 0, text="first", severity="minor")
    wire.say("raised", 10, text="second", severity="critical")
    wire.say("raised", 20, severity=None)
    row = wire.row
    assert (row.repeats, row.period, row.text, row.severity) == (2, 1, "first", "critical")
    assert (row.first_id, row.last_id, seconds(row.changed_us)) == ("al-001", "al-003", 20)


def test_its_only_source_says_once_more_long_after_what_stands() -> None:
    wire = Lines()
    wire.say("raised", 0)
    wire.say("raised", 300)
    assert wire.row.again_us == 0  # the same word
    wire.say("raised", 1000)
    wire.say("raised", 1200, source="b")
    assert (wire.row.again_us, wire.row.since_us) == (at_us(1000), at_us(0))
    wire.row.anew = True
    assert wire.row.since_us == wire.row.begun_us == at_us(1000)
    wire.say("cleared", 2000)
    wire.say("raised", 3000)
    assert (wire.row.again_us, wire.row.anew) == (0, False)


def test_what_is_said_a_third_time_has_stood() -> None:
    wire = Lines()
    for second in (0, 600):
        wire.say("raised", second)
    wire.row.anew = True
    assert wire.say("raised", 1200) == ["earlier"]
    assert (wire.row.again_us, wire.row.since_us) == (-1, at_us(0))


def test_what_another_source_said_before_has_stood() -> None:
    wire = Lines()
    wire.say("raised", 0)
    wire.say("raised", 600, source="b")
    wire.say("raised", 1200)
    assert wire.row.again_us == -1


def test_a_new_period_begins_with_its_own_raise() -> None:
    wire = Lines()
    wire.say("raised", 0, qualifier="7", text="LOS")
    wire.row.handed, wire.row.kept, wire.row.freed_us = ("timur",), True, at_us(50)
    wire.say("cleared", 100, qualifier="7")
    assert wire.say("raised", 200, qualifier="7", text="down", alarm_type="link_down") == ["stands"]
    row = wire.row
    assert (row.period, row.first_id, seconds(row.first_us), row.text) == (2, "al-003", 200, "down")
    assert (row.alarm_type, row.handed, row.kept, row.freed_us, row.repeats) == ("link_down", (), False, 0, 0)


@pytest.mark.parametrize(("handed", "facts"), [((), 0), (("timur",), 1)])
def test_other_domains_are_told_what_becomes_of_what_was_handed_on(handed: tuple[str, ...], facts: int) -> None:
    wire = Lines()
    wire.say("raised", 0)
    wire.row.handed = handed
    wire.say("cleared", 9)
    assert [type(fact) for fact in wire.facts] == [AlarmTold] * facts


# Sources


def test_of_many_sources_the_one_that_spoke_longest_ago_is_forgotten() -> None:
    wire = Lines()
    for number in range(16):
        wire.say("raised", 100 + number, source=f"s{number:02}")
    assert "s00" in wire.row.tellers
    wire.say("raised", 200, source="s16")
    assert sorted(wire.row.tellers) == [f"s{number:02}" for number in range(1, 17)]
    assert wire.say("cleared", 201, time=102.5, source="s03") == [], "is remembered, and so is late"
    assert wire.say("cleared", 202, time=50, source="s00") == ["ended"], "is forgotten, and so is new"


def test_of_two_that_spoke_at_one_time_the_lesser_name_is_forgotten() -> None:
    wire = Lines()
    for name in ("z", "y", *(f"s{number:02}" for number in range(14)), "w"):
        wire.say("raised", 100 if name in "zy" else 150, time=100 if name in "zy" else 140, source=name)
    assert "y" not in wire.row.tellers
    assert "z" in wire.row.tellers


# Presumed cleared


@pytest.mark.parametrize(
    ("raised_at", "now", "cleared_at"),
    [
        pytest.param(0, 50, 50, id="it ended when that was said"),
        pytest.param(60, 50, 60, id="not before its source said last that it stands"),
    ],
)
def test_presumed_cleared(raised_at: float, now: float, cleared_at: float) -> None:
    wire = Lines()
    wire.say("raised", raised_at)
    states.presume_cleared(wire.step(now), wire.row)
    row: AlarmRow = wire.row
    assert (row.raised, row.active, seconds(row.cleared_us)) == (False, False, cleared_at)
    assert wire.changes == ["ended"]
