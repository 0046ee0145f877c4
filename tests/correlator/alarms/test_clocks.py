"""Whose clock is wrong: the NOC hears of it once, when it is sure, and when it is right again."""

import pytest

from correlator.alarms.clocks import how_far
from tests.correlator.alarms.test_voices import DAY, HOUR, MINUTE, Habits

QUARTER = 15 * MINUTE


def told(night: Habits) -> list[tuple[str, str | None]]:
    kinds = "source_clock_wrong", "source_clock_right"
    return [(one.kind, one.about) for kind in kinds for one in night.alerts_of(kind)]


def begins(night: Habits, second: float, late: float, source: str = "nms") -> None:
    """Something, which is over within a minute; polls would stamp that end by our clock."""
    night.ticks(second)
    night.says("BALI", "high_temperature", timed=second - late, source=source)
    night.at(second + 30)
    night.says("BALI", "high_temperature", "cleared", timed=second + 30 - late, source=source)


def is_off(night: Habits, late: float, first: int = 0, times: int = 5, source: str = "nms") -> None:
    for n in range(first, first + times):
        begins(night, n * QUARTER + 1, late, source)


@pytest.mark.parametrize("reborn", [False, True])
@pytest.mark.parametrize(
    ("late", "words"),
    [
        (12 * MINUTE, ("nms (tertinggal sekitar 12 menit)", "nms (some 12 minutes behind)", "NTP")),
        (-7 * HOUR, ("nms (mendahului 7 jam: zona waktu?)", "nms (7 hours ahead: a time zone?)", "NTP")),
    ],
)
def test_a_clock_that_is_off_for_sure_is_told_of_once_and_when_it_is_right(
    late: float, words: tuple[str, ...], reborn: bool
) -> None:
    night = Habits(reborn=reborn)
    is_off(night, late, times=4)
    night.ticks(HOUR - 1)
    assert told(night) == [], "not yet for sure"
    is_off(night, late, first=4, times=12)
    [alert] = night.alerts_of("source_clock_wrong")
    assert (alert.role, alert.about) == ("noc_operator", "nms")
    assert all(word in alert.text for word in words)
    begins(night, 5 * HOUR, 6 * MINUTE)
    night.ticks(7 * HOUR)
    assert night.alerts_of("source_clock_right") == [], "it is off nearly as far as is borne"
    begins(night, 8 * HOUR, 2)
    night.ticks(9 * HOUR)
    [right] = night.alerts_of("source_clock_right")
    assert "Jam sumber benar lagi (1): nms / Clock right again (1): nms" in right.text
    assert len(told(night)) == 2


@pytest.mark.parametrize(
    ("lates", "why"),
    [
        ([12, 12, 12, 12], "they are too few"),
        ([12, 12, 0, 12, 12, 12], "one of them came in time"),
        ([90, 76, 61, 46, 31, 16, 0], "it sends what it held back"),
        ([300, 30, 700, 90, 1500, 45, 200], "it names what stands since days"),
        ([9, 9, 9, 9, 9, 9, 9], "words take so long at times"),
    ],
)
def test_what_comes_late_is_no_clock(lates: list[int], why: str) -> None:
    night = Habits()
    night.ticks(1)
    for n, late in enumerate(lates):
        begins(night, n * QUARTER + 1, late * MINUTE)
    night.ticks(4 * HOUR)
    assert told(night) == [], why


def test_what_was_held_back_within_minutes_is_no_clock() -> None:
    night = Habits()
    for n in range(30):
        begins(night, DAY + n * 2 * MINUTE, 5 * HOUR)
    night.ticks(DAY + 3 * HOUR)
    assert told(night) == []


def test_a_repeat_says_nothing_of_a_clock() -> None:
    night = Habits()
    for n in range(20):
        night.ticks(n * QUARTER + 1)
        night.says("BALI", "high_temperature", timed=7 * HOUR)
    assert told(night) == []


def test_a_clock_that_was_never_set_stands_still() -> None:
    night = Habits()
    for n in range(5):
        late = 56 * 365 * DAY + n * QUARTER  # each word says 1970
        begins(night, n * QUARTER + 1, late)
    night.ticks(2 * HOUR)
    [alert] = night.alerts_of("source_clock_wrong")
    assert "nms (jamnya belum pernah disetel)" in alert.text
    assert "nms (its clock was never set)" in alert.text


def test_many_that_lose_their_server_are_one_alert_an_hour() -> None:
    night = Habits()
    night.ticks(1)
    for n in range(5):
        for m in range(12):
            night.ticks(n * QUARTER + m * 20 + 2)
            more = {"timed": n * QUARTER - 12 * MINUTE, "source": f"snmp:r{m:02}", "qualifier": f"q{m}"}
            night.says("BALI", "high_temperature", **more)
            night.says("BALI", "high_temperature", "cleared", **more)
    night.ticks(5 * HOUR)
    first, second = night.alerts_of("source_clock_wrong")
    assert "Sources with a wrong clock (3): snmp:r00 (some 12 minutes behind), snmp:r01" in first.text
    assert "Sources with a wrong clock (9): snmp:r03" in second.text
    assert "snmp:r07 (some 14 minutes behind) (+4)" in second.text
    assert (second.about, second.at_us - first.at_us) == (None, HOUR * 1_000_000)


@pytest.mark.parametrize(
    ("off", "words"),
    [
        (12 * MINUTE + 20, "some 12 minutes behind"),
        (-HOUR, "1 hour ahead: a time zone?"),
        (8 * HOUR + 90, "8 hours behind: a time zone?"),
        (3.5 * HOUR, "some 210 minutes behind"),
        (-30 * HOUR, "some 30 hours ahead"),
        (40 * DAY, "some 40 days behind"),
    ],
)
def test_how_far_is_said_as_people_do(off: float, words: str) -> None:
    assert how_far(int(off * 1_000_000))[1] == words
