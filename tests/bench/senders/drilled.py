"""A drill told to the bare kernel: when each of its voices speaks, and what comes of it."""

from collections.abc import Iterable
from random import Random

from bench.senders.drills import Drill, Voice
from bench.senders.timetable import last
from correlator.events import moment
from correlator.policy import Policy
from tests.scenarios.hosts import KernelHost
from topology.graph import Topology

START_US = 1_772_000_000_000_000
Said = tuple[float, Voice]  # seconds from the start


def told(fault: Drill, tells_s: float, chance: Random) -> list[Said]:
    """In order; what is decided by comes last, all at once."""
    held = last(list(fault.voices))
    times = [chance.uniform(0, 0.95 * tells_s) for _ in fault.voices[held:]] + [tells_s] * held
    return sorted(zip(times, fault.voices, strict=True), key=lambda one: one[0])


def heard(topology: Topology, rows: Iterable[Said], until_s: float) -> KernelHost:
    host = KernelHost(topology, Policy(), frozenset())
    for n, (at_s, voice) in enumerate(rows):
        about, alarm_type = voice.key
        what = {"object": about, "alarm_type": alarm_type, "severity": "major", "state": "raised"}
        at_us = START_US + round(at_s * 1e6)
        host.take({"type": "alarm", "id": f"a{n}", "time": moment(at_us), "source": voice.source, **what})
    host.wait(START_US + round(until_s * 1e6))
    return host
