"""What people command on tickets (SOP 4.2, 6; contract, "Commands"): with actor, role and reason, all in the trail.

A command that the role or the state does not allow is rejected with the reason, and changes nothing. The same acts are
called for an outage ticket when the command names its incident.
"""

from collections.abc import Callable
from typing import cast, get_args

from correlator import roles
from correlator.arguments import TEXT_AT_MOST, CommandRejected, text_argument, word_argument
from correlator.effects import Reason
from correlator.events import Category, Command, StaffRole, TicketSeverity
from correlator.facts import Commanded
from correlator.rows.incidents import IncidentRow
from correlator.rows.service_desk import ClosedAs, Stage, TicketRow
from correlator.service_desk import (
    child_tickets,
    clocks,
    escalation,
    light_tickets,
    rca,
    stages,
    tickets,
    trail,
)
from correlator.service_desk.duty import calling
from correlator.service_desk.notices import campaigns, single_notices, updates
from correlator.service_desk.trail import doer_of
from correlator.state import Draft
from correlator.times import rfc3339_or_none
from topology.english import counted

Handler = Callable[[Draft, TicketRow, Command], None]
CATEGORIES: tuple[str, ...] = get_args(Category)
REVIEW = "peninjauan ulang diminta / a review is asked for"
WITHOUT_A_WORD: tuple[ClosedAs, ...] = ("unconfirmed", "no_fault")  # of the customer's: the supervisor decides
SEVERITIES: tuple[str, ...] = get_args(TicketSeverity)


def on_ticket(draft: Draft, ticket: TicketRow, event: Command) -> None:
    """Carry it out, or refuse it."""
    handler = HANDLERS.get(event.action)
    try:
        if handler is None:
            raise CommandRejected("action", "wrong_target", f"{event.action} is no order for ticket {ticket.number}")
        if event.action == "acknowledge" and "alert" in event.arguments and ticket.stage != "closed":
            answer(draft, ticket, event)
            return
        check_role(draft, ticket, event)
        if ticket.stage == "closed" and event.action not in ("note", "reopen"):
            raise CommandRejected("target", "closed", f"ticket {ticket.number} is closed; reopen it first")
        handler(draft, ticket, event)
        remember(draft, ticket, event)
    except CommandRejected as refusal:
        draft.reject(event.id, refusal.field, refusal.reason)


def remember(draft: Draft, ticket: TicketRow, event: Command) -> None:
    """Somebody works on it: the first time is the response (SOP 5). An outage's RCA has it in its timeline (SOP 7)."""
    if ticket.responded_us is None and event.action in draft.world.policy.care.response_actions:
        tickets.respond(draft, ticket)
        draft.put("tickets", ticket.id, ticket)
    if ticket.kind == "outage" and ticket.incident is not None:
        rca.happened(draft, ticket.incident, f"{event.action} by {event.actor}")


def check_role(draft: Draft, ticket: TicketRow, event: Command) -> None:
    policy = draft.world.policy.care
    if not roles.allowed(policy, event.action, event.role, outage=ticket.kind == "outage"):
        raise CommandRejected("role", "not_allowed", f"role {event.role} may not {event.action} a ticket")
    owner: StaffRole | None = ticket.owner if event.action in stages.BY_OWNER else None
    if not roles.allowed(policy, event.action, event.role, owner):
        text = f"{event.action} of {ticket.number} is for its owner {owner} or above, not for {event.role}"
        raise CommandRejected("role", "not_owner", text)


# Who works on it


def answer(draft: Draft, ticket: TicketRow, event: Command) -> None:
    """Somebody who was called is on it. Where their role may acknowledge the ticket, that is the first response."""
    calling.answered(draft, ticket, event)
    if roles.allowed(draft.world.policy.care, event.action, event.role, outage=ticket.kind == "outage"):
        acknowledge(draft, ticket, event)
        remember(draft, ticket, event)


def acknowledge(draft: Draft, ticket: TicketRow, event: Command) -> None:
    trail.enter(draft, ticket, doer_of(event), "acknowledge")
    draft.put("tickets", ticket.id, ticket)


def assign(draft: Draft, ticket: TicketRow, event: Command) -> None:
    to = text_argument(event, "to", TEXT_AT_MOST)
    trail.enter(draft, ticket, doer_of(event), "assign", (ticket.assigned_to, to))
    ticket.assigned_to = to
    draft.put("tickets", ticket.id, ticket)


