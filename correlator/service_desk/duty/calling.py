"""Who is called until somebody answers: a ticket whose class wants a person at once (SOP 5, 6; policy `call_classes`).

An alert says to which role it goes and to which place among those on duty; who that is, is looked up when it is sent.
Without a word it goes out again: to the next on duty, then up the ladder. An answer, or a first response, ends it.
"""

from correlator import roles
from correlator.arguments import CommandRejected, text_argument
from correlator.effects import Alert, AlertKind, Reason
from correlator.events import MINUTE_US, Command, StaffRole
from correlator.rows.service_desk import Call, TicketRow
from correlator.service_desk import trail
from correlator.state import Draft, was_made
from correlator.times import staff_time

KIND = "care.call"
SOURCE = "SOP 6"
LONGEST_ID = 100
Duty = tuple[StaffRole, int | None]  # a role, and the place among those on duty: 0 is called first; None: all


OVER = "(sudah pulih / over by now)"
STRATEGIC = "(pelanggan strategis / strategic customer)"


def heading(draft: Draft, ticket: TicketRow) -> str:
    """With it the text of each alert about a ticket begins: number, class, and why it may climb higher than others.

    And that all of it is over, where its end was told with its begin.
    """
    incident = draft.state.incidents.get(ticket.incident or "")
    mark = f" {STRATEGIC}" if is_strategic(draft, ticket) else ""
    over = f" {OVER}" if incident is not None and incident.past else ""
    return f"{ticket.number} {ticket.severity}{mark}{over}"


def is_strategic(draft: Draft, ticket: TicketRow) -> bool:
    """Whether the ticket's customer is strategic; of an outage: one who is, is or was down."""
    topology = draft.world.topology
    number = topology.customer_index.get(ticket.customer or "", -1)
    return ticket.strategic if number < 0 else bool(topology.customer_strategic[number])


def is_wanted(draft: Draft, ticket: TicketRow) -> bool:
    """Nobody works on it yet, and it is of a class that cannot wait."""
    urgent = ticket.severity in draft.world.policy.care.call_classes
    return urgent and ticket.responded_us is None and ticket.stage != "closed"


def tell(draft: Draft, ticket: TicketRow, role: StaffRole, kind: AlertKind, reason: Reason) -> None:
    """An alert about a ticket; where somebody is wanted it asks for an answer, and the calls begin. Puts the row."""
    if not is_wanted(draft, ticket):
        draft.alert(role, kind, ticket.id, reason.text, reason)
        return
    if ticket.call is None:
        ticket.call = Call(draft.now_us)
        draft.arm(KIND, ticket.id, draft.now_us + draft.world.policy.care.call_again_min * MINUTE_US)
    _call(draft, ticket, (role, 0), kind, reason)


def warn(draft: Draft, ticket: TicketRow, role: StaffRole, kind: AlertKind, reason: Reason) -> None:
    """A warning to all on duty; while nobody works on the ticket it may be answered as a call. May put the row."""
    if ticket.call is None or not is_wanted(draft, ticket):
        draft.alert(role, kind, ticket.id, reason.text, reason)
    else:
        _call(draft, ticket, (role, None), kind, reason)


def _call(draft: Draft, ticket: TicketRow, to: Duty, kind: AlertKind, reason: Reason) -> None:
    assert ticket.call is not None, "who calls has begun"
    alert = Alert(
        id=draft.new_id("AL"),
        at_us=draft.now_us,
        role=to[0],
        kind=kind,
        about=ticket.id,
        text=reason.text,
        reason=reason,
        place=to[1],
        answer=True,
        matter=ticket.matter,
    )
    draft.emit(alert)
    ticket.call.alerts[alert.id] = to[0]
    draft.put("tickets", ticket.id, ticket)


def order(draft: Draft, ticket: TicketRow, top: int) -> list[tuple[StaffRole, int]]:
    """Who is called one after the other: those on duty for the owner's role, then up to this rung of the ladder."""
    care = draft.world.policy.care
    called = dict.fromkeys((ticket.owner, *care.ladder[:top]))
    return [(role, place) for role in called for place in range(care.call_persons)]


def due(draft: Draft, ticket: TicketRow, top: int) -> None:
    """So long without a word: the next one, and from the first on again, so many times over as the policy says."""
    care, call = draft.world.policy.care, ticket.call
    if call is None or call.answered_by is not None or not is_wanted(draft, ticket):
        return
    call.sent += 1
    duties = order(draft, ticket, top)
    if call.sent >= len(duties) * care.call_rounds:
        trail.enter(draft, ticket, trail.machine(f"no answer to {call.sent} calls"), "call_over")
        draft.put("tickets", ticket.id, ticket)
        return
    role, place = duties[call.sent % len(duties)]
    text = (
        f"{heading(draft, ticket)}: belum ada jawaban sejak {staff_time(call.since_us)}, "
        f"panggilan {call.sent + 1} / no answer yet, call {call.sent + 1}; {ticket.class_reason}"
    )
    trail.enter(draft, ticket, trail.machine("no answer"), "call_again", (None, f"{role} {place + 1}"))
    _call(draft, ticket, (role, place), "unanswered", Reason("unanswered", text, SOURCE))
    draft.arm(KIND, ticket.id, draft.now_us + care.call_again_min * MINUTE_US)


def answered(draft: Draft, ticket: TicketRow, event: Command) -> None:
    """A person who was alerted says that they are on it (`acknowledge` with the alert's id). Puts the row.

    Where it was a call, nobody is called any more. Which other alerts went out about a ticket is not kept: to name one
    says no more than a note does. Raises CommandRejected where there is no such alert, or it called others.
    """
    alert, call = text_argument(event, "alert", LONGEST_ID), ticket.call
    role = call.alerts.get(alert) if call is not None else None
    if call is None or role is None:
        if not was_made(draft.state, alert, "AL"):
            raise CommandRejected("arguments.alert", "unknown_alert", f"there is no alert {alert}: check its id")
        trail.enter(draft, ticket, trail.doer_of(event), "answer_alert", (None, alert))
        draft.put("tickets", ticket.id, ticket)
        return
    if event.role != role and roles.rank(event.role) <= roles.rank(role):
        raise CommandRejected("role", "not_called", f"alert {alert} went to {role}, not to {event.role}")
    call.answered_by = call.answered_by or event.actor
    draft.disarm(KIND, ticket.id)
    trail.enter(draft, ticket, trail.doer_of(event), "answer_call", (None, alert))
    draft.put("tickets", ticket.id, ticket)


def reached(draft: Draft, alert: str, person: str) -> None:
    """A channel took an alert for this person: the trail says who was called when (SOP 8)."""
    for ticket in reversed(draft.state.tickets.values()):  # the newest first: of most it is heard within seconds
        if ticket.call is not None and alert in ticket.call.alerts:
            trail.enter(draft, ticket, trail.machine(f"alert {alert} was sent"), "called", (None, person))
            draft.put("tickets", ticket.id, ticket)
            return
