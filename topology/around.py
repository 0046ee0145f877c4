"""Who is joined to a device: the few links that lead on, and the leaves below it, which may be thousands."""

from dataclasses import dataclass

import numpy as np

from topology.csr import Ints, view
from topology.graph import ROLES, Topology
from topology.model import Role

AT_HOME: tuple[Role, ...] = ("ont", "cpe")  # a customer's own
LEAVES: tuple[Role, ...] = ("splitter", *AT_HOME)  # what hangs at an access node, and says nothing of its links
_LEAF = np.array([role in LEAVES for role in ROLES])


def leaf_at(topology: Topology) -> bytes:
    """By link, counted from the first: 1 where a leaf is at one of its ends."""
    ends = view(topology.plant.link_devices).reshape(-1, 2) - topology.first.device
    return _LEAF[np.frombuffer(topology.plant.device_role.codes, np.uint8)[ends]].any(axis=1).tobytes()


@dataclass(frozen=True, slots=True)
class Around:
    """`trunks`: (link, the device at its other end), of devices that are no leaves; `leaves`: devices."""

    trunks: tuple[tuple[int, int], ...]
    leaves: frozenset[int]


def around(topology: Topology, device: int) -> Around:
    """Worked out once a device: an access node of a thousand lines is asked for at each solve of a storm."""
    known = topology.memo.around.get(device)
    if known is None:
        known = topology.memo.around[device] = _around(topology, device)
    assert isinstance(known, Around)
    return known


def _around(topology: Topology, device: int) -> Around:
    first, plant = topology.first, topology.plant
    links: Ints = view(topology.plant.device_links[device - first.device])
    ends = view(plant.link_devices).reshape(-1, 2)[links - first.link]
    others = ends.sum(axis=1) - device  # a link to itself leads to itself
    leaf = _LEAF[np.frombuffer(plant.device_role.codes, np.uint8)[others - first.device]]
    trunks = zip(links[~leaf].tolist(), others[~leaf].tolist(), strict=True)
    return Around(tuple(trunks), frozenset(others[leaf].tolist()))


def places_in(topology: Topology, region: str | None) -> Ints:
    """The positions of the devices of a region; worked out once."""
    known = topology.memo.regions.get(region)
    if known is None:
        devices, region_of = topology.device_at.tolist(), topology.region_of
        inside = [place for place, one in enumerate(devices) if region_of(one) == region]
        known = topology.memo.regions[region] = np.array(inside, dtype=np.int32)
    assert isinstance(known, np.ndarray)
    return known


def polled_in(topology: Topology, region: str | None) -> Ints:
    """Of these, where a device stands that a poller may ask; worked out once."""
    asked = "polled", region
    known = topology.memo.regions.get(asked)
    if known is None:
        inside = places_in(topology, region)
        known = topology.memo.regions[asked] = inside[np.diff(topology.polled_prefix)[inside] > 0]
    assert isinstance(known, np.ndarray)
    return known


def card_named(topology: Topology, name: str) -> int | None:
    """The device of which this names a card, as `AGG-1/xe-5` where it has ports `AGG-1/xe-5/0` and so on."""
    device = topology.find_port(name)
    if device is None:
        return None
    ports = (topology.ids[port] for link in topology.links_of(device) for port in topology.ports_of(link))
    return device if any(port.startswith((f"{name}/", f"{name}.", f"{name}:")) for port in ports) else None
