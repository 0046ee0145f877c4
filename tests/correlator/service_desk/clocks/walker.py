"""A slow calendar of another make: it walks minute by minute through days as people read them off a wall calendar.

It shares no code with `correlator.policy.calendar`: zones are those of the tz database, a day is a `date`, time is
counted.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

MINUTE = timedelta(minutes=1)
CITIES = {"WIB": ZoneInfo("Asia/Jakarta"), "WITA": ZoneInfo("Asia/Makassar"), "WIT": ZoneInfo("Asia/Jayapura")}
Pause = tuple[datetime, datetime | None]


@dataclass(frozen=True)
class Office:
    """When people work, as the policy has it."""

    opens: int  # minutes of the day
    closes: int
    weekdays: frozenset[int]
    holidays: frozenset[date]

    def is_open(self, at: datetime) -> bool:
        """Whether people work in the minute that begins then."""
        wall = at.astimezone(CITIES["WIB"])
        minute = wall.hour * 60 + wall.minute
        works = wall.weekday() in self.weekdays and wall.date() not in self.holidays
        return works and self.opens <= minute < self.closes


def minutes_from(start: datetime, days: int) -> Iterator[datetime]:
    """Each minute of so many days, by its beginning."""
    at = start
    for _ in range(days * 1440):
        yield at
        at += MINUTE


def reached(
    office: Office | None, start: datetime, budget_min: int, pauses: Sequence[Pause], days: int
) -> dict[int, datetime]:
    """50, 80 and 100 % of a budget -> when so much of it is used up, within so many days. `office`: None counts all."""
    marks = {percent: budget_min * percent // 100 for percent in (50, 80, 100)}
    found: dict[int, datetime] = {}
    used = 0
    for at in minutes_from(start, days):
        stands = any(began <= at and (ended is None or at < ended) for began, ended in pauses)
        if stands or (office is not None and not office.is_open(at)):
            continue
        used += 1
        found |= {percent: at + MINUTE for percent, mark in marks.items() if used == mark}
        if used >= budget_min:
            break
    return found


def quiet_ends(at: datetime, zone: str, hours: tuple[int, int]) -> datetime | None:
    """When the quiet hours in which this minute lies are over; None where it lies in none."""
    first, last = hours

    def is_quiet(moment: datetime) -> bool:
        wall = moment.astimezone(CITIES[zone])
        minute = wall.hour * 60 + wall.minute
        return first <= minute < last if first <= last else minute >= first or minute < last

    if not is_quiet(at):
        return None
    return next(moment for moment in minutes_from(at, 3) if not is_quiet(moment))


def utc(us: int) -> datetime:
    return datetime.fromtimestamp(us // 1_000_000, UTC)
