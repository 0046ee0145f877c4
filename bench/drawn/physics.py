"""What works while some elements have failed: an own reading of the file contract."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterable
from dataclasses import dataclass, field

from bench.drawn.network import MUTE, Network, device_of

MOST_KEPT = 4000  # states


@dataclass(frozen=True, slots=True)
class State:
    """Of a network. A link is bare where it works and has lost one of its routes."""

    dark: frozenset[str]  # links
    bare: frozenset[str]  # links
    dead: frozenset[str]  # devices that failed themselves
    unreachable: frozenset[str]  # devices, the dead among them
    services: frozenset[str]  # that do not work
    customers: frozenset[str]  # of these services


@dataclass(slots=True)
class Broken:
    """What has failed, with all that lies in it."""

    spans: set[str] = field(default_factory=set)
    devices: set[str] = field(default_factory=set)
    ports: set[str] = field(default_factory=set)
    links: set[str] = field(default_factory=set)


class Physics:
    """Of one network. States are kept, for the same are asked for again and again."""

    def __init__(self, network: Network) -> None:
        self.network = network
        self.beside: dict[str, list[tuple[str, str]]] = defaultdict(list)  # device: (link, device at its other end)
        self.links_at: dict[str, list[str]] = defaultdict(list)  # by port
        self.spans_in: dict[str, list[str]] = defaultdict(list)  # by conduit
        self.devices_at: dict[str, list[str]] = defaultdict(list)  # by site
        for name, row in network.links.items():
            a, b = device_of(row["a"]), device_of(row["b"])
            self.beside[a].append((name, b))
            self.beside[b].append((name, a))
            for port in self.ports(name):
                self.links_at[port].append(name)
        for name, row in network.spans.items():
            for conduit in row["conduits"]:
                self.spans_in[conduit].append(name)
        for name, row in network.devices.items():
            self.devices_at[row["site"]].append(name)
        self._kept: dict[frozenset[str], State] = {}

    def ports(self, link: str) -> tuple[str, str]:
        row = self.network.links[link]
        return row["a"], row["b"]

    def routes(self, link: str) -> list[list[str]]:
        found: list[list[str]] = self.network.links[link].get("routes", [])
        return found

    def knows(self, element: str) -> bool:
        """Whether it can fail here: a port, or an element of the inventory that carries something."""
        inside = self.network
        return "/" in element or any(
            element in rows for rows in (inside.spans, inside.conduits, inside.sites, inside.devices, inside.links)
        )

    def state(self, failed: Iterable[str]) -> State:
        key = frozenset(failed)
        found = self._kept.get(key)
        if found is None:
            if len(self._kept) >= MOST_KEPT:
                self._kept.clear()
            found = self._kept[key] = self._state(self._broken(key))
        return found

    def _broken(self, failed: Iterable[str]) -> Broken:
        found, network = Broken(), self.network
        for element in failed:
            if "/" in element:
                found.ports.add(element)
            elif element in network.spans:
                found.spans.add(element)
            elif element in network.conduits:
                found.spans.update(self.spans_in[element])
            elif element in network.sites:
                found.devices.update(self.devices_at[element])
            elif element in network.devices:
                found.devices.add(element)
            elif element in network.links:
                found.links.add(element)
        return found

    def _state(self, broken: Broken) -> State:
        network = self.network
        dark, bare = self._links(broken)
        reached = self._reached(broken, dark)
        down = set()
        for name, row in network.services.items():
            attach = row["attach"]
            if sum(device in reached for device in attach) < row.get("need", len(attach)):
                down.add(name)
        return State(
            frozenset(dark),
            frozenset(bare),
            frozenset(broken.devices),
            frozenset(network.devices.keys() - reached),
            frozenset(down),
            frozenset(network.services[name]["customer"] for name in down),
        )

    def _links(self, broken: Broken) -> tuple[set[str], set[str]]:
        """Links that are dark, and links that work by fewer routes."""
        dark, bare = set(), set()
        for name in self.network.links:
            ports, routes = set(self.ports(name)), self.routes(name)
            whole = [route for route in routes if not broken.spans.intersection(route)]
            ends_fail = ports & broken.ports or {device_of(port) for port in ports} & broken.devices
            if name in broken.links or ends_fail or (routes and not whole):
                dark.add(name)
            elif len(whole) < len(routes):
                bare.add(name)
        return dark, bare

    def _reached(self, broken: Broken, dark: set[str]) -> set[str]:
        """Devices to which a way leads from a gateway."""
        gateways = [name for name, row in self.network.devices.items() if row["gateway"]]
        reached = {name for name in gateways if name not in broken.devices}
        waiting = deque(reached)
        while waiting:
            for link, other in self.beside[waiting.popleft()]:
                if link not in dark and other not in broken.devices and other not in reached:
                    reached.add(other)
                    waiting.append(other)
        return reached


@dataclass(frozen=True, slots=True)
class Signature:
    """What one hears of a state where nothing is lost and nothing is false."""

    links: frozenset[str]  # dark, and told by an end that can be heard
    devices: frozenset[str]  # that are told lost
    switched: frozenset[str]  # links that lost a route, and are told
    customers: frozenset[str]  # without service

    def explains(self, told: Signature) -> bool:
        """Whether it could have been heard as `told` was. A protection switch need not be told where there was one,
        but what was told of one must be so."""
        same = (self.links, self.devices, self.customers) == (told.links, told.devices, told.customers)
        return same and told.switched <= self.switched


class Listening:
    """Who could tell of what in a network: by polls, by an OLT that loses its ONTs, by the ports of live devices."""

    def __init__(self, physics: Physics, polled: Iterable[str]) -> None:
        self.physics = physics
        self.polled = frozenset(polled)
        self.olt_of = self._olts()  # by ONT

    def _olts(self) -> dict[str, str]:
        """Through the splitters."""
        role, found = self.physics.network.role, {}
        for ont in [name for name in self.physics.network.devices if role(name) == "ont"]:
            seen, waiting = {ont}, [ont]
            while waiting and ont not in found:
                for _, other in self.physics.beside[waiting.pop()]:
                    if role(other) == "olt":
                        found[ont] = other
                        break
                    if role(other) == "splitter" and other not in seen:
                        seen.add(other)
                        waiting.append(other)
        return found

    def signature(self, failed: Iterable[str]) -> Signature:
        state = self.physics.state(failed)
        lost = state.unreachable
        return Signature(
            frozenset(link for link in state.dark if self._told(link, lost)),
            frozenset(device for device in lost if self._missed(device, lost)),
            frozenset(link for link in state.bare if not {*map(device_of, self.physics.ports(link))} <= lost),
            state.customers,
        )

    def _told(self, link: str, lost: frozenset[str]) -> bool:
        ends = [device_of(port) for port in self.physics.ports(link)]
        return any(end not in lost and self.physics.network.role(end) not in MUTE for end in ends)

    def _missed(self, device: str, lost: frozenset[str]) -> bool:
        olt = self.olt_of.get(device)
        return device in self.polled or (olt is not None and olt not in lost)
