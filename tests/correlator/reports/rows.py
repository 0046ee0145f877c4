"""Small rows of March 2026 for reports, and what they say."""

from datetime import datetime
from typing import Any

from correlator.events import HOUR_US, microseconds
from correlator.reports.report import Period, month_of
from correlator.rows.incidents import IncidentRow
from correlator.rows.service_desk import Clock, Entry, RcaRow, TicketRow

NAMED = "Budi Santoso"  # wherever a row has room for a person: no report may show it


def at(text: str) -> int:
    """As `03-01 08:00`, of 2026 in WIB."""
    return microseconds(datetime.fromisoformat(f"2026-{text}:00+07:00"))


def period(month: str = "2026-03") -> Period:
    found = month_of(month)
    assert found is not None
    return found


def clocks(opened_us: int, responded_us: int | None, repaired_us: int | None, paused_us: int = 0) -> list[Clock]:
    """As the desk leaves them: due after 1 h and 8 h, pauses of the resolution apart."""
    response = Clock("response", opened_us, opened_us + HOUR_US, responded_us)
    resolution = Clock("resolution", opened_us, opened_us + 8 * HOUR_US + paused_us, repaired_us, paused_us)
    for clock in (response, resolution):
        assert clock.due_us is not None
        clock.breached = clock.met_us is not None and clock.met_us > clock.due_us
    return [response, resolution]


def ticket(
    number: int, opened: str, responded: str | None = None, repaired: str | None = None, **more: Any
) -> TicketRow:
    """A complaint; `paused_us`: of its resolution."""
    times = [None if text is None else at(text) for text in (responded, repaired)]
    return TicketRow(
        **{
            "id": f"TK-{number}",
            "number": f"NT-20260301-{number:06}",
            "kind": "complaint",
            "category": "network",
            "severity": "Major",
            "class_reason": "",
            "classed_by": NAMED,
            "stage": "confirmation" if repaired else "investigation",
            "owner": "noc_operator",
            "opened_us": at(opened),
            "responded_us": times[0],
            "repaired_us": times[1],
            "customer": NAMED,
            "service": NAMED,
            "complaint": NAMED,
            "assigned_to": NAMED,
            "clocks": clocks(at(opened), times[0], times[1], more.pop("paused_us", 0)),
            "trail": [Entry(at(opened), NAMED, "note", None, NAMED, NAMED)],
            **more,
        }
    )


def outage(number: int, opened: str, repaired: str | None = None, **more: Any) -> TicketRow:
    """An outage's ticket, of incident `IN-number`."""
    given = {"kind": "outage", "severity": "Critical", "incident": f"IN-{number}", "customer": None, **more}
    return ticket(number, opened, opened, repaired, **given)


def incident(number: int, root: str, customers_down: int, began: str = "03-09 10:00") -> IncidentRow:
    return IncidentRow(
        id=f"IN-{number}",
        status="open",
        root=root,
        root_since_us=0,
        suspected_us=0,
        first_event_us=at(began),
        customers_down=customers_down,
        acknowledged_by=NAMED,
        assigned_to=NAMED,
        pinned_by=NAMED,
        notes=[(0, NAMED, NAMED)],
    )


def rca(number: int, **more: Any) -> RcaRow:
    return RcaRow(f"RCA-{number}", f"IN-{number}", None, **{"opened_us": 0, "cause_by": NAMED, **more})
