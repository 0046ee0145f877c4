"""Alarms that stand without a fault: at objects of every kind, spread over the window."""

from __future__ import annotations

from random import Random

from bench.accuracy.inventory import Plant
from bench.accuracy.physics import Net
from bench.accuracy.plant import POLLED
from bench.accuracy.telling import Key, Speech
from bench.accuracy.timeline import Told

SHARES = {  # of the types among strays
    "port": 38,
    "ont": 16,
    "device": 10,
    "neighbor_down": 9,
    "protection_switch": 7,
    "service_down": 5,
    "power": 5,
    "dying_gasp": 6,
    "card_failure": 1.5,
    "fiber_break": 1.5,
    "signal_degraded": 4,
}


class Strays:
    """Draws strays of one plant."""

    def __init__(self, plant: Plant, net: Net, speech: Speech) -> None:
        self.net, self.speech, self.voices = net, speech, plant.voices
        self.polled = [name for name, n in net.device.items() if net.role[n] in POLLED]
        self.onts = [name for name, n in net.device.items() if n in speech.above]
        self.speaking = [port for pair in net.ports for port in pair if port.partition("/")[0] in self.voices.words]
        self.routed = [port for port in self.speaking if port.partition("/")[0] in self.voices.neighbours]
        protected = [n for n, routes in enumerate(net.routes) if len(routes) > 1]
        self.switching = [port for n in protected for port in net.ports[n]]
        self.pools: dict[str, list[str]] = {
            "port": self.speaking,
            "ont": self.onts,
            "device": self.polled,
            "neighbor_down": self.routed,
            "protection_switch": self.switching,
            "service_down": sorted(self.voices.probed),
            "power": sorted(self.voices.powered),
            "dying_gasp": [*self.onts, *sorted(self.voices.gasps)],
            "card_failure": self.polled,
            "fiber_break": sorted(self.voices.monitored),
            "signal_degraded": self.speaking,
        }

    def key(self, rng: Random) -> tuple[Key, str]:
        """(what, source)."""
        kinds = [kind for kind in SHARES if self.pools[kind]]
        kind = rng.choices(kinds, [SHARES[kind] for kind in kinds])[0]
        name = rng.choice(self.pools[kind])
        device = name.partition("/")[0]
        match kind:
            case "port":
                return (name, rng.choice(self.voices.words[device])), f"trap:{device}"
            case "ont":
                olt = self.net.devices[self.speech.above[self.net.device[name]]]
                return (name, "device_unreachable"), f"olt:{olt}"
            case "device":
                return (name, "device_unreachable"), self.speech.poller(self.net.device[name])
            case "power":
                return (name, rng.choice(("on_battery", "power_failure"))), "power"
            case "service_down":
                return (name, kind), "probe"
            case "fiber_break":
                return (name, kind), "otdr"
            case _:
                return (name, kind), f"trap:{device}"

    def draw(self, rng: Random, count: int, window: tuple[float, float], stuck: float) -> list[Told]:
        """So many, of which a share never clears and the others last some minutes."""
        told = []
        for _ in range(count):
            key, source = self.key(rng)
            at = rng.uniform(*window)
            told.append(Told(at, at + 0.02 + rng.expovariate(3.0), key, True, source))
            if rng.random() >= stuck:
                end = at + 5 + rng.expovariate(1 / 240)
                if end < window[1]:
                    told.append(Told(end, end + 0.02 + rng.expovariate(3.0), key, False, source))
        return told
