"""A complaint goes over to the domain that has the outage: its ticket with number, clocks and trail.

Here a copy goes to the archive, as it left: whoever asks for the number meanwhile is answered. What the customer wrote
stays sealed in the journal where it came in.
"""

import msgspec

from correlator.care import clocks, escalation, tickets
from correlator.care.rows import ComplaintRow, TicketRow
from correlator.care.singles import ACK_KIND
from correlator.events import Moved
from correlator.state import Draft

ARMED = (ACK_KIND, escalation.KIND)  # what goes along; the clocks are armed by the ticket

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
    armed = {kind: due_us for kind in ARMED if (due_us := draft.due_us(kind, ticket.id)) is not None}
    for kind in (*ARMED, clocks.KIND):
        draft.disarm(kind, ticket.id)
    draft.disarm("past", complaint.id)
    for key in [key for key, row in draft.state.held.items() if row.ticket == ticket.id]:
        draft.drop("held", key)
    moved = Moved(id=complaint.id, complaint=_encode(complaint), ticket=_encode(ticket), due=armed)
    ticket.moved_to = to
    key = tickets.number_key(ticket.number)
    for table, name in (("texts", key), ("tickets", ticket.id), ("complaints", complaint.id)):
        draft.archive(ticket.id, table, name, draft.state.tables[table][name])
    return moved


def arrive(draft: Draft, moved: Moved, domain: str) -> ComplaintRow:
    """It is ours from now on; the row goes on to inference as evidence."""
    complaint, ticket = _complaint(moved.complaint), _ticket(moved.ticket)
    ticket.id = complaint.ticket = draft.new_id("TK")
    ticket.incident = ticket.parent = complaint.incident = None
    complaint.moved = 0  # it counted the other kernel's steps
    complaint.customer = draft.world.topology.customer_index.get(complaint.customer_id or "", -1)
    tickets.enter(draft, ticket, tickets.machine("its outage is decided here"), "move_domain", (domain, None))
    tickets.register(draft, ticket)
    clocks.cap(draft, ticket, None)
    for kind, due_us in moved.due.items():
        draft.arm(kind, ticket.id, max(due_us, draft.now_us))
    draft.put("complaints", complaint.id, complaint)
    return complaint
