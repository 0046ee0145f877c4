"""Who says what of a condition: truths by (object, alarm type), each with its source and the device that must speak."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from random import Random

from bench.accuracy.inventory import Plant
from bench.accuracy.physics import Condition, Net, device_of
from bench.accuracy.plant import POLLED

Key = tuple[str, str]  # object, alarm type

MEAN_S = {  # of an exponential
    "loss_of_signal": 1.5,
    "link_down": 2.0,
    "neighbor_down": 6.0,
    "protection_switch": 1.0,
    "fiber_break": 10.0,
    "power_failure": 5.0,
    "on_battery": 5.0,
    "dying_gasp": 0.5,
    "card_failure": 3.0,
    "ont": 6.0,
}
POLL_S, PROBE_S = 60.0, 40.0
DIRECT = frozenset({"card_failure", "fiber_break", "dying_gasp", "power_failure", "on_battery"})  # no mere consequence


@dataclass(frozen=True, slots=True)
class Word:
    """Something that is true and can be told."""

    source: str
    by: int  # the device that tells it; -1: somebody outside the network


class Speech:
    """What is told of a plant; conditions are of `net`, which may be another than the service was given."""

    def __init__(self, plant: Plant, net: Net) -> None:
        self.net, self.voices = net, plant.voices
        self.region = {row["id"]: row.get("region", "R1") for row in net.rows["sites"]}
        self.above = self._above()

    def _above(self) -> dict[int, int]:
        """For each ONT its OLT: across the splitter, which does not speak."""
        found = {}
        for n, role in enumerate(self.net.role):
            if role == "splitter":
                olts = [other for other, _ in self.net.beside[n] if self.net.role[other] == "olt"]
                found.update({other: olts[0] for other, _ in self.net.beside[n] if olts and other != olts[0]})
        return found

    def poller(self, device: int) -> str:
        return f"poll:{self.region[self.net.home[device]]}"

    def words(self, condition: Condition, cards: Iterable[str] = ()) -> dict[Key, Word]:
        """All that can be told of a condition. `cards`: what died by a card that says so."""
        said: dict[Key, Word] = {}
        self._links(condition, said)
        self._devices(condition, said)
        self._power(condition, said)
        for span in sorted(condition.broken.spans & self.voices.monitored):
            said[span, "fiber_break"] = Word("otdr", -1)
        for name in sorted(condition.services & self.voices.probed):
            said[name, "service_down"] = Word("probe", -1)
        for name in cards:
            said[name, "card_failure"] = Word(f"trap:{device_of(name)}", -1)
        return said

    def _links(self, condition: Condition, said: dict[Key, Word]) -> None:
        for link in sorted(condition.dark):
            for port, device in zip(self.net.ports[link], self.net.ends[link], strict=True):
                name = self.net.devices[device]
                if device in condition.lost or name not in self.voices.words:
                    continue
                word = Word(f"trap:{name}", device)
                for kind in self.voices.words[name]:
                    said[port, kind] = word
                if name in self.voices.neighbours:
                    said[port, "neighbor_down"] = word
        for link in sorted(condition.switched):
            for port, device in zip(self.net.ports[link], self.net.ends[link], strict=True):
                name = self.net.devices[device]
                if device not in condition.lost and name in self.voices.switches:
                    said[port, "protection_switch"] = Word(f"trap:{name}", device)

    def _devices(self, condition: Condition, said: dict[Key, Word]) -> None:
        for device in sorted(condition.lost):
            name, role = self.net.devices[device], self.net.role[device]
            if role in POLLED:
                said[name, "device_unreachable"] = Word(self.poller(device), -1)
            elif role == "ont" and (olt := self.above.get(device)) is not None and olt not in condition.lost:
                said[name, "device_unreachable"] = Word(f"olt:{self.net.devices[olt]}", olt)

    def _power(self, condition: Condition, said: dict[Key, Word]) -> None:
        for group in sorted(condition.broken.groups):
            row = self.net.group[group]
            if row["kind"] != "power":
                continue
            for site in row["members"]:
                if site in self.voices.powered:
                    said[site, "power_failure"] = Word("power", -1)
                for device in self.net.at_site.get(site, ()):
                    if self.net.devices[device] in self.voices.gasps and (by := self._hears(device, condition)) >= 0:
                        said[self.net.devices[device], "dying_gasp"] = Word(f"trap:{self.net.devices[by]}", by)
            for site in self.voices.batteries.get(group, ()):
                if site in self.voices.powered:
                    said[site, "on_battery"] = Word("power", -1)

    def _hears(self, device: int, condition: Condition) -> int:
        """The device above, where it can still speak."""
        above = self.above.get(device)
        around = [above] if above is not None else [other for other, _ in self.net.beside[device]]
        able = [n for n in around if n not in condition.lost and self.net.devices[n] in self.voices.words]
        return min(able) if able else -1

    def latency(self, rng: Random, key: Key) -> float:
        """Seconds until it is noticed."""
        name, kind = key
        if kind == "device_unreachable":
            if name in self.net.device and self.net.role[self.net.device[name]] == "ont":
                return rng.expovariate(1 / MEAN_S["ont"])
            return rng.uniform(1.0, POLL_S)
        if kind == "service_down":
            return rng.uniform(2.0, PROBE_S)
        return rng.expovariate(1 / MEAN_S.get(kind, 3.0))
