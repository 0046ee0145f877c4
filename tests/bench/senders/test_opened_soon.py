"""Where all that can be told of a Critical fault is told, the incident opens within a second by the service's clock.

The live benchmark measures that of a whole service; what the searches and their looks leave to wait for is seen here.
"""

from random import Random

import pytest

from bench.senders.drills import Drill, drills
from bench.senders.timetable import last
from bench.storm.national import national
from bench.storm.plant import Plant
from correlator.events import moment
from correlator.policy import Policy
from tests.scenarios.hosts import KernelHost
from topology import cover
from topology.compile import compile_inventory

INVENTORY = national(40_000, seed=3)
FAULTS = drills(Plant(INVENTORY), 40, Random(3))
TOPOLOGY = compile_inventory(INVENTORY)
START_US = 1_772_000_000_000_000
WITHIN_S = 1.0


def opened_after_s(fault: Drill, tells_s: float, chance: Random) -> float:
    """From the last word to the incident under its root; below 0 where it opened before."""
    host = KernelHost(TOPOLOGY, Policy(), frozenset())
    held = last(list(fault.voices))
    told = [chance.uniform(0, 0.95 * tells_s) for _ in fault.voices[held:]] + [tells_s] * held
    for n, (at_s, voice) in enumerate(sorted(zip(told, fault.voices, strict=True), key=lambda one: one[0])):
        about, alarm_type = voice.key
        what = {"object": about, "alarm_type": alarm_type, "severity": "major", "state": "raised"}
        at_us = START_US + round(at_s * 1e6)
        host.take({"type": "alarm", "id": f"a{n}", "time": moment(at_us), "source": voice.source, **what})
    complete_us = START_US + round(tells_s * 1e6)
    host.wait(complete_us + 60_000_000)
    alike = {TOPOLOGY.ids[one] for one in cover.equivalents(TOPOLOGY, TOPOLOGY.index[fault.root])}
    opened_us = [row.opened_us for row in host.run.state.incidents.values() if row.root in alike and row.opened_us]
    return (min(opened_us) - complete_us) / 1e6 if opened_us else float("inf")


@pytest.mark.parametrize("tells_s", [pytest.param(2.0, id="over two seconds"), pytest.param(0.0, id="in one instant")])
def test_it_opens_within_a_second_of_the_last_word(tells_s: float) -> None:
    chance = Random(3)
    took_s = {f"{fault.kind} {fault.root}": opened_after_s(fault, tells_s, chance) for fault in FAULTS}
    assert {fault: s for fault, s in took_s.items() if s > WITHIN_S} == {}
