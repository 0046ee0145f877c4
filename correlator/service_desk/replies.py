"""What customers and channels answer: satisfied or not (SOP 4.2 stage 6, SOP 6), and what became of a message."""

from correlator import facts
from correlator.effects import Reason
from correlator.events import HOUR_US, Receipt, Reply, Symptom
from correlator.rows.service_desk import Answer, CampaignRow, ComplaintRow, TicketRow
from correlator.service_desk import child_tickets, escalation, stages, tickets, trail
from correlator.service_desk.duty import calling
from correlator.service_desk.notices import campaigns, numbers, receipts, said_well, single_notices
from correlator.service_desk.scheduled import reports
from correlator.service_desk.surveys import survey
from correlator.service_desk.trail import Doer
from correlator.state import Draft, was_made

CUSTOMER = "customer"
TAKEN = frozenset({"sent", "delivered"})  # a channel had it
UNSATISFIED = "pelanggan belum puas / the customer is not satisfied"


def reply(draft: Draft, event: Reply) -> list[ComplaintRow]:
    """What it changes; the complaints that are evidence again, since the fault that explained them is over."""
    asked = draft.state.surveys.get(event.ticket)
    if asked is not None:
        survey.answer(draft, asked, event)
        return []
    ticket = tickets.find(draft.state, event.ticket)
    if ticket is not None and ticket.kind == "outage":
        ticket = own_ticket(draft, ticket, event)
        if ticket is None:
            return []
    if ticket is None:
        draft.reject(event.id, "ticket", Reason("unknown_ticket", f"there is no ticket {event.ticket}"))
    elif event.customer is not None and event.customer != ticket.customer:
        text = f"ticket {ticket.number} is not of customer {event.customer}"
        draft.reject(event.id, "customer", Reason("not_theirs", text))
    else:
        ticket.answer = Answer(draft.now_us, CUSTOMER, event.says, event.via, event.score, event.sealed is not None)
        if event.says == "satisfied":
            satisfied(draft, ticket)
        elif event.says == "not_satisfied":
            return not_satisfied(draft, ticket, event.symptom)
        else:
            said_other(draft, ticket)
    return []


def own_ticket(draft: Draft, outage: TicketRow, event: Reply) -> TicketRow | None:
    """They hold the outage's number: meant is their own ticket under it; without one somebody calls them back."""
    outages = [outage, *numbers.known_by(draft.state, outage)] if event.customer else []
    children = [row for one in outages for row in tickets.children_of(draft.state, one)]
    own = [row for row in children if row.customer == event.customer]
    for row in own:
        if row.stage != "closed" and row.asked_via is None:
            return row
    if own:
        return own[0]
    if event.says == "satisfied":
        said_well.said(draft, event.customer)
        draft.note(outage.id, "confirmed", f"{event.customer} confirms the repair of {outage.number}", "SOP 4.2")
    else:
        who = event.customer or "-"
        text = f"{outage.number}: balasan pelanggan, mohon dihubungi / customer replied, call back: {who}"
        draft.alert("customer_care", "reply", outage.id, text, Reason(event.says, text, "SOP 4.2"))
    return None


def satisfied(draft: Draft, ticket: TicketRow) -> None:
    """The customer's word closes the ticket, and those for which it asked."""
    doer = Doer(CUSTOMER, "satisfied")
    if ticket.stage != "confirmation":
        trail.enter(draft, ticket, doer, "reply", (None, "satisfied"))
        draft.put("tickets", ticket.id, ticket)
        complaint = draft.state.complaints.get(ticket.complaint or "")
        if complaint is not None and complaint.counted and ticket.stage in stages.WORKED:
            said_well.confirmed(draft, ticket)
            draft.tell(facts.ComplaintOver(complaint.id))
        return
    for row in [ticket, *single_notices.followers(draft, ticket)]:
        row.answer = ticket.answer
        child_tickets.close(draft, row, "confirmed", doer)


def not_satisfied(draft: Draft, ticket: TicketRow, symptom: Symptom | None) -> list[ComplaintRow]:
    """Back to work, and one rung up (SOP 6); before the repair somebody reads it. `symptom`: what they tell of now."""
    doer = Doer(CUSTOMER, "not satisfied")
    if ticket.stage in stages.WORKED:
        trail.enter(draft, ticket, doer, "reply", (None, "not_satisfied"))
        draft.put("tickets", ticket.id, ticket)
        said_well.no_more(draft, ticket.customer)
        draft.tell(facts.ComplaintStands(ticket.complaint or ""))
        tell_owner(draft, ticket, "not_satisfied")
        return []
    said_well.no_more(draft, ticket.customer)
    rows = [ticket, *single_notices.followers(draft, ticket)]
    for row in rows:
        row.answer = ticket.answer
        child_tickets.back_to_work(draft, row, doer)
    escalation.again(draft, ticket, UNSATISFIED)
    text = f"{calling.heading(draft, ticket)}: {UNSATISFIED}"
    escalation.climb(draft, ticket, "not_satisfied", Reason("not_satisfied", text, "SOP 6"))
    draft.put("tickets", ticket.id, ticket)
    freed = []
    for row in rows:
        complaint = draft.state.complaints.get(row.complaint or "")
        if complaint is not None and is_over(draft, complaint):
            if complaint.incident is not None:
                child_tickets.deny(draft, row, doer)
            complaint.symptom = symptom or complaint.symptom
            freed.append(complaint)
    return freed


