"""What else is heard in a night: precursors, traps that nobody knows, ports that flap, a source that goes blind."""

from random import Random
from typing import Literal

from correlator.events import MINUTE_US, SECOND_US, Alarm, AlarmType, SourceState, moment
from streams.simulation.physics import Physics
from streams.simulation.telling import Saying

ODD: tuple[AlarmType, ...] = (
    "signal_degraded",
    "high_temperature",
    "device_restart",
    "other",
    "card_failure",
    "on_battery",
    "neighbor_down",
)


def noise(rng: Random, physics: Physics, over: tuple[int, int]) -> list[Saying]:
    """Up to a dozen odd alarms, some of which clear, and perhaps a flapping port."""
    found: list[Saying] = []
    for number in range(rng.randint(1, 12)):
        name = rng.choice((_port(rng, physics), rng.choice(sorted(physics.devices)), "RTR-UNKNOWN/1"))
        at_us = rng.randint(*over)
        found.append(_alarm(f"n{number:03}", name, rng.choice(ODD), at_us))
        if rng.random() < 0.5:
            found.append(_alarm(f"n{number:03}c", name, rng.choice(ODD), at_us + rng.randint(1, 3600) * SECOND_US))
    if rng.random() < 0.5:
        found += _flapping(rng, _port(rng, physics), rng.randint(*over))
    return found


def blindness(rng: Random, physics: Physics, over: tuple[int, int]) -> list[Saying]:
    """A source loses sight of some devices for a while."""
    names = sorted(physics.devices)
    objects = tuple(rng.sample(names, min(len(names), rng.randint(1, 6))))
    lost_us = rng.randint(*over)
    seen_us = lost_us + rng.randint(1, 60) * MINUTE_US
    turns: tuple[tuple[int, Literal["lost", "restored"]], ...] = ((lost_us, "lost"), (seen_us, "restored"))
    told = [
        SourceState(id=f"sight-{state}", time=moment(at_us), source="icmp:poller", objects=objects, state=state)
        for at_us, state in turns
    ]
    return [Saying(at_us, event) for (at_us, _), event in zip(turns, told, strict=True)]


def _port(rng: Random, physics: Physics) -> str:
    link = physics.links[rng.choice(sorted(physics.links))]
    return rng.choice((link.a, link.b))


def _flapping(rng: Random, port: str, at_us: int) -> list[Saying]:
    found: list[Saying] = []
    for number in range(rng.randint(4, 20)):
        at_us += rng.randint(2, 25) * SECOND_US
        found.append(_alarm(f"f{number:03}", port, "loss_of_signal", at_us, raised=number % 2 == 0))
    return found


def _alarm(name: str, of: str, alarm_type: AlarmType, at_us: int, *, raised: bool | None = None) -> Saying:
    up = not name.endswith("c") if raised is None else raised
    event = Alarm(
        id=name,
        time=moment(at_us),
        source=f"snmp:{of.partition('/')[0]}",
        object=of,
        alarm_type=alarm_type,
        severity="minor" if up else None,
        state="raised" if up else "cleared",
    )
    return Saying(at_us + 200_000, event)
