"""What ten days say of the policy's rates, figure by figure: tables of words and incidents, worked out by hand."""

import math
from typing import Any

import pytest

from correlator.learning.history import Cause, Word
from correlator.learning.rates import Proposal, claimed, failing, lost, proposals, repairs, stray
from correlator.policy.faults import FaultPolicy, SourceModel
from tests.correlator.learning.past import DAYS, ENDS, cause, past, word

POLICY = FaultPolicy()
WINDOWS = DAYS * 86_400 / POLICY.together_s
SIDE = "AGG-w/s1"


def strays(words: list[Word], causes: list[Cause] | None = None, **faults: Any) -> list[Proposal]:
    return list(stray(past(words, causes or []), FaultPolicy(**faults)))


# Stray words


def test_how_often_a_source_says_what_nothing_explains() -> None:
    """Ten of forty words, at 34 ends of links; the shipped rate of 1 in 1,000 windows weighs as one that was seen."""
    words = [word(SIDE, day=1 + n / 10, by="" if n < 10 else "INC-1") for n in range(40)]
    [one] = strays(words, [cause("INC-1", "SP-w-side1")])
    assert one.path == ("sources", "nms-w", "spurious", "link_down")
    assert one.before == POLICY.types["link_down"].spurious
    assert one.after == pytest.approx(11 / (1000 + ENDS * WINDOWS))
    assert one.why.startswith(f"10 of 40 words stray, {ENDS} places, 10 days; 90 %: ")


@pytest.mark.parametrize(
    ("words", "stray_words"),
    [
        pytest.param([word(SIDE)] * 100, 100, id="over, and nothing explained it"),
        pytest.param([word(SIDE)] * 99 + [word(SIDE, apart=True)], 99, id="planned work is no stray word"),
        pytest.param([word(SIDE)] * 99 + [word(SIDE, day=DAYS, over=False)], 99, id="it may be explained yet"),
        pytest.param([word(SIDE)] * 99 + [word(SIDE, day=DAYS - 0.05, over=False)], 100, id="it had its hour"),
        pytest.param([word(SIDE)] * 99 + [word(SIDE, by="INC-1")], 99, id="a fault explained it"),
        pytest.param([word(SIDE)] * 99 + [word(SIDE, by="INC-2")], 99, id="and where that was merged into another"),
        pytest.param([word(SIDE)] * 99 + [word(SIDE, by="INC-3")], 100, id="its ticket was closed as no fault"),
        pytest.param([word(SIDE)] * 99 + [word(SIDE, by="INC-9")], 100, id="its incident never opened"),
    ],
)
def test_which_words_are_stray(words: list[Word], stray_words: int) -> None:
    causes = [
        cause("INC-1", "SP-w-side1"),
        cause("INC-2", "SP-w-side2", into="INC-1"),
        cause("INC-3", "SP-w-side3", fault=False),
    ]
    [one] = strays(words, causes)
    said = sum(not each.apart for each in words)
    assert one.why.startswith(f"{stray_words} of {said} words stray")


def test_of_too_few_words_nothing_is_said() -> None:
    assert strays([word(SIDE)] * 29) == []
    assert len(strays([word(SIDE)] * 30)) == 1
    assert strays([word(SIDE)] * 30 + [word("AGG-w", "high_temperature", source="")] * 30)[1:] == [], (
        "of no source neither"
    )


def test_a_source_that_is_known_already_is_held_to_its_own_rate() -> None:
    words = [word(SIDE)] * 100
    after = strays(words)[0].after
    known = {"nms-w": SourceModel(spurious={"link_down": after})}
    assert strays(words, sources=known) == []
    others = {"nms-w": SourceModel(spurious={"loss_of_signal": after})}
    assert [one.before for one in strays(words, sources=others)] == [POLICY.types["link_down"].spurious]


def test_no_rate_is_more_than_a_half() -> None:
    """One place that says it more often than the clock of windows ticks."""
    words = [word("BTS-w-1", "device_unreachable", day=n / 300) for n in range(3000)]
    [one] = strays(words)
    assert one.after == 0.5
    assert "3000 of 3000 words stray, 1 places" in one.why


