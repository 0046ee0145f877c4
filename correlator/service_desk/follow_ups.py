"""The same customer complains again about the same trouble: the first ticket is worked on, the call is added (SOP 4.2).

The number that the caller was given stays theirs: whoever names it means the first ticket.
"""

from correlator.effects import Reason
from correlator.events import HOUR_US, Complaint
from correlator.rows.service_desk import TicketRow
from correlator.service_desk import stages, trail
from correlator.state import Draft, TextRow


def key(ticket: TicketRow) -> str:
    return f"trouble\x1f{ticket.customer}\x1f{ticket.service or ''}\x1f{ticket.category}"


def begins(draft: Draft, ticket: TicketRow) -> None:
    """A ticket that a next call would follow."""
    if ticket.customer is not None:
        draft.put("texts", key(ticket), TextRow(ticket.id))


def over(draft: Draft, ticket: TicketRow) -> None:
    """It is closed, or gone: the next call is about something new."""
    row = draft.state.texts.get(key(ticket))
    if row is not None and row.value == ticket.id:
        draft.drop("texts", key(ticket))


def first_of(draft: Draft, ticket: TicketRow) -> TicketRow | None:
    """The ticket about the same trouble that is worked on, not older than the policy says."""
    row = draft.state.texts.get(key(ticket))
    first = draft.state.tickets.get(row.value) if row is not None else None
    if first is None or ticket.customer is None or first.stage not in stages.WORKED:
        return None
    since_us = draft.now_us - draft.world.policy.care.follow_up_h * HOUR_US
    return first if first.opened_us > since_us else None


def add(draft: Draft, first: TicketRow, event: Complaint) -> None:
    """The call stands in the ticket's trail, and its owner hears of it."""
    text = (
        f"{first.number} {first.severity}: pelanggan menghubungi lagi, {event.number} / "
        f"the customer called again, {event.number}"
    )
    trail.enter(
        draft, first, trail.machine(f"complaint {event.id} by {event.channel}"), "follow_up", (None, event.number)
    )
    draft.alert(first.owner, "follow_up", first.id, text, Reason("follow_up", text, "SOP 4.2 stage 1"))
    draft.put("tickets", first.id, first)
