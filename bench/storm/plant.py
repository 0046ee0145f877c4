"""What goes down when something fails: an independent reading of the contract, on arrays.

It judges the service, so it shares no code with `topology`'s graph and impact: reach is found by spreading from the
gateways until nothing changes.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from topology.model import Inventory, device_of

Flags = NDArray[np.bool_]
Numbers = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Condition:
    """Of every row at one instant, by its place in the inventory's lists."""

    span_cut: Flags
    link_works: Flags
    switched: Flags  # a protected link that lost a route and works
    reached: Flags  # a device works, and a chain joins it to a gateway
    service_works: Flags
    dark: Flags  # a site without mains


@dataclass(slots=True)
class Failed:
    """The rows that a set of failed elements takes with it."""

    devices: set[int] = field(default_factory=set)
    links: set[int] = field(default_factory=set)
    spans: set[int] = field(default_factory=set)
    dark: set[int] = field(default_factory=set)


class Plant:
    """An inventory as arrays; `condition` tells what works while some elements have failed.

    Left out, as the storms never do it: a port that fails without a link on it but with a service.
    """

    def __init__(self, inventory: Inventory) -> None:
        self.inventory = inventory
        self.device = {row.id: n for n, row in enumerate(inventory.devices)}
        self.site = {row.id: n for n, row in enumerate(inventory.sites)}
        self.link = {row.id: n for n, row in enumerate(inventory.links)}
        self.span = {row.id: n for n, row in enumerate(inventory.spans)}
        self.group = {row.id: row for row in inventory.risk_groups}
        self.a = self._devices_of(link.a for link in inventory.links)
        self.b = self._devices_of(link.b for link in inventory.links)
        self.link_at = {port: n for n, link in enumerate(inventory.links) for port in (link.a, link.b)}
        self.at_site: dict[str, list[int]] = defaultdict(list)
        for n, device in enumerate(inventory.devices):
            self.at_site[device.site].append(n)
        self.in_conduit: dict[str, list[int]] = defaultdict(list)
        for n, span in enumerate(inventory.spans):
            for conduit in span.conduits or ():
                self.in_conduit[conduit].append(n)
        self.gateways = np.array([n for n, device in enumerate(inventory.devices) if device.gateway])
        self._index_routes()
        self._index_services()

    def _devices_of(self, ports: Iterable[str]) -> Numbers:
        return np.array([self.device[device_of(port)] for port in ports], dtype=np.int64)

    def _index_routes(self) -> None:
        routes = [(n, route) for n, link in enumerate(self.inventory.links) for route in link.routes or ()]
        self.route_link = np.array([n for n, _ in routes], dtype=np.int64)
        self.step_route = np.array([r for r, (_, route) in enumerate(routes) for _ in route], dtype=np.int64)
        self.step_span = np.array([self.span[span] for _, route in routes for span in route], dtype=np.int64)
        self.routes = np.bincount(self.route_link, minlength=len(self.link))

    def _index_services(self) -> None:
        services = self.inventory.services
        self.need = np.array([row.need or len(row.attach) for row in services], dtype=np.int64)
        self.leg_service = np.array([n for n, row in enumerate(services) for _ in row.attach], dtype=np.int64)
        self.leg_device = self._devices_of(point for row in services for point in row.attach)

    def failed(self, elements: Iterable[str]) -> Failed:
        """The rows that go with these elements; ids of any kind, and ports."""
        failed = Failed()
        for element in elements:
            self._add(failed, element)
        return failed

    def _add(self, failed: Failed, element: str) -> None:
        if element in self.device:
            failed.devices.add(self.device[element])
        elif element in self.span:
            failed.spans.add(self.span[element])
        elif element in self.in_conduit:
            failed.spans.update(self.in_conduit[element])
        elif element in self.site:
            failed.devices.update(self.at_site[element])
        elif element in self.group:
            group = self.group[element]
            for member in group.members:
                self._add(failed, member)
            if group.kind == "power":
                failed.dark.update(self.site[member] for member in group.members if member in self.site)
        elif element in self.link:
            failed.links.add(self.link[element])
        elif element in self.link_at:
            failed.links.add(self.link_at[element])

    def condition(self, failed: Failed) -> Condition:
        span_cut, alive = flags(len(self.span), failed.spans), ~flags(len(self.device), failed.devices)
        route_cut = np.bincount(self.step_route, span_cut[self.step_span], len(self.route_link)) > 0
        whole = np.bincount(self.route_link, ~route_cut, len(self.link))
        fed = (whole > 0) | (self.routes == 0)
        works = fed & ~flags(len(self.link), failed.links) & alive[self.a] & alive[self.b]
        reached = self._reached(works, alive)
        up = np.bincount(self.leg_service, reached[self.leg_device], len(self.need))
        return Condition(
            span_cut=span_cut,
            link_works=works,
            switched=works & (self.routes > 1) & (whole < self.routes),
            reached=reached,
            service_works=up >= self.need,
            dark=flags(len(self.site), failed.dark),
        )

    def _reached(self, works: Flags, alive: Flags) -> Flags:
        a, b = self.a[works], self.b[works]
        reached = np.zeros(len(alive), dtype=bool)
        reached[self.gateways] = True
        reached &= alive
        while True:
            edge = reached[a] != reached[b]
            if not edge.any():
                return reached
            reached[a[edge]] = True
            reached[b[edge]] = True
            a, b = a[~edge], b[~edge]


def flags(size: int, where: Iterable[int]) -> Flags:
    found = np.zeros(size, dtype=bool)
    found[np.fromiter(where, dtype=np.int64)] = True
    return found
