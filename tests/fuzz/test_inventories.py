"""5,000 inventories of each form in each run of the tests; `python -m tests.fuzz json csv` throws a million."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.fuzz.inventories import Outcome, documents, folders, run_csv, run_json

COUNT = 5_000


@pytest.mark.parametrize("run", [run_json, run_csv])
def test_each_is_read_or_told_its_faults(run: Callable[[int, int], Outcome]) -> None:
    outcome = run(COUNT, 1)
    assert outcome.thrown == COUNT == outcome.read + outcome.refused
    assert outcome.read > COUNT // 10
    assert outcome.refused > COUNT // 10


@pytest.mark.parametrize("inputs", [documents, folders])
def test_a_seed_draws_the_same_again(inputs: Callable[[int, int], Iterator[Any]]) -> None:
    assert list(inputs(300, 3)) == list(inputs(300, 3))
    assert list(inputs(300, 3)) != list(inputs(300, 4))
