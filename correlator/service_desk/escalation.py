"""Warnings to staff (SOP 6): the owner first, then the ladder, each text one line in Bahasa Indonesia and English."""

from correlator.effects import Reason
from correlator.events import MINUTE_US, StaffRole
from correlator.rows.service_desk import Clock, TicketRow
from correlator.service_desk import stages
from correlator.state import Draft
from correlator.times import staff_time
from topology.english import counted

KIND = "care.rung"
SOURCE = "SOP 6"
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
    """The first alert of an outage, to its owner; its kind is its class."""
    text = f"{ticket.number} {ticket.severity}: {ticket.class_reason}"
    draft.alert(ticket.owner, ticket.severity.lower(), ticket.id, text, Reason("outage_opened", text, "SOP 4.3"))


def strategic(draft: Draft, ticket: TicketRow) -> None:
    """A strategic customer is down: the second rung hears of it with the first alert."""
    text = (
        f"{ticket.number} {ticket.severity}: pelanggan strategis terputus / a strategic customer is down; "
        f"{ticket.class_reason}"
    )
    reason = Reason("strategic_customer", text, SOURCE)
    draft.alert(rung_role(draft, ticket, 1), ticket.severity.lower(), ticket.id, text, reason)


def clock_warning(draft: Draft, ticket: TicketRow, clock: Clock, percent: int) -> None:
    """50 % to the owner, 80 % to the supervisor; 100 % is a breach, which climbs the ladder."""
    words = CLOCK_WORDS.get(clock.name, clock.name)
    under = f", {ticket.children} keluhan / {counted(ticket.children, 'complaint')}" if ticket.children else ""
    due = staff_time(clock.due_us or draft.now_us)
    text = f"{ticket.number} {ticket.severity}{under}: {words} {percent}%, batas waktu / due {due}"
    reason = Reason(f"{clock.name}_{percent}", text, SOURCE)
    if percent < 80:
        draft.alert(ticket.owner, "clock_50", ticket.id, text, reason)
    elif percent < 100:
        draft.alert(rung_role(draft, ticket, 1), "clock_80", ticket.id, text, reason)
    else:
        draft.alert(ticket.owner, "breach", ticket.id, text, reason)
        climb(draft, ticket, Reason("breach", text, SOURCE))
        draft.arm(KIND, ticket.id, draft.now_us + draft.world.policy.care.rung_min * MINUTE_US)


def climb(draft: Draft, ticket: TicketRow, reason: Reason) -> None:
    """One rung up, with an alert to who stands there; at the top, the top is told again. The caller puts the row."""
    ticket.rung = min(ticket.rung + 1, len(draft.world.policy.care.ladder))
    draft.alert(rung_role(draft, ticket, ticket.rung), "escalation", ticket.id, reason.text, reason)


def rung_due(draft: Draft, ticket: TicketRow) -> None:
    """A breach that nobody has mended climbs on, up to the top of the ladder."""
    care = draft.world.policy.care
    late = [clock for clock in ticket.clocks if clock.breached and clock.met_us is None]
    running = [clock for clock in late if clock.paused_since_us is None]
    if not late or ticket.rung >= len(care.ladder):
        return
    draft.arm(KIND, ticket.id, draft.now_us + care.rung_min * MINUTE_US)
    if running:
        words = CLOCK_WORDS.get(running[0].name, running[0].name)
        text = f"{ticket.number} {ticket.severity}: {words} masih terlampaui / still breached"
        climb(draft, ticket, Reason("breach_stands", text, SOURCE))
        draft.put("tickets", ticket.id, ticket)
