"""A complaint goes over to the domain that has the outage: its ticket with number, clocks and trail.

Here a copy goes to the archive, as it left: whoever asks for the number meanwhile is answered. A line says for some
days where it went: what was on its way to it, or names it by the id that it had here, follows. What the customer wrote
stays sealed in the journal where it came in.
"""

import msgspec

from correlator.events import DAY_US, Moved
from correlator.rows.service_desk import ComplaintRow, TicketRow
from correlator.service_desk import child_tickets, clocks, escalation, follow_ups, tickets, trail
from correlator.service_desk.duty import calling
from correlator.service_desk.notices.single_notices import ACK_KIND
from correlator.state import Draft, State, TextRow, archive

KIND = "moved"  # of the deadline after which nobody follows it any more
ARMED = (ACK_KIND, escalation.KIND, calling.KIND)  # what goes along; the clocks are armed by the ticket

_encode = msgspec.msgpack.Encoder().encode
_complaint = msgspec.msgpack.Decoder(ComplaintRow).decode
_ticket = msgspec.msgpack.Decoder(TicketRow).decode


def may_leave(draft: Draft, complaint: ComplaintRow) -> bool:
    """It waits for a repair, and no person has said that it belongs to no outage."""
    ticket = draft.state.tickets[complaint.ticket]
    return ticket.stage not in ("confirmation", "closed") and not complaint.detached


def leave(draft: Draft, complaint: ComplaintRow, to: str) -> Moved:
    """It leaves our rows; what the other domain is told of it. Messages that were sent stay, for their receipts."""
    ticket = draft.state.tickets[complaint.ticket]
    parent = draft.state.tickets.get(ticket.parent or "")
    if parent is not None:
        parent.children -= 1
        draft.put("tickets", parent.id, parent)
    child_tickets.settle(draft, ticket, None)
    follow_ups.over(draft, ticket)
    armed = {kind: due_us for kind in ARMED if (due_us := draft.state.deadlines.due_us(kind, ticket.id)) is not None}
    for kind in (*ARMED, clocks.KIND):
        draft.disarm(kind, ticket.id)
    draft.disarm("past", complaint.id)
    for key in [key for key, row in draft.state.waiting_notices.items() if row.ticket == ticket.id]:
        draft.drop("waiting_notices", key)
    moved = Moved(id=complaint.id, complaint=_encode(complaint), ticket=_encode(ticket), due=armed)
    ticket.moved_to = to
    key = tickets.number_key(ticket.number)
    for table, name in (("texts", key), ("tickets", ticket.id), ("complaints", complaint.id)):
        archive(draft, ticket.id, table, name, draft.state.tables[table][name])
    for name in (ticket.id, ticket.number):
        draft.put("texts", _key(name), TextRow(f"{to}\x1f{ticket.number}"))
    draft.arm(KIND, ticket.id, draft.now_us + draft.world.policy.remember_days * DAY_US)
    return moved


def _key(name: str) -> str:
    return f"moved\x1f{name}"


def place_of(state: State, name: str) -> tuple[str, str] | None:
    """The domain to which the ticket of this id or number has gone, and its number; None where we know of no such."""
    row = state.texts.get(_key(name))
    if row is None:
        return None
    to, _, number = row.value.partition("\x1f")
    return to, number


def forget(draft: Draft, name: str) -> None:
    """The ticket that had this id went so long ago that nothing follows it any more."""
    place = place_of(draft.state, name)
    assert place is not None, "who arms this has written where it went"
    draft.drop("texts", _key(name))
    draft.drop("texts", _key(place[1]))


def arrive(draft: Draft, moved: Moved, domain: str) -> ComplaintRow:
    """It is ours from now on; the row goes on to inference as evidence."""
    complaint, ticket = _complaint(moved.complaint), _ticket(moved.ticket)
    ticket.id = complaint.ticket = draft.new_id("TK")
    ticket.incident = ticket.parent = complaint.incident = None
    complaint.moved = 0  # it counted the other kernel's steps
    complaint.customer = draft.world.topology.customer_index.get(complaint.customer_id or "", -1)
    trail.enter(draft, ticket, trail.machine("its outage is decided here"), "move_domain", (domain, None))
    tickets.register(draft, ticket)
    draft.drop("texts", _key(ticket.number))  # it may have been here before
    clocks.cap(draft, ticket, None)
    for kind, due_us in moved.due.items():
        draft.arm(kind, ticket.id, max(due_us, draft.now_us))
    draft.put("complaints", complaint.id, complaint)
    return complaint
