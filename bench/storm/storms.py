"""Event mixes: faults at random times on a network, what its sources say of them, and what else is said.

A storm has, besides the faults' alarms and clears, loss, repeats, ports that flap, alarms that no fault explains,
complaints, the crew's word and heartbeats; in order of arrival. The truth lies beside it, for scoring.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random

import msgspec

from bench.storm.calls import Desk
from bench.storm.noise import Noise
from bench.storm.plant import Plant
from bench.storm.reel import START_US, Reel
from bench.storm.scene import Injected, Scene
from bench.storm.voices import choir
from correlator.events import SECOND_US, Heartbeat, Restored, moment
from topology.model import Inventory

WINDOW_S = 7200
NOISE = 0.36  # of all alarm lines; asked for are 30 % under no settled incident
FLAPS, COMPLAINTS = 0.08, 0.01  # of all lines
CALLS_OF_FAULTS = 0.7  # complaints by customers who are down
HEARTBEAT_S = 60
CREW_SPEAKS = 0.2  # repairs that the field crew confirms
LASTS_S, LASTS_SIGMA, SHORTEST_S, LONGEST_S = 900, 0.7, 180, 3600
KINDS = {  # what fails, by weight
    "backbone": 8,
    "metro": 14,
    "feeder": 8,
    "conduit": 14,
    "core": 2,
    "edge": 5,
    "aggregation": 12,
    "olt": 18,
    "splitter": 14,
    "bts": 3,
    "port": 4,
    "power": 9,
}


@dataclass(frozen=True, slots=True)
class Storm:
    """Lines of the contract's events file, in order of arrival, and what was behind them."""

    lines: list[bytes]
    truth: list[Injected]

    def __iter__(self) -> Iterator[bytes]:
        return iter(self.lines)

    def write(self, folder: Path) -> Path:
        """`events.jsonl` and `truth.jsonl`; returns the former's path."""
        events = folder / "events.jsonl"
        events.write_bytes(b"".join(self.lines))
        (folder / "truth.jsonl").write_bytes(b"".join(msgspec.json.encode(fault) + b"\n" for fault in self.truth))
        return events


def storm(inventory: Inventory, events: int, faults: int, seed: int) -> Storm:
    """`events` lines over two hours, with `faults` faults; the same for the same seed.

    More lines where the faults alone say more: the shares of noise, flaps and complaints hold all the same.
    """
    chance, plant = Random(seed), Plant(inventory)
    reel = Reel(WINDOW_S, chance)
    truth = draw_faults(plant, faults, chance)
    scene = Scene(plant, choir(plant, chance), reel, chance)
    scene.play(truth)
    at_least = int(reel.alarms / (1 - NOISE) / (1 - FLAPS - COMPLAINTS)) + 1
    events = max(events, at_least)
    confirm(truth, reel, chance)
    for n in range(WINDOW_S // HEARTBEAT_S):
        at_us = START_US + n * HEARTBEAT_S * SECOND_US
        reel.other(at_us, Heartbeat(time=moment(at_us)))
    complaints = int(events * COMPLAINTS)
    call(Desk(inventory, reel, chance), scene, complaints, chance)
    noise = Noise(plant, reel, scene.told_keys, chance, scene.mute)
    noise.flaps(int(events * FLAPS))
    noise.single(int(NOISE * (events - complaints)))
    scene.repeat(events - len(reel))
    return Storm(reel.lines(), truth)


def draw_faults(plant: Plant, faults: int, chance: Random) -> list[Injected]:
    """Roots of all kinds, never one twice, each with its times; by time."""
    pools = {kind: roots for kind, roots in candidates(plant).items() if roots}
    weights = [KINDS[kind] for kind in pools]
    taken: dict[str, Injected] = {}
    while len(taken) < faults:
        kind = chance.choices(list(pools), weights)[0]
        root = chance.choice(pools[kind])
        at_us = START_US + int(chance.uniform(0.01, 0.93) * WINDOW_S * SECOND_US)
        lasts_s = min(LONGEST_S, max(SHORTEST_S, LASTS_S * chance.lognormvariate(0, LASTS_SIGMA)))
        taken.setdefault(root, Injected(root, kind, at_us, at_us + int(lasts_s * SECOND_US)))
    return sorted(taken.values(), key=lambda fault: (fault.at_us, fault.root))


def candidates(plant: Plant) -> dict[str, list[str]]:
    inventory = plant.inventory
    pools: dict[str, list[str]] = {kind: [] for kind in KINDS}
    for span in inventory.spans:
        pools.get(span.tier, []).append(span.id)
    for device in inventory.devices:
        if not device.gateway:
            pools.get(device.role, []).append(device.id)
    pools["conduit"] = list(plant.in_conduit)
    pools["port"] = [link.a for link in inventory.links if link.tier != "drop"]
    pools["power"] = [group.id for group in inventory.risk_groups]
    return pools


def confirm(truth: list[Injected], reel: Reel, chance: Random) -> None:
    for n, fault in enumerate(truth):
        at_us = fault.until_us + int(chance.uniform(30, 240) * SECOND_US)
        if at_us < reel.end_us and chance.random() < CREW_SPEAKS:
            reel.other(at_us, Restored(id=f"re-{n:05}", time=moment(at_us), object=fault.root))


def call(desk: Desk, scene: Scene, complaints: int, chance: Random) -> None:
    """Customers who are down, and others; a fault that hits many brings many calls."""
    for _ in range(complaints):
        if scene.outages and chance.random() < CALLS_OF_FAULTS:
            service, fault = chance.choice(scene.outages)
            fault.complaints.append(desk.about_outage(service, fault.at_us))
        else:
            desk.about_something()
