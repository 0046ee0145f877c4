"""What a failure does and what it would show: who is cut off, which services and customers are down or at risk.

Exact for joint failures: two halves of a ring, both routes of a protected link, two legs of a gate.
"""

from topology.down import Down, down, down_alone
from topology.gates import customers_of, of_several, services_down
from topology.graph import Topology
from topology.predict import Prediction, prediction
from topology.risk import newly_at_risk, services_at_risk

__all__ = [
    "Down",
    "Prediction",
    "customers_below",
    "customers_of",
    "down",
    "newly_at_risk",
    "of_several",
    "prediction",
    "services_at_risk",
    "services_down",
]


SHARED = 2  # customers at one port: no line of somebody's own
FEEDS = 8


def is_feeder(topology: Topology, element: int) -> bool:
    """A port at which no link ends and many customers hang: a PON, of whose fibre and splitters no row tells."""
    return _hang_at(topology, element) >= FEEDS


def is_shared(topology: Topology, element: int) -> bool:
    """A port at which no link ends and several customers hang, as at a sector of a base station."""
    return _hang_at(topology, element) >= SHARED


def _hang_at(topology: Topology, element: int) -> int:
    """Customers at a port at which no link ends; none at anything else."""
    if not 0 <= element < len(topology.ids) or topology.kind_of(element) != "port" or topology.link_of(element) >= 0:
        return 0
    return customers_below(topology, element)


def customers_below(topology: Topology, element: int) -> int:
    """Customers with at least one service that this element's failure alone takes down; worked out once."""
    known = topology.memo.below.get(element)
    if known is None:
        services = services_down(topology, down_alone(topology, element))
        known = topology.memo.below[element] = len(customers_of(topology, services))
    return known
