"""What people command on tickets (SOP 4.2, 6; contract, "Commands"): with actor, role and reason, all in the trail.

A command that the role or the state does not allow is rejected with the reason, and changes nothing. The same acts are
called for an outage ticket when the command names its incident.
"""

from collections.abc import Callable
from typing import cast, get_args

from correlator import roles
from correlator.arguments import (
    TEXT_AT_MOST,
    CommandRejected,
    name_argument,
    names_argument,
    text_argument,
    word_argument,
)
from correlator.effects import Reason
from correlator.events import Action, Category, Command, StaffRole, TicketSeverity
from correlator.facts import Commanded
from correlator.rows.incidents import IncidentRow
from correlator.rows.service_desk import Stage, TicketRow, Work
from correlator.service_desk import (
    child_tickets,
    clocks,
    closing,
    escalation,
    light_tickets,
    rca,
    stages,
    tickets,
    trail,
)
from correlator.service_desk.duty import calling
from correlator.service_desk.notices import again, campaigns, single_notices, updates
from correlator.service_desk.scheduled import records
from correlator.service_desk.trail import doer_of
from correlator.state import Draft
from correlator.times import rfc3339_or_none

Handler = Callable[[Draft, TicketRow, Command], None]
CATEGORIES: tuple[str, ...] = get_args(Category)
REVIEW = "peninjauan ulang diminta / a review is asked for"
SHORT_TEXT = 300  # of what a customer reads, perhaps on a phone
ON_CLOSED: tuple[Action, ...] = ("note", "reopen", "repair", "send_again")  # a repair for good may come weeks later
OUTCOMES = ("repaired", "no_fault")
SHOWN = 5  # messages that a line of the trail names
REPAIRS = ("temporary", "permanent")
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
        if ticket.stage == "closed" and event.action not in ON_CLOSED:
            raise CommandRejected("target", "closed", f"ticket {ticket.number} is closed; reopen it first")
        handler(draft, ticket, event)
        remember(draft, ticket, event)
    except CommandRejected as refusal:
        draft.reject(event.id, refusal.field, refusal.reason)


def remember(draft: Draft, ticket: TicketRow, event: Command) -> None:
    """Somebody works on it: the first time is the response (SOP 5). An outage's RCA has it in its timeline (SOP 7)."""
    if event.action in draft.world.policy.care.response_actions:
        _responded(draft, ticket, event.actor)
    if ticket.kind == "outage" and ticket.incident is not None:
        rca.happened(draft, ticket.incident, f"{event.action} by {event.actor}")


def _responded(draft: Draft, ticket: TicketRow, actor: str) -> None:
    """Of an outage: its incident is acknowledged with it."""
    if ticket.responded_us is None:
        tickets.respond(draft, ticket)
        draft.put("tickets", ticket.id, ticket)
    incident = tickets.outage_of(draft.state, ticket)
    if incident is not None and incident.acknowledged_by is None:
        incident.acknowledged_by = actor
        draft.put("incidents", incident.id, incident)


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
    """Somebody who was alerted is on it. Where their role may acknowledge the ticket, that is the first response."""
    calling.answered(draft, ticket, event)
    if roles.allowed(draft.world.policy.care, event.action, event.role, outage=ticket.kind == "outage"):
        acknowledge(draft, ticket, event)
        remember(draft, ticket, event)


def acknowledge(draft: Draft, ticket: TicketRow, event: Command) -> None:
    trail.enter(draft, ticket, doer_of(event), "acknowledge")
    draft.put("tickets", ticket.id, ticket)


def assign(draft: Draft, ticket: TicketRow, event: Command) -> None:
    to = name_argument(event, "to")
    trail.enter(draft, ticket, doer_of(event), "assign", (ticket.assigned_to, to))
    tickets.give_to(draft, ticket, to)
    draft.put("tickets", ticket.id, ticket)


