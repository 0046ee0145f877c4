"""Times as text: RFC 3339 for machines, WIB/WITA/WIT for people. Indonesia knows no summer time."""

from datetime import datetime
from functools import lru_cache
from typing import Literal

from correlator.events import DAY_US, HOUR_US, MINUTE_US, microseconds, moment

BEHIND_US = 10 * MINUTE_US  # a word takes no longer to reach us: what seems to have is from a clock that is behind
Zone = Literal["WIB", "WITA", "WIT"]

FIRST_YEAR, LAST_YEAR = 1970, 9998  # whatever the zone, a day more or less is still in the calendar
MONTHS_ID = ("Jan", "Feb", "Mar", "Apr", "Mei", "Jun", "Jul", "Agu", "Sep", "Okt", "Nov", "Des")
ZONES: tuple[Zone, ...] = ("WIB", "WITA", "WIT")
OFFSET_US: dict[Zone, int] = {"WIB": 7 * HOUR_US, "WITA": 8 * HOUR_US, "WIT": 9 * HOUR_US}


@lru_cache(maxsize=10_000)  # pages show the same times again and again
def rfc3339(us: int) -> str:
    """RFC 3339 in +07:00 with milliseconds; microseconds only where the time is no whole millisecond."""
    text = moment(us + OFFSET_US["WIB"]).isoformat(timespec="microseconds")[:26]
    return f"{text[:23] if us % 1000 == 0 else text}+07:00"


def rfc3339_or_none(us: int | None) -> str | None:
    return None if us is None else rfc3339(us)


def parse_rfc3339(text: object) -> int | None:
    """Microseconds since 1970 of an RFC 3339 time with an offset; None where it is none."""
    if not isinstance(text, str) or len(text) > 40:
        return None
    try:
        time = datetime.fromisoformat(text.upper())
    except ValueError:
        return None
    return None if time.tzinfo is None or not FIRST_YEAR <= time.year <= LAST_YEAR else microseconds(time)


def midnight(at_us: int, offset_us: int = OFFSET_US["WIB"]) -> int:
    """With which the day of that moment began, where clocks are so far ahead of UTC."""
    return (at_us + offset_us) // DAY_US * DAY_US - offset_us


def month_start(year: int, month: int) -> int:
    """Midnight, WIB."""
    return microseconds(datetime.fromisoformat(f"{year:04}-{month:02}-01T00:00:00+07:00"))


def staff_time(us: int) -> str:
    """For a line that stands in both languages: Indonesian months, the colon of every clock in a NOC."""
    local = moment(us + OFFSET_US["WIB"])
    return f"{local.day} {MONTHS_ID[local.month - 1]} {local.year} {local:%H:%M} WIB"
