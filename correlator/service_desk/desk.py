"""The service desk's door: what incidents tell it, and what people, customers and channels do.

The acts themselves lie in `outage_tickets`, `child_tickets`, `complaint_tickets`, `commands`, `replies`.
"""

from correlator import facts
from correlator.events import Command
from correlator.facts import Fact
from correlator.service_desk import (
    child_tickets,
    clocks,
    commands,
    escalation,
    light_tickets,
    outage_tickets,
    rca_commands,
    tickets,
)
from correlator.service_desk.complaint_tickets import received as complaint_received
from correlator.service_desk.duty import calling
from correlator.service_desk.notices import campaigns, receipts, single_notices, updates
from correlator.service_desk.replies import receipt, reply
from correlator.state import Draft

__all__ = ["command", "complaint_received", "deadline", "hear", "receipt", "reply"]


def hear(draft: Draft, fact: Fact) -> None:
    """What incidents tell: tickets, clocks, staff and customers follow."""
    match fact:
        case facts.Opened():
            outage_tickets.opened(draft, fact)
        case facts.Changed(incident, down):
            outage_tickets.changed(draft, incident, down)
        case facts.Reopened(incident, down):
            outage_tickets.reopened(draft, incident, down)
        case facts.Resolved(incident, presumed):
            outage_tickets.resolved(draft, incident, presumed)
        case facts.Closed(incident):
            outage_tickets.closed(draft, incident)
        case facts.Merged(survivor, gone):
            outage_tickets.merged(draft, survivor, gone)
        case facts.ComplaintLinked(complaint, incident, by):
            child_tickets.linked(draft, complaint, incident, by)
        case facts.ComplaintUnlinked(complaint, incident, by):
            child_tickets.unlinked(draft, complaint, incident, by)
        case facts.Commanded():
            commands.on_incident(draft, fact)
        case facts.Unexplained():
            light_tickets.reported(draft, fact)
        case facts.UnexplainedOver():
            light_tickets.over(draft, fact)


def command(draft: Draft, event: Command) -> bool:
    """A command on a ticket (by id or number) or an RCA record; False where the target is neither."""
    ticket = tickets.find(draft.state, event.target)
    if ticket is not None:
        commands.on_ticket(draft, ticket, event)
        return True
    record = draft.state.rcas.get(event.target)
    if record is not None:
        rca_commands.on_record(draft, record, event)
        return True
    return False


# Time


def deadline(draft: Draft, kind: str, subject: str) -> bool:
    """Step one of care's deadlines; False where the kind is none of them."""
    ticket = draft.state.tickets.get(subject)
    match kind:
        case clocks.KIND if ticket is not None:
            clocks.due(draft, ticket)
        case escalation.KIND if ticket is not None:
            escalation.rung_due(draft, ticket)
        case calling.KIND if ticket is not None:
            escalation.call_due(draft, ticket)
        case single_notices.ACK_KIND if ticket is not None:
            single_notices.acknowledge_bare(draft, ticket)
            draft.put("tickets", ticket.id, ticket)
        case single_notices.ASK_KIND if ticket is not None:
            single_notices.silence(draft, ticket)
        case receipts.KIND:
            receipts.due(draft, subject)
        case campaigns.WAITING_KIND:
            waited(draft, subject)
        case campaigns.UPDATE_KIND:
            updates.due(draft, draft.state.incidents[subject])
        case _:
            return False
    return True


def waited(draft: Draft, key: str) -> None:
    """The wait of a message is over."""
    row = draft.state.waiting_notices.get(key)
    if row is None:
        return
    draft.drop("waiting_notices", key)
    if row.ticket:
        single_notices.send_if_still_true(draft, row)
    else:
        campaigns.send_if_still_true(draft, draft.state.incidents[row.incident], row)
