"""How people close a ticket: on the customer's word, or without it by the supervisor (SOP 4.2 stage 6).

Never over the customer's head: who is closed without a word was told and asked and said nothing through all reminders;
who complained twice hears under which number it goes on.
"""

from typing import cast, get_args

from correlator import roles
from correlator.arguments import TEXT_AT_MOST, CommandRejected, text_argument, word_argument
from correlator.events import AnsweredBy, Command
from correlator.rows.service_desk import Answer, ClosedAs, TicketRow
from correlator.service_desk import child_tickets, tickets, trail
from correlator.service_desk.notices import campaigns, single_notices
from correlator.service_desk.trail import doer_of
from correlator.state import Draft
from topology.english import counted

WITHOUT_A_WORD: tuple[ClosedAs, ...] = ("unconfirmed", "no_fault", "duplicate")  # of the customer's
HOW: tuple[str, ...] = get_args(AnsweredBy)
SCORES = ("1", "2", "3", "4", "5")  # as a command line writes them too
LIGHT = ("no_fault", "duplicate")


def close(draft: Draft, ticket: TicketRow, event: Command) -> None:
    """A complaint's; an outage's follows its incident, a light one closes at a word."""
    given = event.arguments.get("as")
    if ticket.alarm is not None:
        as_light = "no_fault" if given is None else word_argument(event, "as", LIGHT)
        tickets.close(draft, ticket, cast("ClosedAs", as_light), doer_of(event))
        draft.put("tickets", ticket.id, ticket)
        return
    if ticket.kind == "outage":
        close_outage(draft, ticket, event)
        return
    if given is not None:
        closed_as = cast("ClosedAs", word_argument(event, "as", get_args(ClosedAs)))
    elif ticket.stage == "confirmation":
        closed_as = "unconfirmed" if ticket.silent else "confirmed"
    else:
        text = f"{ticket.number} is in {ticket.stage}: move it to confirmation, or close it as duplicate"
        raise CommandRejected("arguments.as", "not_repaired", text)
    if closed_as in WITHOUT_A_WORD and roles.rank(event.role) < roles.rank("care_supervisor"):
        raise CommandRejected("role", "not_allowed", "closing without the customer's word is the supervisor's decision")
    if closed_as == "duplicate":
        close_as_duplicate(draft, ticket, event)
        return
    if ticket.stage != "confirmation":
        text = f"ticket {ticket.number} is in {ticket.stage}: ask the customer first, in confirmation"
        raise CommandRejected("arguments.as", "not_asked", text)
    if closed_as == "no_fault" and not ticket.no_fault:
        text = f"the customer of {ticket.number} was not told that no fault was found: move_stage with outcome=no_fault"
        raise CommandRejected("arguments.as", "not_told", text)
    if closed_as == "confirmed":
        ticket.answer = heard(draft, event)
    elif not answered(draft, ticket):
        text = f"the customer of {ticket.number} was asked and may still answer: reminders go each day, then you decide"
        raise CommandRejected("arguments.as", "may_answer", text)
    child_tickets.close(draft, ticket, closed_as, doer_of(event))


def heard(draft: Draft, event: Command) -> Answer:
    """The customer's word as whoever closes the ticket heard it: how, and how satisfied (1 to 5) where they said."""
    how = None if "how" not in event.arguments else cast("AnsweredBy", word_argument(event, "how", HOW))
    given = event.arguments.get("score")
    if given is not None and str(given) not in SCORES:
        raise CommandRejected("arguments.score", "out_of_range", f"score {given!r} is no whole number from 1 to 5")
    return Answer(draft.now_us, event.actor, "satisfied", how, None if given is None else int(given))


def answered(draft: Draft, ticket: TicketRow) -> bool:
    """They said something since they were asked, or nothing through all reminders."""
    asked = draft.state.tickets.get(ticket.asked_via or "", ticket)
    if ticket.silent or asked.silent:
        return True
    return ticket.answer is not None and ticket.answer.at_us >= (ticket.result.at_us if ticket.result else 0)


def close_as_duplicate(draft: Draft, ticket: TicketRow, event: Command) -> None:
    """The same customer's other ticket about the same is worked on: the customer hears its number, replies go there."""
    name = text_argument(event, "of", TEXT_AT_MOST)
    first = tickets.find(draft.state, name)
    if first is None or first.kind != "complaint" or first.id == ticket.id:
        text = f"{name} is no other complaint's ticket: name the one that {ticket.number} repeats"
        raise CommandRejected("arguments.of", "unknown_ticket", text)
    if first.customer != ticket.customer:
        text = f"{first.number} is another customer's: who shares an outage is attached to its incident"
        raise CommandRejected("arguments.of", "not_theirs", text)
    if first.stage == "closed":
        raise CommandRejected("arguments.of", "closed", f"{first.number} is closed: nobody would work on it")
    ticket.follows = first.id
    trail.enter(draft, first, doer_of(event), "follow_up", (None, ticket.number))
    draft.put("tickets", first.id, first)
    child_tickets.close(draft, ticket, "duplicate", doer_of(event))
    single_notices.refer(draft, ticket, first)


def close_outage(draft: Draft, ticket: TicketRow, event: Command) -> None:
    incident = draft.state.incidents.get(ticket.incident or "")
    if incident is not None and campaigns.is_on(incident):
        raise CommandRejected(
            "target", "outage_stands", f"incident {incident.id} is {incident.status}: close that first"
        )
    if ticket.children:
        complaints = counted(ticket.children, "complaint is", "complaints are")
        raise CommandRejected("target", "has_children", f"{complaints} open under {ticket.number}")
    if ticket.denied:
        text = f"{counted(ticket.denied, 'customer says', 'customers say')} that {ticket.number} is not repaired"
        raise CommandRejected("target", "denied", f"{text}: those complaints come first")
    tickets.close(draft, ticket, "confirmed" if ticket.confirmed else "unconfirmed", doer_of(event))
    draft.put("tickets", ticket.id, ticket)
