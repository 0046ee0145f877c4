"""Working time (SOP 5, hari kerja): budgets that cross nights, weekends, holidays; quiet hours in each zone."""

from datetime import datetime
from typing import Any

import pytest
from holidays import country_holidays

from correlator.events import DAY_US, HOUR_US, MINUTE_US, microseconds
from correlator.policy.calendar import Calendar, quiet_until
from correlator.policy.holidays import DAYS, JOINT_LEAVE_UNTIL, NATIONAL
from correlator.times import Zone
from tests.correlator.service_desk.house import WIB, Shift, clock, when

OFFICE = Calendar(8 * 60, 17 * 60, (0, 1, 2, 3, 4), ("2026-03-19", "2026-03-20"))  # Nyepi, Idul Fitri
QUIET = (21 * 60, 6 * 60)


def us(text: str) -> int:
    """`3 Tue 10:00` and the like in March 2026, WIB."""
    day, _, time = text.split()
    hour, minute = map(int, time.split(":"))
    return microseconds(datetime(2026, 3, int(day), hour, minute, tzinfo=WIB))


@pytest.mark.parametrize(
    ("start", "hours", "end"),
    [
        ("3 Tue 10:00", 1, "3 Tue 11:00"),
        ("3 Tue 10:00", 9, "4 Wed 10:00"),  # one working day
        ("3 Tue 08:00", 9, "3 Tue 17:00"),  # to the minute in which the office closes
        ("3 Tue 16:30", 1, "4 Wed 08:30"),
        ("3 Tue 06:00", 9, "3 Tue 17:00"),  # before hours: from the next opening
        ("3 Tue 22:15", 9, "4 Wed 17:00"),  # after hours: the same
        ("6 Fri 16:00", 9, "9 Mon 16:00"),  # over a weekend
        ("7 Sat 12:00", 1, "9 Mon 09:00"),
        ("18 Wed 16:00", 9, "23 Mon 16:00"),  # over two holidays and a weekend
        ("19 Thu 10:00", 18, "24 Tue 17:00"),  # begins on a holiday
        ("3 Tue 10:00", 0, "3 Tue 10:00"),
    ],
)
def test_a_budget_of_working_time_is_used_up_in_office_hours_only(start: str, hours: int, end: str) -> None:
    assert OFFICE.add(us(start), hours * HOUR_US) == us(end)


@pytest.mark.parametrize(
    ("start", "end", "hours"),
    [
        ("3 Tue 10:00", "3 Tue 12:00", 2),
        ("3 Tue 10:00", "4 Wed 10:00", 9),
        ("6 Fri 16:00", "9 Mon 09:00", 2),
        ("7 Sat 09:00", "8 Sun 18:00", 0),
        ("18 Wed 16:00", "23 Mon 09:00", 2),
        ("3 Tue 20:00", "4 Wed 07:00", 0),
        ("3 Tue 12:00", "3 Tue 10:00", 0),
    ],
)
def test_working_time_between_two_moments(start: str, end: str, hours: int) -> None:
    assert OFFICE.between(us(start), us(end)) == hours * HOUR_US


def test_what_add_gives_between_takes_back() -> None:
    for start in ("3 Tue 10:00", "6 Fri 16:59", "14 Sat 03:00", "18 Wed 12:34"):
        for budget_us in (MINUTE_US, 5 * HOUR_US, 27 * HOUR_US):
            assert OFFICE.between(us(start), OFFICE.add(us(start), budget_us)) == budget_us


def test_a_calendar_of_holidays_only_ends() -> None:
    days = [datetime.fromordinal(day).date().isoformat() for day in range(739_000, 744_000)]
    never = Calendar(480, 1020, (0, 1, 2, 3, 4), days)
    assert never.add(us("3 Tue 10:00"), HOUR_US) > us("3 Tue 10:00")


@pytest.mark.parametrize(
    ("now", "zone", "ends"),
    [
        ("3 Tue 20:59", "WIB", None),
        ("3 Tue 21:00", "WIB", "4 Wed 06:00"),
        ("4 Wed 05:59", "WIB", "4 Wed 06:00"),
        ("4 Wed 06:00", "WIB", None),
        ("3 Tue 20:00", "WITA", "4 Wed 05:00"),  # 21:00 there
        ("3 Tue 19:59", "WITA", None),
        ("3 Tue 19:00", "WIT", "4 Wed 04:00"),
        ("4 Wed 04:00", "WIT", None),
    ],
)
def test_quiet_hours_are_those_of_the_zone(now: str, zone: Zone, ends: str | None) -> None:
    assert quiet_until(us(now), zone, QUIET) == (None if ends is None else us(ends))


def test_quiet_hours_within_one_day() -> None:
    siesta = (12 * 60, 14 * 60)
    assert quiet_until(us("3 Tue 13:00"), "WIB", siesta) == us("3 Tue 14:00")
    assert quiet_until(us("3 Tue 14:00"), "WIB", siesta) is None
    assert quiet_until(us("3 Tue 13:00"), "WIB", (0, 0)) is None


def test_the_default_policy_knows_public_holidays_and_joint_leave() -> None:
    """As the library has them; written down, so that clocks do not depend on what is installed."""
    days = country_holidays("ID", years=DAYS, categories=("public", "government"))
    assert sorted(day.isoformat() for day in days if day.year in DAYS) == sorted(NATIONAL)
    decreed = {year for year in DAYS if country_holidays("ID", years=year, categories=("government",))}
    assert max(decreed) == JOINT_LEAVE_UNTIL


@pytest.mark.parametrize(
    ("care", "due"),
    [
        ({}, "Wed 10:00"),  # 25 March: Nyepi, Idul Fitri and their joint leave lie between
        ({"holidays": ()}, "Wed 10:00 18"),
        ({"more_holidays": ("2026-03-25",)}, "Thu 10:00"),
    ],
)
def test_nobody_works_on_idul_fitri(care: dict[str, Any], due: str) -> None:
    shift = Shift(care=care, start=datetime(2026, 3, 17, 10, 0, tzinfo=WIB))
    ticket = shift.complain("CU-9", category="billing", symptom="other")
    due_us = clock(ticket, "resolution").due_us or 0
    day, hour, *date = due.split()
    assert when(due_us) == f"{day} {hour}"
    assert (due_us - microseconds(shift.start)) // DAY_US == (1 if date else 9 if day == "Thu" else 8)
