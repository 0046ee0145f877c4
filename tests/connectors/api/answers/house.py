"""Tickets that wait for their customers' word."""

from typing import Any

from correlator.deadlines import DeadlineRow, Deadlines
from correlator.events import HOUR_US
from correlator.rows.service_desk import CampaignRow, TicketRow
from correlator.service_desk.notices.single_notices import ASK_KIND
from correlator.service_desk.tickets import number_key
from correlator.state import TextRow
from tests.connectors.api.doorway import Door
from tests.connectors.house import NOW_US, complaint_ticket


def ticket(n: int, customer: str | None, stage: str = "confirmation", **more: Any) -> TicketRow:
    row = complaint_ticket()
    row.id, row.number, row.complaint = f"TK-{n}", f"NT-20260301-{n:06}", f"c-{n}"
    row.customer, row.stage, row.opened_us, row.parent, row.incident = customer, stage, NOW_US + n, None, None  # type: ignore[assignment]
    for name, value in more.items():
        setattr(row, name, value)
    return row


def keep(door: Door, *tickets: TicketRow) -> None:
    """In the store, each with the question that went out: its notice is `MS-` with the ticket's number."""
    changes: list[tuple[str, str, Any]] = []
    for row in tickets:
        n = row.id.partition("-")[2]
        notice = CampaignRow(f"MS-{n}", "", "question", 0, NOW_US, 1, ticket=row.id, customer=row.customer)
        changes += [
            ("tickets", row.id, row),
            ("texts", number_key(row.number), TextRow(row.id)),
            ("campaigns", notice.id, notice),
        ]
        if row.stage == "confirmation" and not row.silent and row.asked_via is None:
            due = DeadlineRow(ASK_KIND, row.id, NOW_US + 24 * HOUR_US)
            changes.append(("deadlines", Deadlines.key(ASK_KIND, row.id), due))
    door.house.commit(changes)
