"""Sets of customers: their numbers in the inventory in force, as sorted int32 arrays, and packed as rows hold them.

And of which kinds one is.
"""

import numpy as np
import numpy.typing as npt

from correlator.policy.care import CustomerKind
from topology.graph import Topology

Customers = npt.NDArray[np.int32]
Services = npt.NDArray[np.int32]  # of customers, kept in the same way
LAYOUT = np.dtype("<i4")
NOBODY: Customers = np.empty(0, LAYOUT)


def unpack(packed: bytes) -> Customers:
    return np.frombuffer(packed, LAYOUT)


def pack(customers: Customers) -> bytes:
    return customers.astype(LAYOUT, copy=False).tobytes()


def holds(ascending: Customers, number: int) -> bool:
    place = int(np.searchsorted(ascending, number))
    return place < len(ascending) and int(ascending[place]) == number


def minus(some: Customers, others: Customers) -> Customers:
    """Those of some that are not among the others; both ascending, each once."""
    if some.size == 0 or others.size == 0:
        return some
    if np.array_equal(some, others):  # as a rule nothing has changed
        return NOBODY
    return some[~_among(some, others)]


def both(some: Customers, others: Customers) -> Customers:
    if some.size == 0 or others.size == 0:
        return NOBODY
    return some[_among(some, others)]


def _among(some: Customers, others: Customers) -> npt.NDArray[np.bool_]:
    """Which of some are among the others, of whom there is one at least; numpy's own sets sort both anew."""
    places = others.searchsorted(some)
    places[places == others.size] = 0
    among: npt.NDArray[np.bool_] = others[places] == some
    return among


def either(some: Customers, others: Customers) -> Customers:
    """Mostly the others are among the first; numpy's own union takes a millisecond for each 100,000."""
    more = minus(others, some)
    if more.size == 0 or some.size == 0:
        return some if some.size else others
    joined = np.concatenate((some, more))
    joined.sort(kind="stable")
    return joined


def renumbered(packed: bytes, table: dict[int, int]) -> bytes:
    new = sorted(table[number] for number in unpack(packed).tolist() if number in table)
    return pack(np.array(new, LAYOUT))


def kinds_of(topology: Topology, customer: int) -> list[CustomerKind]:
    """As policies name them: by their segment, and whether they are strategic."""
    kinds: list[CustomerKind] = [topology.customer_segment[customer]]
    return ["strategic", *kinds] if topology.customer_strategic[customer] else kinds
