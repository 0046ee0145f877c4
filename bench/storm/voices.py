"""Who says what, and when: the alarms that each element's condition calls for (contract, section 2)."""

from dataclasses import dataclass
from random import Random

import numpy as np

from bench.storm.plant import Condition, Flags, Numbers, Plant
from correlator.events import AlarmType
from topology.model import Device, device_of

ROUTERS = ("core", "edge", "aggregation")
SPEAKERS = (*ROUTERS, "olt", "bts", "server", "optical")  # speak by themselves, of their own ports
BOTH_ENDS = 0.8  # links that both ends report; of the rest one end does, by vendor
NEIGHBOURS = 0.4  # router ports with a routing session that is watched
MONITORED = 0.6  # backbone spans under a fibre monitor
PROBED = 0.5  # companies' services with a probe
POWER_WATCHED = 0.7  # sites with a power monitor
KEEPS_COUNT = 0.6  # OLTs whose manager still reports the ONTs when the OLT itself is gone
LATENCY_S: dict[AlarmType, tuple[float, float]] = {
    "loss_of_signal": (0.1, 2),
    "link_down": (0.1, 3),
    "protection_switch": (0.1, 1),
    "fiber_break": (1, 5),
    "power_failure": (1, 4),
    "neighbor_down": (3, 20),
    "device_unreachable": (5, 40),
    "service_down": (10, 60),
}
ALWAYS = -1  # the speaker is a poller or a monitor: it can always speak


@dataclass(frozen=True, slots=True)
class Voice:
    """One alarm that one source may raise: about an object, by a device (or ALWAYS), while a row is in a condition."""

    object: str
    alarm_type: AlarmType
    source: str
    speaker: int
    row: int
    watches: str  # which flags of the Condition

    @property
    def key(self) -> tuple[str, AlarmType]:
        return self.object, self.alarm_type


class Choir:
    """All voices, so that one look tells which alarms stand and who can speak."""

    def __init__(self, voices: list[Voice]) -> None:
        self.voices = voices
        self.speaker = np.array([voice.speaker for voice in voices], dtype=np.int64)
        self.parts: list[tuple[str, Numbers, Numbers]] = []
        for watched in ("link_works", "switched", "reached", "span_cut", "dark", "service_works"):
            mine = [n for n, voice in enumerate(voices) if voice.watches == watched]
            rows = [voices[n].row for n in mine]
            self.parts.append((watched, np.array(mine, dtype=np.int64), np.array(rows, dtype=np.int64)))

    def standing(self, now: Condition) -> Flags:
        stands = np.zeros(len(self.voices), dtype=bool)
        for watched, mine, rows in self.parts:
            flags: Flags = getattr(now, watched)[rows]
            stands[mine] = ~flags if watched in ("link_works", "reached", "service_works") else flags
        return stands

    def heard(self, now: Condition) -> Flags:
        heard: Flags = (self.speaker == ALWAYS) | now.reached[self.speaker]
        return heard


def choir(plant: Plant, chance: Random) -> Choir:
    return Choir([*ports(plant, chance), *devices(plant, chance), *monitors(plant, chance), *probes(plant, chance)])


def ports(plant: Plant, chance: Random) -> list[Voice]:
    """Ports of links: down, on protection, routing neighbour lost."""
    devices, voices = plant.inventory.devices, []
    for row, link in enumerate(plant.inventory.links):
        ends = [(port, n) for port, n in ((link.a, plant.a[row]), (link.b, plant.b[row])) if can_speak(devices[n])]
        if len(ends) == 2 and chance.random() >= BOTH_ENDS:
            ends = [chance.choice(ends)]
        for port, n in ends:
            device = devices[n]
            source = f"snmp:{(device.addresses or (device.id,))[0]}"
            down: AlarmType = "link_down" if device.role in ROUTERS else "loss_of_signal"
            voices.append(Voice(port, down, source, int(n), row, "link_works"))
            if plant.routes[row] > 1:
                voices.append(Voice(port, "protection_switch", source, int(n), row, "switched"))
            if (
                all(devices[end].role in ROUTERS for end in (plant.a[row], plant.b[row]))
                and chance.random() < NEIGHBOURS
            ):
                voices.append(Voice(port, "neighbor_down", source, int(n), row, "link_works"))
    return voices


def can_speak(device: Device) -> bool:
    return device.role in SPEAKERS


def devices(plant: Plant, chance: Random) -> list[Voice]:
    """Devices that a poller no longer reaches; ONTs, told by their OLT."""
    voices, olts = [], olt_above(plant)
    keeps: dict[int, bool] = {}
    for row, device in enumerate(plant.inventory.devices):
        if device.role == "ont":
            olt = olts[row]
            keep = keeps.setdefault(olt, chance.random() < KEEPS_COUNT)
            source = f"ems:{plant.inventory.devices[olt].id}"
            voices.append(Voice(device.id, "device_unreachable", source, ALWAYS if keep else olt, row, "reached"))
        elif device.role != "splitter":
            voices.append(Voice(device.id, "device_unreachable", "icmp:poller", ALWAYS, row, "reached"))
    return voices


def olt_above(plant: Plant) -> dict[int, int]:
    """The OLT of each ONT, up its splitters."""
    roles = [device.role for device in plant.inventory.devices]
    above: dict[int, int] = {}
    for a, b in zip(plant.a.tolist(), plant.b.tolist(), strict=True):
        for low, high in ((a, b), (b, a)):
            if (roles[low], roles[high]) in (("ont", "splitter"), ("splitter", "olt"), ("splitter", "splitter")):
                above.setdefault(low, high)
    found = {}
    for n, role in enumerate(roles):
        if role == "ont":
            olt = above[n]
            while roles[olt] == "splitter":
                olt = above[olt]
            found[n] = olt
    return found


def monitors(plant: Plant, chance: Random) -> list[Voice]:
    """Fibre under a monitor, sites whose mains are watched."""
    voices = [
        Voice(span.id, "fiber_break", "otdr:backbone", ALWAYS, row, "span_cut")
        for row, span in enumerate(plant.inventory.spans)
        if span.tier == "backbone" and chance.random() < MONITORED
    ]
    fed = {member for group in plant.inventory.risk_groups if group.kind == "power" for member in group.members}
    return voices + [
        Voice(site.id, "power_failure", "power:monitor", ALWAYS, row, "dark")
        for row, site in enumerate(plant.inventory.sites)
        if site.id in fed and chance.random() < POWER_WATCHED
    ]


def probes(plant: Plant, chance: Random) -> list[Voice]:
    """Companies' services under a probe."""
    roles = {device.id: device.role for device in plant.inventory.devices}
    return [
        Voice(service.id, "service_down", "probe:sla", ALWAYS, row, "service_works")
        for row, service in enumerate(plant.inventory.services)
        if roles[device_of(service.attach[0])] != "ont" and chance.random() < PROBED
    ]
