"""Faults: what breaks, when, and how faults of all kinds are drawn."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

from bench.accuracy.physics import Net

NEVER = float("inf")

WEIGHTS = {  # of the kinds, when a fault of any kind is drawn
    "span": 20,
    "conduit": 8,
    "site": 7,
    "power": 9,
    "core": 4,
    "edge": 6,
    "aggregation": 8,
    "olt": 9,
    "bts": 7,
    "server": 3,
    "ont": 2,
    "port": 6,
    "link": 5,
    "splitter": 6,
}


@dataclass(slots=True)
class Fault:
    """One element that breaks, for one spell or several (it flaps)."""

    element: str
    kind: str
    spells: list[tuple[float, float]]  # from, until, in seconds of the case
    silent: bool = False  # no source tells anything that follows from it
    card: str = ""  # what says that a card died in it

    @property
    def start(self) -> float:
        return self.spells[0][0]

    @property
    def end(self) -> float:
        return self.spells[-1][1]


def pools(net: Net) -> dict[str, list[str]]:
    """Elements by kind, such that somebody would notice."""
    found: dict[str, list[str]] = {kind: [] for kind in WEIGHTS}
    found["span"] = [name for name in net.span if net.over[name] and net.span[name]["tier"] != "drop"]
    found["conduit"] = [name for name in net.in_conduit if len(net.in_conduit[name]) > 1]
    found["site"] = [name for name, inside in net.at_site.items() if inside and not _outside(net, inside)]
    found["power"] = [name for name, row in net.group.items() if row["kind"] == "power"]
    for name, n in net.device.items():
        if net.role[n] in found and n not in net.gateways:
            found[net.role[n]].append(name)
    for name, n in net.link.items():
        if net.rows["links"][n]["tier"] == "drop":
            continue
        if not net.routes[n]:
            found["link"].append(name)
        found["port"] += [port for port in net.ports[n] if net.role[net.device[port.partition("/")[0]]] != "splitter"]
    return {kind: names for kind, names in found.items() if names}


def _outside(net: Net, inside: Sequence[int]) -> bool:
    """Sites of gateways do not fail: nobody could tell; nor homes of customers: that is many at once or none."""
    return any(n in net.gateways for n in inside) or all(net.role[n] == "ont" for n in inside)


def draw(rng: Random, net: Net, count: int, kinds: Sequence[str] = tuple(WEIGHTS)) -> list[tuple[str, str]]:
    """(element, kind) of so many different faults."""
    by_kind = pools(net)
    usable = [kind for kind in kinds if by_kind.get(kind)]
    drawn: list[tuple[str, str]] = []
    while len(drawn) < count:
        kind = rng.choices(usable, [WEIGHTS[kind] for kind in usable])[0]
        element = rng.choice(by_kind[kind])
        if all(element != other for other, _ in drawn):
            drawn.append((element, kind))
    return drawn


def fault(rng: Random, drawn: tuple[str, str], start: float, end: float = NEVER) -> Fault:
    """One spell; a device says in three of ten that a card died, a port in two."""
    element, kind = drawn
    often = {"port": 0.2, "site": 0.0, "splitter": 0.0, "ont": 0.0}.get(kind, 0.3)
    card = element if kind in (*CARDS, "port") and rng.random() < often else ""
    return Fault(element, kind, [(start, end)], card=card)


CARDS = ("core", "edge", "aggregation", "olt", "bts", "server")
