"""Kernels that share a network find what one kernel finds, and go on where they were killed."""

import pytest

from bench.sharing import Found, played, shares, told
from bench.storm.national import national
from bench.storm.storms import storm
from correlator.policy import Policy
from correlator.policy.faults import FaultPolicy
from topology.compile import compile_inventory

INVENTORY = national(10_000, 1)
TOPOLOGY = compile_inventory(INVENTORY)
# each domain counts the stray words that it hears, and of a bad night it hears a part: here no number is unusual
CALM = FaultPolicy(stray_smooth=1e9)
ALONE, SHARED = Policy(faults=CALM), Policy(faults=CALM, domains=shares(INVENTORY))
LINES, FAULTS = 4_000, 12


def roots(found: Found) -> list[str]:
    return sorted(row.root for _, row in found.settled)


@pytest.mark.parametrize("seed", [20, 21, 22, 23, 44])
def test_they_open_what_one_opens_and_tell_whom_it_tells(seed: int) -> None:
    lines = storm(INVENTORY, LINES, FAULTS, seed).lines
    alone, shared = played(TOPOLOGY, ALONE, lines), played(TOPOLOGY, SHARED, lines)
    assert roots(shared) == roots(alone)
    assert sorted(shared.told) == sorted(alone.told)


def test_killed_and_begun_again_they_say_the_same() -> None:
    lines = storm(INVENTORY, LINES, FAULTS, 24).lines
    once, killed = told(TOPOLOGY, SHARED, lines), told(TOPOLOGY, SHARED, lines, killed_after=97)
    for name, seat in once.seats.items():
        assert killed.seats[name].effects == seat.effects
        assert killed.seats[name].state.tables == seat.state.tables
