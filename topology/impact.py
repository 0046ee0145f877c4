"""What a failure does: who is cut off, which links stop, which services and customers are down, what it would show.

Exact for joint failures: two halves of a ring, both routes of a protected link, two legs of a gate.
"""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from topology.csr import Ints
from topology.failure import expand, killed_vertices, stopped_links
from topology.graph import Topology

Intervals = tuple[tuple[int, int], ...]
BEYOND = 2**31  # greater than any position
NONE: Ints = np.zeros(0, dtype=np.int32)


@dataclass(frozen=True, slots=True)
class Down:
    """What does not work while `failed` have failed together. Devices that no gateway ever reached are left out."""

    failed: tuple[int, ...]
    intervals: Intervals  # of device positions, disjoint, ascending: cut off or failed
    links: tuple[int, ...]  # that do not work; one that is merely cut off does
    degraded: tuple[int, ...]  # protected links that lost a route and still work
    ports: tuple[int, ...]  # failed themselves, or as members of a group
    sites: tuple[int, ...]
    services: tuple[int, ...]  # service numbers; failed themselves, as the ports

    def holds(self, position: int) -> bool:
        """Whether the device at this position is cut off or failed."""
        place = bisect_right(self.intervals, (position, BEYOND)) - 1
        return place >= 0 and position < self.intervals[place][1]


@dataclass(frozen=True, slots=True)
class Prediction:
    """What one element's failure would let the observables say."""

    down: Down
    links: tuple[int, ...]  # stopped, and an end that is still reached would speak of it
    polled: int  # devices down that a poller watches
    onts: tuple[int, ...]  # positions of ONTs down whose speaker is still reached
    degraded: tuple[int, ...]
    services: tuple[int, ...]  # service numbers that go down though no interval alone tells it


def down(topology: Topology, failed: Iterable[int]) -> Down:
    """Exact for any set of elements; it costs what they touch."""
    named = tuple(sorted(set(failed)))
    broken = expand(topology, named)
    stopped, degraded = stopped_links(topology, broken)
    vertices = killed_vertices(topology, broken, stopped)
    return Down(
        failed=named,
        intervals=cut_off(topology, vertices),
        links=tuple(sorted(stopped)),
        degraded=tuple(sorted(degraded)),
        ports=tuple(sorted(broken.ports)),
        sites=tuple(sorted(broken.sites)),
        services=tuple(sorted(service - topology.first.service for service in broken.services)),
    )


def cut_off(topology: Topology, killed: Sequence[int]) -> Intervals:
    """Positions that these vertices cut off: each what is below it, and what several of one block cut off together."""
    blocks = topology.blocks
    found = [(blocks.low[vertex], blocks.high[vertex]) for vertex in killed]
    if len(killed) > 1:
        shared: dict[int, list[int]] = {}
        for vertex in killed:
            if blocks.block[vertex] >= 0:
                shared.setdefault(blocks.block[vertex], []).append(vertex)
        for block, members in shared.items():
            if len(members) > 1:
                found += [(blocks.low[vertex], blocks.high[vertex]) for vertex in blocks.fallen(block, members)]
    return merged(found)


def merged(found: Iterable[tuple[int, int]]) -> Intervals:
    made: list[tuple[int, int]] = []
    for low, high in sorted(found):
        if low >= high:
            continue
        if made and low <= made[-1][1]:
            if high > made[-1][1]:
                made[-1] = (made[-1][0], high)
        else:
            made.append((low, high))
    return tuple(made)


def inside(values: Ints, intervals: Intervals) -> npt.NDArray[np.bool_]:
    """Which of the positions lie in an interval."""
    edges = np.array(intervals, dtype=np.int32).reshape(-1)
    within: npt.NDArray[np.bool_] = np.searchsorted(edges, values, side="right") % 2 == 1
    return within


def prediction(topology: Topology, element: int) -> Prediction:
    """Of one element's failure; worked out once."""
    known = topology.memo.predictions.get(element)
    if known is None:
        known = topology.memo.predictions[element] = predict(topology, down(topology, (element,)))
    assert isinstance(known, Prediction)
    return known


