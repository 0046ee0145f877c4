"""Parts of an outage that are repaired and fail again while it goes on: the last that a customer heard is true."""

from collections import Counter
from functools import cache
from pathlib import Path
from random import Random

import pytest

from tests.correlator.incidents.night import Night
from tests.correlator.service_desk.house import assert_each_once
from topology.compile import compile_inventory
from topology.graph import Topology
from topology.loaders import load

NETWORK = Path(__file__).parents[3] / "scenarios" / "networks" / "rangka.json"
APART_S = (200, 500, 900, 1800, 4000, 8000)
STEADY, TURNING = (1, 2, 3), {7: "OLT/0/2/1", 8: "OLT/0/2/2"}  # splitters of eight homes each, and their ports


@cache
def olt() -> Topology:
    return compile_inventory(load(NETWORK))


def turn(night: Night, splitters: list[int], state: str) -> None:
    for splitter in splitters:
        night.says(TURNING[splitter], "loss_of_signal", state, source="snmp:OLT")
        for home in range(1, 9):
            night.says(f"ONT-{splitter}-{home:02d}", "device_unreachable", state, source="ems:olt")


def drawn(seed: int) -> tuple[Night, bool]:
    """Three splitters stay dark; the ports of two fail and come back, once to five times. Whether these end dark."""
    rng = Random(seed)
    night = Night(olt())
    for splitter in STEADY:
        for home in range(1, 9):
            night.says(f"ONT-{splitter}-{home:02d}", "device_unreachable", source="snmp:OLT")
    at, dark = rng.choice((1, 30, 600)), False
    for _ in range(rng.randrange(1, 11)):
        night.at(at)
        dark = not dark
        turn(night, list(TURNING), "raised" if dark else "cleared")
        at += rng.choice(APART_S)
    night.at(at + 3 * 3600)
    return night, dark


@pytest.mark.parametrize("seed", range(12))
def test_the_last_that_they_heard_is_true(seed: int) -> None:
    night, dark = drawn(seed)
    assert_each_once(night)
    last: dict[str | None, str] = {}
    for told in night.messages():
        last[told.customer] = told.body
    said = Counter(
        "working again" in body or "pulih" in body for name, body in last.items() if name and name[3] in "78"
    )
    assert said == {not dark: 16}


def test_where_they_come_and_go_nobody_hears_each_turn() -> None:
    night = Night(olt())
    for splitter in STEADY:
        for home in range(1, 9):
            night.says(f"ONT-{splitter}-{home:02d}", "device_unreachable", source="snmp:OLT")
    for lap in range(12):
        for state, at in (("raised", lap * 900 + 1), ("cleared", lap * 900 + 301)):
            night.at(at)
            turn(night, list(TURNING), state)
    night.at(6 * 3600)
    assert 2 <= len(night.messages(customer="CU-7-01")) <= 12
