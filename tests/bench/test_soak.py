"""What the soak makes of what it saw."""

import os
from itertools import islice

import pytest

from bench.soak import LONG_S, Look, complaining, grown, look, slope
from bench.storm.national import national

INVENTORY = national(2_000, seed=1)


def test_the_slope_is_in_megabytes_a_minute() -> None:
    assert slope([Look(float(at), 100 + at / 30, 10) for at in range(0, 600, 2)]) == pytest.approx(2.0)


def test_what_grew_before_it_was_warm_is_no_leak() -> None:
    rising = [Look(float(at), min(at, 600) / 2, 10 + min(at, 600) // 60) for at in range(0, 1800, 2)]
    memory, descriptors = grown("worker", rising, LONG_S)
    assert memory.figure == pytest.approx(0.0, abs=1e-6)
    assert memory.limit == 1.0
    assert descriptors.figure == 0


def test_descriptors_that_are_left_open_are_seen() -> None:
    _, descriptors = grown("intake", [Look(float(at), 100.0, 10 + at // 60) for at in range(0, 300, 2)], 300.0)
    assert descriptors.figure > 0


def test_five_minutes_do_not_judge_the_slope() -> None:
    memory, _ = grown("worker", [Look(float(at), float(at), 10) for at in range(0, 300, 2)], 300.0)
    assert memory.limit is None


def test_each_complaint_is_another_one() -> None:
    requests = list(islice(complaining(INVENTORY, "http://door", {}, range(0, 1_000_000, 4)), 50))
    assert len({request.content for request in requests}) == 50


def test_a_process_is_looked_at() -> None:
    mine = look(os.getpid(), 1.0)
    assert mine.memory_mb > 1
    assert mine.descriptors >= 3
