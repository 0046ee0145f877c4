"""What stops when elements fail: a site takes its devices, a conduit its spans, a group all of its members."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from topology.graph import CONDUIT, DEVICE, LINK, PORT, RISK_GROUP, SERVICE, SITE, SPAN, SPLITTER, Topology


@dataclass(slots=True)
class Broken:
    """Elements that fail themselves, by kind. Links only those named, not those that stop in consequence."""

    sites: set[int] = field(default_factory=set)
    spans: set[int] = field(default_factory=set)
    devices: set[int] = field(default_factory=set)
    ports: set[int] = field(default_factory=set)
    links: set[int] = field(default_factory=set)
    services: set[int] = field(default_factory=set)  # elements


def expand(topology: Topology, failed: Iterable[int]) -> Broken:
    """Follows risk groups to their members, conduits to their spans, sites to their devices."""
    broken = Broken()
    for element in failed:
        if topology.kind[element] == RISK_GROUP:
            for member in topology.members_of(element):
                add(topology, member, broken)
        else:
            add(topology, element, broken)
    return broken


def add(topology: Topology, element: int, broken: Broken) -> None:
    kind = topology.kind[element]
    if kind in (DEVICE, SPLITTER):
        broken.devices.add(element)
    elif kind == SPAN:
        broken.spans.add(element)
    elif kind == LINK:
        broken.links.add(element)
    elif kind == PORT:
        broken.ports.add(element)
    elif kind == SITE:
        broken.sites.add(element)
        broken.devices.update(topology.devices_in(element))
    elif kind == CONDUIT:
        broken.spans.update(topology.spans_in(element))
    elif kind == SERVICE:
        broken.services.add(element)


def stopped_links(topology: Topology, broken: Broken, cut: set[int]) -> tuple[set[int], set[int]]:
    """(links that stop, protected links that lose a route and do not), where `cut` holds all spans cut by now."""
    stopped, degraded = set(broken.links), set[int]()
    for device in broken.devices:
        stopped.update(topology.links_of(device))
    for port in broken.ports:
        stopped.update(topology.links_of(port))
    for span in broken.spans:
        for link in topology.links_over(span):
            if link not in stopped and link not in degraded:
                (stopped if route_lost(topology, link, cut) else degraded).add(link)
    return stopped, degraded


def route_lost(topology: Topology, link: int, cut: set[int]) -> bool:
    """Whether every route of the link holds a cut span."""
    plant = topology.plant
    routes = plant.link_routes[link - topology.first.link]
    return not any(cut.isdisjoint(plant.route_spans[route]) for route in routes)


def killed_vertices(topology: Topology, broken: Broken, stopped: set[int]) -> list[int]:
    """Vertices of the graph that fail. A link at a failed device adds nothing to that device's failure."""
    base = topology.first.device - 1
    killed = [device - base for device in sorted(broken.devices)]
    for link in sorted(stopped):
        a, b = topology.ends(link)
        if a not in broken.devices and b not in broken.devices:
            killed.append(link - base)
    return killed
