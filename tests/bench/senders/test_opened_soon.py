"""Where all that can be told of a Critical fault is told, the incident opens within a second by the service's clock.

The live benchmark measures that of a whole service; what the searches and their looks leave to wait for is seen here.
"""

from random import Random

import pytest

from bench.senders.drills import Drill, drills
from bench.storm.national import national
from bench.storm.plant import Plant
from tests.bench.senders.drilled import START_US, heard, told
from topology import cover
from topology.compile import compile_inventory

INVENTORY = national(40_000, seed=3)
FAULTS = drills(Plant(INVENTORY), 40, Random(3))
TOPOLOGY = compile_inventory(INVENTORY)
WITHIN_S = 1.0


def opened_after_s(fault: Drill, tells_s: float, chance: Random) -> float:
    """From the last word to the incident under its root; below 0 where it opened before."""
    host = heard(TOPOLOGY, told(fault, tells_s, chance), tells_s + 60)
    complete_us = START_US + round(tells_s * 1e6)
    alike = {TOPOLOGY.ids[one] for one in cover.equivalents(TOPOLOGY, TOPOLOGY.index[fault.root])}
    opened_us = [row.opened_us for row in host.run.state.incidents.values() if row.root in alike and row.opened_us]
    return (min(opened_us) - complete_us) / 1e6 if opened_us else float("inf")


@pytest.mark.parametrize("tells_s", [pytest.param(2.0, id="over two seconds"), pytest.param(0.0, id="in one instant")])
def test_it_opens_within_a_second_of_the_last_word(tells_s: float) -> None:
    chance = Random(3)
    took_s = {f"{fault.kind} {fault.root}": opened_after_s(fault, tells_s, chance) for fault in FAULTS}
    assert {fault: s for fault, s in took_s.items() if s > WITHIN_S} == {}
