"""The tables of numbers, against what the policy's figures mean: micro-nats, worked out by hand."""

import math
from typing import Any

import pytest

from correlator.inference.likelihood import Scores
from correlator.policy.faults import TypeModel
from tests.correlator.inference.telling import Telling

SCORES = Telling().scores
LN10, LN3, LN2 = 2_302_585, 1_098_612, 693_147


def scores(**faults: Any) -> Scores:
    return Telling(**faults).scores


# What one alarm is worth: nine of ten causes are told, one thing in a thousand is told without a cause; what names
# the very thing that is broken, one in a hundred thousand


@pytest.mark.parametrize(
    ("alarm_type", "worth"),
    [
        ("loss_of_signal", 6_802_506),
        ("link_down", 6_802_506),
        ("neighbor_down", 6_802_506),
        ("device_unreachable", 6_802_506),
        ("protection_switch", 6_802_506),
        ("power_failure", 6_802_506),
        ("on_battery", 6_802_506),
        ("service_down", 6_802_506),
        ("fiber_break", 11_407_566),
        ("card_failure", 11_407_566),
        ("dying_gasp", 3_921_973),
    ],
)
def test_worth_of_an_alarm(alarm_type: Any, worth: int) -> None:
    assert SCORES.active[alarm_type] == worth


def test_a_type_that_the_policy_names_is_as_it_says_and_the_others_as_usual() -> None:
    changed = scores(types={"link_down": TypeModel(0.5, 0.5, 3.0)})
    assert changed.active["link_down"] == round(1e6 * math.log(1.5))
    assert changed.active["loss_of_signal"] == 6_802_506
    assert set(changed.active) == set(SCORES.active)


# What silence says, by age: of a link, a polled device, an ONT, a probe


def said(scores: Scores, age_s: float) -> tuple[int, ...]:
    each = scores.silence(round(age_s * 1e6))
    return tuple(each[name] for name in ("link", "polled", "ont", "probe"))


@pytest.mark.parametrize(
    ("age_s", "quiet"),
    [
        pytest.param(-5, (0, 0, 0, 0), id="before it began"),
        pytest.param(0, (0, 0, 0, 0), id="nobody can have spoken yet"),
        pytest.param(0.249999, (0, 0, 0, 0), id="within a quarter second"),
        pytest.param(0.25, (-74_680, -90, -14_987, -7_497), id="after a quarter second"),
        pytest.param(3, (-841_435, -12_951, -178_101, -89_538), id="links speak within seconds"),
        pytest.param(25, (-2_300_424, -841_435, -1_309_378, -711_029), id="a poller has made its round"),
        pytest.param(44.999999, (-2_302_582, -1_991_168, -1_927_157, -1_195_682), id="a moment before settling"),
        pytest.param(45, (-LN10, -LN10, -2_302_584, -2_299_570), id="who is silent now says nothing"),
        pytest.param(90, (-LN10, -LN10, -2_302_584, -2_299_570), id="and it stays so"),
        pytest.param(10_000, (-LN10, -LN10, -2_302_584, -2_299_570), id="for ever"),
    ],
)
def test_silence_by_age(age_s: float, quiet: tuple[int, ...]) -> None:
    assert said(SCORES, age_s) == pytest.approx(quiet, abs=2)


def test_silence_grows_till_it_is_settled() -> None:
    ages = [said(SCORES, step / 4) for step in range(181)]
    for older, younger in zip(ages[1:], ages, strict=False):
        assert all(a <= b for a, b in zip(older, younger, strict=True))


def test_it_settles_when_the_policy_says() -> None:
    slow = scores(settle_s=100)
    assert said(slow, 45)[3] == pytest.approx(-1_201_253, abs=1)
    assert said(slow, 99.999999)[3] > said(slow, 100)[3] == said(slow, 240)[3]


def test_the_tables_are_the_same_where_nobody_polls() -> None:
    """Whose silence counts there is another question: see the tests of weighing."""
    assert [said(scores(polled=False), age) for age in (1, 30, 45)] == [said(SCORES, age) for age in (1, 30, 45)]


@pytest.mark.parametrize(
    ("age_s", "told_after_s", "silent", "as_old_s"),
    [
        pytest.param(0.3, [0.0] * 30, 30, 1.5, id="many in one instant: five times as soon as usual, and no more"),
        pytest.param(
            2, [1.0] * 20, 20, 2 * 15 * 24 / (60 + 20 + 40), id="by their mean, with those who are silent so far"
        ),
        pytest.param(10, [4.0] * 5, 3, 10 * 15 * 9 / (60 + 20 + 30), id="somewhat sooner"),
        pytest.param(2, [0.0], 20, None, id="one word does not tell how soon"),
        pytest.param(20, [15.0] * 8, 5, None, id="as soon as they usually are"),
        pytest.param(40, [39.0] * 8, 5, None, id="late words make no silence worth less"),
    ],
)
def test_silence_ages_sooner_where_others_were_told_sooner(
    age_s: float, told_after_s: list[float], silent: int, as_old_s: float | None
) -> None:
    found = SCORES.sooner(round(age_s * 1e6), [round(at * 1e6) for at in told_after_s], silent)
    assert found == (None if as_old_s is None else SCORES.silence(round(as_old_s * 1e6))["ont"])


