"""Messages to one person about a complaint ticket: the acknowledgement, and the question after the repair (SOP 4.2)."""

from typing import Final

import numpy as np
from msgspec import structs

from correlator.customers import holds
from correlator.effects import Notice, NoticeFacts, NoticeKind, Reason
from correlator.events import HOUR_US, SECOND_US
from correlator.rows import audiences
from correlator.rows.incidents import IncidentRow
from correlator.rows.service_desk import CampaignRow, InformedRow, TicketRow, WaitingNoticeRow
from correlator.service_desk import clocks, stages, tickets, trail
from correlator.service_desk.notices import campaigns, holding, nights
from correlator.service_desk.notices.informed import informed_one_key, told
from correlator.service_desk.trail import Doer
from correlator.state import Draft

PREFIX = "MS"  # of a single message's id
PLANNED_WORK: Final = "planned_work"  # what such a ticket waits for: a word of the policy's `pauses`
ACK_KIND = "care.ack"
ASK_KIND = "care.ask"


def incident_of(draft: Draft, ticket: TicketRow) -> IncidentRow | None:
    return draft.state.incidents.get(ticket.incident or "")


# Acknowledgement


def acknowledge_later(draft: Draft, ticket: TicketRow) -> None:
    """A bare "we have your ticket" goes unless an incident that it could name is found first."""
    draft.arm(ACK_KIND, ticket.id, draft.now_us + draft.world.policy.care.ack_wait_s * SECOND_US)


def acknowledge_bare(draft: Draft, ticket: TicketRow) -> None:
    """It names no known incident, so it is no first response (policy)."""
    if ticket.stage != "closed" and ticket.incident is None:
        acknowledge_first(draft, ticket)


def acknowledge_first(draft: Draft, ticket: TicketRow) -> None:
    """Who has heard nothing of this ticket yet hears its number."""
    if not ticket.notices:
        send(draft, ticket, "ack", 0, NoticeFacts(number=ticket.number, product=ticket.product))


def acknowledge_again(draft: Draft, ticket: TicketRow, first: TicketRow) -> None:
    """Who calls again hears under which number it is worked on; once under an outage."""
    incident = incident_of(draft, first)
    if incident is None or not is_told(draft, first, "ack", 0):
        send(draft, ticket, "ack", 0, NoticeFacts(number=first.number, product=first.product))


def refer(draft: Draft, ticket: TicketRow, first: TicketRow) -> None:
    """A person found that it is about the same: the customer hears under which number it goes on."""
    number = 1  # 0 is the acknowledgement that they were sent
    while is_told(draft, ticket, "ack", number):
        number += 1
    send(draft, ticket, "ack", number, NoticeFacts(number=first.number, product=first.product))


def acknowledge_known(draft: Draft, ticket: TicketRow, incident: IncidentRow) -> None:
    """It names the known incident, once a customer however often they call; who holds their number, and hears of the
    outage in this moment, needs no second message."""
    draft.disarm(ACK_KIND, ticket.id)
    if ticket.notices and hears_now(draft, ticket, incident):
        tell_one(draft, ticket, "ack", 0)
        answered(draft, ticket)
        return
    if send(draft, ticket, "ack", 0, known_facts(draft, ticket, incident)):
        answered(draft, ticket)


def known_facts(draft: Draft, ticket: TicketRow, incident: IncidentRow) -> NoticeFacts:
    row, who = draft.state.audiences.get(incident.id), np.array([number_of(draft, ticket)])
    return NoticeFacts(
        number=ticket.number,
        since_us=audiences.since_us(draft.world.topology, incident, row, who),
        estimate_us=campaigns.estimate_us(draft, incident),
        next_us=draft.state.deadlines.due_us(campaigns.UPDATE_KIND, incident.id),
        known_incident=True,
        product=ticket.product,
    )


def hears_now(draft: Draft, ticket: TicketRow, incident: IncidentRow) -> bool:
    """The notice of this outage goes to the customer with this event."""
    outage = campaigns.ticket_of(draft.state, incident)
    last = draft.state.campaigns.get(outage.notices[-1]) if outage is not None and outage.notices else None
    if last is None or (last.kind, last.at_us) != ("outage", draft.now_us):
        return False
    return holds(told(draft.state, incident.id, "outage"), number_of(draft, ticket))


def work_facts(draft: Draft, ticket: TicketRow) -> NoticeFacts:
    """Planned work takes their service down, and shall end then."""
    complaint = draft.state.complaints[ticket.complaint or ""]
    return NoticeFacts(
        number=ticket.number, until_us=complaint.work_until_us, planned_work=True, product=ticket.product
    )


