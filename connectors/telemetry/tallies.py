"""What stands, counted over all domains, for doors and page."""

from collections.abc import Iterable, Iterator, Sequence

import numpy as np

from connectors.ports import Listing, Store
from correlator.customers import NOBODY, Customers
from correlator.incidents.unexplained import is_serious
from correlator.rows.incidents import AlarmRow
from topology.graph import Topology

AT_ONCE = 500  # rows
LOOSE, DOUBTFUL = Listing("alarms", "loose"), Listing("alarms", "doubtful")


def together(sets: Iterable[Customers]) -> Customers:
    """Each once, however many sets hold them; ascending."""
    return np.unique(np.concatenate([NOBODY, *sets]))


def customers(parts: Iterable[tuple[Topology, Customers]]) -> int:
    """How many different ones these are. While an inventory is being replaced domains number them differently."""
    numbered: dict[str, tuple[Topology, list[Customers]]] = {}
    for topology, numbers in parts:
        numbered.setdefault(topology.hash, (topology, []))[1].append(numbers)
    if len(numbered) == 1:
        [(_, sets)] = numbered.values()
        return len(together(sets))
    ids: set[str] = set()
    for topology, sets in numbered.values():
        known = topology.customer_ids
        ids.update(known[one] for one in together(sets).tolist() if one < len(known))
    return len(ids)


def unexplained(store: Store, domains: Sequence[str], now_us: int) -> int:
    """Major and critical alarms that stand, are not shelved, and no incident explains. Costs a count, and a look at
    those that are in doubt: they may be shelved no more, or explained by a domain that they were handed to."""
    rows = {key: row for domain in domains for key, row in _doubtful(store, domain) if is_serious(row, now_us)}
    told = store.holders(domains, [("alarms", key) for key, row in rows.items() if row.handed])
    elsewhere = sum(_is_told(store, held.live, key) for (_, key), held in told.items())
    return len(rows) - elsewhere + sum(store.counted(domain, LOOSE) for domain in domains)


def _doubtful(store: Store, domain: str) -> Iterator[tuple[str, AlarmRow]]:
    below = None
    while found := store.listed(domain, DOUBTFUL, below, AT_ONCE):
        yield from ((place.key, row) for place, row in found)
        below = found[-1][0]


def _is_told(store: Store, domains: Sequence[str], key: str) -> bool:
    """By a domain that it was handed to: it counts there, or is explained."""
    rows = (store.row(domain, "alarms", key) for domain in domains)
    return any(row is not None and row.active and not row.handed for row in rows)
