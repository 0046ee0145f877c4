"""Which domain decides on which element: regions side by side, and one above them for whatever touches two.

An element touches the regions where it stands, those of what is joined to it directly, and those of what its failure
alone cuts off. One region: that region's domain decides on it. Two, or none that is known: the national one does.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from topology.csr import Csr, view
from topology.down import down_alone
from topology.graph import Topology

NATIONAL = 0
MOST = 32  # domains: a bit each, and each has 3,125 of a day's numbers for outages
Masks = npt.NDArray[np.uint64]


@dataclass(frozen=True, slots=True)
class Domains:
    """`names`: the national one, then the regional ones. `of`: by element, the number of the domain that decides."""

    names: tuple[str, ...]
    of: npt.NDArray[np.uint8]
    touched: Masks  # by element: a bit for each regional domain that it touches

    def number(self, element: int) -> int:
        """NATIONAL for what is no element: the outside, an object that the inventory lacks."""
        return self.of.item(element) if 0 <= element < len(self.of) else NATIONAL

    def name(self, element: int) -> str:
        return self.names[self.number(element)]

    def of_object(self, topology: Topology, name: str) -> str:
        """Where what is said of this object comes in."""
        return self.name(element_of(topology, name))


def element_of(topology: Topology, name: str) -> int:
    """The element of an id or a port (of one that no row names, its device); -1 where the inventory has none."""
    element = topology.find(name)
    if element is None:
        element = topology.find_port(name)
    return -1 if element is None else element


def partition(topology: Topology, names: Sequence[str], regions: Mapping[str, str]) -> Domains:
    """`regions`: region -> name of its domain; one that is not named there is the national domain's. Kept."""
    key = (tuple(names), tuple(sorted(regions.items())))
    known = topology.memo.domains.get(key)
    if known is None:
        known = topology.memo.domains[key] = _partition(topology, tuple(names), regions)
    assert isinstance(known, Domains)
    return known


def _partition(topology: Topology, names: tuple[str, ...], regions: Mapping[str, str]) -> Domains:
    assert 0 < len(names) <= MOST, f"{len(names)} domains, of at most {MOST}"
    first, plant = topology.first, topology.plant
    masks = np.zeros(first.end, dtype=np.uint64)
    sites = _sites(topology, names, regions)
    devices = sites[view(plant.device_site)]
    cut = _cut_off(topology, devices, len(names))
    ends = devices[view(plant.link_devices) - first.device].reshape(-1, 2)
    masks[first.link : first.service] = ends[:, 0] | ends[:, 1] | cut[len(devices) :]
    masks[first.device : first.link] = devices | cut[: len(devices)] | _of_rows(plant.device_links, masks)
    ends = sites[view(plant.span_ends)].reshape(-1, 2)
    masks[first.span : first.device] = ends[:, 0] | ends[:, 1] | _of_rows(plant.span_links, masks)
    masks[first.conduit : first.span] = _of_rows(plant.conduit_spans, masks)
    masks[: first.conduit] = sites | _of_rows(plant.site_devices, masks)
    masks[first.port :] = devices[view(plant.port_device) - first.device] | _of_rows(plant.port_links, masks)
    masks[first.service : first.risk_group] = _of_rows(topology.demand.service_attach, masks)
    masks[first.risk_group : first.port] = _of_rows(plant.group_members, masks)
    for element in _several(topology):
        masks[element] |= _cut_off_together(topology, element, devices)
    alone = (masks != 0) & (masks & (masks - np.uint64(1)) == 0)
    number = np.zeros(len(masks), dtype=np.uint8)
    number[alone] = np.log2(masks[alone].astype(np.float64)).astype(np.uint8)  # exact: powers of two
    for one in (number, masks):
        one.flags.writeable = False
    return Domains(names, number, masks)


def _sites(topology: Topology, names: tuple[str, ...], regions: Mapping[str, str]) -> Masks:
    """By site. A site of no region touches nothing by itself: a customer's is where its line comes from."""
    number = [names.index(regions.get(region, names[NATIONAL])) for region in topology.plant.regions]
    bits = np.array([1 << one for one in number] + [0], dtype=np.uint64)
    found: Masks = bits[view(topology.plant.site_region)]  # -1, no region: the last
    return found


def _cut_off(topology: Topology, devices: Masks, domains: int) -> Masks:
    """By device, then by link: the domains of what its failure alone cuts off."""
    low, high = view(topology.blocks.low)[1:], view(topology.blocks.high)[1:]
    standing = devices[topology.device_at - topology.first.device]
    found = np.zeros(len(low), dtype=np.uint64)
    for number in range(domains):
        bit = np.uint64(1 << number)
        count = np.zeros(len(standing) + 1, dtype=np.int32)
        np.cumsum(standing & bit != 0, out=count[1:])
        found[count[high] > count[low]] |= bit
    return found


def _of_rows(rows: Csr, masks: Masks) -> Masks:
    """By row: all bits of the elements that it lists."""
    starts, values = view(rows.starts), view(rows.values)
    found = np.zeros(len(rows), dtype=np.uint64)
    some = starts[1:] > starts[:-1]
    if some.any():
        found[some] = np.bitwise_or.reduceat(masks[values], starts[:-1][some])
    return found


def _several(topology: Topology) -> list[int]:
    """Elements that take several others along: together these may cut off what none of them does alone."""
    first, plant = topology.first, topology.plant
    found = [site for site in range(first.conduit) if len(plant.site_devices[site]) > 1]
    found += range(first.conduit, first.span)
    found += [span for span in range(first.span, first.device) if len(plant.span_links[span - first.span]) > 1]
    return [*found, *range(first.risk_group, first.port)]


def _cut_off_together(topology: Topology, element: int, devices: Masks) -> np.uint64:
    found = np.uint64(0)
    for low, high in down_alone(topology, element).intervals:
        found |= np.bitwise_or.reduce(devices[topology.device_at[low:high] - topology.first.device])
    return found
