"""The law of disorder: of which nights it is asked, that it can be broken, and that it is asked often enough."""

from collections.abc import Callable
from dataclasses import replace

import msgspec
import pytest

from correlator.events import MINUTE_US, SECOND_US, ComplaintIn, moment
from correlator.rows.incidents import IncidentRow
from streams.complaints import journaled
from streams.simulation import disorder
from streams.simulation.night import Night, draw_night, frames
from streams.simulation.outcome import Outcome, final_incidents
from streams.simulation.simulation import NightResult, disorder_changes_nothing, in_another_order, live
from streams.simulation.telling import Mischief, Saying


def asked() -> list[Night]:
    """The nights of four hundred of which the law is asked."""
    nights = (draw_night(seed) for seed in range(400))
    return [night for night in nights if night.arrived and disorder.why_not_asked(night) is None]


@pytest.fixture(scope="module")
def night() -> Night:
    """One of them on which customers are down, and that is found."""
    down = (
        night for night in asked() if any(night.physics.condition((b.element,)).customers_down for b in night.breakages)
    )
    return next(night for night in down if live(night, frames(night.arrived)).outcome.opened())


def test_it_is_asked_of_a_good_part_of_the_nights() -> None:
    assert len(asked()) >= 28


def test_another_order_of_arrival_ends_in_the_same_incidents(night: Night) -> None:
    verdict = NightResult(night.seed)
    assert list(disorder_changes_nothing(night, live(night, frames(night.arrived)).outcome, verdict)) == []
    assert verdict.disorder == "the same"


@pytest.mark.parametrize("seed", [97000961, 97002170, 98003098, 98003646, 98008458])
def test_nights_that_once_broke_it_hold(seed: int) -> None:
    night = draw_night(seed)
    outcomes = live(night, frames(night.arrived)).outcome, in_another_order(night)
    assert final_incidents(outcomes[0]) == final_incidents(outcomes[1])


def test_another_root_breaks_the_law(night: Night) -> None:
    outcome = live(night, frames(night.arrived)).outcome
    outcome.opened()[0].equivalent = ("elsewhere",)
    verdict = NightResult(night.seed)
    assert [text[:8] for text in disorder_changes_nothing(night, outcome, verdict)] == ["disorder"]
    assert verdict.disorder == "another"


def with_another_root(night: Night, at_us: Callable[[IncidentRow], int | None]) -> Outcome:
    """To which the first incident of the night moved then."""
    outcome = live(night, frames(night.arrived)).outcome
    row = outcome.opened()[0]
    row.equivalent = ("elsewhere",)
    row.verdicts.insert(2, msgspec.structs.replace(row.verdicts[1], at_us=at_us(row) or 0, root="elsewhere"))
    return outcome


def test_a_root_that_moves_as_it_ends_is_not_asked(night: Night) -> None:
    outcome = with_another_root(night, lambda row: (row.clearing_us or 0) - SECOND_US)
    verdict = NightResult(night.seed)
    assert list(disorder_changes_nothing(night, outcome, verdict)) == []
    assert verdict.disorder == "late-turn"


@pytest.mark.parametrize(("after_s", "said"), [(100, "another"), (290, "late-turn")])
def test_a_root_that_moves_just_before_it_is_too_old_for_that_is_not_asked(
    night: Night, after_s: int, said: str
) -> None:
    outcome = with_another_root(night, lambda row: (row.opened_us or 0) + after_s * SECOND_US)
    outcome.opened()[0].clearing_us = None
    verdict = NightResult(night.seed)
    broken = [text[:8] for text in disorder_changes_nothing(night, outcome, verdict)]
    assert (broken, verdict.disorder) == (["disorder"] if said == "another" else [], said)


def test_an_alarm_that_is_let_go_while_its_end_is_on_its_way_is_not_asked() -> None:
    night, verdict = draw_night(12010360), NightResult(12010360)
    outcome = live(night, frames(night.arrived)).outcome
    assert list(disorder_changes_nothing(night, outcome, verdict)) == []
    assert verdict.disorder == "handed-on"


def ended_early(night: Night) -> Night:
    first = night.breakages[0]
    return replace(night, breakages=[replace(first, end_us=first.start_us + MINUTE_US), *night.breakages[1:]])


def broken_above_at_once(night: Night) -> Night:
    """A second breakage, of the same element."""
    first = night.breakages[0]
    return replace(night, breakages=[*night.breakages, replace(first, start_us=first.start_us + SECOND_US)])


def call(at_us: int, name: str, customer: str) -> Saying:
    wish = ComplaintIn(id=name, time=moment(at_us), channel="phone", customer=customer, text="mati total")
    return Saying(at_us, journaled(wish, f"NT-{name}", customer, None))


def called_when_it_was_over(night: Night) -> Night:
    """One who had been down calls a minute after the repair."""
    for one in night.breakages:
        for customer in night.physics.condition((one.element,)).customers_down:
            return replace(night, arrived=[*night.arrived, call(one.end_us + MINUTE_US, "c", customer)])
    raise AssertionError("nobody was down")


def broken_again_as_it_was_closed(night: Night) -> Night:
    """The same element breaks again when the window for its return has just run out."""
    first, policy = night.breakages[0], night.world.policy.faults
    start_us = first.end_us + (policy.hold_s + policy.reopen_s) * SECOND_US
    return replace(night, breakages=[first, replace(first, start_us=start_us, end_us=start_us + disorder.BRIEF_US)])


def called_as_a_second_one_began(night: Night) -> Night:
    """One who is down calls a second before another breakage takes the same customer down."""
    for one in night.breakages:
        at_us = one.start_us + disorder.BRIEF_US
        other = replace(one, start_us=at_us + SECOND_US, end_us=one.end_us + 2 * disorder.FADING_US)
        for customer in night.physics.condition((one.element,)).customers_down:
            first = replace(one, end_us=other.end_us)
            calls = [*night.arrived, call(at_us, "c", customer)]
            return replace(night, breakages=[first, other], arrived=calls)
    raise AssertionError("nobody was down")


def called_of_nothing(night: Night) -> Night:
    """Three who have lost nothing call at once."""
    at_us = night.breakages[0].start_us - MINUTE_US
    well = [customer.id for customer in night.physics.inventory.customers[:3]]
    calls = [call(at_us, f"c{place}", customer) for place, customer in enumerate(well)]
    return replace(night, said=[*night.said, *calls])


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda night: replace(night, peopled=True), "ordered"),
        (lambda night: replace(night, mischief=Mischief(late=0.1)), "disordered"),
        (lambda night: replace(night, mischief=Mischief(skewed="x", skew_us=-MINUTE_US)), "wrong-clock"),
        (ended_early, "brief"),
        (broken_above_at_once, "at-once"),
        (broken_again_as_it_was_closed, "return"),
        (called_when_it_was_over, "afterthought"),
        (called_as_a_second_one_began, "afterthought"),
        (called_of_nothing, "by-chance"),
    ],
)
def test_where_disorder_may_change_something_the_reason_has_a_name(
    night: Night, change: Callable[[Night], Night], reason: str
) -> None:
    assert disorder.why_not_asked(night) is None
    assert disorder.why_not_asked(change(night)) == reason
