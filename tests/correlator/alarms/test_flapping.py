"""Alarms that flap are held up as one; shelved ones count for nothing till then."""

import pytest

from correlator.alarms import states
from correlator.facts import AlarmShelved
from tests.correlator.alarms.wire import Lines, at_us

# Flapping


@pytest.mark.parametrize(
    ("times", "flapping"),
    [
        pytest.param((0, 30, 59), True, id="three changes within a minute"),
        pytest.param((0, 30, 60), True, id="in a minute to the moment"),
        pytest.param((0, 30, 60.000001), False, id="in a moment more"),
        pytest.param((0, 59), False, id="two changes"),
        pytest.param((0, 50, 70, 100), True, id="any three in a row"),
        pytest.param((0, 61, 122, 183), False, id="slow changes"),
    ],
)
def test_when_an_alarm_flaps(times: tuple[float, ...], flapping: bool) -> None:
    wire = Lines()
    for number, now in enumerate(times):
        wire.say("cleared" if number % 2 else "raised", now)
    assert wire.row.flapping is flapping
    assert wire.noted() == (["flapping"] if flapping else [])
    assert wire.due("calm") == ([times[-1] + 300] if flapping else [])


def flapping() -> Lines:
    """Raised, cleared, raised within twenty seconds."""
    wire = Lines()
    wire.play([(0, "a", "raised", 0), (10, "a", "cleared", 10), (20, "a", "raised", 20)])
    assert wire.row.flapping
    return wire


def test_while_it_flaps_it_stands_as_one_period() -> None:
    wire = flapping()
    period, first = wire.row.period, wire.row.first_id
    assert wire.say("cleared", 30, source="a") == []
    assert (wire.row.raised, wire.row.active) == (False, True)
    assert wire.say("raised", 40, source="a", text="again") == []
    assert (wire.row.period, wire.row.first_id, wire.row.text) == (period, first, "again")
    assert wire.due("calm") == [340], "each change puts calm off"


def test_a_slow_change_while_it_flaps_puts_calm_off_as_well() -> None:
    wire = flapping()
    assert wire.say("cleared", 200, source="a") == []
    assert (wire.row.active, wire.due("calm")) == (True, [500])


def test_the_change_that_makes_it_flap_holds_it_up() -> None:
    wire = Lines()
    wire.play([(0, "a", "cleared", 0), (1, "a", "raised", 1), (2, "a", "cleared", 2), (3, "a", "raised", 3)])
    assert wire.row.flapping
    wire = Lines()
    told = wire.play([(0, "a", "raised", 0), (1, "a", "cleared", 1), (2, "a", "raised", 2)])
    assert told == [["stands"], ["ended"], ["stands"]]


@pytest.mark.parametrize(("last", "told"), [("raised", []), ("cleared", ["ended"])])
def test_calm_makes_the_last_word_hold(last: str, told: list[str]) -> None:
    wire = flapping()
    if last == "cleared":
        wire.say("cleared", 30, source="a")
    assert wire.calm(330) == told
    row = wire.row
    assert (row.flapping, row.active, row.transitions) == (False, last == "raised", [])
    assert wire.noted() == ["calm"]


def test_calm_of_what_does_not_flap_is_nothing() -> None:
    wire = Lines()
    wire.say("raised", 0)
    assert (wire.calm(300), wire.noted(), wire.row.active) == ([], [], True)
    states.calmed(wire.step(301), "no such alarm")
    assert wire.draft.changes == {}


def test_the_figures_of_flapping_are_policy() -> None:
    wire = Lines(flap_transitions=2, flap_window_s=10, flap_quiet_s=50)
    wire.play([(0, "a", "raised", 0), (10, "a", "cleared", 10)])
    assert (wire.row.flapping, wire.row.active, wire.due("calm")) == (True, True, [60])


# Shelving


def test_a_shelved_alarm_counts_for_nothing_till_then() -> None:
    wire = Lines()
    wire.say("raised", 0)
    assert wire.shelve(10, until=100) == ["ended"]
    assert (wire.due("unshelve"), [type(fact) for fact in wire.facts]) == ([100], [AlarmShelved])
    assert [states.standing(wire.row, at_us(now)) for now in (10, 99.999999, 100, 101)] == [False, False, True, True]
    assert wire.unshelve(100) == ["stands"]
    assert (wire.due("unshelve"), wire.row.shelved_until_us) == ([], 0)
    assert (wire.unshelve(101), wire.draft.changes) == ([], {}), "once"


def test_what_does_not_stand_is_only_heard_when_shelved() -> None:
    wire = Lines()
    wire.say("cleared", 0)
    assert wire.shelve(10, until=100) == ["heard"]
    assert not states.standing(wire.row, at_us(200))
    assert wire.unshelve(100) == ["heard"]


@pytest.mark.parametrize(
    ("now", "cleared", "raised"),
    [(50, "heard", "heard"), (99.999999, "heard", "heard"), (100, "ended", "stands")],
)
def test_changes_while_it_is_shelved_are_only_heard(now: float, cleared: str, raised: str) -> None:
    wire = Lines(flap_transitions=9)
    wire.say("raised", 0)
    wire.shelve(10, until=100)
    assert wire.say("cleared", now) == [cleared]
    assert wire.say("raised", now) == [raised]


def test_nothing_is_unshelved_that_is_not_there() -> None:
    wire = Lines()
    states.unshelve(wire.step(0), "no such alarm")
    assert (wire.changes, wire.draft.changes) == ([], {})


def test_presumed_cleared_ends_flapping_too() -> None:
    wire = flapping()
    states.presume_cleared(wire.step(50), wire.row)
    assert (wire.row.flapping, wire.row.active, wire.due("calm")) == (False, False, [])
    assert wire.say("raised", 51, time=50, source="b") == ["stands"]
