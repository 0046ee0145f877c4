"""Faults of the live benchmark: Critical by what breaks, told of by all who can, in an order that keeps them apart."""

from random import Random

import pytest

from bench.senders.drills import FEWEST, Drill, cities, drills
from bench.senders.northbound import oid_of
from bench.senders.timetable import Pace, timetable
from bench.senders.traffic import traffic
from bench.storm.national import national
from bench.storm.plant import Plant
from correlator.service_desk.severity import critical_by_what_broke
from streams.demo.trapgen import OCTETS, element, object_id
from topology.compile import compile_inventory

PLANT = Plant(national(40_000, seed=3))
PACE = Pace(slot_s=1.0, tells_s=2.0, stands_s=5.0)


@pytest.fixture(scope="module")
def faults() -> list[Drill]:
    return drills(PLANT, 30, Random(3))


def test_as_many_as_asked_for_and_no_root_twice(faults: list[Drill]) -> None:
    assert len({fault.root for fault in faults}) == 30
    assert {"backbone span", "core", "feeder", "feeder duct", "tower"} <= {fault.kind for fault in faults}


def test_each_is_critical_whatever_else_is_down(faults: list[Drill]) -> None:
    """A core router is of the backbone, the rest is fibre (SOP 4.3)."""
    topology = compile_inventory(PLANT.inventory)
    assert [fault.root for fault in faults if critical_by_what_broke(topology, fault.root) is None] == []


def test_each_is_told_of(faults: list[Drill]) -> None:
    assert min(len(fault.voices) for fault in faults) >= FEWEST
    for fault in faults:
        monitors = [voice.alarm_type == "fiber_break" for voice in fault.voices]
        assert monitors == sorted(monitors), "a fibre monitor speaks last"


def test_nothing_else_fails_where_a_core_does(faults: list[Drill]) -> None:
    wide = {fault.root for fault in faults if fault.kind in ("core", "metro duct")}
    taken = {city for root in wide for city in cities(PLANT, root)}
    assert not [fault.root for fault in faults if fault.root not in wide and taken & set(cities(PLANT, fault.root))]


def test_the_last_word_completes_and_the_repair_comes_after(faults: list[Drill]) -> None:
    turns = timetable(PLANT, faults, PACE, {0}, Random(3))
    assert [turn.at_s for turn in turns] == sorted(turn.at_s for turn in turns)
    completes = {turn.completes: turn.at_s for turn in turns if turn.completes >= 0}
    assert set(completes) == set(range(30))
    assert len(turns) == 2 * sum(len(fault.voices) for fault in faults)
    assert turns[-1].at_s > max(completes.values()) + PACE.stands_s


def test_faults_of_one_city_are_not_there_at_once(faults: list[Drill]) -> None:
    turns = timetable(PLANT, faults, PACE, set(), Random(3))
    done = sorted((turn.at_s, turn.completes) for turn in turns if turn.completes >= 0)
    for n, (at_s, one) in enumerate(done):
        soon = [other for later_s, other in done[n + 1 :] if later_s < at_s + PACE.tells_s + PACE.stands_s]
        mine = set(cities(PLANT, faults[one].root))
        assert not [other for other in soon if mine & set(cities(PLANT, faults[other].root))]


def test_other_traffic_is_as_much_as_asked_for_and_its_own(faults: list[Drill]) -> None:
    told = set().union(*(fault.keys for fault in faults))
    sent = traffic(PLANT, set(told), 100, 5)
    assert len(sent) == 500
    assert traffic(PLANT, set(told), 100, 5) == sent
    words = [(element(OCTETS, about.encode()), object_id(oid_of(kind, "raised"))) for about, kind in told]
    assert not [1 for about, kind in words if any(about in datagram and kind in datagram for datagram in sent)]
