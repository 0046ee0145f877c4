"""Why no incident explains an alarm, or which one does: lines that `wording` puts into both languages.

Read from rows alone, so that a door without an engine can say it. What would have explained it best is on the row: the
kernel writes it there when it tells the NOC.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from correlator.events import EVENTS, MINUTE_US, PRECURSORS
from correlator.explanation import Line
from correlator.incidents.unexplained import SERIOUS
from correlator.rows.incidents import AlarmRow, WindowRow
from correlator.times import staff_time


@dataclass(frozen=True, slots=True)
class Around:
    """What else is known of an alarm."""

    now_us: int
    limit_min: int  # of the policy
    suspected: bool = False  # the incident that explains it is not settled
    work: Sequence[WindowRow] = ()  # in force, and it takes the object down
    blind: Sequence[str] = ()  # sources that lost sight of its device
    ticket: str = ""  # number of its light ticket


def lines(row: AlarmRow, around: Around) -> list[Line]:
    if row.incident is not None:
        return [Line("suspected" if around.suspected else "explained", (row.incident,))]
    if not row.active:
        return [Line(row.let_go or "ended", (staff_time(row.cleared_us),))]
    found = _says_nothing(row)
    speaks = not found
    if row.shelved_until_us > around.now_us:
        found.append(Line("shelved", (staff_time(row.shelved_until_us),)))
    found += [Line("planned", (work.id, staff_time(work.end_us))) for work in around.work]
    found += [Line("out_of_sight", (source,)) for source in around.blind]
    found += _told(row, around)
    if speaks and row.reported is not None and row.reported.period == row.period:
        found += row.reported.why
    return found


def _says_nothing(row: AlarmRow) -> list[Line]:
    if not row.known:
        return [Line("unknown_object", (row.object,))]
    if row.alarm_type in PRECURSORS:
        return [Line("precursor", (row.alarm_type,))]
    return [Line("no_state", (row.alarm_type,))] if row.alarm_type in EVENTS else []


def _told(row: AlarmRow, around: Around) -> list[Line]:
    """Whether the NOC was told, or when it will be."""
    if row.reported is not None and row.reported.period == row.period:
        ticket = Line("light_ticket", (around.ticket,)) if around.ticket else Line("no_light_ticket")
        return [Line("told", (staff_time(row.reported.at_us),)), ticket]
    if row.severity not in SERIOUS:
        return [Line("not_serious")]
    if not around.limit_min:
        return [Line("never_told")]
    if around.work or row.shelved_until_us > around.now_us:
        return []
    due_us = max(row.loose_us + around.limit_min * MINUTE_US, around.now_us)
    return [Line("not_yet", (around.limit_min, staff_time(due_us)))]