def set_severity(draft: Draft, ticket: TicketRow, event: Command) -> None:
    """A person's word: the machine leaves it alone from now on."""
    severity = cast("TicketSeverity", word_argument(event, "class", SEVERITIES))
    reason = Reason("by_hand", event.reason, "SOP 4.3")
    tickets.set_severity(draft, ticket, severity, reason, doer_of(event))
    draft.put("tickets", ticket.id, ticket)
    incident = tickets.outage_of(draft.state, ticket)
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
    owner = light_tickets.owner(care, category) if light else tickets.owner_of(care, ticket.stage, category)
    tickets.hand_to(draft, ticket, owner)
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
    refuse_for_outage(ticket, event)
    if stage == "confirmation":
        told = None if event.arguments.get("result") is None else text_argument(event, "result", SHORT_TEXT)
        outcome = "repaired" if "outcome" not in event.arguments else word_argument(event, "outcome", OUTCOMES)
        tickets.repaired(draft, ticket, draft.now_us, doer_of(event))
        ticket.no_fault = outcome == "no_fault"
        if told is not None:
            trail.enter(draft, ticket, doer_of(event), "result", (None, told))
            ticket.result, ticket.told = Work(draft.now_us, event.actor, told), told
        single_notices.ask(draft, ticket)
    elif ticket.stage == "confirmation":
        child_tickets.back_to_work(draft, ticket, doer_of(event))
        if stage != "investigation":
            tickets.move(draft, ticket, stage, doer_of(event))
    else:
        tickets.move(draft, ticket, stage, doer_of(event))
    draft.put("tickets", ticket.id, ticket)


def refuse_for_outage(ticket: TicketRow, event: Command) -> None:
    if ticket.alarm is not None:
        text = f"ticket {ticket.number} follows its alarm: no {event.action} by hand; assign it, note it or close it"
        raise CommandRejected("target", "follows_alarm", text)
    if ticket.kind == "outage":
        text = f"outage ticket {ticket.number} follows its incident {ticket.incident}: no {event.action} by hand"
        raise CommandRejected("target", "follows_incident", text)


def reopen(draft: Draft, ticket: TicketRow, event: Command) -> None:
    """The customer asks for a review (SOP 6): the supervisor hears of it, and who must work on it again."""
    refuse_for_outage(ticket, event)
    if not stages.onward(ticket.stage, "reopen"):
        raise CommandRejected("target", "not_closed", f"ticket {ticket.number} is in {ticket.stage}")
    trail.enter(draft, ticket, doer_of(event), "reopen")
    child_tickets.back_to_work(draft, ticket, doer_of(event))
    escalation.again(draft, ticket, REVIEW)
    text = f"{calling.heading(draft, ticket)}: {REVIEW}"
    escalation.climb(draft, ticket, "review", Reason("review", text, "SOP 6"))
    draft.put("tickets", ticket.id, ticket)


def repair(draft: Draft, ticket: TicketRow, event: Command) -> None:
    """What was done, for now or for good (SOP 4.2 stage 4). One for now restores, and keeps the CAPA open (SOP 7)."""
    kind = word_argument(event, "kind", REPAIRS)
    text = text_argument(event, "text", TEXT_AT_MOST)
    trail.enter(draft, ticket, doer_of(event), "repair", (None, f"{kind}: {text}"))
    work = Work(draft.now_us, event.actor, text)
    if kind == "temporary":
        ticket.temporary, ticket.permanent = work, None  # one that came before did not hold
    else:
        ticket.permanent = work
    draft.put("tickets", ticket.id, ticket)
    records.watch(draft, rca.about(draft.state, ticket.incident or ticket.id))


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


def send_again(draft: Draft, ticket: TicketRow, event: Command) -> None:
    """Messages that failed or are uncertain; where none is named, all that are uncertain."""
    sent = again.send(draft, ticket, names_argument(event, "messages"))
    more = f" +{len(sent) - SHOWN}" if len(sent) > SHOWN else ""
    trail.enter(draft, ticket, doer_of(event), "send_again", (None, " ".join(sent[:SHOWN]) + more))
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
    "close": closing.close,
    "reopen": reopen,
    "repair": repair,
    "send_again": send_again,
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