@pytest.mark.parametrize(
    ("words", "places"),
    [
        pytest.param([word(SIDE)] * 30, ENDS, id="a port: all ends of links at its device"),
        pytest.param([word("AGG-w/nameless")] * 30, ENDS, id="a port that no row names: so too"),
        pytest.param([word(SIDE)] * 15 + [word("HUB-w/s1")] * 15, ENDS + 8, id="two devices"),
        pytest.param([word(f"BTS-w-{n}", "device_unreachable") for n in range(24)] * 2, 24, id="what it named"),
    ],
)
def test_of_how_many_places_a_source_may_say_it(words: list[Word], places: int) -> None:
    [one] = strays(words)
    assert f", {places} places," in one.why


# Claims


def claims(words: list[Word], **faults: Any) -> list[Proposal]:
    causes = [
        cause("INC-1", "SP-w-side1", "SP-w-side1", "LK-w-side1"),
        cause("INC-2", "SP-w-side2", into="INC-1"),
    ]
    return list(claimed(past(words, causes), FaultPolicy(**faults)))


@pytest.mark.parametrize(
    ("name", "by", "right"),
    [
        pytest.param("SP-w-side1", "INC-1", True, id="the root"),
        pytest.param("LK-w-side1", "INC-1", True, id="what nothing tells from it"),
        pytest.param("SP-w-side1", "INC-2", True, id="of what it was merged into"),
        pytest.param("SP-w-side2", "INC-2", False, id="not the root any more"),
        pytest.param("SP-w-side1", "", False, id="nothing opened"),
    ],
)
def test_how_often_what_a_source_calls_the_root_is_it(name: str, by: str, right: bool) -> None:
    """Forty claims beside the shipped worth, which weighs as ten."""
    [one] = claims([word(name, by=by, claims=True)] * 40)
    assert one.path == ("sources", "nms-w", "root_claim")
    assert one.before == POLICY.root_claim
    shipped = 10 / (1 + math.exp(-POLICY.root_claim))
    odds = (shipped + 40) / (10 - shipped) if right else shipped / (50 - shipped)
    assert one.after == pytest.approx(min(max(math.log(odds), 0), POLICY.root_claim_most))
    assert one.why.startswith(f"{40 if right else 0} of 40 claims right")


def test_claims_are_counted_by_source_and_only_those_that_say_something() -> None:
    right, wrong = word("SP-w-side1", by="INC-1", claims=True), word(SIDE, claims=True, source="other")
    apart, none = word(SIDE, claims=True, apart=True), word(SIDE)
    found = claims([right] * 20 + [wrong] * 20 + [apart] * 9 + [none] * 9)
    assert [(one.path[1], one.why[:8]) for one in found] == [("nms-w", "20 of 20"), ("other", "0 of 20 ")]


def test_of_too_few_claims_nothing_is_said_nor_of_those_that_are_worth_what_the_policy_says() -> None:
    wrong = word(SIDE, claims=True)
    assert claims([wrong] * 4) == []
    after = claims([wrong] * 40)[0].after
    assert claims([wrong] * 40, sources={"nms-w": SourceModel(root_claim=after)}) == []


# Lost words


def test_how_much_of_what_a_fault_makes_others_say_is_said() -> None:
    """Forty cuts of a station's span, of which its link and the station itself may tell: in ten both do."""
    causes = [cause(f"INC-{n}", f"SP-w-bts{n % 24}", day=1 + n / 10) for n in range(40)]
    words = [
        one
        for n in range(10)
        for one in (
            word(f"AGG-w/b{n}", by=f"INC-{n}"),
            word(f"BTS-w-{n}", "device_unreachable", by=f"INC-{n}"),
        )
    ]
    history = past(words, causes)
    found = {one.path: one for one in lost(history, POLICY)}
    assert set(found) == {("types", "loss_of_signal", "told"), ("types", "device_unreachable", "told")}
    for one in found.values():
        assert one.after == pytest.approx((20 * 0.9 + 10) / 60)
        assert one.before == 0.9
        assert one.why.startswith("10 of 40 expected words came")
    unpolled = list(lost(history, FaultPolicy(polled=False)))
    assert [one.path[1] for one in unpolled] == ["loss_of_signal"], "nobody polls stations: their silence says nothing"


