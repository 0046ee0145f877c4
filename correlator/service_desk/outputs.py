"""Tickets, RCA records, alerts and messages as the contract writes them (section 3), for files, API and console.

Every field always; null where there is nothing.
"""

from typing import Any

from correlator.dark import tells
from correlator.effects import Alert
from correlator.events import MINUTE_US, SECOND_US
from correlator.rows.service_desk import Clock, Entry, RcaRow, TicketRow
from correlator.service_desk import rca
from correlator.service_desk.notices.notices import CustomerMessage
from correlator.service_desk.rca_commands import step_json
from correlator.state import State
from correlator.times import rfc3339, rfc3339_or_none


def tickets_json(state: State) -> list[dict[str, Any]]:
    """All outage and complaint tickets, by id. Light ones, which have no incident, are the console's and the API's."""
    return [ticket_json(row) for _, row in sorted(state.tickets.items()) if row.alarm is None]


def ticket_json(row: TicketRow) -> dict[str, Any]:
    return {
        "id": row.id,
        "number": row.number,
        "kind": row.kind,
        "incident": row.incident,
        "parent": row.parent,
        "complaint": row.complaint,
        "customer": row.customer,
        "service": row.service,
        "channel": row.channel,
        "product": row.product,
        "category": row.category,
        "class": row.severity,
        "class_reason": row.class_reason,
        "classed_by": row.classed_by,
        "stage": row.stage,
        "owner": row.owner,
        "opened_at": rfc3339(row.opened_us),
        "responded_at": rfc3339_or_none(row.responded_us),
        "repaired_at": rfc3339_or_none(row.repaired_us),
        "closed_at": rfc3339_or_none(row.closed_us),
        "closed_as": row.closed_as,
        "clocks": [clock_json(clock) for clock in row.clocks],
        "trail": [entry_json(entry) for entry in row.trail],
    }


def clock_json(clock: Clock) -> dict[str, Any]:
    """`warned` lists 50 and 80; that 100 was told is `breached`."""
    return {
        "name": clock.name,
        "due_at": rfc3339_or_none(clock.due_us),
        "met_at": rfc3339_or_none(clock.met_us),
        "paused_s": clock.paused_us / SECOND_US,
        "breached": clock.breached,
        "warned": sorted(percent for percent in clock.warned if percent < 100),
    }


def entry_json(entry: Entry) -> dict[str, Any]:
    return {
        "at": rfc3339(entry.at_us),
        "actor": entry.actor,
        "action": entry.action,
        "from": entry.was,
        "to": entry.now,
        "reason": entry.reason,
    }


def rca_json(state: State, row: RcaRow) -> dict[str, Any]:
    """Root, impact and SLA result come from the incident and its ticket as they stand."""
    incident = state.incidents.get(row.incident or "")
    ticket = state.tickets.get((incident.ticket if incident is not None else row.ticket) or "")
    clocks = ticket.clocks if ticket is not None else []
    return {
        "id": row.id,
        "incident": row.incident,
        "ticket": row.ticket,
        "opened_at": rfc3339(row.opened_us),
        "state": row.state,
        "root": incident.root if incident is not None else None,
        "cause_category": row.cause_category,
        "timeline": [{"at": rfc3339(moment.at_us), "what": moment.what} for moment in rca.timeline(row)],
        "impact": impact_json(state, row),
        "sla": {
            "met": [clock.name for clock in clocks if clock.met_us is not None and not clock.breached],
            "breached": [clock.name for clock in clocks if clock.breached],
        },
        "similar": list(row.similar),
        "five_whys": list(row.five_whys),
        "corrective": [step_json(step) for step in row.corrective],
        "preventive": [step_json(step) for step in row.preventive],
    }


def impact_json(state: State, row: RcaRow) -> dict[str, int]:
    """Customers and customer minutes; a lone complaint that a service was down is one customer, from the report to the
    repair. A bill takes nobody down: restitution counts by the same rule."""
    incident = state.incidents.get(row.incident or "")
    if incident is not None:
        return {"customers": incident.customers_down, "user_minutes": incident.user_us_by(state.now_us) // MINUTE_US}
    ticket = state.tickets.get(row.ticket or "")
    if ticket is None or not tells(ticket):
        return {"customers": 0, "user_minutes": 0}
    lasted_us = (ticket.repaired_us or 0) - ticket.down_from_us
    return {"customers": 1, "user_minutes": max(0, lasted_us) // MINUTE_US}


def alert_json(alert: Alert) -> dict[str, Any]:
    return {
        "id": alert.id,
        "at": rfc3339(alert.at_us),
        "role": alert.role,
        "kind": alert.kind,
        "about": alert.about,
        "text": alert.text,
    }


def notice_json(notice: CustomerMessage) -> dict[str, Any]:
    return {
        "id": notice.id,
        "incident": notice.incident,
        "ticket": notice.ticket,
        "customer": notice.customer,
        "kind": notice.kind,
        "update": notice.update,
        "language": notice.language,
        "channel": notice.channel,
        "at": rfc3339(notice.at_us),
        "subject": notice.subject,
        "body": notice.body,
    }