def set_severity(draft: Draft, ticket: TicketRow, event: Command) -> None:
    """A person's word: the machine leaves it alone from now on."""
    severity = cast("TicketSeverity", word_argument(event, "class", SEVERITIES))
    reason = Reason("by_hand", event.reason, "SOP 4.3")
    tickets.set_severity(draft, ticket, severity, reason, doer_of(event))
    draft.put("tickets", ticket.id, ticket)
    incident = draft.state.incidents.get(ticket.incident or "") if ticket.kind == "outage" else None
    if incident is not None:
        incident.severity = severity
        draft.put("incidents", incident.id, incident)


def set_category(draft: Draft, ticket: TicketRow, event: Command) -> None:
    """Another division's matter: in the investigation the ticket goes there (SOP 4.2 stage 3)."""
    category = cast("Category", word_argument(event, "category", CATEGORIES))
    trail.enter(draft, ticket, doer_of(event), "set_category", (ticket.category, category))
    ticket.category = category
    care = draft.world.policy.care
    light = ticket.alarm is not None
    was = ticket.owner
    ticket.owner = light_tickets.owner(care, category) if light else tickets.owner_of(care, ticket.stage, category)
    if ticket.owner != was:
        escalation.given(draft, ticket)
    draft.put("tickets", ticket.id, ticket)


# Stages


def move_stage(draft: Draft, ticket: TicketRow, event: Command) -> None:
    stage = cast("Stage", word_argument(event, "stage", stages.NAMES))
    if stage == "closed":
        raise CommandRejected("arguments.stage", "use_close", f"ticket {ticket.number} is closed by the order close")
    if stage not in stages.onward(ticket.stage, "move_stage"):
        raise CommandRejected("arguments.stage", "is_there", f"ticket {ticket.number} is in {stage} already")
    refuse_for_outage(draft, ticket, event)
    if stage == "confirmation":
        tickets.repaired(draft, ticket, draft.now_us, doer_of(event))
        single_notices.ask(draft, ticket)
    elif ticket.stage == "confirmation":
        child_tickets.back_to_work(draft, ticket, doer_of(event))
        if stage != "investigation":
            tickets.move(draft, ticket, stage, doer_of(event))
    else:
        tickets.move(draft, ticket, stage, doer_of(event))
    draft.put("tickets", ticket.id, ticket)


def refuse_for_outage(_draft: Draft, ticket: TicketRow, event: Command) -> None:
    if ticket.alarm is not None:
        text = f"ticket {ticket.number} follows its alarm: no {event.action} by hand; assign it, note it or close it"
        raise CommandRejected("target", "follows_alarm", text)
    if ticket.kind == "outage":
        text = f"outage ticket {ticket.number} follows its incident {ticket.incident}: no {event.action} by hand"
        raise CommandRejected("target", "follows_incident", text)


def close(draft: Draft, ticket: TicketRow, event: Command) -> None:
    """On the customer's word, or by the supervisor without it; never before the customer was told and asked."""
    given = event.arguments.get("as")
    if ticket.alarm is not None:
        as_light = "no_fault" if given is None else word_argument(event, "as", ("no_fault", "duplicate"))
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
    if closed_as != "duplicate" and ticket.stage != "confirmation":
        text = f"ticket {ticket.number} is in {ticket.stage}: ask the customer first, in confirmation"
        raise CommandRejected("arguments.as", "not_asked", text)
    if closed_as in WITHOUT_A_WORD and roles.rank(event.role) < roles.rank("care_supervisor"):
        raise CommandRejected("role", "not_allowed", "closing without the customer's word is the supervisor's decision")
    child_tickets.close(draft, ticket, closed_as, doer_of(event))


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


def reopen(draft: Draft, ticket: TicketRow, event: Command) -> None:
    """The customer asks for a review (SOP 6): the supervisor hears of it, and who must work on it again."""
    refuse_for_outage(draft, ticket, event)
    if not stages.onward(ticket.stage, "reopen"):
        raise CommandRejected("target", "not_closed", f"ticket {ticket.number} is in {ticket.stage}")
    child_tickets.back_to_work(draft, ticket, doer_of(event))
    escalation.again(draft, ticket, REVIEW)
    text = f"{ticket.number} {ticket.severity}: {REVIEW}"
    escalation.climb(draft, ticket, "review", Reason("review", text, "SOP 6"))
    draft.put("tickets", ticket.id, ticket)


