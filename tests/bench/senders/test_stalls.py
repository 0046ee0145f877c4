"""A duct is told while the machine stands still for a moment: that silence is no word for several small cuts."""

from collections.abc import Mapping
from functools import cache
from random import Random

import pytest

from bench.senders.drills import Drill, drills
from bench.storm.national import national
from bench.storm.plant import Plant
from tests.bench.senders.drilled import heard, told
from topology.compile import compile_inventory
from topology.graph import Topology

SPOKEN_S = 2.0  # in so long a drill is told


@cache
def world() -> tuple[Topology, Mapping[str, Drill]]:
    inventory = national(40_000, 3)
    drawn = drills(Plant(inventory), 400, Random(5))
    return compile_inventory(inventory), {one.root: one for one in drawn if one.kind == "feeder duct"}


@pytest.mark.parametrize(("duct", "seed"), [("CD-PRP1-107-1-5", 41), ("CD-PRP1-107-1-5", 42), ("CD-DUM1-104-1-1", 55)])
def test_a_pause_of_the_machine_opens_no_feeder_beside_its_duct(duct: str, seed: int) -> None:
    topology, ducts = world()
    chance = Random(seed)
    rows = told(ducts[duct], SPOKEN_S, chance)
    stands_s = chance.uniform(0, SPOKEN_S)
    goes_on_s = stands_s + chance.uniform(0.2, SPOKEN_S)
    late = [(goes_on_s if stands_s <= at_s < goes_on_s else at_s, one) for at_s, one in rows]
    host = heard(topology, sorted(late, key=lambda row: row[0]), 60)
    opened = [row for row in host.run.state.incidents.values() if row.opened_us]
    assert [(row.root, {one.root for one in row.verdicts if one.status == "open"}) for row in opened] == [
        (duct, {duct})
    ]