# Priors of fibre


@pytest.mark.parametrize(
    ("length_km", "conduit", "prior"),
    [
        pytest.param(50, False, -12_900_000, id="a span of fifty kilometres"),
        pytest.param(100, False, -12_900_000 + LN2, id="twice as long, twice as likely"),
        pytest.param(5, False, -12_900_000 - LN10, id="a tenth, a tenth"),
        pytest.param(None, False, -12_900_000 - LN10, id="of unknown length: five kilometres"),
        pytest.param(0.0, False, -12_900_000 - LN10, id="nor is nought a length"),
        pytest.param(0.001, False, -12_900_000 - 8_517_193, id="at least ten metres"),
        pytest.param(5, True, -15_200_000 + LN2, id="a duct of five kilometres, and five where it is handled"),
        pytest.param(10, True, -15_200_000 + LN3, id="a duct of ten, and five"),
        pytest.param(0.2, True, -15_200_000 + 39_221, id="a short one, and five: ln 1.04"),
        pytest.param(None, True, -15_200_000 + LN2, id="a duct of unknown length"),
    ],
)
def test_prior_of_fibre(length_km: float | None, conduit: bool, prior: int) -> None:
    assert SCORES.fibre_prior(length_km, conduit=conduit) == pytest.approx(prior, abs=1)


# Sums of likelihoods


@pytest.mark.parametrize(
    ("terms", "total"),
    [
        pytest.param([], -(10**12), id="nothing: never"),
        pytest.param([-7_000_000], -7_000_000, id="one"),
        pytest.param([0, 0], LN2, id="two alike: twice"),
        pytest.param([0, 0, 0, 0], 2 * LN2, id="four alike: four times"),
        pytest.param([0, -1_000_000], 313_262, id="a nat apart"),
        pytest.param([-1_000_000, 0], 313_262, id="in any order"),
        pytest.param([0, -5_000_000], 6_715, id="five nats apart"),
        pytest.param([0, -25_000_000], 0, id="too far apart to tell"),
        pytest.param([10**12, -(10**12)], 10**12, id="as far as can be"),
    ],
)
def test_sum_of_likelihoods(terms: list[int], total: int) -> None:
    assert SCORES.add(terms) == pytest.approx(total, abs=800)


# Complaints


@pytest.mark.parametrize(
    ("weights", "customers", "worth"),
    [
        pytest.param((1000, 1000, 1000), 1, 8_112_973, id="one of one customer calls"),
        pytest.param((1000, 1000, 1000), 100, 4_376_638, id="one of a hundred"),
        pytest.param((3000, 3000, 3000), 100, 17_742_430, id="three of a hundred"),
        pytest.param((0, 0, 0), 100, -1_115_342, id="none of a hundred"),
        pytest.param((0, 1000, 1000), 1, 7_485_074, id="one, half an hour ago"),
        pytest.param((200, 200, 200), 1, 1_371_240, id="one who has called before"),
        pytest.param((0, 0, 1000), 1, 6_203_646, id="one, two hours ago"),
    ],
)
def test_calls_against_the_silence_of_the_others(weights: tuple[int, ...], customers: int, worth: int) -> None:
    assert SCORES.calls(weights, customers) == pytest.approx(worth, abs=600)


# Confidence


@pytest.mark.parametrize(
    ("gain", "others", "ppm"),
    [
        pytest.param(0, [], 500_000, id="no better than nothing"),
        pytest.param(9_999, [], 500_000, id="by less than a hundredth of a nat"),
        pytest.param(10_000, [], 502_500, id="by a hundredth"),
        pytest.param(-1, [], 497_500, id="a little less than nothing"),
        pytest.param(1_000_000, [], 731_059, id="a nat better"),
        pytest.param(-1_000_000, [], 268_941, id="a nat worse"),
        pytest.param(20_000_000, [], 1_000_000, id="certain"),
        pytest.param(90_000_000, [], 1_000_000, id="more than certain"),
        pytest.param(-90_000_000, [], 0, id="out of the question"),
        pytest.param(10_000_000, [10_000_000], 497_500, id="two that are alike"),
        pytest.param(10_000_000, [9_000_000], 728_000, id="a nat better than the other"),
        pytest.param(10_000_000, [10_000_000] * 3, 250_000, id="one of four"),
    ],
)
def test_confidence(gain: int, others: list[int], ppm: int) -> None:
    assert SCORES.confidence_ppm(gain, others) == pytest.approx(ppm, abs=4_000 if others else 1)


@pytest.mark.parametrize(
    ("below", "ppm"),
    [
        (0, 1_000_000),
        (-9_999, 1_000_000),
        (-10_000, 990_050),
        (-LN2, 501_576),
        (-1_000_000, 367_879),
        (-13_000_000, 2),
        (-15_000_000, 0),
        (-15_010_000, 0),
        (-(10**12), 0),
    ],
)
def test_share_of_an_alternative(below: int, ppm: int) -> None:
    assert SCORES.share_ppm(below) == ppm
