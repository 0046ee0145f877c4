"""What a reader asks of the inventory besides names: the site of a device, who is at the far end of a link."""

from collections.abc import Sequence
from typing import NamedTuple, Protocol

from connectors.ports import Resolver
from topology.graph import Topology


class Places(Protocol):
    """Ids in, ids out; None where the inventory does not say, or says two things."""

    def is_device(self, name: str) -> bool: ...

    def site_of(self, device: str) -> str | None: ...

    def port_toward(self, device: str, neighbor: str) -> str | None:
        """The port of `device` on the one link between the two; None where they share none, or several."""


class TopologyPlaces:
    """Implements `Places` over a compiled topology."""

    def __init__(self, topology: Topology) -> None:
        self._topology = topology

    def is_device(self, name: str) -> bool:
        return self._device(name) is not None

    def site_of(self, device: str) -> str | None:
        element = self._device(device)
        return None if element is None else self._topology.ids[self._topology.site_of(element)]

    def port_toward(self, device: str, neighbor: str) -> str | None:
        here, there = self._device(device), self._device(neighbor)
        if here is None or there is None or here == there:
            return None
        shared = [link for link in self._topology.links_of(here) if there in self._topology.ends(link)]
        if len(shared) != 1:
            return None
        end = self._topology.ends(shared[0]).index(here)
        return self._topology.ids[self._topology.ports_of(shared[0])[end]]

    def _device(self, name: str) -> int | None:
        element = self._topology.find(name)
        return element if element is not None and self._topology.is_device(element) else None


class NoPlaces:
    """The memory twin: an inventory that says nothing."""

    def is_device(self, name: str) -> bool:  # noqa: ARG002  # the port's shape
        return False

    def site_of(self, device: str) -> str | None:  # noqa: ARG002  # the port's shape
        return None

    def port_toward(self, device: str, neighbor: str) -> str | None:  # noqa: ARG002  # the port's shape
        return None


class Subject(NamedTuple):
    """What an alarm is on, and whether the inventory has it. `event`: it tells of no state of the object."""

    id: str
    known: bool
    event: bool = False


def port_named(
    resolver: Resolver, device: str, names: Sequence[str], *, known: bool, up_us: int | None = None
) -> tuple[str, bool]:
    """Routers name a port in up to three ways and inventories in one: the name that the inventory lists, else the
    first, since any port of a known device exists; it then counts as unresolved (the second): the inventory may mean
    another. `known`: the device is; `up_us`: for how long it says it has been up."""
    listed, first = resolver.listed_port(device, names, up_us), f"{device}/{names[0]}"
    if listed is None and known:
        resolver.object_named(first)  # which notes it, for whoever mends the inventory
    return listed or first, listed is not None


def lost_neighbor(resolver: Resolver, places: Places, device: str, names: Sequence[str], *, known: bool) -> Subject:
    """By the neighbor's names, the best first: the port of the one link to it. A neighbor of the inventory that several
    links or none join to the device tells of no port, hence of nothing that is down: an event. A stranger (a transit, a
    customer's router) is at a port that no row names. `known`: the device is."""
    found = (resolver.device_at(name) for name in names)
    neighbor = next((one for one in found if one is not None), None)
    if neighbor is None or not known:
        return Subject(f"{device}/neighbor-{names[0]}", known)
    port = places.port_toward(device, neighbor)
    return Subject(port or device, True, event=port is None)