def answered(draft: Draft, ticket: TicketRow, doer: Doer | None = None) -> None:
    """An answer that names what is known, once it went, is a first response (policy). The caller puts the row."""
    if draft.world.policy.care.ack_known_is_response and ticket.responded_us is None:
        known = trail.machine(f"answered with the known incident {ticket.incident}")
        trail.enter(draft, ticket, doer or known, "acknowledge")
        tickets.respond(draft, ticket)


# Question after the repair


def ask(draft: Draft, ticket: TicketRow) -> None:
    """Ask whether it works again; again each day (policy), and then the supervisor decides. The caller puts the row."""
    number = ticket.asked
    if ticket.incident and ticket.customer:  # one customer's tickets under one outage share the count
        while informed_one_key(ticket.incident, "question", number, ticket.customer) in draft.state.informed:
            number += 1
    ticket.asked = number + 1
    send(draft, ticket, "question", number, question_facts(ticket))
    draft.arm(ASK_KIND, ticket.id, draft.now_us + draft.world.policy.care.remind_h * HOUR_US)


def question_facts(ticket: TicketRow) -> NoticeFacts:
    return NoticeFacts(
        number=ticket.number,
        until_us=ticket.repaired_us,
        repeat=ticket.reminders,
        product=ticket.product,
        category=ticket.category,
        result=ticket.told,
        no_fault=ticket.no_fault,
    )


def ask_children(draft: Draft, children: list[TicketRow]) -> None:
    """Each customer once: the eldest of their tickets asks for all of them."""
    eldest: dict[str, TicketRow] = {}
    for child in children:
        lead = eldest.setdefault(child.customer or child.id, child)
        if lead is child:
            ask(draft, child)
        else:
            child.asked_via = lead.id
            lead.asks_for += 1
        draft.put("tickets", child.id, child)


def followers(draft: Draft, ticket: TicketRow) -> list[TicketRow]:
    """Other tickets of the customer for which this one asked."""
    if not ticket.asks_for:
        return []
    rows = [row for row in draft.state.tickets.values() if row.asked_via == ticket.id and row.stage == "confirmation"]
    return sorted(rows, key=lambda row: row.id)


def silence(draft: Draft, ticket: TicketRow) -> None:
    """A day without an answer: a reminder, three times; then the supervisor decides (SOP 4.2 stage 6)."""
    care = draft.world.policy.care
    if ticket.stage != "confirmation":
        return
    if ticket.reminders < care.reminders:
        ticket.reminders += 1
        ask(draft, ticket)
    elif not ticket.silent:
        ticket.silent = True
        text = (
            f"{ticket.number}: pelanggan tidak menjawab, putuskan apakah tiket ditutup / no answer, decide on closing"
        )
        reason = Reason("unconfirmed", text, "SOP 4.2")
        draft.alert("care_supervisor", "unconfirmed", ticket.id, text, reason)
        trail.enter(draft, ticket, trail.machine(f"no answer after {ticket.reminders} reminders"), "silent")
    draft.put("tickets", ticket.id, ticket)


# Sending


def send(draft: Draft, ticket: TicketRow, kind: NoticeKind, update: int, facts: NoticeFacts) -> bool:
    """One message about a ticket; False where it waits for the morning or for the NOC's word. An acknowledgement waits
    for no morning: it answers who has just spoken.
    """
    if is_told(draft, ticket, kind, update):
        draft.note(
            ticket.id, "told_already", f"{kind} {update}: the customer was told under {ticket.incident}", "SOP 4.2"
        )
        return True
    incident = incident_of(draft, ticket)
    where = ticket.incident or ""
    if incident is not None and incident.notices_held:
        holding.keep_waiting(draft, WaitingNoticeRow(where, kind, 0, "noc", update, ticket=ticket.id, facts=facts))
        return False
    until_us = nights.until(draft, number_of(draft, ticket))
    if until_us is not None and kind != "ack" and not is_critical(draft, ticket, incident):
        row = WaitingNoticeRow(where, kind, until_us, "quiet", update, ticket=ticket.id, facts=facts)
        holding.keep_waiting(draft, row)
        return False
    emit(draft, ticket, kind, update, facts)
    return True


def number_of(draft: Draft, ticket: TicketRow) -> int:
    return draft.world.topology.customer_index.get(ticket.customer or "", -1)


def is_told(draft: Draft, ticket: TicketRow, kind: NoticeKind, update: int) -> bool:
    if ticket.incident is None or ticket.customer is None:
        return False
    return informed_one_key(ticket.incident, kind, update, ticket.customer) in draft.state.informed