def predict(topology: Topology, fallen: Down) -> Prediction:
    prefix = topology.polled_prefix
    return Prediction(
        down=fallen,
        links=tuple(link for link in fallen.links if told(topology, link, fallen)),
        polled=sum(int(prefix[high] - prefix[low]) for low, high in fallen.intervals),
        onts=onts_told(topology, fallen.intervals),
        degraded=fallen.degraded,
        services=tuple(sorted({*gates_closed(topology, fallen), *ports_lost(topology, fallen), *fallen.services})),
    )


def told(topology: Topology, link: int, fallen: Down) -> bool:
    """Whether an end of a stopped link is still reached by a gateway and speaks."""
    for device in topology.ends(link):
        position = topology.places.position.item(device)
        if position < topology.places.reached and not fallen.holds(position) and topology.role_of(device) != "splitter":
            return True
    return False


def onts_told(topology: Topology, intervals: Intervals) -> tuple[int, ...]:
    """ONTs in the intervals whose speaker stands outside them: the others have nobody left to tell of them."""
    places = topology.places
    found: list[int] = []
    for low, high in intervals:
        begin, end = np.searchsorted(places.ont_positions, (low, high))
        onts = places.ont_positions[begin:end]
        speakers = places.speaker[onts]
        onts, speakers = onts[speakers >= 0], speakers[speakers >= 0]
        found += onts[~inside(places.position[speakers], intervals)].tolist()
    return tuple(found)


def services_down(topology: Topology, fallen: Down) -> Ints:
    """Numbers of the services that worked and do not now, ascending; gates are counted exactly."""
    places = topology.places
    parts = [
        places.simple_services[places.simple_starts[low] : places.simple_starts[high]] for low, high in fallen.intervals
    ]
    more = {*gates_closed(topology, fallen), *ports_lost(topology, fallen), *fallen.services}
    if more:
        parts.append(np.fromiter(more, np.int32, len(more)))
    if not parts:
        return NONE
    return np.unique(np.concatenate(parts)) if len(parts) > 1 else np.sort(parts[0])


def gates_closed(topology: Topology, fallen: Down) -> list[int]:
    """Services with several attach points that are left with fewer than they need."""
    places = topology.places
    touched: set[int] = set()
    for low, high in fallen.intervals:
        starts, values = places.gated_at.starts, places.gated_at.values
        touched.update(values[starts[low] : starts[high]])
    for port in fallen.ports:
        touched.update(places.port_services[port - topology.first.port])
    return [service for service in touched if gate_shut(topology, service, fallen)]


def gate_shut(topology: Topology, service: int, fallen: Down) -> bool:
    if not topology.places.gated_up.item(service):
        return False
    return working_points(topology, service, fallen) < topology.service_need(service)


def working_points(topology: Topology, service: int, fallen: Down) -> int:
    return sum(point_works(topology, point, fallen) for point in topology.demand.service_attach[service])


def point_works(topology: Topology, point: int, fallen: Down) -> bool:
    if point in fallen.ports:
        return False
    position = topology.places.position.item(topology.device_of(point))
    return position < topology.places.reached and not fallen.holds(position)


def ports_lost(topology: Topology, fallen: Down) -> list[int]:
    """Services whose only attach point is a port that failed."""
    demand, first = topology.demand, topology.first
    return [
        service
        for port in fallen.ports
        if topology.reachable(topology.device_of(port))
        for service in topology.places.port_services[port - first.port]
        if len(demand.service_attach[service]) == 1 and demand.service_need[service] == 1
    ]


def customers_of(topology: Topology, services: Ints) -> Ints:
    """Numbers of the customers who hold these services, ascending, each once."""
    return np.unique(topology.service_customer[services])


def customers_below(topology: Topology, element: int) -> int:
    """Customers with at least one service that this element's failure alone takes down; worked out once."""
    known = topology.memo.below.get(element)
    if known is None:
        services = services_down(topology, prediction(topology, element).down)
        known = topology.memo.below[element] = len(customers_of(topology, services))
    return known
