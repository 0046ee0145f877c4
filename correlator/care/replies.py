"""What customers and channels answer: satisfied or not (SOP 4.2 stage 6, SOP 6), and what became of a message."""

from correlator.care import children, escalation, singles, tickets
from correlator.care.rows import CampaignRow, TicketRow
from correlator.care.tickets import Doer
from correlator.effects import Reason
from correlator.events import HOUR_US, Receipt, Reply
from correlator.state import Draft

CUSTOMER = "customer"


def reply(draft: Draft, event: Reply) -> None:
    ticket = tickets.find(draft.state, event.ticket)
    if ticket is None:
        draft.reject(event.id, "ticket", Reason("unknown_ticket", f"there is no ticket {event.ticket}"))
    elif ticket.kind == "outage":
        about_outage(draft, ticket, event)
    elif event.customer is not None and event.customer != ticket.customer:
        text = f"ticket {ticket.number} is not of customer {event.customer}"
        draft.reject(event.id, "customer", Reason("not_theirs", text))
    elif event.says == "satisfied":
        satisfied(draft, ticket)
    elif event.says == "not_satisfied":
        not_satisfied(draft, ticket)
    else:
        said_other(draft, ticket)


def about_outage(draft: Draft, ticket: TicketRow, event: Reply) -> None:
    """They hold the outage's number: it goes to their own tickets under it; without one somebody calls them."""
    own = [row for row in tickets.children_of(draft.state, ticket) if event.customer and row.customer == event.customer]
    open_ones = [row for row in own if row.stage != "closed"] or own[-1:]
    if open_ones:
        lead = next((row for row in open_ones if row.asked_via is None), open_ones[0])
        reply(draft, Reply(id=event.id, time=event.time, customer=event.customer, ticket=lead.id, says=event.says))
    elif event.says == "satisfied":
        draft.note(ticket.id, "confirmed", f"a customer without a complaint confirms {ticket.number}", "SOP 4.2")
    else:
        text = f"{ticket.number}: balasan pelanggan, hubungi / customer replied, call back: {event.customer or '-'}"
        draft.alert("customer_care", "reply", ticket.id, text, Reason(event.says, text, "SOP 4.2"))


def satisfied(draft: Draft, ticket: TicketRow) -> None:
    """The customer's word closes the ticket, and those for which it asked."""
    doer = Doer(CUSTOMER, "satisfied")
    if ticket.stage != "confirmation":
        tickets.enter(draft, ticket, doer, "reply", (None, "satisfied"))
        draft.put("tickets", ticket.id, ticket)
        return
    for row in [ticket, *singles.followers(draft, ticket)]:
        children.close(draft, row, "confirmed", doer)


def not_satisfied(draft: Draft, ticket: TicketRow) -> None:
    """Back to work, and one rung up (SOP 6); before the repair somebody reads it."""
    doer = Doer(CUSTOMER, "not satisfied")
    if ticket.stage not in ("confirmation", "closed"):
        tickets.enter(draft, ticket, doer, "reply", (None, "not_satisfied"))
        draft.put("tickets", ticket.id, ticket)
        tell_owner(draft, ticket, "not_satisfied")
        return
    followers = singles.followers(draft, ticket)
    for row in [ticket, *followers]:
        children.back_to_work(draft, row, doer)
    text = f"{ticket.number} {ticket.klass}: pelanggan belum puas / the customer is not satisfied"
    escalation.climb(draft, ticket, Reason("not_satisfied", text, "SOP 6"))
    draft.put("tickets", ticket.id, ticket)


def said_other(draft: Draft, ticket: TicketRow) -> None:
    """Somebody reads it; the next reminder waits a day from now."""
    tickets.enter(draft, ticket, Doer(CUSTOMER, "other words"), "reply", (None, "other"))
    draft.put("tickets", ticket.id, ticket)
    tell_owner(draft, ticket, "other")
    if draft.due_us(singles.ASK_KIND, ticket.id) is not None:
        draft.arm(singles.ASK_KIND, ticket.id, draft.now_us + draft.world.policy.care.remind_h * HOUR_US)


def tell_owner(draft: Draft, ticket: TicketRow, says: str) -> None:
    text = f"{ticket.number} {ticket.klass}: balasan pelanggan, mohon dibaca / the customer replied, please read"
    draft.alert(ticket.owner, "reply", ticket.id, text, Reason(says, text, "SOP 4.2"))


# Receipts


def receipt(draft: Draft, event: Receipt) -> None:
    """A campaign's message is `{campaign}:{customer}`; a single one and a staff alert have their own id."""
    campaign, _, customer = event.notice.partition(":")
    row = draft.state.campaigns.get(campaign)
    if row is not None and (customer != "") == (row.customer is None and row.incident != "" and row.kind != "ack"):
        count(draft, row, event)
    elif is_alert(draft, event.notice):
        draft.note(event.notice, f"alert_{event.state}", f"alert {event.notice}: {event.state}", "SOP 6")
    else:
        text = f"receipt {event.id} names notice {event.notice}, which was never sent"
        draft.reject(event.id, "notice", Reason("unknown_notice", text))


def is_alert(draft: Draft, name: str) -> bool:
    last = draft.state.counters.get("id.AL")
    digits = name.removeprefix("AL-")
    return last is not None and name != digits and digits.isdecimal() and 0 < int(digits) <= last.value


def count(draft: Draft, row: CampaignRow, event: Receipt) -> None:
    match event.state:
        case "sent":
            row.sent += 1
        case "delivered":
            row.delivered += 1
        case "failed":
            row.failed += 1
        case "uncertain":
            row.uncertain += 1
    draft.put("campaigns", row.id, row)
    ticket = draft.state.tickets.get(row.ticket)
    if event.state == "failed" and ticket is not None and ticket.kind == "complaint":
        text = f"{ticket.number}: pesan tidak sampai, hubungi pelanggan / message not delivered, call the customer"
        draft.alert("customer_care", "undelivered", ticket.id, text, Reason("undelivered", text, "SOP 4.2"))
