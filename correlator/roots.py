"""What a root is called, and what kind of thing that is: an element of the inventory, a port of it, or the outside."""

from topology.domains import element_of
from topology.graph import Topology

EXTERNAL = "external"  # the cause is outside the network


def is_known(topology: Topology, name: str) -> bool:
    """A person may name it as a root."""
    return name == EXTERNAL or element_of(topology, name) >= 0


def kind_of(topology: Topology, name: str) -> str:
    """As the contract calls it; `device` for what the inventory in force lacks."""
    if name == EXTERNAL:
        return EXTERNAL
    element = topology.find(name)
    if element is not None:
        return topology.kind_of(element)
    return "port" if topology.find_port(name) is not None else "device"


def tier_of(topology: Topology, name: str) -> str | None:
    """Of a port that no row names, its device's; None where there is none."""
    element = element_of(topology, name)
    return topology.tier_of(element) if element >= 0 else None
