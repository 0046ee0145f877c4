"""Intervals of positions: what is left of some without others."""

import pytest

from topology.down import merged, without


@pytest.mark.parametrize(
    ("holes", "left"),
    [
        pytest.param([], [(10, 20), (30, 40)], id="no hole"),
        pytest.param([(0, 10), (20, 30), (40, 50)], [(10, 20), (30, 40)], id="beside them"),
        pytest.param([(10, 20)], [(30, 40)], id="one of them"),
        pytest.param([(5, 45)], [], id="more than all"),
        pytest.param([(12, 15)], [(10, 12), (15, 20), (30, 40)], id="within one"),
        pytest.param([(5, 15)], [(15, 20), (30, 40)], id="its beginning"),
        pytest.param([(15, 35)], [(10, 15), (35, 40)], id="an end and a beginning"),
        pytest.param([(12, 15), (14, 18)], [(10, 12), (18, 20), (30, 40)], id="holes that overlap"),
    ],
)
def test_what_is_left_of_intervals(holes: list[tuple[int, int]], left: list[tuple[int, int]]) -> None:
    assert list(without(((10, 20), (30, 40)), merged(holes))) == left
