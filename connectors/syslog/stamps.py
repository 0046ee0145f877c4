"""The times that routers write before their lines, and what they leave out: the year, the zone.

RFC 5424 (section 6.2.3) has both. RFC 3164 has neither; vendors add one or the other, each in a way of its own, and the
way tells vendors apart (`Style`).
"""

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from functools import lru_cache
from typing import Literal, NamedTuple

# bsd: `Mar  1 01:10:00` (RFC 3164); iso: `2026-03-01T01:10:00Z`, and Huawei's `2026-3-1 01:10:00.150.1`; colon:
# `Mar  1 01:10:00.123 WIB:`; year_first: `2026 Mar  1 01:10:00`; year_after: `Mar  1 2026 01:10:00`; node:
# `RP/0/RP0/CPU0:Mar  1 01:10:00`; none: no time at all
Style = Literal["bsd", "iso", "colon", "year_first", "year_after", "node", "none"]

MOST_APART = timedelta(days=1)  # a clock that is further off than that is not believed
_MONTHS = {
    name: number
    for number, name in enumerate("Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(), 1)  # noqa: SIM905
}
# Names that mean one offset, and are written by routers; others (CST, IST) mean several
_NAMED = {"UTC": 0, "GMT": 0, "Z": 0, "WIB": 7, "WITA": 8, "WIT": 9, "JST": 9, "SGT": 8, "MYT": 8}
REMEMBERED = 4_096  # times as written
_CLOCK = r"(?P<hour>\d\d):(?P<minute>\d\d):(?P<second>\d\d)(?:[.,](?P<fraction>\d{1,9}))?+"
_OFFSET = r"(?P<offset>[+-]\d\d(?::?\d\d)?+)?+"
_NAMED_STAMP = re.compile(
    rf"(?P<mark>[*.])?+(?:(?P<first>\d{{4}}) {{1,2}})?+(?P<month>{'|'.join(_MONTHS)}) {{1,2}}(?P<day>\d{{1,2}}) "
    rf"(?:(?P<after>\d{{4}}) )?+{_CLOCK}{_OFFSET}"
    r"(?: (?P<last>\d{4})(?= ))?+(?: (?P<zone>[A-Z]{1,5}|[+-]\d\d(?::?\d\d)?+)(?=:))?+(?P<colon>:)?+"
)
_ISO_STAMP = re.compile(
    rf"(?P<year>\d{{4}})-(?P<month>\d{{1,2}})-(?P<day>\d{{1,2}})[T ]{_CLOCK}(?:\.\d{{1,2}}(?![\d.]))?+"
    rf"(?:(?P<z>Z)|{_OFFSET})(?P<colon>:)?+"
)
_UPTIME = re.compile(r"(?:\d{1,3}y\d{1,2}w|\d{1,2}w\dd|\d{1,3}d\d{1,2}h|\d{1,3}:\d\d:\d\d):(?= )")


class Stamp(NamedTuple):
    """`at`: None where there is none that can be believed. `end`: where the rest of the line begins."""

    style: Style
    at: datetime | None
    end: int


def stamp(text: str, start: int, zone: tzinfo, received: datetime) -> Stamp:
    """The time that stands at `start`. `zone`: of a sender that gives none; `received`: when the line came, aware."""
    found = _NAMED_STAMP.match(text, start)
    if found is None and text[start : start + 1].isdigit():
        found = _ISO_STAMP.match(text, start)
        if found is None and (up := _UPTIME.match(text, start)):
            return Stamp("colon", None, up.end())
    if found is None:
        return Stamp("none", None, start)
    style, at, dated = _told(found[0], zone, received.year)
    if at is None or abs(at - received) <= MOST_APART:
        return Stamp(style, at, found.end())
    if dated:
        return Stamp(style, None, found.end())
    # no year is written, and with this year it is not near: of the two around it the one that puts it nearest to its
    # receipt, so that a line of New Year's Eve is not a year old (or early)
    for year in (received.year - 1, received.year + 1):
        at = _told(found[0], zone, year)[1]
        if at is not None and abs(at - received) <= MOST_APART:
            return Stamp(style, at, found.end())
    return Stamp(style, None, found.end())


@lru_cache(REMEMBERED)
def _told(text: str, zone: tzinfo, year: int) -> tuple[Style, datetime | None, bool]:
    """How it is written, when it is, and whether it names its year; `year`: where it does not.

    Many lines of a storm have the same second.
    """
    if found := _ISO_STAMP.fullmatch(text):
        told = found.groupdict()
        at = _moment(int(told["year"]), int(told["month"]), told, UTC if told["z"] else _zone(told, zone))
        return "iso", at, True
    found = _NAMED_STAMP.match(text + " ")  # the space that the year of Junos is known by
    assert found is not None
    told = found.groupdict()
    style: Style = "bsd"
    if told["first"]:
        style = "year_first"
    elif told["after"]:
        style = "year_after"
    elif told["colon"]:
        style = "colon"
    named = told["first"] or told["after"] or told["last"]
    if told["mark"] == "*":  # Cisco's word for a clock that nobody has set
        return style, None, True
    at = _moment(int(named or year), _MONTHS[str(told["month"])], told, _zone(told, zone))
    return style, at, named is not None


def _zone(told: Mapping[str, str | None], zone: tzinfo) -> tzinfo:
    named = told.get("zone")
    offset = told["offset"] or (named if named and named[0] in "+-" else None)
    if offset:
        digits = offset[1:].replace(":", "").ljust(4, "0")
        minutes = int(digits[:2]) * 60 + int(digits[2:])
        if minutes >= 24 * 60:
            return zone
        return timezone(timedelta(minutes=minutes if offset[0] == "+" else -minutes))
    return timezone(timedelta(hours=_NAMED[named])) if named in _NAMED else zone


def _moment(year: int, month: int, told: Mapping[str, str | None], zone: tzinfo) -> datetime | None:
    """None: there is no such day or hour (29 February of most years). A leap second is the one before it."""
    day, hour, minute, second = (int(told[part] or 0) for part in ("day", "hour", "minute", "second"))
    micro = int((told["fraction"] or "0")[:6].ljust(6, "0"))
    try:
        return datetime(year, month, day, hour, minute, min(second, 59), micro, zone).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
