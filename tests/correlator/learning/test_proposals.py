"""What is proposed: numbers and their intervals, by tables of the Gamma and the Beta; and the lines of the file."""

import tomllib

import pytest

from correlator.learning import estimates
from correlator.learning.policy_text import CannotWrite, proposed
from correlator.learning.rates import Proposal

RARER = Proposal(("prior_span_50km",), -12.9, -14.0, "3 in 80 weeks")


@pytest.mark.parametrize(
    ("counted", "low", "high"),
    [
        pytest.param(0, 0.0513, 2.996, id="Gamma of shape 1"),
        pytest.param(1, 0.355, 4.744, id="of shape 2"),
        pytest.param(9, 5.425, 15.705, id="of shape 10"),
    ],
)
def test_a_rate_has_an_interval_of_nine_tenths(counted: int, low: float, high: float) -> None:
    """By the exact quantiles. One time at the shipped rate comes on top: of 1 in 20 weeks, and 80 weeks watched."""
    found = estimates.rate(1 / 20, counted, 80)
    assert found.value == pytest.approx((1 + counted) / 100)
    assert (found.low * 100, found.high * 100) == pytest.approx((low, high), rel=0.03)
    assert not found.differs_from(found.value)
    assert found.differs_from(found.high * 1.01)
    assert found.differs_from(found.low * 0.99)


def test_a_share_has_one_too() -> None:
    """Ten and ten: twenty cases at the shipped share, none watched."""
    found = estimates.share(0.5, 0, 0)
    assert tuple(found) == pytest.approx((0.5, 0.32, 0.68), abs=0.01)
    assert estimates.share(0.5, 30, 0).value == pytest.approx(0.8)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param("", "[faults]\n{}\n", id="an empty file"),
        pytest.param("keep_days = 60\n", "keep_days = 60\n\n[faults]\n{}\n", id="no such table"),
        pytest.param(
            "[faults]\nsettle_s = 45  # agreed\n\n\n[care]\nsuggest = true\n",
            "[faults]\nsettle_s = 45  # agreed\n{}\n\n\n[care]\nsuggest = true\n",
            id="at the end of the table, before the empty lines",
        ),
        pytest.param(
            "[faults]  # ours\nprior_span_50km = -12.0\nsettle_s = 45\n",
            "[faults]  # ours\n{}\nsettle_s = 45\n",
            id="in place of what stood there",
        ),
    ],
)
def test_a_proposal_is_put_where_a_person_would_look(before: str, after: str) -> None:
    line = "prior_span_50km = -14.0  # 3 in 80 weeks; was -12.9"
    made = proposed(before, [RARER])
    assert made == after.format(line)
    assert tomllib.loads(made)["faults"]["prior_span_50km"] == -14


def test_a_file_that_is_written_another_way_is_left_to_a_person() -> None:
    with pytest.raises(CannotWrite):
        proposed("faults = {settle_s = 45}\n", [RARER])
