"""Customer care's door: what the kernel and fault inference tell it, and what people, customers and channels do.

The acts themselves lie in `outages`, `children`, `complaints`, `orders`, `records`, `replies`.
"""

from correlator import roles
from correlator.events import Action, Command, StaffRole
from correlator.policy import Policy
from correlator.rows.service_desk import TicketRow
from correlator.service_desk import (
    campaigns,
    clocks,
    commands,
    escalation,
    rca_commands,
    receipts,
    single_notices,
    tickets,
    updates,
)
from correlator.service_desk.child_tickets import linked as complaint_linked
from correlator.service_desk.child_tickets import unlinked as complaint_unlinked
from correlator.service_desk.commands import enter_for, hold_notices, release_notices, set_estimate
from correlator.service_desk.complaint_tickets import received as complaint_received
from correlator.service_desk.outage_tickets import changed as incident_changed
from correlator.service_desk.outage_tickets import closed as incident_closed
from correlator.service_desk.outage_tickets import merged as incidents_merged
from correlator.service_desk.outage_tickets import opened as incident_opened
from correlator.service_desk.outage_tickets import reopened as incident_reopened
from correlator.service_desk.outage_tickets import resolved as incident_resolved
from correlator.service_desk.refusal import Refused, refuse
from correlator.service_desk.replies import receipt, reply
from correlator.state import Draft

__all__ = [
    "acknowledge",
    "allowed",
    "assign",
    "command",
    "complaint_linked",
    "complaint_received",
    "complaint_unlinked",
    "deadline",
    "enter_for",
    "hold_notices",
    "incident_changed",
    "incident_closed",
    "incident_opened",
    "incident_reopened",
    "incident_resolved",
    "incidents_merged",
    "receipt",
    "release_notices",
    "reply",
    "set_class",
    "set_estimate",
]


def allowed(policy: Policy, action: Action, role: StaffRole) -> bool:
    """Whether the table lets this role do this at all; a ticket's owner is asked for besides (`roles.BY_OWNER`)."""
    return roles.allowed(policy.care, action, role)


def command(draft: Draft, event: Command) -> bool:
    """An order on a ticket (by id or number) or an RCA record; False where the target is neither."""
    ticket = tickets.find(draft.state, event.target)
    if ticket is not None:
        commands.on_ticket(draft, ticket, event)
        return True
    record = draft.state.rcas.get(event.target)
    if record is not None:
        rca_commands.on_record(draft, record, event)
        return True
    return False


# Orders on an incident that go on to its ticket


def acknowledge(draft: Draft, ticket: TicketRow, event: Command) -> None:
    commands.acknowledge(draft, ticket, event)
    commands.remember(draft, ticket, event)


def assign(draft: Draft, ticket: TicketRow, event: Command) -> None:
    commands.assign(draft, ticket, event)
    commands.remember(draft, ticket, event)


def set_class(draft: Draft, ticket: TicketRow, event: Command) -> None:
    try:
        commands.set_class(draft, ticket, event)
        commands.remember(draft, ticket, event)
    except Refused as refusal:
        refuse(draft, event, refusal)


# Time


def deadline(draft: Draft, kind: str, subject: str) -> bool:
    """Step one of care's deadlines; False where the kind is none of them."""
    ticket = draft.state.tickets.get(subject)
    match kind:
        case clocks.KIND if ticket is not None:
            clocks.due(draft, ticket)
        case escalation.KIND if ticket is not None:
            escalation.rung_due(draft, ticket)
        case single_notices.ACK_KIND if ticket is not None:
            single_notices.acknowledge_bare(draft, ticket)
            draft.put("tickets", ticket.id, ticket)
        case single_notices.ASK_KIND if ticket is not None:
            single_notices.silence(draft, ticket)
        case receipts.KIND:
            receipts.due(draft, subject)
        case campaigns.HELD_KIND:
            held_over(draft, subject)
        case campaigns.UPDATE_KIND:
            updates.due(draft, draft.state.incidents[subject])
        case _:
            return False
    return True


def held_over(draft: Draft, key: str) -> None:
    """The wait of a message is over."""
    row = draft.state.held.get(key)
    if row is None:
        return
    draft.drop("held", key)
    if row.ticket:
        single_notices.go_on(draft, row)
    else:
        campaigns.go_on(draft, draft.state.incidents[row.incident], row)
