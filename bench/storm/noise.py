"""What no fault explains: alarms of single objects, flapping ports. Nobody says what he cannot know then."""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import accumulate
from random import Random

from bench.storm.plant import Plant
from bench.storm.reel import Reel
from correlator.events import SECOND_US, AlarmType
from topology.model import device_of

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


@dataclass(frozen=True, slots=True)
class Noise:
    """What single objects say into a reel, none with a key that a fault's alarms have."""

    plant: Plant
    reel: Reel
    told: set[Key]  # the keys of the faults' alarms, and of ports that flap
    chance: Random
    mute: Callable[[str, int], bool] = lambda _, __: False  # whether nobody can tell of a device or a service then

    def single(self, lines: int) -> None:
        """About `lines` alarms on single objects; most clear soon."""
        reel, chance, pools = self.reel, self.chance, objects(self.plant)
        shares = list(accumulate(share for share, _, _ in MIX))
        end = reel.alarms + lines
        while reel.alarms < end:
            _, alarm_type, kind = chance.choices(MIX, cum_weights=shares)[0]
            what = chance.choice(pools[kind]), alarm_type
            if what in self.told:
                continue
            at_us, device = reel.somewhen(chance), device_of(what[0])
            source = f"{kind}:{device}"
            if self.mute(device, at_us):
                continue
            reel.alarm(at_us, what, source, "raised")
            if alarm_type != "device_restart" and chance.random() >= UNCLEARED:
                until_us = at_us + int(chance.expovariate(1 / STANDS_S) * SECOND_US) + 1
                if not self.mute(device, until_us):
                    reel.alarm(until_us, what, source, "cleared")

    def flaps(self, lines: int) -> None:
        """About `lines` changes of ports that go down and up, each some minutes long."""
        reel, chance, ports = self.reel, self.chance, objects(self.plant)["port"]
        end = reel.alarms + lines
        while reel.alarms < end:
            what: tuple[str, AlarmType] = (chance.choice(ports), "link_down")
            if what in self.told:
                continue
            self.told.add(what)
            at_us, device = reel.somewhen(chance), device_of(what[0])
            for n in range(min(chance.randint(*BURST), end - reel.alarms)):
                if not self.mute(device, at_us):
                    reel.alarm(at_us, what, f"port:{device}", "cleared" if n % 2 else "raised")
                at_us += int(chance.uniform(*FLAP_S) * SECOND_US)


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
