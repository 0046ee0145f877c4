"""What works while some elements have failed: an own reading of the contract, with sets and one search."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from bench.blind.network import Net

Fact = tuple[str, str]  # (object, alarm_type)


@dataclass(frozen=True, slots=True)
class State:
    dead: frozenset[str]  # devices
    dark: frozenset[str]  # links that do not work
    thin: frozenset[str]  # protected links that work and have lost a route
    reachable: frozenset[str]  # devices
    down: frozenset[str]  # services


def device_of(port: str) -> str:
    return port.partition("/")[0]


class Physics:
    def __init__(self, net: Net) -> None:
        self.net = net
        rows = net.rows
        self.devices = {row["id"]: row for row in rows["devices"]}
        self.links = {row["id"]: row for row in rows["links"]}
        self.services = {row["id"]: row for row in rows["services"]}
        self.spans = {row["id"]: row for row in rows["spans"]}
        self.groups = {row["id"]: row for row in rows["risk_groups"]}
        self.at_site: dict[str, list[str]] = defaultdict(list)
        self.in_conduit: dict[str, list[str]] = defaultdict(list)
        self.over_span: dict[str, list[str]] = defaultdict(list)
        self.links_of: dict[str, list[str]] = defaultdict(list)  # by device, and by port
        self.ends: dict[str, tuple[str, str]] = {}
        for row in rows["devices"]:
            self.at_site[row["site"]].append(row["id"])
        for row in rows["spans"]:
            for conduit in row["conduits"]:
                self.in_conduit[conduit].append(row["id"])
        for row in rows["links"]:
            self.ends[row["id"]] = device_of(row["a"]), device_of(row["b"])
            for end in (row["a"], row["b"], *self.ends[row["id"]]):
                self.links_of[end].append(row["id"])
            for span in sorted({span for route in row["routes"] for span in route}):
                self.over_span[span].append(row["id"])
        self._known: dict[frozenset[str], State] = {}

    def broken(self, failed: Iterable[str]) -> set[str]:
        """These elements and all that fails with them."""
        found: set[str] = set()
        waiting = list(failed)
        while waiting:
            one = waiting.pop()
            if one not in found:
                found.add(one)
                waiting += self.in_conduit.get(one, []) + self.at_site.get(one, [])
                waiting += self.groups[one]["members"] if one in self.groups else []
        return found

    def state(self, failed: Iterable[str]) -> State:
        key = frozenset(failed)
        if key not in self._known:
            self._known[key] = self._state(self.broken(key))
        return self._known[key]

    def _state(self, broken: set[str]) -> State:
        dead = frozenset(name for name in broken if name in self.devices)
        dark, thin = self._links(broken)
        reachable = {name for name, row in self.devices.items() if row["gateway"] and name not in dead}
        waiting = list(reachable)
        while waiting:
            for link in self.links_of[waiting.pop()]:
                if link not in dark:
                    fresh = [end for end in self.ends[link] if end not in reachable]
                    reachable.update(fresh)
                    waiting += fresh
        down = set()
        for name, row in self.services.items():
            attach = row["attach"]
            works = sum(one not in broken and device_of(one) in reachable for one in attach)
            if works < (len(attach) if row["need"] is None else row["need"]):
                down.add(name)
        return State(dead, dark, thin, frozenset(reachable), frozenset(down))

    def _links(self, broken: set[str]) -> tuple[frozenset[str], frozenset[str]]:
        touched: set[str] = set()
        for one in broken:
            touched.update(self.over_span.get(one, []))
            touched.update(self.links_of.get(one, []))
            touched.update([one] if one in self.links else [])
        dark, thin = set(), set()
        for link in touched:
            row = self.links[link]
            lost = sum(any(span in broken for span in route) for route in row["routes"])
            if {link, row["a"], row["b"], *self.ends[link]} & broken or (row["routes"] and lost == len(row["routes"])):
                dark.add(link)
            elif lost:
                thin.add(link)
        return frozenset(dark), frozenset(thin)

    def silent(self, device: str) -> bool:
        """Whether it never speaks, nor is polled."""
        return self.devices[device]["role"] in ("splitter", "cpe")

    def facts(self, state: State) -> set[Fact]:
        """All that anybody could say of a state, whatever the habits: what tells two faults apart."""
        found: set[Fact] = {(name, "service_down") for name in state.down}
        found |= {
            (name, "device_unreachable")
            for name in self.devices
            if name not in state.reachable and not self.silent(name)
        }
        for link in state.dark | state.thin:
            kind = "link_down" if link in state.dark else "protection_switch"
            for end, port in zip(self.ends[link], (self.links[link]["a"], self.links[link]["b"]), strict=True):
                if end in state.reachable and not self.silent(end) and self.devices[end]["role"] != "ont":
                    found.add((port, kind))
        return found

    def alike(self, element: str, given: frozenset[str] = frozenset(), *, by_service: bool = False) -> list[str]:
        """The elements that no report tells from this one (itself included) while others (`given`) have failed.
        `by_service`: by what customers notice alone. Nothing else is alike where nothing shows."""
        sign = self._sign(given | {element}, by_service)
        if sign == self._sign(given, by_service):
            return [element]
        return sorted(
            {element, *(one for one in self._around(element) if self._sign(given | {one}, by_service) == sign)}
        )

    def _sign(self, failed: frozenset[str], by_service: bool) -> frozenset[Fact]:
        state = self.state(failed)
        return frozenset((name, "") for name in state.down) if by_service else frozenset(self.facts(state))

    def _around(self, element: str) -> set[str]:
        """Elements within five steps, of which any may be alike; of a crowd only the nearest."""
        found, edge = {element}, {element}
        for _ in range(5):
            edge = {one for name in edge for one in self._next(name)} - found
            found |= edge
            if len(found) > 300:
                break
        return found

    def _next(self, name: str) -> list[str]:
        near = self.links_of.get(name, []) + self.over_span.get(name, []) + self.at_site.get(name, [])
        near += self.in_conduit.get(name, [])
        near += [group for group, row in self.groups.items() if name in row["members"]]
        if name in self.groups:
            near += self.groups[name]["members"]
        if name in self.links:
            row = self.links[name]
            near += [row["a"], row["b"], *self.ends[name], *(span for route in row["routes"] for span in route)]
        if name in self.devices:
            near.append(self.devices[name]["site"])
        if name in self.spans:
            near += self.spans[name]["conduits"]
        if "/" in name:
            near.append(device_of(name))
        return near[:120]
