"""What really happens in a network when things fail, by networkx and nothing of the service's own reasoning.

The auditor's truth: it shares with the service only the rows of the inventory and the words of the file contract.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from topology.model import Inventory, Link, Service, device_of


@dataclass(frozen=True, slots=True)
class Condition:
    """The network at one time."""

    failed: frozenset[str]  # all that is broken, with what fails along
    dark: frozenset[str]  # links that do not work
    switched: frozenset[str]  # protected links that live on part of their routes
    lost: frozenset[str]  # devices without a chain to a gateway
    services_down: frozenset[str]
    customers_down: frozenset[str]


class Physics:
    """Answers for one inventory; each set of failures is worked out once."""

    def __init__(self, inventory: Inventory) -> None:
        self.inventory = inventory
        self.devices = {row.id: row for row in inventory.devices}
        self.links = {row.id: row for row in inventory.links}
        self.services = {row.id: row for row in inventory.services}
        self.groups = {row.id: row for row in inventory.risk_groups}
        self.conduits: dict[str, list[str]] = defaultdict(list)
        for span in inventory.spans:
            for conduit in span.conduits or ():
                self.conduits[conduit].append(span.id)
        self.in_site: dict[str, list[str]] = defaultdict(list)
        for device in inventory.devices:
            self.in_site[device.site].append(device.id)
        self.links_at: dict[str, list[str]] = defaultdict(list)
        for link in inventory.links:
            for port in (link.a, link.b):
                self.links_at[device_of(port)].append(link.id)
        self.gateways = [row.id for row in inventory.devices if row.gateway]
        self._known: dict[frozenset[str], Condition] = {}

    def shared_by_many(self) -> list[str]:
        """Elements on which several links may hang."""
        rows = self.inventory
        fibres = [*(row.id for row in rows.conduits), *(row.id for row in rows.spans)]
        return [*fibres, *self.devices, *self.in_site, *self.groups]

    def elements(self) -> list[str]:
        """All that may fail, but for services and loose ports."""
        ports = [port for row in self.inventory.links for port in (row.a, row.b)]
        return [*self.shared_by_many(), *self.links, *ports]

    def condition(self, broken: Iterable[str]) -> Condition:
        """The network when these elements, of any kind, are broken."""
        key = frozenset(broken)
        if key not in self._known:
            self._known[key] = self._work_out(key)
        return self._known[key]

    def _spread(self, broken: frozenset[str]) -> frozenset[str]:
        """With what fails along: members of a group, devices of a site, spans of a conduit."""
        failed: set[str] = set()
        waiting = list(broken)
        while waiting:
            name = waiting.pop()
            if name in failed:
                continue
            failed.add(name)
            if name in self.groups:
                waiting += self.groups[name].members
            waiting += self.in_site.get(name, ())
            waiting += self.conduits.get(name, ())
        return frozenset(failed)

    def _routes(self, link: Link, failed: frozenset[str]) -> tuple[int, int]:
        """How many routes are whole, of how many."""
        routes = link.routes or ()
        return sum(1 for route in routes if not failed.intersection(route)), len(routes)

    def _work_out(self, broken: frozenset[str]) -> Condition:
        import networkx as nx  # a third of the command line's start, and only a simulation needs it

        failed = self._spread(broken)
        graph = nx.Graph()
        graph.add_nodes_from(name for name in self.devices if name not in failed)
        dark, switched = set(), set()
        for link in self.links.values():
            ends = device_of(link.a), device_of(link.b)
            whole, routes = self._routes(link, failed)
            if failed.intersection((link.id, link.a, link.b, *ends)) or (routes and not whole):
                dark.add(link.id)
                continue
            graph.add_edge(*ends)
            if whole < routes:
                switched.add(link.id)
        reached: set[str] = set()
        for gateway in self.gateways:
            if gateway in graph and gateway not in reached:
                reached |= nx.node_connected_component(graph, gateway)
        down = [row for row in self.services.values() if not self._works(row, failed, reached)]
        return Condition(
            failed,
            frozenset(dark),
            frozenset(switched),
            frozenset(self.devices) - reached,
            frozenset(row.id for row in down),
            frozenset(row.customer for row in down),
        )

    def _works(self, row: Service, failed: frozenset[str], reached: set[str]) -> bool:
        up = sum(1 for point in row.attach if device_of(point) in reached and point not in failed)
        return row.id not in failed and up >= (len(row.attach) if row.need is None else row.need)

    def can_speak(self, device: str, condition: Condition) -> bool:
        """Splitters, ONTs and CPE never speak themselves; who is cut off cannot deliver."""
        role = self.devices[device].role
        return role not in ("splitter", "ont", "cpe") and device not in condition.lost

    def speaker_of(self, ont: str) -> str | None:
        """The OLT above an ONT, over its splitter."""
        for splitter in self._neighbours(ont):
            for above in self._neighbours(splitter):
                if self.devices[above].role == "olt":
                    return above
        return None

    def _neighbours(self, device: str) -> list[str]:
        found = []
        for name in self.links_at[device]:
            row = self.links[name]
            found += [end for end in (device_of(row.a), device_of(row.b)) if end != device]
        return found
