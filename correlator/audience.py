"""Sets of customers as sorted int32 arrays, and who was told what (one row per incident, kind and update)."""

import numpy as np
import numpy.typing as npt

from correlator.effects import NoticeKind
from correlator.rows.service_desk import ToldRow
from correlator.state import Draft, State

Customers = npt.NDArray[np.int32]
LAYOUT = np.dtype("<i4")
UPDATES_KEPT = 12  # of an outage: older ones are over, nobody is told them again
NOBODY: Customers = np.empty(0, LAYOUT)


def unpack(packed: bytes) -> Customers:
    return np.frombuffer(packed, LAYOUT)


def pack(customers: Customers) -> bytes:
    return customers.astype(LAYOUT, copy=False).tobytes()


def minus(some: Customers, others: Customers) -> Customers:
    """Those of some that are not among the others; both ascending, each once."""
    if some.size == 0 or others.size == 0:
        return some
    return np.setdiff1d(some, others, assume_unique=True)


def both(some: Customers, others: Customers) -> Customers:
    if some.size == 0 or others.size == 0:
        return NOBODY
    return np.intersect1d(some, others, assume_unique=True)


def either(some: Customers, others: Customers) -> Customers:
    """Mostly the others are among the first; numpy's own union takes a millisecond for each 100,000."""
    more = minus(others, some)
    if more.size == 0 or some.size == 0:
        return some if some.size else others
    joined = np.concatenate((some, more))
    joined.sort(kind="stable")
    return joined


# Who was told


def told_key(incident: str, kind: NoticeKind, update: int) -> str:
    return f"{incident}\x1f{kind}\x1f{update}"


def told(state: State, incident: str, kind: NoticeKind, update: int = 0) -> Customers:
    row = state.told.get(told_key(incident, kind, update))
    return NOBODY if row is None else unpack(row.customers)


def tell(draft: Draft, incident: str, kind: NoticeKind, update: int, customers: Customers) -> None:
    """Write down that these were told."""
    everyone = either(told(draft.state, incident, kind, update), customers)
    draft.put("told", told_key(incident, kind, update), ToldRow(incident, kind, update, pack(everyone)))
    if kind == "update":
        draft.drop("told", told_key(incident, kind, update - UPDATES_KEPT))


def told_one_key(incident: str, kind: NoticeKind, update: int, customer: str) -> str:
    """A single message about an outage (ack, question) has a row of its own, so that it costs what it says."""
    return f"{incident}\x1f{kind}\x1f{update}\x1f{customer}"


def merge_told(draft: Draft, survivor: str, gone: str) -> None:
    """What the customers of a merged incident were told counts as told by the survivor."""
    rows = [(key, row) for key, row in draft.state.told.items() if row.incident == gone]
    for key, row in sorted(rows, key=lambda pair: pair[0]):
        draft.drop("told", key)
        new = survivor + key[len(gone) :]
        other = draft.state.told.get(new)
        row.incident = survivor
        if other is not None:
            row.customers = pack(either(unpack(other.customers), unpack(row.customers)))
        draft.put("told", new, row)


def renumber(draft: Draft, table: dict[int, int]) -> None:
    """The inventory changed: customer numbers in all rows follow (old -> new); who is gone from it is left out."""
    for key, row in sorted(draft.state.told.items()):
        row.customers = renumbered(row.customers, table)
        draft.put("told", key, row)
    for key, held in sorted(draft.state.held.items()):
        held.audience = renumbered(held.audience, table)
        draft.put("held", key, held)


def renumbered(packed: bytes, table: dict[int, int]) -> bytes:
    new = sorted(table[number] for number in unpack(packed).tolist() if number in table)
    return pack(np.array(new, LAYOUT))
