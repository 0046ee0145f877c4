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
from correlator.service_desk.improvements import commands as improvement_commands
from correlator.service_desk.improvements import findings, register
from correlator.service_desk.notices import (
    campaigns,
    holding,
    planned_work,
    receipts,
    said_well,
    single_notices,
    updates,
)
from correlator.service_desk.replies import receipt, reply
from correlator.service_desk.scheduled import records, reports
from correlator.service_desk.surveys import commands as survey_commands
from correlator.service_desk.surveys import survey
from correlator.state import Draft
from topology.domains import NATIONAL

__all__ = ["command", "complaint_received", "deadline", "hear", "look_ahead", "receipt", "reply"]


def hear(draft: Draft, fact: Fact) -> None:
    """What incidents tell: tickets, clocks, staff and customers follow."""
    match fact:
        case facts.Opened():
            outage_tickets.opened(draft, fact)
            findings.of_outage(draft, fact.incident)
        case facts.Changed(incident, down, ended):
            outage_tickets.changed(draft, incident, down, ended)
        case facts.PartRepaired(incident, down):
            outage_tickets.part_repaired(draft, incident, down)
        case facts.ThereAgain(incident):
            outage_tickets.there_again(draft, incident)
        case facts.Reopened(incident, down):
            outage_tickets.reopened(draft, incident, down)
        case facts.Resolved(incident, presumed):
            outage_tickets.resolved(draft, incident, presumed)
        case facts.Closed(incident):
            outage_tickets.closed(draft, incident)
        case facts.Merged(survivor, gone):
            outage_tickets.merged(draft, survivor, gone)
        case facts.Commanded():
            commands.on_incident(draft, fact)
        case facts.Unexplained():
            light_tickets.reported(draft, fact)
        case facts.UnexplainedOver():
            light_tickets.over(draft, fact)
        case _:
            hear_of_complaints(draft, fact)


def hear_of_complaints(draft: Draft, fact: Fact) -> None:
    """Under which outage they belong, and for which planned work accounts."""
    match fact:
        case facts.ComplaintLinked(complaint, incident, by):
            child_tickets.linked(draft, complaint, incident, by)
        case facts.ComplaintUnlinked(complaint, incident, by):
            child_tickets.unlinked(draft, complaint, incident, by)
        case facts.CalledUnderWork():
            planned_work.called(draft, fact)
        case facts.CallsWorkOver(calls):
            planned_work.over(draft, calls)


def command(draft: Draft, event: Command) -> bool:
    """On a ticket (by id or number), an RCA record, a survey, the register; False where the target is none of them."""
    ticket = tickets.find(draft.state, event.target)
    if ticket is not None:
        commands.on_ticket(draft, ticket, event)
        return True
    record = draft.state.rcas.get(event.target)
    if record is not None:
        rca_commands.on_record(draft, record, event)
        return True
    entry = draft.state.improvements.get(event.target)
    if entry is not None:
        improvement_commands.on_entry(draft, entry, event)
    elif event.target == register.TARGET:
        improvement_commands.proposed(draft, event)
    elif survey_commands.is_survey(event.target):
        survey_commands.on_survey(draft, event)
    elif event.action in ("opt_out", "opt_in"):
        survey_commands.on_customer(draft, event)
    else:
        return False
    return True


# Time


def look_ahead(draft: Draft) -> None:
    """What this desk does by the calendar; where several kernels share the network, the national one does it."""
    share = draft.state.share
    if share is None or share.number == NATIONAL:
        survey.look_ahead(draft)
        reports.look_ahead(draft)
    records.look_ahead(draft)


def by_calendar(draft: Draft, kind: str, subject: str) -> bool:
    """Surveys, the register, reports, records; False where the kind is none of theirs."""
    match kind:
        case survey.PLAN:
            survey.plan_due(draft)
        case survey.KIND:
            survey.due(draft, subject)
        case survey.SEND:
            survey.send(draft, draft.state.surveys[subject])
        case register.KIND:
            register.due(draft, subject)
        case reports.KIND:
            reports.due(draft, subject)
        case records.KIND:
            records.due(draft, subject)
        case records.GATHER:
            records.gather(draft)
        case _:
            return False
    return True


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
        case said_well.KIND:
            said_well.no_more(draft, subject)
        case receipts.KIND:
            receipts.due(draft, subject)
        case holding.WAITING_KIND:
            waited(draft, subject)
        case campaigns.UPDATE_KIND:
            updates.due(draft, draft.state.incidents[subject])
        case campaigns.RETURN_KIND:
            updates.return_due(draft, draft.state.incidents[subject])
        case _:
            return by_calendar(draft, kind, subject)
    return True


def waited(draft: Draft, key: str) -> None:
    """The wait of a message is over."""
    row = draft.state.waiting_notices.get(key)
    if row is None:
        return
    if row.ticket and row.why == "dark":
        child_tickets.ask_left(draft)
        return
    draft.drop("waiting_notices", key)
    if row.ticket:
        single_notices.send_if_still_true(draft, row)
    else:
        campaigns.send_if_still_true(draft, draft.state.incidents[row.incident], row)
