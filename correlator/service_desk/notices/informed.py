"""Who was told what about an outage (one row an incident, kind and update), so that nobody is told twice."""

import numpy as np

from correlator.customers import NOBODY, Customers, Services, either, pack, renumbered, unpack
from correlator.effects import NoticeKind
from correlator.rows.service_desk import InformedRow
from correlator.state import Draft, State
from topology.graph import Topology

UPDATES_KEPT = 12  # of an outage: older ones are over, nobody is told them again


def informed_key(incident: str, kind: NoticeKind, update: int) -> str:
    return f"{incident}\x1f{kind}\x1f{update}"


def told(state: State, incident: str, kind: NoticeKind, update: int = 0) -> Customers:
    row = state.informed.get(informed_key(incident, kind, update))
    return NOBODY if row is None else unpack(row.customers)


def services_told(state: State, incident: str) -> Services:
    """Which of their services those heard are down who have several."""
    row = state.informed.get(informed_key(incident, "outage", 0))
    return NOBODY if row is None else unpack(row.services)


def services_down(draft: Draft, incident: str, customers: Customers) -> Services:
    """Which services of these customers are down under it now, of those who have several."""
    row = draft.state.audiences.get(incident)
    return NOBODY if row is None else services_of(draft.world.topology, unpack(row.services), customers)


def services_of(topology: Topology, services: Services, customers: Customers) -> Services:
    """Those of them that are these customers'."""
    return services[np.isin(topology.service_customer[services], customers)] if services.size else services


def tell(draft: Draft, incident: str, kind: NoticeKind, update: int, customers: Customers) -> None:
    """Write down that these were told."""
    key, everyone = informed_key(incident, kind, update), either(told(draft.state, incident, kind, update), customers)
    known = draft.state.informed.get(key)
    services = b"" if known is None else known.services
    draft.put("informed", key, InformedRow(incident, kind, update, pack(everyone), services))
    if kind in ("outage", "update"):
        _tell_which(draft, incident, services_down(draft, incident, customers))
    if kind == "update":
        draft.drop("informed", informed_key(incident, kind, update - UPDATES_KEPT))


def _tell_which(draft: Draft, incident: str, services: Services) -> None:
    """Of these, too, they heard that they are down."""
    row = draft.state.informed.get(informed_key(incident, "outage", 0))
    if row is not None and services.size:
        row.services = pack(either(unpack(row.services), services))
        draft.put("informed", informed_key(incident, "outage", 0), row)


def informed_one_key(incident: str, kind: NoticeKind, update: int, customer: str) -> str:
    """A single message about an outage (ack, question) has a row of its own, so that it costs what it says."""
    return f"{incident}\x1f{kind}\x1f{update}\x1f{customer}"


def merge_informed(draft: Draft, survivor: str, gone: str) -> None:
    """What the customers of a merged incident were told counts as told by the survivor."""
    rows = [(key, row) for key, row in draft.state.informed.items() if row.incident == gone]
    for key, row in sorted(rows, key=lambda pair: pair[0]):
        draft.drop("informed", key)
        new = survivor + key[len(gone) :]
        other = draft.state.informed.get(new)
        row.incident = survivor
        if other is not None:
            row.customers = pack(either(unpack(other.customers), unpack(row.customers)))
            row.services = pack(either(unpack(other.services), unpack(row.services)))
        draft.put("informed", new, row)


def renumber(draft: Draft, table: dict[int, int], services: dict[int, int]) -> None:
    """The inventory changed: numbers in all rows follow (old -> new); who is gone from it is left out."""
    for key, row in sorted(draft.state.informed.items()):
        row.customers, row.services = renumbered(row.customers, table), renumbered(row.services, services)
        draft.put("informed", key, row)
    for key, ticket in sorted(draft.state.tickets.items()):
        if ticket.heard_under:
            ticket.heard_under = {number: renumbered(one, table) for number, one in ticket.heard_under.items()}
            draft.put("tickets", key, ticket)
    for key, held in sorted(draft.state.waiting_notices.items()):
        held.audience = renumbered(held.audience, table)
        draft.put("waiting_notices", key, held)
