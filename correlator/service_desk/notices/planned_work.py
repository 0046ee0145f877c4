"""A complaint about planned work that takes the customer's service down: answered so, and paused until it ends."""

from msgspec import structs

from correlator.facts import CalledUnderWork
from correlator.rows.service_desk import ComplaintRow, TicketRow
from correlator.service_desk import clocks, stages, tickets, trail
from correlator.service_desk.notices import single_notices
from correlator.service_desk.notices.single_notices import PLANNED_WORK
from correlator.service_desk.trail import Doer
from correlator.state import Draft
from correlator.times import staff_time


def called(draft: Draft, fact: CalledUnderWork) -> None:
    """The customer hears till when it is planned, once; resolution and stages stand still, as the policy says."""
    ticket = draft.state.tickets[fact.complaint.ticket]
    answers = ticket.paused_for is None and not ticket.notices
    if ticket.stage not in stages.WORKED or not (answers or ticket.paused_for == PLANNED_WORK):
        return  # a follow-up; or a person goes on with it, or waits for something else
    work, ticket.work_until_us = fact.work, fact.work.end_us
    doer = trail.machine(f"planned work {work.id} until {staff_time(work.end_us)}: {work.reason}")
    trail.enter(draft, ticket, doer, "pause", (ticket.paused_for, PLANNED_WORK))
    if answers:
        draft.disarm(single_notices.ACK_KIND, ticket.id)
        what = structs.replace(single_notices.work_facts(draft, ticket), services=fact.services)
        if single_notices.send(draft, ticket, "ack", 0, what):
            single_notices.answered(draft, ticket, trail.machine(f"answered with planned work {work.id}"))
        clocks.pause(draft, ticket, PLANNED_WORK)
    draft.put("tickets", ticket.id, ticket)


def over(draft: Draft, calls: tuple[tuple[ComplaintRow, int], ...]) -> None:
    """Work accounts for these no more. Who is told to be well is asked; the others are worked on, their clocks run."""
    well = []
    for complaint, well_us in calls:
        ticket = draft.state.tickets.get(complaint.ticket)
        if ticket is None or ticket.paused_for != PLANNED_WORK:
            continue
        ticket.work_until_us = min(ticket.work_until_us, draft.now_us)
        if well_us:
            doer = trail.machine("the planned work is over, and the service is back as far as is told")
            trail.enter(draft, ticket, doer, "resume", (PLANNED_WORK, None))
            tickets.repaired(draft, ticket, max(well_us, ticket.opened_us), doer)
            well.append(ticket)
        else:
            is_no_more(draft, ticket, trail.machine("planned work accounts for it no more"))
        draft.put("tickets", ticket.id, ticket)
    single_notices.ask_children(draft, well)


def is_no_more(draft: Draft, ticket: TicketRow, doer: Doer) -> None:
    """It is about something else, or the work is over: the clocks run on. The caller puts the row."""
    if ticket.paused_for == PLANNED_WORK:
        ticket.work_until_us = min(ticket.work_until_us, draft.now_us)
        trail.enter(draft, ticket, doer, "resume", (PLANNED_WORK, None))
        clocks.resume(draft, ticket)
