"""Nights that the simulation drew: a network, what breaks in it, what is said of it, and what goes wrong on the way."""

from correlator.events import Frame, Heartbeat, KernelVersion, WorldChange, moment
from correlator.kernel import VERSION
from streams.simulation.night import Night, draw_night, frames
from tests.golden.journals.recorder import Paper
from tests.golden.journals.recorder import frames as as_text

SEEDS = {
    "drawn-orders-and-losses": 9,
    "drawn-power-and-fibre": 14,
    "drawn-noise-and-work": 16,
    "drawn-site-port-link": 32,
    "drawn-flapping-and-orders": 61,
    "drawn-planned-power": 74,
    "drawn-clock-ahead": 100,
    "drawn-many-calls": 147,
    "drawn-four-faults": 203,
    "drawn-late-and-twice": 207,
    "drawn-back-while-it-clears": 94,
    "drawn-orders-on-suspicions": 153,
    "drawn-one-span-told-twice": 193,
    "drawn-two-splitters": 919,
    "drawn-orders-and-work": 1004,
    "drawn-street-and-span": 1009,
}


def record(name: str) -> None:
    """As a live service would have journaled it: complaints numbered, what came together in one frame."""
    night = draw_night(SEEDS[name])
    paper = Paper(name, [night.physics.inventory], [night.world.policy])
    paper.write(journal=as_text(journaled(night)))


def journaled(night: Night) -> list[Frame]:
    start = moment(night.start_us)
    world = WorldChange(id="world-1", time=start, inventory=night.world.topology.hash, policy=night.world.policy.hash)
    first = Frame(night.start_us, (KernelVersion(time=start, version=VERSION), world))
    last = Frame(night.end_us, (Heartbeat(time=moment(night.end_us)),))
    return [first, *frames(night.arrived), last]
