"""What works while some elements have failed, by the rules of the inventory's format and nothing of the service.

Ways to a gateway are a tree that is made once. A failure breaks parts off that tree; only those parts look for
another way, so that a small failure in a great network is cheap.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterable
from dataclasses import dataclass, field

from bench.accuracy.inventory import Row

KEPT = 20_000  # conditions in memory


@dataclass(slots=True)
class Broken:
    """The rows that a set of failed elements takes with it."""

    devices: set[int] = field(default_factory=set)
    links: set[int] = field(default_factory=set)
    spans: set[str] = field(default_factory=set)
    ports: set[str] = field(default_factory=set)
    groups: set[str] = field(default_factory=set)
    services: set[str] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class Condition:
    """The network at one time."""

    broken: Broken
    dark: frozenset[int]  # links that do not work
    switched: frozenset[int]  # protected links that live on part of their routes
    lost: frozenset[int]  # devices without a way to a gateway, dead ones among them
    services: frozenset[str]  # that are down
    customers: frozenset[str]


class Net:
    """One inventory, as numbers."""

    def __init__(self, rows: dict[str, list[Row]]) -> None:
        self.rows = rows
        self.device = {row["id"]: n for n, row in enumerate(rows["devices"])}
        self.devices: list[str] = list(self.device)
        self.role: list[str] = [row["role"] for row in rows["devices"]]
        self.home: list[str] = [row["site"] for row in rows["devices"]]
        self.link = {row["id"]: n for n, row in enumerate(rows["links"])}
        self.ports: list[tuple[str, str]] = [(row["a"], row["b"]) for row in rows["links"]]
        self.ends = [(self.device[device_of(a)], self.device[device_of(b)]) for a, b in self.ports]
        self.routes: list[list[list[str]]] = [row.get("routes") or [] for row in rows["links"]]
        self.span = {row["id"]: row for row in rows["spans"]}
        self.group = {row["id"]: row for row in rows["risk_groups"]}
        self.service = {row["id"]: row for row in rows["services"]}
        self._index()
        self._ways()
        self._known: dict[frozenset[str], Condition] = {}
        self._nothing = self._work_out(frozenset())

    def _index(self) -> None:
        self.at_site: dict[str, list[int]] = {row["id"]: [] for row in self.rows["sites"]}
        for n, site in enumerate(self.home):
            self.at_site[site].append(n)
        self.in_conduit: dict[str, list[str]] = {row["id"]: [] for row in self.rows["conduits"]}
        for row in self.rows["spans"]:
            for conduit in row.get("conduits") or ():
                self.in_conduit[conduit].append(row["id"])
        self.beside: list[list[tuple[int, int]]] = [[] for _ in self.devices]
        self.link_at: dict[str, int] = {}
        self.over: dict[str, list[int]] = defaultdict(list)
        for n, (a, b) in enumerate(self.ends):
            self.beside[a].append((b, n))
            self.beside[b].append((a, n))
            self.link_at[self.ports[n][0]] = self.link_at[self.ports[n][1]] = n
            for span in sorted({span for route in self.routes[n] for span in route}):
                self.over[span].append(n)
        self.served: dict[str, list[str]] = defaultdict(list)  # attach point, device or port: services
        self.served_at: dict[int, list[str]] = defaultdict(list)
        for row in self.rows["services"]:
            for point in row["attach"]:
                self.served[point].append(row["id"])
                self.served_at[self.device[device_of(point)]].append(row["id"])
        self.grouped: dict[str, list[str]] = defaultdict(list)
        for row in self.rows["risk_groups"]:
            for member in row["members"]:
                self.grouped[member].append(row["id"])

    def _ways(self) -> None:
        """For each device the next one on its way to a gateway, and the devices that come through it."""
        self.gateways = [n for n, row in enumerate(self.rows["devices"]) if row.get("gateway")]
        self.up: list[int] = [-1] * len(self.devices)  # the link to the next
        self.behind: list[list[int]] = [[] for _ in self.devices]
        self.reached = set(self.gateways)
        waiting = deque(self.gateways)
        while waiting:
            here = waiting.popleft()
            for other, link in self.beside[here]:
                if other not in self.reached:
                    self.reached.add(other)
                    self.up[other] = link
                    self.behind[here].append(other)
                    waiting.append(other)

    def elements(self) -> list[str]:
        """All that may fail: sites, conduits, spans, devices, links, groups, and ports with something on them."""
        ports = [port for pair in self.ports for port in pair]
        attached = [point for point in self.served if "/" in point and point not in self.link_at]
        named = [*self.at_site, *self.in_conduit, *self.span, *self.devices, *self.link, *self.group]
        return [*named, *ports, *sorted(attached)]

    def condition(self, failed: Iterable[str]) -> Condition:
        key = frozenset(failed)
        if key not in self._known:
            if len(self._known) > KEPT:
                self._known.clear()
            self._known[key] = self._work_out(key)
        return self._known[key]

    def broken(self, failed: frozenset[str]) -> Broken:
        """With what fails along: members of a group, devices of a site, spans of a conduit."""
        broken = Broken()
        waiting, seen = sorted(failed), set(failed)
        while waiting:
            name = waiting.pop()
            more: Iterable[str] = ()
            if name in self.device:
                broken.devices.add(self.device[name])
            elif name in self.at_site:
                broken.devices.update(self.at_site[name])
            elif name in self.link:
                broken.links.add(self.link[name])
            elif name in self.span:
                broken.spans.add(name)
            elif name in self.in_conduit:
                more = self.in_conduit[name]
            elif name in self.group:
                broken.groups.add(name)
                more = self.group[name]["members"]
            elif name in self.service:
                broken.services.add(name)
            else:
                broken.ports.add(name)
            waiting += [one for one in more if one not in seen]
            seen.update(more)
        return broken

    def _work_out(self, failed: frozenset[str]) -> Condition:
        broken = self.broken(failed)
        dark, switched = set(broken.links), set()
        for span in broken.spans:
            for link in self.over[span]:
                whole = sum(1 for route in self.routes[link] if not broken.spans.intersection(route))
                if whole == 0:
                    dark.add(link)
                elif whole < len(self.routes[link]):
                    switched.add(link)
        dark.update(self.link_at[port] for port in broken.ports if port in self.link_at)
        for device in broken.devices:
            dark.update(link for _, link in self.beside[device])
        lost = self._lost(broken.devices, dark)
        services = self._services(broken, lost)
        customers = frozenset(self.service[name]["customer"] for name in services)
        return Condition(
            broken, frozenset(dark), frozenset(switched - dark), frozenset(lost), frozenset(services), customers
        )

    def _lost(self, dead: set[int], dark: set[int]) -> set[int]:
        apart = set(dead)
        waiting = list(dead)
        for link in dark:
            for end in self.ends[link]:
                if self.up[end] == link and end not in apart:
                    apart.add(end)
                    waiting.append(end)
        while waiting:
            for other in self.behind[waiting.pop()]:
                if other not in apart:
                    apart.add(other)
                    waiting.append(other)
        back = [n for n in apart - dead if n in self.gateways or self._joined(n, apart, dark)]
        found = set(back)
        while back:
            for other, link in self.beside[back.pop()]:
                if other in apart and other not in found and other not in dead and link not in dark:
                    found.add(other)
                    back.append(other)
        return apart - found

    def _joined(self, device: int, apart: set[int], dark: set[int]) -> bool:
        """Does a working link join it to what still has its way?"""
        around = self.beside[device]
        return any(n not in apart and n in self.reached and link not in dark for n, link in around)

    def _services(self, broken: Broken, lost: set[int]) -> set[str]:
        hit = {name for device in lost for name in self.served_at.get(device, ())}
        hit.update(name for port in broken.ports for name in self.served.get(port, ()))
        down = set(broken.services)
        for name in hit:
            row = self.service[name]
            points = row["attach"]
            up = sum(1 for point in points if self.device[device_of(point)] not in lost and point not in broken.ports)
            if up < row.get("need", len(points)):
                down.add(name)
        return down


def device_of(port: str) -> str:
    """The device that a port or device name begins with."""
    return port.partition("/")[0]
