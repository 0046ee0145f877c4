"""DBSCAN over time and hops, as OpenNMS ALEC groups alarms; the root is the member nearest to a gateway."""

from __future__ import annotations

from bench.accuracy.answers import Answer, Found
from bench.accuracy.case import Case
from bench.accuracy.physics import Net, device_of
from bench.accuracy.timeline import Told

REACH = 1.0  # so long apart, or so many hops, or something of both; chosen on the tuning graphs
UNIT_S, HOPS = 90.0, 3.0
FEWEST = 2  # alarms of a cluster; one alone is no incident


def answer(case: Case) -> Answer:
    net = case.given or case.scene.net
    raised = [one for one in case.told if one.raised]
    placed = [(one, _place(net, one.key[0])) for one in raised]
    hops = _Hops(net)
    part = list(range(len(placed)))
    for n, (one, place) in enumerate(placed):
        for m in range(n - 1, -1, -1):
            other, there = placed[m]
            minutes = (one.received - other.received) / UNIT_S
            if minutes > REACH:
                break
            if place >= 0 and there >= 0 and minutes + hops.between(place, there) / HOPS <= REACH:
                _join(part, n, m)
    groups: dict[int, list[tuple[Told, int]]] = {}
    for n, pair in enumerate(placed):
        groups.setdefault(_head(part, n), []).append(pair)
    found = []
    for group in groups.values():
        if len({one.key for one, _ in group}) >= FEWEST:
            top = min(group, key=lambda pair: (hops.depth(pair[1]), pair[0].received))[0]
            root = _root(net, top.key[0], {place for one, place in group if one.key[1] == "device_unreachable"})
            found.append(Found(root, group[-1][0].received + UNIT_S, group[0][0].received))
    return Answer(found)


def _place(net: Net, name: str) -> int:
    """The device of an object; -1: none."""
    name = net.service[name]["attach"][0] if name in net.service else name
    device = net.device.get(device_of(name))
    if device is None and name in net.at_site and net.at_site[name]:
        return net.at_site[name][0]
    return -1 if device is None else device


def _root(net: Net, name: str, lost: set[int]) -> str:
    """A port is the device across its link, where the cluster says that this one is lost."""
    link = net.link_at.get(name)
    gone = [end for end in net.ends[link] if end in lost] if link is not None else []
    return net.devices[gone[0]] if len(gone) == 1 else name


def _head(part: list[int], n: int) -> int:
    while part[n] != n:
        part[n] = part[part[n]]
        n = part[n]
    return n


def _join(part: list[int], n: int, m: int) -> None:
    a, b = _head(part, n), _head(part, m)
    part[max(a, b)] = min(a, b)


class _Hops:
    """Distances up to what still counts."""

    def __init__(self, net: Net) -> None:
        self.net = net
        self.near: dict[int, dict[int, int]] = {}

    def between(self, a: int, b: int) -> float:
        return self._around(a).get(b, float("inf"))

    def _around(self, device: int) -> dict[int, int]:
        if device not in self.near:
            found, edge = {device: 0}, [device]
            for far in range(1, int(HOPS * REACH) + 1):
                edge = [other for here in edge for other, _ in self.net.beside[here] if other not in found]
                found.update((other, far) for other in edge)
            self.near[device] = found
        return self.near[device]

    def depth(self, device: int) -> int:
        """Hops to a gateway."""
        count = 0
        while device >= 0 and self.net.up[device] >= 0:
            a, b = self.net.ends[self.net.up[device]]
            device = b if a == device else a
            count += 1
        return count
