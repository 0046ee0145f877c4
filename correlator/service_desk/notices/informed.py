"""Who was told what about an outage (one row an incident, kind and update), so that nobody is told twice."""

from collections.abc import Iterable

import numpy as np

from correlator.customers import LAYOUT, NOBODY, Customers, Services, both, either, minus, pack, renumbered, unpack
from correlator.effects import NoticeKind
from correlator.rows.service_desk import InformedRow
from correlator.state import Draft, State
from topology.graph import Topology

UPDATES_KEPT = 12  # of an outage: older ones are over, nobody is told them again
NUMBERED: tuple[NoticeKind, ...] = ("outage", "update", "restored")  # what the contract calls an update
ENDS: tuple[NoticeKind, ...] = ("restored", "correction")  # after these a customer may be down again


def informed_key(incident: str, kind: NoticeKind, update: int) -> str:
    return f"{incident}\x1f{kind}\x1f{update}"


def told(state: State, incident: str, kind: NoticeKind, update: int = 0) -> Customers:
    row = state.informed.get(informed_key(incident, kind, update))
    return NOBODY if row is None else unpack(row.customers)


def told_last(state: State, incident: str, kind: NoticeKind) -> Customers:
    """Who were told an end, or a correction, and not since that it is down again."""
    row = state.informed.get(informed_key(incident, kind, 0))
    return NOBODY if row is None else minus(unpack(row.customers), unpack(row.back))


def returns_told(state: State, incident: str, updates: int) -> Customers:
    """Who heard lately that it is back for them; `updates`: the last number of an update."""
    found = NOBODY
    for number in range(max(1, updates - UPDATES_KEPT), updates + 1):
        found = either(found, told(state, incident, "outage", number))
    return found


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
    row = draft.state.informed.get(key) or InformedRow(incident, kind, update, b"")
    row.customers = pack(everyone)
    draft.put("informed", key, row)
    if kind in ("outage", "update"):
        _tell_which(draft, incident, services_down(draft, incident, customers))
        for end in ENDS:
            _down_again(draft, incident, end, customers)
    else:
        _over_again(draft, incident, kind, customers)
    if update > UPDATES_KEPT:
        for each in NUMBERED:
            draft.drop("informed", informed_key(incident, each, update - UPDATES_KEPT))


def _down_again(draft: Draft, incident: str, end: NoticeKind, customers: Customers) -> None:
    """Those of them who had heard this end now hear that it is down."""
    key = informed_key(incident, end, 0)
    row = draft.state.informed.get(key)
    if row is not None and (again := both(customers, unpack(row.customers))).size:
        row.back = pack(either(unpack(row.back), again))
        draft.put("informed", key, row)


def _over_again(draft: Draft, incident: str, end: NoticeKind, customers: Customers) -> None:
    key = informed_key(incident, end, 0)
    row = draft.state.informed.get(key)
    if row is not None and row.back:
        row.back = pack(minus(unpack(row.back), customers))
        draft.put("informed", key, row)


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
    """What the customers of a merged incident were told counts as told by the survivor.

    For whom one of the two goes on, it goes on.
    """
    on = {end: either(_still(draft.state, survivor, end), _still(draft.state, gone, end)) for end in ENDS}
    rows = [(key, row) for key, row in draft.state.informed.items() if row.incident == gone]
    for key, row in sorted(rows, key=lambda pair: pair[0]):
        draft.drop("informed", key)
        new = survivor + key[len(gone) :]
        other = draft.state.informed.get(new)
        row.incident = survivor
        if other is not None:
            row.customers = pack(either(unpack(other.customers), unpack(row.customers)))
            row.services = pack(either(unpack(other.services), unpack(row.services)))
            row.absent = {**other.absent, **row.absent}
        draft.put("informed", new, row)
    for end, customers in on.items():
        _down_again(draft, survivor, end, customers)


def _still(state: State, incident: str, end: NoticeKind) -> Customers:
    """Who heard of it, and not since of this end."""
    return minus(told(state, incident, "outage"), told_last(state, incident, end))


def renumber(draft: Draft, old: Topology, table: dict[int, int], services: dict[int, int]) -> list[str]:
    """The inventory changed: numbers in all rows follow (old -> new). Who is gone from it is kept by id.

    Returned: the incidents of which somebody had heard who was gone, and is there again.
    """
    found = set[str]()
    for key, row in sorted(draft.state.informed.items()):
        back = set(unpack(row.back).tolist())
        left = {old.customer_ids[n]: n in back for n in unpack(row.customers).tolist() if n not in table}
        row.customers, row.back = renumbered(row.customers, table), renumbered(row.back, table)
        row.services = renumbered(row.services, services)
        if row.absent and _there_again(draft.world.topology, row):
            found.add(row.incident)
        row.absent = {**row.absent, **left}
        draft.put("informed", key, row)
    _renumber_others(draft, table)
    return sorted(found)


def _there_again(topology: Topology, row: InformedRow) -> bool:
    index = topology.customer_index
    there = {name: was_back for name, was_back in row.absent.items() if name in index}
    row.absent = {name: was_back for name, was_back in row.absent.items() if name not in index}
    were_back = [name for name, was_back in there.items() if was_back]
    row.customers = pack(either(unpack(row.customers), _numbers(topology, there)))
    row.back = pack(either(unpack(row.back), _numbers(topology, were_back)))
    return bool(there)


def _numbers(topology: Topology, names: Iterable[str]) -> Customers:
    return np.array(sorted(topology.customer_index[name] for name in names), LAYOUT)


def _renumber_others(draft: Draft, table: dict[int, int]) -> None:
    """Of tickets, and of messages that wait: who is gone is left out."""
    for key, ticket in sorted(draft.state.tickets.items()):
        if ticket.heard_under:
            ticket.heard_under = {number: renumbered(one, table) for number, one in ticket.heard_under.items()}
            draft.put("tickets", key, ticket)
    for key, held in sorted(draft.state.waiting_notices.items()):
        held.audience = renumbered(held.audience, table)
        draft.put("waiting_notices", key, held)