def is_critical(draft: Draft, ticket: TicketRow, incident: IncidentRow | None) -> bool:
    outage = campaigns.ticket_of(draft.state, incident) if incident else None
    return "Critical" in (ticket.severity, outage.severity if outage else None)


def emit(draft: Draft, ticket: TicketRow, kind: NoticeKind, update: int, facts: NoticeFacts) -> None:
    """A customer who is not known has no outage in the message: their person is known to the ticket alone."""
    notice = made(draft, ticket, kind, update, facts)
    draft.emit(notice)
    row = CampaignRow(
        notice.id, notice.incident or "", kind, update, draft.now_us, 1, ticket=ticket.id, customer=ticket.customer
    )
    draft.put("campaigns", notice.id, row)
    ticket.notices.append(notice.id)
    draft.put("tickets", ticket.id, ticket)
    tell_one(draft, ticket, kind, update)
    if kind == "question":
        clocks.meet(ticket, stages.RULES["confirmation"].clock, draft.now_us)
        clocks.refresh(draft, ticket)


def made(draft: Draft, ticket: TicketRow, kind: NoticeKind, update: int, facts: NoticeFacts) -> Notice:
    assert ticket.channel is not None, "a complaint ticket keeps its channel"
    incident = ticket.incident if ticket.customer else None
    return Notice(
        id=draft.new_id(PREFIX),
        at_us=draft.now_us,
        incident=incident,
        ticket=ticket.id,
        customer=ticket.customer,
        kind=kind,
        update=update,
        language=ticket.language,
        via=ticket.channel,
        facts=facts,
        reason=Reason(kind, f"{ticket.number}: {kind}", "SOP 4.2"),
        complaint=ticket.complaint,
    )


def facts_now(draft: Draft, ticket: TicketRow, row: CampaignRow) -> NoticeFacts | None:
    """What this message says now; None where it no longer holds true, or was not the last one."""
    incident = incident_of(draft, ticket)
    if ticket.notices[-1] != row.id:
        return None
    if row.kind == "question":
        return question_facts(ticket) if ticket.stage == "confirmation" else None
    if ticket.stage not in stages.WORKED:
        return None
    if incident is not None:
        return known_facts(draft, ticket, incident) if campaigns.is_on(incident) else None
    if ticket.paused_for == PLANNED_WORK:
        return work_facts(draft, ticket)
    goes_on = draft.state.tickets.get(ticket.follows or "", ticket)
    return NoticeFacts(number=goes_on.number, product=goes_on.product)


def emit_again(draft: Draft, ticket: TicketRow, row: CampaignRow) -> None:
    """The same message, where it holds true."""
    facts = facts_now(draft, ticket, row)
    if facts is not None:
        draft.emit(structs.replace(made(draft, ticket, row.kind, row.update, facts), again=row.id))  # type: ignore[arg-type]  # rows keep a kind as a word


def tell_one(draft: Draft, ticket: TicketRow, kind: NoticeKind, update: int) -> None:
    """Write down that the customer was told this of the ticket's outage, if it is under one."""
    if ticket.incident is not None and ticket.customer is not None:
        key = informed_one_key(ticket.incident, kind, update, ticket.customer)
        draft.put("informed", key, InformedRow(ticket.incident, kind, update, b""))


def send_if_still_true(draft: Draft, row: WaitingNoticeRow) -> None:
    """A message that waited: only if it still holds true."""
    ticket = draft.state.tickets.get(row.ticket)
    if ticket is None or row.facts is None:
        return
    incident = incident_of(draft, ticket)
    if row.kind == "question":
        holds = ticket.stage == "confirmation" and row.update + 1 >= ticket.asked  # else they were asked anew since
    elif row.facts.known_incident:
        holds = incident is not None and campaigns.is_on(incident)
    else:
        holds = ticket.stage in stages.WORKED
    if holds:
        went = send(draft, ticket, row.kind, row.update, row.facts)
        if went and row.kind == "ack" and row.facts.known_incident:
            answered(draft, ticket)
        draft.put("tickets", ticket.id, ticket)
    else:
        draft.note(ticket.id, "held_dropped", f"{row.kind} no longer holds true", "SOP 4.2")


def release_waiting(draft: Draft, incident: str) -> None:
    """The NOC releases: what waited for its word about tickets under this outage goes on its way."""
    for key, row in sorted(draft.state.waiting_notices.items()):
        ticket = draft.state.tickets.get(row.ticket)
        if row.why == "noc" and ticket is not None and ticket.incident == incident:
            draft.drop("waiting_notices", key)
            send_if_still_true(draft, row)
