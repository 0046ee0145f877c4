"""When which report goes to whom (SOP 7, 8, 10): a deadline for each line of the policy's `reports`.

What goes is decided here, once; the sender makes it from the rows when it sends. It is an alert, so it goes to those on
duty or to the role's own address, and is asked for nothing.
"""

from correlator.effects import Alert, Reason, ReportFacts
from correlator.events import DAY_US, MINUTE_US, Receipt, moment
from correlator.policy.quality import ScheduledReport
from correlator.rows.quality import SentReportRow
from correlator.state import Draft
from correlator.times import OFFSET_US, midnight, month_start, staff_time

KIND, PREFIX = "care.report", "RP"
ALERT = "report"  # kind of the alert that is one
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
    one = next((row for row in draft.world.policy.quality.reports if name_of(row) == name), None)
    if one is None:
        return
    start_us = period_start(draft, one)
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
    forget(draft)
    draft.arm(KIND, name, next_us(draft, one))


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


def next_us(draft: Draft, one: ScheduledReport) -> int:
    """The next time of a report, after now."""
    now_us, policy = draft.now_us, draft.world.policy
    today_us = midnight(now_us)
    if one.every == "shift":
        minutes = sorted({*policy.quality.shift_starts_min})
        found = [today_us + day * DAY_US + minute * MINUTE_US for day in (0, 1) for minute in minutes]
    else:
        calendar = policy.care.calendar
        begins = week_starts(today_us) if one.every == "week" else month_starts(now_us)
        found = [midnight(calendar.add(start_us, 0)) + one.at_min * MINUTE_US for start_us in begins]
    return min(at_us for at_us in found if at_us > now_us)


def week_starts(today_us: int) -> list[int]:
    """Mondays: this week's and those of some weeks to come, since a week may have no working day (Idulfitri)."""
    monday_us = today_us - moment(today_us + OFFSET_US["WIB"]).weekday() * DAY_US
    return [monday_us + 7 * DAY_US * week for week in range(6)]


def month_starts(now_us: int) -> list[int]:
    """Of this month and the two that follow."""
    local = moment(now_us + OFFSET_US["WIB"])
    places = [divmod(12 * local.year + local.month - 1 + ahead, 12) for ahead in range(3)]
    return [month_start(year, place + 1) for year, place in places]


def period_start(draft: Draft, one: ScheduledReport) -> int:
    """Of what the report is: the month or week before this one, the shift that ends."""
    now_us = draft.now_us
    if one.every == "shift":
        minutes = draft.world.policy.quality.shift_starts_min
        today_us = midnight(now_us)
        begun = [today_us + day * DAY_US + minute * MINUTE_US for day in (-1, 0) for minute in minutes]
        return max(at_us for at_us in begun if at_us < now_us)
    if one.every == "week":
        return week_starts(midnight(now_us))[0] - 7 * DAY_US
    local = moment(now_us + OFFSET_US["WIB"])
    year, place = divmod(12 * local.year + local.month - 2, 12)
    return month_start(year, place + 1)


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
