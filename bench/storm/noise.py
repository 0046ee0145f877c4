"""What no fault explains: alarms of single objects, flapping ports."""

from itertools import accumulate
from random import Random

from bench.storm.plant import Plant
from bench.storm.reel import Reel
from correlator.events import SECOND_US, AlarmType

Key = tuple[str, str]

# (share, alarm type, on what): half of it looks like outages and has to be weighed, half are precursors and events
MIX: tuple[tuple[float, AlarmType, str], ...] = (
    (0.28, "device_unreachable", "ont"),  # subscribers switch their ONTs off
    (0.06, "dying_gasp", "ont"),
    (0.12, "link_down", "port"),
    (0.06, "service_down", "service"),
    (0.03, "on_battery", "site"),
    (0.20, "signal_degraded", "port"),
    (0.08, "high_temperature", "device"),
    (0.07, "device_restart", "device"),
    (0.09, "other", "device"),
    (0.01, "other", "stranger"),
)
STANDS_S = 40  # on average
UNCLEARED = 0.05
FLAP_S = (6, 20)  # from one change to the next
BURST = (20, 60)  # changes in a row


def noise(plant: Plant, reel: Reel, lines: int, told: set[Key], chance: Random) -> None:
    """About `lines` alarms on single objects, none with a key that a fault's alarms have; most clear soon."""
    pools = objects(plant)
    shares = list(accumulate(share for share, _, _ in MIX))
    end = reel.alarms + lines
    while reel.alarms < end:
        _, alarm_type, kind = chance.choices(MIX, cum_weights=shares)[0]
        what = chance.choice(pools[kind]), alarm_type
        if what in told:
            continue
        at_us = reel.somewhen(chance)
        source = f"{kind}:{what[0].partition('/')[0]}"
        reel.alarm(at_us, what, source, "raised")
        if alarm_type != "device_restart" and chance.random() >= UNCLEARED:
            reel.alarm(at_us + int(chance.expovariate(1 / STANDS_S) * SECOND_US) + 1, what, source, "cleared")


def objects(plant: Plant) -> dict[str, list[str]]:
    inventory = plant.inventory
    speaking = [device.id for device in inventory.devices if device.role not in ("splitter", "ont", "cpe")]
    return {
        "ont": [device.id for device in inventory.devices if device.role == "ont"] or speaking,
        "device": speaking,
        "port": [f"{device}/ge-0/0/{port}" for device in speaking for port in range(48)],
        "site": [site.id for site in inventory.sites if site.kind != "customer"],
        "service": [service.id for service in inventory.services],
        "stranger": [f"old-switch-{n}" for n in range(40)],
    }


def flaps(plant: Plant, reel: Reel, lines: int, told: set[Key], chance: Random) -> None:
    """About `lines` changes of ports that go down and up, each some minutes long."""
    ports = objects(plant)["port"]
    end = reel.alarms + lines
    while reel.alarms < end:
        what: tuple[str, AlarmType] = (chance.choice(ports), "link_down")
        if what in told:
            continue
        told.add(what)
        at_us = reel.somewhen(chance)
        for n in range(min(chance.randint(*BURST), end - reel.alarms)):
            reel.alarm(at_us, what, f"port:{what[0].partition('/')[0]}", "cleared" if n % 2 else "raised")
            at_us += int(chance.uniform(*FLAP_S) * SECOND_US)
