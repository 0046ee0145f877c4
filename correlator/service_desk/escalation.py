"""Warnings to staff (SOP 6): the owner first, then the ladder, each text one line in Bahasa Indonesia and English."""

from typing import cast

from correlator import roles
from correlator.customers import kinds_of
from correlator.effects import AlertKind, Reason
from correlator.events import MINUTE_US, StaffRole, TicketSeverity
from correlator.policy.care import ClimbCause, CustomerKind
from correlator.rows.service_desk import MATTERS, Clock, TicketRow
from correlator.service_desk import rca, stages, trail
from correlator.service_desk.duty import calling
from correlator.state import Draft
from correlator.times import staff_time
from topology.english import counted

KIND = "care.rung"
OPENED: dict[TicketSeverity, AlertKind] = {"Critical": "critical", "Major": "major", "Minor": "minor"}
SOURCE = "SOP 6"
CUSTOMERS_WORD: tuple[ClimbCause, ...] = ("not_satisfied", "review")
CLOCK_WORDS = {
    "response": "respons awal / first response",
    "resolution": "penyelesaian / resolution",
    **{name: rule.alert_words for name, rule in stages.BY_CLOCK.items()},
}


def rung_role(draft: Draft, ticket: TicketRow, rung: int) -> StaffRole:
    """Who stands on a rung: 0 the owner, then the policy's ladder; above its end, its end."""
    ladder = draft.world.policy.care.ladder
    return ticket.owner if rung <= 0 else ladder[min(rung, len(ladder)) - 1]


def opening(draft: Draft, ticket: TicketRow) -> None:
    """A ticket begins with this class, or rises to it: its owner hears; of a Critical, others too (policy)."""
    text = f"{calling.heading(draft, ticket)}: {ticket.class_reason}"
    code = "outage_opened" if ticket.kind == "outage" else "complaint_classed"
    more = draft.world.policy.care.hear_critical if ticket.severity == "Critical" else ()
    for role in dict.fromkeys((ticket.owner, *more)):
        calling.tell(draft, ticket, role, OPENED[ticket.severity], Reason(code, text, "SOP 4.3"))


def given(draft: Draft, ticket: TicketRow) -> None:
    """A division hears of the ticket that is its own from now on (SOP 4.2 stage 3)."""
    indonesian, english = MATTERS[ticket.category]
    text = f"{calling.heading(draft, ticket)}: tiket {indonesian} diserahkan / {english} ticket given to you"
    draft.alert(ticket.owner, "given", ticket.id, text, Reason("given", text, "SOP 4.2 stage 3"))


def again(draft: Draft, ticket: TicketRow, why: str) -> None:
    """Whoever must work on it again hears why (SOP 6)."""
    text = f"{calling.heading(draft, ticket)}: {why}"
    draft.alert(ticket.owner, "reopened", ticket.id, text, Reason("reopened", text, SOURCE))


def strategic(draft: Draft, ticket: TicketRow) -> None:
    """A strategic customer is down: the second rung hears of it with the first alert."""
    text = (
        f"{ticket.number} {ticket.severity}: pelanggan strategis terputus / a strategic customer is down; "
        f"{ticket.class_reason}"
    )
    reason = Reason("strategic_customer", text, SOURCE)
    calling.tell(draft, ticket, rung_role(draft, ticket, 1), OPENED[ticket.severity], reason)


def clock_warning(draft: Draft, ticket: TicketRow, clock: Clock, percent: int) -> None:
    """50 % to the owner, 80 % to the supervisor; 100 % is a breach, which climbs the ladder."""
    words = CLOCK_WORDS.get(clock.name, clock.name)
    under = f", {ticket.children} keluhan / {counted(ticket.children, 'complaint')}" if ticket.children else ""
    due = staff_time(clock.due_us or draft.now_us)
    text = f"{calling.heading(draft, ticket)}{under}: {words} {percent}%, batas waktu / due {due}"
    reason = Reason(f"{clock.name}_{percent}", text, SOURCE)
    if percent < 80:
        calling.warn(draft, ticket, ticket.owner, "clock_50", reason)
    elif percent < 100:
        calling.warn(draft, ticket, rung_role(draft, ticket, 1), "clock_80", reason)
    else:
        calling.warn(draft, ticket, ticket.owner, "breach", reason)
        climb(draft, ticket, cause_of(clock), Reason("breach", text, SOURCE))
        watch(draft, ticket)