def is_over(draft: Draft, complaint: ComplaintRow) -> bool:
    """What explained it is repaired, and yet it is not well: a fault may be nested in the one that is over.

    Or planned work did, which is over.
    """
    if complaint.incident is None:
        return complaint.planned and not complaint.work_until_us
    incident = draft.state.incidents.get(complaint.incident or "")
    return incident is not None and incident.status in ("resolved", "closed")


def said_other(draft: Draft, ticket: TicketRow) -> None:
    """Somebody reads it; the next reminder waits a day from now."""
    trail.enter(draft, ticket, Doer(CUSTOMER, "other words"), "reply", (None, "other"))
    draft.put("tickets", ticket.id, ticket)
    tell_owner(draft, ticket, "other")
    if draft.state.deadlines.due_us(single_notices.ASK_KIND, ticket.id) is not None:
        draft.arm(single_notices.ASK_KIND, ticket.id, draft.now_us + draft.world.policy.care.remind_h * HOUR_US)


def tell_owner(draft: Draft, ticket: TicketRow, says: str) -> None:
    text = f"{calling.heading(draft, ticket)}: balasan pelanggan, mohon dibaca / the customer replied, please read"
    draft.alert(ticket.owner, "reply", ticket.id, text, Reason(says, text, "SOP 4.2"))


# Receipts


def receipt(draft: Draft, event: Receipt) -> None:
    """A campaign's message is `{campaign}:{customer}`, an alert's to somebody on duty `{alert}:{person}`; others are as
    what they are about."""
    row = message_row(draft, event.notice)
    if row is not None:
        count(draft, row, event)
        return
    if reports.receipt(draft, event):
        return
    alert, _, person = event.notice.partition(":")
    if was_made(draft.state, alert, "AL"):
        draft.note(event.notice, f"alert_{event.state}", f"alert {event.notice}: {event.state}", "SOP 6")
        if person and event.state in ("sent", "delivered"):
            calling.reached(draft, alert, person)
    else:
        text = f"receipt {event.id} names notice {event.notice}, which was never sent"
        draft.reject(event.id, "notice", Reason("unknown_notice", text))


def message_row(draft: Draft, name: str) -> CampaignRow | None:
    """Of the single message, or of the campaign to which this customer's message belongs."""
    campaign, colon, customer = name.partition(":")
    to_many = campaign.startswith(campaigns.PREFIX)
    if to_many != bool(colon) or (to_many and customer not in draft.world.topology.customer_index):
        return None
    return draft.state.campaigns.get(campaign)


def count(draft: Draft, row: CampaignRow, event: Receipt) -> None:
    """A campaign's message counts once in each state, whoever says so. What was uncertain or failed, and is sent in
    the end, counts as sent alone."""
    single = event.notice == row.id
    if not single and receipts.said_before(draft, event):
        draft.note(event.id, "repeat", f"{event.notice}: {event.state} was said before, by another receipt")
        return
    before = (
        {state for state in receipts.STATES if state != event.state and getattr(row, state)}
        if single
        else receipts.told_before(draft, event)
    )
    if event.state == "uncertain" and before:
        return
    if not before & TAKEN:
        for wrong in ("failed", "uncertain"):
            if wrong in before and getattr(row, wrong):
                setattr(row, wrong, getattr(row, wrong) - 1)
                break
    setattr(row, event.state, getattr(row, event.state) + 1)
    draft.put("campaigns", row.id, row)
    ticket = draft.state.tickets.get(row.ticket)
    if event.state == "failed" and ticket is not None and ticket.kind == "complaint":
        text = (
            f"{ticket.number}: pesan tidak sampai, mohon hubungi pelanggan / message not delivered, call the customer"
        )
        draft.alert("customer_care", "undelivered", ticket.id, text, Reason("undelivered", text, "SOP 4.2"))
    if event.state == "uncertain" and row.uncertain == 1 and ticket is not None:  # of a crash there may be thousands
        text = (
            f"{ticket.number}: pesan mungkin tidak terkirim, putuskan siapa yang dihubungi atau dikirimi lagi / "
            "messages may not have been sent, decide whom to call or send again: "
            f"simpul messages list --ticket {ticket.number}"
        )
        draft.alert("care_supervisor", "undelivered", ticket.id, text, Reason("uncertain", text, "SOP 4.2"))
