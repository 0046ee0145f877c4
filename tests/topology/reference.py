"""What a failure does, read straight off the contract with networkx: slow, and with no thought for speed.

It shares no code with what it judges.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import networkx as nx

from topology.model import Inventory, Link

MUTE = ("splitter",)
SPOKEN_FOR = ("ont", "cpe")


HIGHEST_FIRST = ["core", "edge", "aggregation", "olt", "optical", "bts", "server", "splitter", "ont", "cpe"]


@dataclass(frozen=True, slots=True)
class State:
    """What works, by id, while some elements have failed."""

    reached: frozenset[str]  # devices that work and that a gateway reaches
    stopped: frozenset[str]  # links
    degraded: frozenset[str]  # links
    services: frozenset[str]  # that work


class Reference:
    """An inventory, asked what works."""

    def __init__(self, inventory: Inventory) -> None:
        self.rows = inventory
        self.devices = {row.id: row for row in inventory.devices}
        self.members = {row.id: row.members for row in inventory.risk_groups}
        self.known: dict[frozenset[str], State] = {}
        self.signatures: dict[str, tuple[Any, ...]] = {}
        self.elements = self._elements()

    def _elements(self) -> tuple[str, ...]:
        rows = self.rows
        lists = (rows.sites, rows.conduits, rows.spans, rows.devices, rows.links, rows.services, rows.risk_groups)
        ids = {row.id for part in lists for row in part}
        ports = {port for row in rows.links for port in (row.a, row.b)}
        ports |= {point for row in rows.services for point in row.attach}
        return tuple(sorted(ids | ports))

    def gone(self, failed: Iterable[str]) -> set[str]:
        """All names that fail: a group's members, a site's devices, a conduit's spans, a device's ports are by name."""
        found: set[str] = set()
        todo = list(failed)
        while todo:
            name = todo.pop()
            if name in found:
                continue
            found.add(name)
            todo += self.members.get(name, ())
            todo += [row.id for row in self.rows.devices if row.site == name]
            todo += [row.id for row in self.rows.spans if name in (row.conduits or ())]
        return found

    def state(self, failed: Iterable[str] = ()) -> State:
        key = frozenset(failed)
        if key not in self.known:
            self.known[key] = self._state(self.gone(key))
        return self.known[key]

    def _state(self, gone: set[str]) -> State:
        stopped = {row.id for row in self.rows.links if not self._link_works(row, gone)}
        degraded = {
            row.id
            for row in self.rows.links
            if row.id not in stopped
            and len(row.routes or ()) > 1
            and any(gone.intersection(route) for route in row.routes or ())
        }
        reached = self._reached(gone, stopped)
        services = {
            row.id
            for row in self.rows.services
            if row.id not in gone
            and sum(point.split("/")[0] in reached and point not in gone for point in row.attach)
            >= (row.need or len(row.attach))
        }
        return State(frozenset(reached), frozenset(stopped), frozenset(degraded), frozenset(services))

    def _link_works(self, row: Link, gone: set[str]) -> bool:
        ends = {row.a, row.b, row.a.split("/")[0], row.b.split("/")[0], row.id}
        return not ends & gone and (not row.routes or any(not gone.intersection(route) for route in row.routes))

    def _reached(self, gone: set[str], stopped: set[str]) -> set[str]:
        graph = nx.Graph()
        graph.add_nodes_from(name for name in self.devices if name not in gone)
        for row in self.rows.links:
            a, b = row.a.split("/")[0], row.b.split("/")[0]
            if row.id not in stopped and a in graph and b in graph:
                graph.add_edge(a, b)
        entries = [name for name in self.gateways if name in graph]
        return set().union(*(nx.node_connected_component(graph, name) for name in entries))

    @cached_property
    def gateways(self) -> tuple[str, ...]:
        named = tuple(row.id for row in self.rows.devices if row.gateway)
        graph = nx.MultiGraph()
        graph.add_nodes_from(sorted(self.devices))
        graph.add_edges_from((row.a.split("/")[0], row.b.split("/")[0]) for row in self.rows.links)
        loops = {node: graph.number_of_edges(node, node) for node in graph}
        degree = {node: graph.degree(node) - loops[node] for node in graph}  # a loop is one link
        role = {row.id: HIGHEST_FIRST.index(row.role) if named else 0 for row in self.rows.devices}
        islands = [part for part in nx.connected_components(graph) if part.isdisjoint(named)]
        return (*named, *(min(part, key=lambda node: (role[node], -degree[node], node)) for part in islands))

    @cached_property
    def sound(self) -> State:
        return self.state()

    # Questions

    def services_down(self, failed: Iterable[str]) -> set[str]:
        return set(self.sound.services - self.state(failed).services)

    def services_at_risk(self, failed: Iterable[str]) -> set[str]:
        """Each works, and some element takes it down now that did not before."""
        now = self.state(failed)
        return {
            service
            for element in self.elements
            for service in now.services - self.state((*failed, element)).services
            if service in self.state((element,)).services
        }

    def told(self, link: str, state: State) -> bool:
        row = next(row for row in self.rows.links if row.id == link)
        ends = {row.a.split("/")[0], row.b.split("/")[0]}
        return any(end in state.reached and self.devices[end].role not in MUTE for end in ends)

    def signature(self, element: str) -> tuple[Any, ...]:
        """What is told when it fails; worked out once for each element."""
        if element not in self.signatures:
            self.signatures[element] = self._signature(element)
        return self.signatures[element]

    def _signature(self, element: str) -> tuple[Any, ...]:
        state = self.state((element,))
        return (
            frozenset(d for d in self.sound.reached - state.reached if self.devices[d].role not in MUTE),
            frozenset(link for link in state.stopped if self.told(link, state)),
            frozenset(link for link in state.degraded if self.told(link, state)),
            self.sound.services - state.services,
        )

    def equivalents(self, element: str) -> set[str]:
        mine = self.signature(element)
        return {other for other in self.elements if self.signature(other) == mine} if any(mine) else {element}

    def speaker(self, device: str) -> str | None:
        """The nearest device on all ways from the gateways that speaks itself."""
        way = nx.DiGraph()
        way.add_edges_from(("", name) for name in self.gateways)
        for row in self.rows.links:
            for a, b in ((row.a, row.b), (row.b, row.a)):
                way.add_edge(a.split("/")[0], row.id)
                way.add_edge(row.id, b.split("/")[0])
        if device not in way or device not in nx.descendants(way, ""):
            return None
        above = nx.immediate_dominators(way, "")
        at = above[device]
        while at != "" and (at not in self.devices or self.devices[at].role in MUTE + SPOKEN_FOR):
            at = above[at]
        return at or None
