"""Faults: what breaks and when, and how a fault is drawn of which something can be heard."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from random import Random

from bench.drawn.habits import Scene
from bench.drawn.network import ROUTERS, device_of

FOREVER = 1e12  # seconds: not mended within the case
KINDS = (  # as often as they are drawn
    "span", "span", "span", "conduit", "conduit", "device", "device", "device", "card", "power", "power", "port",
    "splitter", "drop", "ring", "link",
)  # fmt: skip
ATTEMPTS = 60
JUST_AFTER_S = 0.001

Spell = tuple[float, float]  # from, until, in seconds of the case


@dataclass(slots=True, eq=False)
class Fault:
    """Elements that break together; the root is the name of it. In several spells where it flaps."""

    kind: str
    root: str
    elements: list[str]
    spells: list[Spell]
    self_told: bool = False  # by the card, or by the power monitor of the site
    mains_lost_s: float = 0.0  # when the power failed; batteries may have held until the spell
    gasps: bool = False  # with its last power the device says so
    evidence: int = 0  # delivered words that would not have been without it

    @property
    def begin(self) -> float:
        return self.spells[0][0]

    @property
    def end(self) -> float:
        return self.spells[-1][1]

    def stands(self, when: float) -> bool:
        return any(begin <= when < end for begin, end in self.spells)


def failed_at(faults: Iterable[Fault], when: float, but: Fault | None = None) -> frozenset[str]:
    """All that has failed at a moment; `but` for one fault."""
    return frozenset(
        element for fault in faults if fault is not but and fault.stands(when) for element in fault.elements
    )


def draw(scene: Scene, rng: Random, kind: str, spell: Spell, beside: list[Fault]) -> Fault | None:
    """A fault of a kind that, beside the others, would be heard if nothing were lost, and that could not be taken for
    one of them. None where none is found."""
    used = {element for fault in beside for element in (*fault.elements, fault.root)}
    for _ in range(ATTEMPTS):
        fault = CANDIDATES[kind](Draw(scene, rng, kind, spell))
        if fault is None or used & {*fault.elements, fault.root}:
            continue
        given, own = failed_at(beside, spell[0] + JUST_AFTER_S), frozenset(fault.elements)
        alone, both = scene.listening.signature(given), scene.listening.signature(given | own)
        standing = [other for other in beside if other.stands(spell[0])]
        others = (scene.listening.signature((given | own) - frozenset(other.elements)) for other in standing)
        if alone != both and all(signature != both for signature in others):
            return fault
    return None


@dataclass(frozen=True, slots=True)
class Draw:
    """One attempt."""

    scene: Scene
    rng: Random
    kind: str
    spell: Spell

    def of(self, root: str, elements: list[str] | None = None) -> Fault:
        return Fault(self.kind, root, [root] if elements is None else elements, [self.spell])

    def any_of(self, names: list[str]) -> Fault | None:
        return self.of(self.rng.choice(names)) if names else None


def _span(draw: Draw) -> Fault | None:
    tier = draw.rng.choice(["backbone", "metro", "feeder", "distribution", "drop"])
    return draw.any_of(_spans(draw.scene, tier))


def _ring(draw: Draw) -> Fault | None:
    """A metro span of a ring: nobody is down by it alone."""
    fault = draw.any_of(_spans(draw.scene, "metro"))
    return None if fault is None or draw.scene.physics.state([fault.root]).services else fault


def _spans(scene: Scene, tier: str) -> list[str]:
    return [name for name, row in scene.network.spans.items() if row["tier"] == tier]


def _conduit(draw: Draw) -> Fault | None:
    inside = draw.scene.physics.spans_in
    return draw.any_of([name for name in draw.scene.network.conduits if len(inside[name]) > 1])


def _device(draw: Draw) -> Fault | None:
    role = draw.rng.choice(["core", "edge", "aggregation", "olt", "bts", "optical"])
    rows = draw.scene.network.devices.items()
    return draw.any_of([name for name, row in rows if row["role"] == role and not row["gateway"]])


def _splitter(draw: Draw) -> Fault | None:
    return draw.any_of(_devices(draw.scene, ("splitter",)))


def _devices(scene: Scene, roles: tuple[str, ...]) -> list[str]:
    return [name for name, row in scene.network.devices.items() if row["role"] in roles]


def _drop(draw: Draw) -> Fault | None:
    """The device at a customer's, or a span on its line."""
    names, physics = _devices(draw.scene, ("ont", "cpe")), draw.scene.physics
    if not names:
        return None
    device = draw.rng.choice(names)
    spans = [span for link, _ in physics.beside[device] for route in physics.routes(link)[:1] for span in route]
    root = draw.rng.choice([device, *spans])
    return draw.of(root) if physics.state([root]).services else None


def _port(draw: Draw) -> Fault | None:
    rows = draw.scene.network.links.values()
    row = draw.rng.choice([row for row in rows if row["tier"] in ("backbone", "metro", "feeder")])
    port = row[draw.rng.choice("ab")]
    return None if draw.scene.network.role(port) in ("splitter", "cpe", "ont") else draw.of(port)


def _link(draw: Draw) -> Fault | None:
    """A link between two sites of which no route is known: a radio hop."""
    devices, found = draw.scene.network.devices, []
    for name, row in draw.scene.network.links.items():
        a, b = (devices[device_of(row[end])]["site"] for end in "ab")
        if not row.get("routes") and a != b:
            found.append(name)
    return draw.any_of(found)


def _card(draw: Draw) -> Fault | None:
    """Half the ports of a device, which stays alive."""
    physics = draw.scene.physics
    names = [name for name in _devices(draw.scene, (*ROUTERS, "olt")) if len(physics.beside[name]) >= 4]
    if not names:
        return None
    device = draw.rng.choice(names)
    ports = sorted({port for link, _ in physics.beside[device] for port in physics.ports(link)})
    ports = [port for port in ports if device_of(port) == device]
    dead = draw.rng.sample(ports, max(2, len(ports) // 2))
    if device in physics.state(dead).unreachable:
        return None
    fault = draw.of(device, dead)
    fault.self_told = draw.rng.random() < 0.7
    return fault


def _power(draw: Draw) -> Fault | None:
    """All devices of a site; batteries may have held for ten minutes."""
    devices, inside = draw.scene.network.devices, draw.scene.physics.devices_at
    names = []
    for name, row in draw.scene.network.sites.items():
        held = inside[name]
        if row["kind"] in ("pop", "tower") and held and not any(devices[device]["gateway"] for device in held):
            names.append(name)
    if not names:
        return None
    site, begin = draw.rng.choice(names), draw.spell[0]
    fault = draw.of(site, list(inside[site]))
    fault.self_told = site in draw.scene.habits.power
    fault.mains_lost_s = begin - (draw.rng.choice([0, 0, 600]) if begin > 700 else 0)
    return fault


CANDIDATES: dict[str, Callable[[Draw], Fault | None]] = {
    "span": _span,
    "ring": _ring,
    "conduit": _conduit,
    "device": _device,
    "splitter": _splitter,
    "drop": _drop,
    "port": _port,
    "link": _link,
    "card": _card,
    "power": _power,
}
