"""Under which number customers heard of an outage: of its end they hear under the same, also when another went on."""

from correlator.customers import Customers, both, either, minus, pack, unpack
from correlator.rows.service_desk import TicketRow
from correlator.state import Draft, State


def by_number(ticket: TicketRow, audience: Customers) -> list[tuple[str, Customers]]:
    """The audience of an outage by the number that each knows; its own first."""
    found, own = [], audience
    for number, customers in sorted(ticket.heard_under.items()):
        theirs = both(own, unpack(customers))
        if theirs.size:
            found.append((number, theirs))
            own = minus(own, theirs)
    return [(ticket.number, own), *found] if own.size else found


def of_message(ticket: TicketRow, kind: str, update: int, audience: Customers) -> list[tuple[str, Customers]]:
    """Of a message, by number: who hears of the outage for the first time learns its own."""
    return [(ticket.number, audience)] if (kind, update) == ("outage", 0) else by_number(ticket, audience)


def known_by(state: State, outage: TicketRow) -> list[TicketRow]:
    """The outages that some customers know by the number of this one."""
    found = [row for row in state.tickets.values() if outage.number in row.heard_under]
    return sorted(found, key=lambda row: row.id)


def go_on(draft: Draft, was: TicketRow | None, ticket: TicketRow | None, customers: Customers) -> None:
    """They heard of the outage that `was`, and for them this one goes on with it."""
    if was is None or ticket is None or was.id == ticket.id:
        return
    for number, theirs in by_number(was, customers):
        known = ticket.heard_under.get(number)
        ticket.heard_under[number] = pack(theirs if known is None else either(unpack(known), theirs))
        draft.put("tickets", ticket.id, ticket)
