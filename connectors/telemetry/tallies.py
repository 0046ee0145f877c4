"""What stands, counted over all domains, for doors and page."""

from collections.abc import Iterable

import numpy as np

from connectors.ports import Store
from correlator.customers import NOBODY, Customers
from correlator.incidents.unexplained import is_serious
from topology.graph import Topology


def together(sets: Iterable[Customers]) -> Customers:
    """Each once, however many sets hold them; ascending."""
    return np.unique(np.concatenate([NOBODY, *sets]))


def customers(parts: Iterable[tuple[Topology, Customers]]) -> int:
    """How many different ones these are. While an inventory is being replaced domains number them differently."""
    numbered: dict[str, tuple[Topology, Customers]] = {}
    for topology, numbers in parts:
        _, others = numbered.get(topology.hash, (topology, NOBODY))
        numbered[topology.hash] = topology, together((others, numbers))
    if len(numbered) == 1:
        [(_, numbers)] = numbered.values()
        return len(numbers)
    ids: set[str] = set()
    for topology, numbers in numbered.values():
        known = topology.customer_ids
        ids.update(known[one] for one in numbers.tolist() if one < len(known))
    return len(ids)


def unexplained(store: Store, domains: Iterable[str], now_us: int) -> int:
    """Major and critical alarms that stand, are not shelved, and no incident explains. Costs a look at each alarm."""
    loose: set[str] = set()
    explained: set[str] = set()  # one that was handed over is explained elsewhere
    for domain in domains:
        for key, row in store.rows(domain, "alarms"):
            if is_serious(row, now_us):
                (loose if row.incident is None else explained).add(key)
    return len(loose - explained)
