"""What breaks in a night, and when: the truth that the service has to find out."""

from dataclasses import dataclass
from random import Random

from correlator.events import MINUTE_US, SECOND_US
from streams.simulation.physics import Physics

KINDS = ("span", "span", "span", "conduit", "conduit", "device", "device", "splitter", "site", "power", "port", "link")


@dataclass(frozen=True, slots=True)
class Breakage:
    """One element breaks, and is repaired."""

    element: str
    kind: str  # as KINDS says it
    start_us: int
    end_us: int
    monitored: bool  # a fibre or power monitor tells the very element
    crew: bool  # the crew confirms the repair


def draw_breakages(rng: Random, physics: Physics, start_us: int) -> list[Breakage]:
    """One, sometimes up to four; they stand from half a minute to an hour and may overlap."""
    found: list[Breakage] = []
    at_us = start_us + rng.randint(1, 10) * MINUTE_US
    for _ in range(rng.choices((1, 2, 3, 4), (40, 30, 20, 10))[0]):
        kind = rng.choice(KINDS)
        element = draw_element(rng, physics, kind)
        if element is None or element in {one.element for one in found}:
            continue
        lasts_us = rng.choice((rng.randint(30, 180), rng.randint(200, 3600))) * SECOND_US
        found.append(Breakage(element, kind, at_us, at_us + lasts_us, rng.random() < 0.4, rng.random() < 0.3))
        at_us += rng.choice((rng.randint(0, 3), rng.randint(60, 1500), rng.randint(3000, 6000))) * SECOND_US
    return found


def draw_element(rng: Random, physics: Physics, kind: str) -> str | None:
    """An element of this kind; None where the network has none."""
    rows = physics.inventory
    match kind:
        case "span":
            names = [row.id for row in rows.spans]
        case "conduit":
            names = [row.id for row in rows.conduits]
        case "device":
            names = [row.id for row in rows.devices if row.role not in ("splitter", "ont")]
        case "splitter":
            names = [row.id for row in rows.devices if row.role == "splitter"]
        case "site":
            names = [row.id for row in rows.sites if row.id in physics.in_site and not row.id.startswith("H-")]
        case "power":
            names = [row.id for row in rows.risk_groups]
        case "port":
            names = [port for row in rows.links for port in (row.a, row.b)]
        case _:
            names = [row.id for row in rows.links]
    return rng.choice(names) if names else None


def broken_at(breakages: list[Breakage], at_us: int) -> frozenset[str]:
    """What is broken at a time."""
    return frozenset(one.element for one in breakages if one.start_us <= at_us < one.end_us)
