"""How a customer's service stands when their complaint is verified (SOP 4.2 stage 2): kept as it was known then."""

from correlator.customers import holds, unpack
from correlator.rows.service_desk import LineState, TicketRow
from correlator.service_desk.trail import Doer
from correlator.state import Draft


def of(draft: Draft, ticket: TicketRow, doer: Doer) -> LineState:
    """Down under the outage that it belongs to, else under the eldest that takes the customer down."""
    number = draft.world.topology.customer_index.get(ticket.customer or "", -1)
    if number < 0:
        return LineState(draft.now_us, doer.actor, "customer_unknown")
    state = draft.state
    for name in sorted(state.live, key=lambda one: (one != ticket.incident, one)):
        audience = state.audiences.get(name)
        if audience is not None and holds(unpack(audience.down), number):
            return LineState(draft.now_us, doer.actor, "down", name)
    return LineState(draft.now_us, doer.actor, "nothing_known")
