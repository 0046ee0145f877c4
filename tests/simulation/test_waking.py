"""After each commit of a night: who wakes from the store remembers what the one remembers who folded it all."""

import os

import pytest

from connectors.ports import Commit
from streams.simulation.memory import differences, snapshot
from streams.simulation.night import draw_night, frames
from streams.simulation.owners import FrailStore, Owner
from streams.simulation.twins import MemoryJournal
from tests.simulation.today import first_seed

NIGHTS = int(os.environ.get("SIMPUL_WAKE_NIGHTS", "8"))
ONCE = (
    310792,  # two alarms of one port: which was heard first
    320122,  # a person names the root of what was suspected, and it accounts for one word more than it explains
    400016,  # a short span: looked at while more was told, and then no longer
)


@pytest.mark.parametrize("seed", ONCE)
def test_a_restart_at_any_commit_of_these_nights_finds_the_same_memory(seed: int) -> None:
    assert forgotten(seed) == []


@pytest.mark.parametrize("place", range(NIGHTS))
def test_a_restart_at_any_commit_finds_the_same_memory(place: int) -> None:
    assert forgotten(first_seed() + place) == []


def forgotten(seed: int) -> list[str]:
    """Where they differ, commit by commit of a night."""
    night, store = draw_night(seed), FrailStore()
    owner = Owner(night.world, MemoryJournal(), store)
    looked, found = [], list[str]()

    def committed(commit: Commit) -> None:
        woken = Owner(night.world, owner.journal, store, owner.now_us)
        looked.append(commit.applied)
        wrong = differences(snapshot(owner.host.state), snapshot(woken.host.state))
        found.extend(f"at {commit.applied}: {text}" for text in wrong)

    store.committed = committed
    owner.live(frames(night.arrived), night.end_us)
    assert looked
    return found
