"""The habits of who speaks in a network, drawn once: pollers with their rounds, power and fibre monitors, probes."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from bench.drawn.network import ROUTERS, Network
from bench.drawn.physics import Listening, Physics
from bench.drawn.shapes import build

ALWAYS_POLLED = (*ROUTERS, "olt", "bts", "optical")
POLLED_CPE = 0.25
PERIODS_S = (60, 60, 120, 300)
WITH_POWER_MONITOR = {"pop": 0.7, "datacenter": 0.7, "tower": 0.7}  # by kind of site
WITH_FIBRE_MONITOR = 0.15  # of backbone spans
PROBED = {"dia": 0.3, "vpn": 0.3}  # by product


@dataclass(frozen=True, slots=True)
class Poll:
    """A device is asked once a period, by the poller of its region; `phase_s` after the period began."""

    region: str
    period_s: float
    phase_s: float


@dataclass(frozen=True, slots=True)
class Habits:
    polls: dict[str, Poll]  # by device
    power: frozenset[str]  # sites with a monitor of their mains
    fibre: frozenset[str]  # spans under a fibre monitor
    probed: frozenset[str]  # services


@dataclass(frozen=True, slots=True)
class Scene:
    """A network with its physics and its habits; the cases of a seed share it."""

    network: Network
    physics: Physics
    listening: Listening
    habits: Habits


@lru_cache(maxsize=4)
def scene(seed: int) -> Scene:
    return staged(build(seed))


def staged(network: Network) -> Scene:
    physics, habits = Physics(network), draw(network)
    return Scene(network, physics, Listening(physics, habits.polls), habits)


def draw(network: Network) -> Habits:
    rng = network.rng
    polls: dict[str, Poll] = {}
    periods: dict[str, int] = {}  # by region
    for name, row in network.devices.items():
        if row["role"] in ALWAYS_POLLED or (row["role"] == "cpe" and rng.random() < POLLED_CPE):
            region, drawn = network.region(name), rng.choice(PERIODS_S)
            period = periods.setdefault(region, drawn)
            polls[name] = Poll(region, period, rng.uniform(0, period))
    power = [
        name
        for name, row in network.sites.items()
        if row["kind"] in WITH_POWER_MONITOR and rng.random() < WITH_POWER_MONITOR[row["kind"]]
    ]
    fibre = [
        name for name, row in network.spans.items() if row["tier"] == "backbone" and rng.random() < WITH_FIBRE_MONITOR
    ]
    probed = [
        name
        for name, row in network.services.items()
        if row["product"] in PROBED and rng.random() < PROBED[row["product"]]
    ]
    return Habits(polls, frozenset(power), frozenset(fibre), frozenset(probed))