# Clocks and notes


def pause(draft: Draft, ticket: TicketRow, event: Command) -> None:
    """Stop-clock, for what the policy lists. The response never pauses (SOP 5)."""
    why = word_argument(event, "why", tuple(draft.world.policy.care.pauses))
    if ticket.paused_for is not None or not clocks.pausable(draft, ticket, why):
        raise CommandRejected("target", "not_running", f"no clock of {ticket.number} runs that {why} would stop")
    trail.enter(draft, ticket, doer_of(event), "pause", (None, why))
    clocks.pause(draft, ticket, why)
    tickets.recap(draft, ticket)
    draft.put("tickets", ticket.id, ticket)


def resume(draft: Draft, ticket: TicketRow, event: Command) -> None:
    if ticket.paused_for is None:
        raise CommandRejected("target", "not_paused", f"ticket {ticket.number} is not paused")
    trail.enter(draft, ticket, doer_of(event), "resume", (ticket.paused_for, None))
    clocks.resume(draft, ticket)
    tickets.recap(draft, ticket)
    draft.put("tickets", ticket.id, ticket)


def note(draft: Draft, ticket: TicketRow, event: Command) -> None:
    trail.enter(draft, ticket, doer_of(event), "note", (None, text_argument(event, "text", TEXT_AT_MOST)))
    draft.put("tickets", ticket.id, ticket)


HANDLERS: dict[str, Handler] = {
    "acknowledge": acknowledge,
    "assign": assign,
    "set_class": set_severity,
    "set_category": set_category,
    "move_stage": move_stage,
    "pause": pause,
    "resume": resume,
    "note": note,
    "close": close,
    "reopen": reopen,
}


# What a command on an incident means for its ticket and its customers


def on_incident(draft: Draft, fact: Commanded) -> None:
    """It was carried out there; here it goes on to the outage ticket, its RCA and the customers."""
    incident, event = fact.incident, fact.command
    ticket = campaigns.ticket_of(draft.state, incident)
    match event.action:
        case "acknowledge" | "assign" | "set_class":
            if ticket is not None:
                _as_on_ticket(draft, ticket, event)
        case "set_estimate":
            set_estimate(draft, incident, event)
        case "hold_notices":
            hold_notices(draft, incident, event)
        case "release_notices":
            release_notices(draft, incident, event)
        case _:
            enter_for(draft, incident, event, (fact.was, fact.now))


def _as_on_ticket(draft: Draft, ticket: TicketRow, event: Command) -> None:
    """Whoever names the incident means its ticket; the role was asked for there."""
    try:
        HANDLERS[event.action](draft, ticket, event)
        remember(draft, ticket, event)
    except CommandRejected as refusal:
        draft.reject(event.id, refusal.field, refusal.reason)


def set_estimate(draft: Draft, incident: IncidentRow, event: Command) -> None:
    """A repair time that a person gives: customers hear of it, not more often than the gap allows."""
    ticket = campaigns.ticket_of(draft.state, incident)
    if ticket is None:
        return
    text = rfc3339_or_none(incident.estimate_us)
    trail.enter(draft, ticket, doer_of(event), "set_estimate", (None, text))
    remember(draft, ticket, event)
    draft.put("tickets", ticket.id, ticket)
    updates.bring_forward(draft, incident, ticket)


def hold_notices(draft: Draft, incident: IncidentRow, event: Command) -> None:
    incident.notices_held = True
    enter_for(draft, incident, event)


def release_notices(draft: Draft, incident: IncidentRow, event: Command) -> None:
    """What waits for the NOC's word goes now; so does what waits for its size."""
    incident.notices_held = False
    enter_for(draft, incident, event)
    campaigns.release_waiting(draft, incident, ("noc", "size"))
    single_notices.release_waiting(draft, incident.id)


def enter_for(
    draft: Draft, incident: IncidentRow, event: Command, change: tuple[object, object] = (None, None)
) -> None:
    """What was commanded on an incident stands in the trail of its outage ticket, and in its RCA's timeline."""
    ticket = campaigns.ticket_of(draft.state, incident)
    if ticket is not None:
        trail.enter(draft, ticket, doer_of(event), event.action, change)
        remember(draft, ticket, event)
        draft.put("tickets", ticket.id, ticket)
