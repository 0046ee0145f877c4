"""Whom a survey asks: so many customers of each product, drawn by a seed that stands in the journal.

The same seed and inventory give the same sample on any machine. Only who can be reached is drawn, nobody twice, and who
was asked by the survey before only where too few others are left.
"""

from collections.abc import Container, Iterator, Sequence
from hashlib import sha256

import numpy as np

from topology.graph import PRODUCTS, Topology

TRIES = 50  # for each customer that is wanted: enough to find nearly everyone in a small town


def draw(
    topology: Topology, seed: str, size: int, never: Container[str], rests: Container[str]
) -> dict[str, list[str]]:
    """Product -> ids of customers. `never`: these are not asked; `rests`: these only where others are too few."""
    found: dict[str, list[str]] = {}
    taken: set[str] = set()
    for product, customers in reachable(topology):
        drawn: dict[str, None] = {}
        for tired in (False, True):
            for number in order(f"{seed}\x1f{product}\x1f{tired}", customers, size):
                name = topology.customer_ids[number]
                if len(drawn) < size and name not in never and name not in taken and (tired or name not in rests):
                    drawn[name] = None
        if drawn:
            found[product] = sorted(drawn)
            taken.update(drawn)
    return found


def order(seed: str, customers: Sequence[int], size: int) -> Iterator[int]:
    """Of few, all of them in an order that the seed makes; of many, enough that it draws among them."""

    def lot(what: int) -> int:
        return int.from_bytes(sha256(f"{seed}\x1f{what}".encode()).digest()[:8], "big")

    if len(customers) <= TRIES * size:
        yield from (customers[place] for place in sorted(range(len(customers)), key=lambda place: (lot(place), place)))
    else:
        yield from (customers[lot(number) % len(customers)] for number in range(TRIES * size))


def reachable(topology: Topology) -> Iterator[tuple[str, Sequence[int]]]:
    """Of each product, the numbers of its customers who have a telephone or a mail address; where nobody has any, of
    all: they are asked in the portal."""
    demand = topology.demand
    codes = np.frombuffer(demand.service_product.codes, np.uint8)
    owners = np.asarray(demand.service_customer)
    contact = np.frombuffer(demand.has_phone, np.uint8) | np.frombuffer(demand.has_email, np.uint8)
    for place, product in enumerate(PRODUCTS):
        customers = np.unique(owners[codes == place])
        customers = customers[customers >= 0]
        if customers.size:
            known = customers[contact[customers] != 0]
            yield product, (known if known.size else customers).tolist()
