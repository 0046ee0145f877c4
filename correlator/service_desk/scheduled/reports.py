"""When which report goes to whom (SOP 7, 8, 10): a deadline for each line of the policy's `reports`.

What goes is decided here, once; the sender makes it from the rows when it sends. It is an alert, so it goes to those on
duty or to the role's own address, and is asked for nothing.
"""

from itertools import pairwise
from typing import NamedTuple

from correlator.effects import Alert, AlertKind, Reason, ReportFacts
from correlator.events import DAY_US, MINUTE_US, Receipt, moment
from correlator.policy.quality import ScheduledReport
from correlator.rows.quality import SentReportRow
from correlator.state import Draft
from correlator.times import OFFSET_US, midnight, month_start, staff_time

KIND, PREFIX = "care.report", "RP"
ALERT: AlertKind = "report"  # kind of the alert that is one
SOURCE = "SOP 8"
KEPT_DAYS = 62  # what was sent is known for so long, so that one that did not arrive can be told


def look_ahead(draft: Draft) -> None:
    """Each report's next time; of one that the policy has no more, none."""
    wanted = {name_of(one): one for one in draft.world.policy.quality.reports}
    armed = [row.subject for row in draft.state.deadlines.rows.values() if row.kind == KIND]
    for name in sorted(name for name in armed if name not in wanted):
        draft.disarm(KIND, name)
    for name, one in wanted.items():
        draft.arm(KIND, name, next_us(draft, one))


def name_of(one: ScheduledReport) -> str:
    return f"{one.report} {one.every}"


def due(draft: Draft, name: str) -> None:
    """What is due now; after a week without a working day that is two weeks, each a report of its own."""
    one = next((row for row in draft.world.policy.quality.reports if name_of(row) == name), None)
    if one is None:
        return
    known = [occasion for occasion in occasions(draft, one) if occasion.at_us <= draft.now_us]
    last_us = max(occasion.at_us for occasion in known)
    for occasion in known:
        if occasion.at_us == last_us:
            send(draft, one, occasion.start_us)
    forget(draft)
    draft.arm(KIND, name, next_us(draft, one))


def send(draft: Draft, one: ScheduledReport, start_us: int) -> None:
    """To each role its own. `start_us`: when what it is of began."""
    facts = ReportFacts(one.report, start_us, draft.now_us, label(one, start_us), one.formats, one.language)
    text = f"{one.report} {facts.label}: laporan terlampir / report attached"
    for role in one.to:
        alert = Alert(
            id=draft.new_id(PREFIX),
            at_us=draft.now_us,
            role=role,
            kind=ALERT,
            about=f"{one.report} {facts.label}",
            text=text,
            reason=Reason(f"report_{one.every}", text, SOURCE),
            report=facts,
        )
        draft.emit(alert)
        draft.put("sent_reports", alert.id, SentReportRow(alert.id, one.report, facts.label, role, draft.now_us))


def forget(draft: Draft) -> None:
    old_us = draft.now_us - KEPT_DAYS * DAY_US
    for key in [key for key, row in draft.state.sent_reports.items() if row.at_us < old_us]:
        draft.drop("sent_reports", key)


def receipt(draft: Draft, event: Receipt) -> bool:
    """What became of one; False where it is none. One that did not go, however often it was tried, somebody has to hand
    over."""
    name, _, person = event.notice.partition(":")
    row = draft.state.sent_reports.get(name)
    if row is None:
        return False
    draft.note(name, f"report_{event.state}", f"{row.report} {row.label} to {row.role}: {event.state}", SOURCE)
    if event.state in ("failed", "uncertain"):
        tell_undelivered(draft, row, person)
    return True


def tell_undelivered(draft: Draft, row: SentReportRow, person: str) -> None:
    whom = f"{row.role} {person}".strip()
    text = f"{row.report} {row.label}: laporan tidak terkirim ke / report not delivered to {whom}"
    draft.alert("administrator", "report_undelivered", row.id, text, Reason("report_undelivered", text, SOURCE))


# Times, in WIB


class Occasion(NamedTuple):
    """When a report goes, and when the month, week or shift began that it is of."""

    at_us: int
    start_us: int


def next_us(draft: Draft, one: ScheduledReport) -> int:
    """The next time of a report, after now."""
    return min(occasion.at_us for occasion in occasions(draft, one) if occasion.at_us > draft.now_us)


def occasions(draft: Draft, one: ScheduledReport) -> list[Occasion]:
    """Around now, in order: each is of what ended before it."""
    policy, today_us = draft.world.policy, midnight(draft.now_us)
    match one.every:
        case "shift":
            minutes = sorted({*policy.quality.shift_starts_min})
            begins = [today_us + day * DAY_US + minute * MINUTE_US for day in range(-2, 2) for minute in minutes]
            return [Occasion(end_us, start_us) for start_us, end_us in pairwise(begins)]
        case "week":
            begins = week_starts(today_us)
        case "month":
            begins = month_starts(draft.now_us)
    opened = ((start_us, midnight(policy.care.calendar.add(end_us, 0))) for start_us, end_us in pairwise(begins))
    return [Occasion(day_us + one.at_min * MINUTE_US, start_us) for start_us, day_us in opened]


def week_starts(today_us: int) -> list[int]:
    """Mondays: this week's, and those of some weeks around, since a week may have no working day (Idulfitri)."""
    monday_us = today_us - moment(today_us + OFFSET_US["WIB"]).weekday() * DAY_US
    return [monday_us + 7 * DAY_US * week for week in range(-4, 6)]


def month_starts(now_us: int) -> list[int]:
    """Of this month, the two before and the two that follow."""
    local = moment(now_us + OFFSET_US["WIB"])
    places = [divmod(12 * local.year + local.month - 1 + ahead, 12) for ahead in range(-2, 3)]
    return [month_start(year, place + 1) for year, place in places]


def label(one: ScheduledReport, start_us: int) -> str:
    """2026-10; the day on which the week began; when the shift began."""
    local = moment(start_us + OFFSET_US["WIB"])
    match one.every:
        case "month":
            return f"{local:%Y-%m}"
        case "week":
            return f"{local:%Y-%m-%d}"
        case "shift":
            return staff_time(start_us)
