"""Who was told what about an outage (one row an incident, kind and update), so that nobody is told twice."""

from correlator.customers import NOBODY, Customers, either, pack, renumbered, unpack
from correlator.effects import NoticeKind
from correlator.rows.service_desk import InformedRow
from correlator.state import Draft, State

UPDATES_KEPT = 12  # of an outage: older ones are over, nobody is told them again


def informed_key(incident: str, kind: NoticeKind, update: int) -> str:
    return f"{incident}\x1f{kind}\x1f{update}"


def told(state: State, incident: str, kind: NoticeKind, update: int = 0) -> Customers:
    row = state.informed.get(informed_key(incident, kind, update))
    return NOBODY if row is None else unpack(row.customers)


def tell(draft: Draft, incident: str, kind: NoticeKind, update: int, customers: Customers) -> None:
    """Write down that these were told."""
    everyone = either(told(draft.state, incident, kind, update), customers)
    draft.put("informed", informed_key(incident, kind, update), InformedRow(incident, kind, update, pack(everyone)))
    if kind == "update":
        draft.drop("informed", informed_key(incident, kind, update - UPDATES_KEPT))


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
        draft.put("informed", new, row)


def renumber(draft: Draft, table: dict[int, int]) -> None:
    """The inventory changed: customer numbers in all rows follow (old -> new); who is gone from it is left out."""
    for key, row in sorted(draft.state.informed.items()):
        row.customers = renumbered(row.customers, table)
        draft.put("informed", key, row)
    for key, held in sorted(draft.state.waiting_notices.items()):
        held.audience = renumbered(held.audience, table)
        draft.put("waiting_notices", key, held)
