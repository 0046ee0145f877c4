"""All that runs is killed, paused and taken away under load: nothing acknowledged is lost, nothing told twice."""

import os
from pathlib import Path

import pytest

from tests.chaos.drill import drill

SEED = int(os.environ.get("SIMPUL_TEST_SEED", "20261126"))
MOST_SHOWN = 20


def test_one_round_of_everything(tmp_path: Path) -> None:
    """Of several kernels that share the network; `make chaos` does it with one as well, in turn, and for long.

    With a third of its load: half of a machine's work in all tests was to fold that storm.
    """
    found = drill(tmp_path, SEED, rounds=1, shared=True, share=1 / 3)
    assert found.figures["complaints answered"] > 0
    assert found.figures["alarms acknowledged"] > 0
    assert found.figures["alarms heard by the edge"] > 0
    if found.broken:
        shown = "\n".join(found.broken[:MOST_SHOWN])
        pytest.fail(f"seed {SEED}, {len(found.broken)} laws broken; files in {tmp_path}:\n{shown}\n{found.figures}")