@pytest.mark.parametrize(
    "other",
    [
        pytest.param(cause("INC-X", "SP-w-bts9", alone=False), id="it failed with another"),
        pytest.param(cause("INC-X", "SP-w-bts9", fault=False), id="no fault"),
        pytest.param(cause("INC-X", "SP-w-bts9", into="INC-0"), id="merged"),
        pytest.param(cause("INC-X", "gone"), id="no row names it any more"),
    ],
)
def test_silence_counts_only_where_one_root_failed_alone(other: Cause) -> None:
    causes = [cause(f"INC-{n}", "SP-w-side1", day=1 + n / 10) for n in range(30)]
    [one] = lost(past([], [*causes, other]), POLICY)
    assert one.why.startswith("0 of 30 expected words came")


# How often things fail


def test_how_often_fibre_fails_is_counted_by_its_length() -> None:
    """Nine cuts of some of 34 spans of 10 km; a rate that ships weighs as one failure."""
    causes = [cause(f"INC-{n}", f"SP-w-side{n % 8}", confirmed=True) for n in range(9)]
    [one] = failing(past([], causes), POLICY)
    assert one.path == ("prior_span_50km",)
    assert one.before == POLICY.prior_span_50km
    units = 2 * 34 * 10 / 50
    assert one.after == pytest.approx(math.log(10 / (math.exp(-POLICY.prior_span_50km) + units * WINDOWS)))
    assert one.why.startswith(f"9.0 failures of {units:.0f} units, 10 days")


def test_what_nothing_tells_apart_shares_a_failure_unless_a_person_named_it() -> None:
    alike = ("SP-w-side1", "LK-w-side1")
    rates = [math.exp(POLICY.prior_span_50km) * 10 / 50, math.exp(POLICY.prior_link)]
    share = rates[1] / sum(rates)
    guessed = [cause(f"INC-{n}", "SP-w-side1", *alike) for n in range(200)]
    told = {one.path[0]: one.why.split()[0] for one in failing(past([], guessed), POLICY)}
    assert told == {"prior_span_50km": f"{200 * (1 - share):.1f}", "prior_link": f"{200 * share:.1f}"}
    named = [cause(f"INC-{n}", "LK-w-side1", *alike, confirmed=True) for n in range(20)]
    assert [one.path for one in failing(past([], named), POLICY)] == [("prior_link",)]


def test_of_few_failures_nothing_is_said() -> None:
    four = [cause(f"INC-{n}", "AGG-w", confirmed=True) for n in range(4)]
    assert list(failing(past([], four), POLICY)) == []
    five = [*four, cause("INC-4", "AGG-w", confirmed=True)]
    assert [one.path for one in failing(past([], five), POLICY)] == [("prior_other",)]
    merged = [cause("INC-4", "AGG-w", confirmed=True, into="INC-0")]
    assert list(failing(past([], four + merged), POLICY)) == []


def test_repairs_take_as_long_as_the_median_of_their_kind() -> None:
    causes = [cause(f"INC-{n}", "SP-w-side1", minutes=minutes) for n, minutes in enumerate((10, 20, 90, None))]
    causes += [cause("INC-8", "AGG-w", minutes=7), cause("INC-9", "AGG-w", minutes=-3), cause("INC-10", "gone")]
    assert repairs(past([], causes)) == [("device", 2, 7), ("span", 3, 20)]


def test_what_is_proposed_comes_in_order_of_what_it_changes() -> None:
    words = [word(SIDE, claims=True)] * 40
    causes = [cause(f"INC-{n}", "AGG-w", confirmed=True) for n in range(40)]
    found = [one.path for one in proposals(past(words, causes), POLICY)]
    assert found == sorted(found)
    assert {path[0] for path in found} == {"prior_other", "sources", "types"}
    assert proposals(past([], []), POLICY) == []
