"""What an inventory's owner should know before anything fails: single points of failure, services without a second
way, elements that no alarm can tell apart.

The work is bounded: what is told of everything is told by whole arrays; exact answers are worked out for the largest.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from topology.cover import cuts_off, equivalents, fails_service, holders, joint_cuts, kills, with_groups
from topology.csr import Ints, view
from topology.graph import LINK, PORT, SERVICE, Topology
from topology.impact import customers_below

Counts = npt.NDArray[np.int64]

SHOWN = 20  # single points, and groups
TRIED = 5_000  # elements whose class is worked out, gates that are opened
SMALL = (LINK, PORT, SERVICE)
HEAVIEST = 400  # vertices of the graph whose killers are weighed exactly


@dataclass(frozen=True, slots=True)
class SinglePoint:
    """Elements that no evidence can tell apart, each of which alone takes these customers down."""

    elements: tuple[int, ...]
    customers: int


@dataclass(frozen=True, slots=True)
class Survey:
    single_points: tuple[SinglePoint, ...]  # those with most customers, at most `shown`
    without_redundancy: Ints  # service numbers, ascending
    gates_left: int  # services with several attach points that were not looked at
    alike: tuple[tuple[int, ...], ...]  # at most `shown`, the highest tier first
    alike_found: int  # among `looked_at`
    looked_at: int
    looked_of: int


def survey(topology: Topology, shown: int = SHOWN, tried: int = TRIED) -> Survey:
    """`shown` limits what is listed, `tried` the elements and gates that are worked out one by one."""
    alone, gates_left = without_redundancy(topology, tried)
    order = by_tier(topology)
    found = alike(topology, order[:tried].tolist())
    return Survey(
        single_points=tuple(single_points(topology, shown, tried)),
        without_redundancy=alone,
        gates_left=gates_left,
        alike=tuple(found[:shown]),
        alike_found=len(found),
        looked_at=min(tried, len(order)),
        looked_of=len(order),
    )


def single_points(topology: Topology, shown: int, tried: int) -> list[SinglePoint]:
    """The classes of elements that alone take down most customers, two at least; by number, then by name."""
    weighed: dict[tuple[int, ...], int] = {}
    for element in sorted(heaviest(topology, tried)):
        members = equivalents(topology, element)
        if members not in weighed:
            weighed[members] = customers_below(topology, members[0])
    ranked = sorted(weighed.items(), key=lambda pair: (-pair[1], topology.ids[pair[0][0]]))
    return [SinglePoint(members, customers) for members, customers in ranked[:shown] if customers > 1]


def heaviest(topology: Topology, tried: int) -> set[int]:
    """Elements that may take most customers down: a bounded choice of each sort, to be weighed exactly."""
    blocks, base = topology.blocks, topology.first.device - 1
    starts = topology.places.simple_starts
    below = starts[view(blocks.high)] - starts[view(blocks.low)]
    below[0] = 0  # the outside is no element
    chosen = np.argsort(-below, kind="stable")[:HEAVIEST]
    found: set[int] = set()
    for vertex in chosen[below[chosen] > 0].tolist():
        found.add(vertex + base)
        found |= kills(topology, vertex)
    found.update(heaviest_sites(topology, below), heaviest_together(topology, below), heaviest_gates(topology, tried))
    return {element for element in found if topology.kind[element] != SERVICE}


def heaviest_together(topology: Topology, below: Counts) -> list[int]:
    """Ducts, sites and groups that cut off what leans on several things, by the services there."""
    weight: Counter[int] = Counter()
    for block in range(len(topology.blocks.starts) - 1):
        for vertex, elements in joint_cuts(topology, block).items():
            weight.update(dict.fromkeys(elements, below.item(vertex)))
    return [element for element, _ in weight.most_common(HEAVIEST)]


def heaviest_gates(topology: Topology, tried: int) -> list[int]:
    """Elements by the services with several attach points that they alone take down, and ports by their services."""
    ports = np.diff(view(topology.places.port_services.starts))
    chosen = np.argsort(-ports, kind="stable")[:HEAVIEST]
    weight = Counter({port + topology.first.port: ports.item(port) for port in chosen.tolist()})
    for service in working_gates(topology)[:tried].tolist():
        weight.update(fails_service(topology, service))
    return [element for element, _ in weight.most_common(HEAVIEST)]


def heaviest_sites(topology: Topology, below: Counts) -> Iterable[int]:
    """Sites by the services below all of their devices together, the groups that hold them, and the largest groups."""
    site_of = view(topology.plant.device_site)
    weight = np.bincount(site_of, below[1 : len(site_of) + 1], minlength=topology.first.conduit)
    chosen = np.argsort(-weight, kind="stable")[:HEAVIEST]
    members = np.diff(view(topology.plant.group_members.starts))
    largest = np.argsort(-members, kind="stable")[:HEAVIEST] + topology.first.risk_group
    return with_groups(topology, chosen[weight[chosen] > 0].tolist()).union(largest.tolist())


def without_redundancy(topology: Topology, tried: int) -> tuple[Ints, int]:
    """(services that a single element takes down besides the service itself and its own ends, gates not looked at)."""
    places = topology.places
    above = view(topology.blocks.head)[places.device_at - topology.first.device + 1]
    hanging = places.simple_services[np.repeat(above > 0, np.diff(places.simple_starts))]  # below another vertex
    meshed = [service for position in np.flatnonzero(above == 0).tolist() for service in leaning(topology, position)]
    gates = working_gates(topology)
    shut = [service for service in gates[:tried].tolist() if leans_on_one(topology, service)]
    found = np.concatenate([hanging, np.array(meshed + shut, dtype=np.int32)])
    return np.sort(found), max(0, len(gates) - tried)


def leaning(topology: Topology, position: int) -> list[int]:
    """Services with one attach point at a device that no single vertex cuts off, but a duct or a group may."""
    places = topology.places
    device = places.device_at.item(position)
    services = places.simple_services[places.simple_starts[position] : places.simple_starts[position + 1]]
    if not len(services) or holders(topology, device).issuperset(cuts_off(topology, device)):
        return []
    return [service for service in services.tolist() if leans_on_one(topology, service)]


def working_gates(topology: Topology) -> Counts:
    """Numbers of the services with several attach points that work."""
    return np.flatnonzero((np.frombuffer(topology.places.gated, np.uint8) == 1) & (topology.places.gated_up > 0))


def leans_on_one(topology: Topology, service: int) -> bool:
    own = with_groups(topology, (topology.first.service + service,))
    for point in topology.demand.service_attach[service]:
        own |= holders(topology, topology.device_of(point))
        own |= with_groups(topology, (point,))
    return not own.issuperset(fails_service(topology, service))


def by_tier(topology: Topology) -> Ints:
    """Elements worth telling apart, the highest tier first: a link and its ports never are, nor a service."""
    kinds = np.frombuffer(topology.kind, np.uint8)
    tiers = np.frombuffer(topology.tier, np.uint8)
    elements = np.flatnonzero(~np.isin(kinds, SMALL))
    order = np.argsort(tiers[elements], kind="stable")
    return elements[order].astype(np.int32)


def alike(topology: Topology, elements: Iterable[int]) -> list[tuple[int, ...]]:
    """Classes of two or more things other than links, ports and services, in the order given."""
    found: dict[tuple[int, ...], None] = {}
    for element in elements:
        members = equivalents(topology, element)
        if sum(topology.kind[member] not in SMALL for member in members) > 1:
            found.setdefault(members)
    return list(found)
