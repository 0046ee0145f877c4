"""Services by their gates: down when fewer attach points than needed work and are reached by a gateway."""

from collections.abc import Iterable

import numpy as np

from topology.csr import Ints, view
from topology.down import Down, Interval, inside
from topology.graph import Topology

NONE: Ints = np.zeros(0, dtype=np.int32)


def services_down(topology: Topology, fallen: Down) -> Ints:
    """Numbers of the services that worked and do not now, ascending; gates are counted exactly."""
    return gathered(simple_in(topology, fallen.intervals), services_named(topology, fallen))


def services_named(topology: Topology, fallen: Down) -> set[int]:
    """Services that go down though no interval alone tells it: gates closed, ports lost, services that failed."""
    failed = (service for service in fallen.services if worked(topology, service))
    return {*gates_closed(topology, fallen), *ports_lost(topology, fallen), *failed}


def worked(topology: Topology, service: int) -> bool:
    """Whether the service works in the sound network."""
    if topology.places.gated[service]:
        return topology.places.gated_up.item(service) > 0
    return topology.reachable(topology.device_of(topology.demand.service_attach[service][0]))


def gathered(parts: list[Ints], more: Iterable[int]) -> Ints:
    """All of these service numbers, ascending, each once."""
    found = np.concatenate([*parts, np.fromiter(more, np.int32)])
    if len(found) < 2:
        return found
    found.sort()
    first = np.empty(len(found), dtype=np.bool_)  # np.unique and np.diff take ten times as long on the few of a leaf
    first[0] = True
    np.not_equal(found[1:], found[:-1], out=first[1:])
    return found[first]


def simple_in(topology: Topology, intervals: Iterable[Interval]) -> list[Ints]:
    """Services whose only attach point lies in an interval."""
    starts, services = topology.places.simple_starts, topology.places.simple_services
    return [services[starts[low] : starts[high]] for low, high in intervals]


def gated_in(topology: Topology, intervals: Iterable[Interval], ports: Iterable[int]) -> set[int]:
    """Services with several attach points, of which one lies in an interval or is one of the ports."""
    places = topology.places
    touched: set[int] = set()
    for low, high in intervals:
        starts, values = places.gated_at.starts, places.gated_at.values
        touched.update(values[starts[low] : starts[high]])
    for port in ports:
        touched.update(places.port_services[port - topology.first.port])
    return {service for service in touched if places.gated_up.item(service)}


def gates_closed(topology: Topology, fallen: Down) -> list[int]:
    """Services with several attach points that are left with fewer than they need."""
    touched = sorted(gated_in(topology, fallen.intervals, fallen.ports))
    if not touched:
        return []
    services, demand, places = np.array(touched, dtype=np.int32), topology.demand, topology.places
    starts = view(demand.service_attach.starts)
    sizes = starts[services + 1] - starts[services]
    begins = np.cumsum(sizes) - sizes
    points = view(demand.service_attach.values)[np.arange(sizes.sum()) + np.repeat(starts[services] - begins, sizes)]
    ports = points >= topology.first.port
    devices = points.copy()
    devices[ports] = view(topology.plant.port_device)[points[ports] - topology.first.port]
    position = places.position[devices]
    works = (position < places.reached) & ~inside(position, fallen.intervals)
    works[ports] &= ~np.isin(points[ports], fallen.ports)
    left = np.add.reduceat(works, begins, dtype=np.int32)
    closed: list[int] = services[left < view(demand.service_need)[services]].tolist()
    return closed


def working_points(topology: Topology, service: int, fallen: Down) -> list[int]:
    return [point for point in topology.demand.service_attach[service] if point_works(topology, point, fallen)]


def point_works(topology: Topology, point: int, fallen: Down) -> bool:
    if point in fallen.ports:
        return False
    position = position_of(topology, point)
    return position < topology.places.reached and not fallen.holds(position)


def position_of(topology: Topology, point: int) -> int:
    """Where the device of an attach point stands."""
    return topology.places.position.item(topology.device_of(point))


def ports_lost(topology: Topology, fallen: Down) -> list[int]:
    """Services whose only attach point is a port that failed."""
    return [
        service
        for port in fallen.ports
        if topology.reachable(topology.device_of(port))
        for service in topology.places.port_services[port - topology.first.port]
        if not topology.places.gated[service]
    ]


def customers_of(topology: Topology, services: Ints) -> Ints:
    """Numbers of the customers who hold these services, ascending, each once."""
    return gathered([topology.service_customer[services]], ())


def of_several(topology: Topology, services: Ints) -> Ints:
    """Those of these services whose customer has others too."""
    starts, customers = view(topology.demand.customer_services.starts), topology.service_customer[services]
    return services[starts[customers + 1] - starts[customers] > 1]