# The ladder


def cause_of(clock: Clock) -> ClimbCause:
    return "stage" if clock.name in stages.BY_CLOCK else cast("ClimbCause", clock.name)


def top(draft: Draft, ticket: TicketRow, cause: ClimbCause) -> int:
    """The highest rung that a ticket may reach for this cause: by class and customer, the first rung at least."""
    care = draft.world.policy.care
    named = [care.top_by_class.get(ticket.severity)]
    named += [care.top_by_customer.get(kind) for kind in customer(draft, ticket)]
    highest = max((roles.rank(role) for role in named if role is not None), default=0)
    if (limit := care.top_by_cause.get(cause)) is not None:
        highest = min(highest, roles.rank(limit))
    return max(1, sum(roles.rank(role) <= highest for role in care.ladder))


def customer(draft: Draft, ticket: TicketRow) -> list[CustomerKind]:
    """What the policy may say of the ticket's customer; of an outage's, whether a strategic one is down."""
    topology = draft.world.topology
    number = topology.customer_index.get(ticket.customer or "", -1)
    if number < 0:
        return ["strategic"] if ticket.strategic else []
    return kinds_of(topology, number)


def climb(draft: Draft, ticket: TicketRow, cause: ClimbCause, reason: Reason) -> None:
    """One rung up, once a period, as high as class, customer and cause let it; trail and RCA record say so (SOP 6, 8).

    A customer who says once more that it is not settled has waited for another answer: no period holds that up. Where
    it goes no higher, a customer's own word is told to the rung on which it stands. The caller puts the row.
    """
    period_us = draft.world.policy.care.rung_min * MINUTE_US
    ticket.reviews += cause in CUSTOMERS_WORD
    once_more = cause in CUSTOMERS_WORD and ticket.reviews > 1
    was, rested = ticket.rung, draft.now_us - ticket.climbed_us >= period_us
    if (rested or once_more) and was < top(draft, ticket, cause):
        ticket.rung, ticket.climbed_us = was + 1, draft.now_us
        came, went = (rung_role(draft, ticket, rung) for rung in (was, ticket.rung))
        trail.enter(draft, ticket, trail.machine(reason.text), "escalate", (came, went))
        if ticket.incident is not None and ticket.kind == "outage":
            rca.happened(draft, ticket.incident, f"escalated to {went}: {reason.code}")
    elif cause not in CUSTOMERS_WORD:
        return
    else:
        trail.enter(draft, ticket, trail.machine(reason.text), "remind", (None, rung_role(draft, ticket, ticket.rung)))
    calling.warn(draft, ticket, rung_role(draft, ticket, ticket.rung), "escalation", reason)


def call_due(draft: Draft, ticket: TicketRow) -> None:
    """Nobody has answered: the next one is called, as high as the ticket may climb for a late response."""
    calling.due(draft, ticket, top(draft, ticket, "response"))


def late(ticket: TicketRow) -> list[Clock]:
    return [clock for clock in ticket.clocks if clock.breached and clock.met_us is None and not clock.skipped]


def watch(draft: Draft, ticket: TicketRow) -> None:
    """A breach that stands climbs on when the period is over, while there is a rung that it may reach."""
    if draft.state.deadlines.due_us(KIND, ticket.id) is not None:
        return
    if any(ticket.rung < top(draft, ticket, cause_of(clock)) for clock in late(ticket)):
        period_us = draft.world.policy.care.rung_min * MINUTE_US
        draft.arm(KIND, ticket.id, max(draft.now_us, ticket.climbed_us) + period_us)


def rung_due(draft: Draft, ticket: TicketRow) -> None:
    """A breach that nobody has mended climbs on; one that is paused waits."""
    running = [clock for clock in late(ticket) if clock.paused_since_us is None]
    for clock in running:
        if ticket.rung < top(draft, ticket, cause_of(clock)):
            words = CLOCK_WORDS.get(clock.name, clock.name)
            text = f"{calling.heading(draft, ticket)}: {words} masih terlampaui / still breached"
            climb(draft, ticket, cause_of(clock), Reason("breach_stands", text, SOURCE))
            draft.put("tickets", ticket.id, ticket)
            break
    watch(draft, ticket)
