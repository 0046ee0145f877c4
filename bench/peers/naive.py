"""What a plain correlator makes of the same lines, as a measure: alarms of one device within a time window are one.

It knows no topology: the device (or what else an alarm is on) is the root. A single alarm is no incident.
"""

import time
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from correlator.events import Alarm, Incoming, microseconds
from topology.model import device_of

WINDOW_US = 300_000_000
SEVERAL = 2  # different alarms


@dataclass(slots=True)
class Group:
    """Alarms of one device that came within the window of each other."""

    root: str
    last_us: int
    alarms: set[tuple[str, str]] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class Grouped:
    decode_s: float
    group_s: float
    roots: list[str]  # of each incident


def grouped(events: Path) -> Grouped:
    began = time.perf_counter()
    decoder = msgspec.json.Decoder(Incoming)
    alarms = [event for line in events.read_bytes().splitlines() if isinstance(event := decoder.decode(line), Alarm)]
    decoded = time.perf_counter()
    roots = incidents(alarms)
    return Grouped(decoded - began, time.perf_counter() - decoded, roots)


def incidents(alarms: list[Alarm]) -> list[str]:
    """The roots of groups with several alarms, in order of time."""
    groups: dict[str, Group] = {}
    found: list[Group] = []
    for alarm in alarms:
        if alarm.state == "cleared":
            continue
        root, at_us = device_of(alarm.object), microseconds(alarm.time)
        group = groups.get(root)
        if group is None or at_us - group.last_us > WINDOW_US:
            group = groups[root] = Group(root, at_us)
            found.append(group)
        group.last_us = max(group.last_us, at_us)
        group.alarms.add((alarm.object, alarm.alarm_type))
    return [group.root for group in found if len(group.alarms) >= SEVERAL]
