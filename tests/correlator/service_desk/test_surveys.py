"""The survey of satisfaction (SOP 9): whom it asks, when, and what an answer is."""

from typing import Any

import pytest

from correlator.events import Reply
from correlator.rows.quality import SurveyedRow
from correlator.service_desk.surveys.sample import draw
from correlator.service_desk.surveys.survey import KEPT_DAYS
from tests.correlator.service_desk.house import TOPOLOGY, Shift

NAME = "CSI-2026-1"


def planned(shift: Shift, **arguments: Any) -> None:
    at = shift.now.replace(hour=11).isoformat()
    shift.order("plan", NAME, "customer_experience", **{"at": at, "sample": 2, "seed": "s", **arguments})


def asked(shift: Shift) -> list[SurveyedRow]:
    return [row for row in shift.state.surveyed.values() if row.asked_us is not None]


def answer(shift: Shift, customer: str, name: str = "", **said: Any) -> None:
    shift.lines += 1
    row = {"id": name or f"an-{shift.lines}", "time": shift.now, "customer": customer, "ticket": NAME, "says": "other"}
    shift.fold(Reply(**row, **said))


def test_the_same_seed_draws_the_same_sample() -> None:
    drawn = [draw(TOPOLOGY, seed, 2, (), ()) for seed in ("a", "a", "b", "c", "d")]
    assert drawn[0] == drawn[1]
    assert len({str(one) for one in drawn}) > 1
    assert all(len(customers) <= 2 for one in drawn for customers in one.values())
    everyone = [name for customers in drawn[0].values() for name in customers]
    assert len(set(everyone)) == len(everyone)


def test_who_cannot_be_reached_or_wants_none_is_not_drawn() -> None:
    found = draw(TOPOLOGY, "a", 100, {"CU-1"}, ())
    assert found["broadband"] == ["CU-2", "CU-3"]  # CU-4 has neither telephone nor mail


def test_who_was_asked_before_comes_last() -> None:
    assert draw(TOPOLOGY, "a", 2, (), {"CU-1", "CU-2"})["broadband"][-1] == "CU-3"
    assert len(draw(TOPOLOGY, "a", 3, (), {"CU-1", "CU-2"})["broadband"]) == 3


def test_each_is_asked_once_and_reminded_once() -> None:
    shift = Shift()
    planned(shift)
    shift.until(11)
    assert {message.update for message in shift.messages("survey")} == {0}
    first = shift.told("survey")
    assert len(first) == len(set(first)) == len(asked(shift))
    answer(shift, first[0], score=5)
    for _ in range(30):
        shift.wait(days=1)
    reminded = [message.customer for message in shift.messages("survey") if message.update == 1]
    assert sorted(str(name) for name in reminded) == first[1:]


def test_an_answer_that_is_none_changes_nothing() -> None:
    shift = Shift()
    planned(shift)
    shift.until(11)
    answer(shift, "CU-4", score=3)
    answer(shift, asked(shift)[0].customer)
    assert [refusal.field for refusal in shift.rejected()] == ["customer", "score"]
    assert [row for row in shift.state.surveyed.values() if row.answered_us] == []


def test_in_the_quiet_hours_nobody_is_asked() -> None:
    shift = Shift()
    planned(shift, at=shift.now.replace(hour=22).isoformat())
    shift.until(22, 30)
    assert shift.told("survey") == []
    shift.until(5, days=1)  # in Papua they end at four in Jakarta, in Bali at five
    assert shift.told("survey") == ["CU-5", "CU-6"]
    shift.until(6)
    assert len(shift.told("survey")) == len(asked(shift)) == len(shift.state.surveyed)


@pytest.mark.parametrize(
    ("arguments", "field"),
    [
        ({"sample": 0}, "arguments.sample"),
        ({"sample": "x"}, "arguments.sample"),
        ({"sample": "9" * 5000}, "arguments.sample"),
        ({"sample": True}, "arguments.sample"),
        ({"seed": ""}, "arguments.seed"),
        ({"at": "2026-08-01T09:00:00+07:00"}, "arguments.at"),
        ({"at": "2026-01-05T09:00:00+07:00"}, "arguments.at"),
    ],
)
def test_a_plan_that_cannot_be(arguments: dict[str, Any], field: str) -> None:
    shift = Shift()
    planned(shift, **arguments)
    assert [refusal.field for refusal in shift.rejected()] == [field]
    assert shift.state.surveys == {}


def test_who_is_kept_out_is_not_reminded_either() -> None:
    shift = Shift()
    planned(shift)
    shift.until(11)
    gone = asked(shift)[0].customer
    shift.order("opt_out", gone, "customer_care")
    shift.wait(days=8)
    assert len(shift.messages("survey", gone)) == 1


def test_an_index_below_the_target_is_a_finding() -> None:
    shift = Shift()
    planned(shift, sample=3)
    shift.until(11)
    for row in asked(shift):
        answer(shift, row.customer, score=1 if row.product == "broadband" else 5)
    shift.wait(days=22)
    assert shift.state.surveys[NAME].state == "closed"
    assert shift.state.improvements == {}  # five answers at least
    assert len(shift.alerts("survey_result")) == 1


@pytest.mark.parametrize("ends", ["its days", "a cancel"])
def test_who_was_drawn_and_never_asked_is_forgotten_too(ends: str) -> None:
    shift = Shift()
    planned(shift, sample=100)
    shift.until(11)
    for row in shift.state.surveyed.values():
        row.asked_us = None  # all wanted no survey before their turn came
    if ends == "a cancel":
        shift.order("cancel", NAME, "customer_experience")
    shift.wait(days=KEPT_DAYS - 10)
    mine = [row for row in shift.state.surveyed.values() if row.survey == NAME]
    assert mine
    shift.wait(days=20)
    assert not [row for row in shift.state.surveyed.values() if row.survey == NAME]
    assert shift.state.surveys[NAME].state == ("cancelled" if ends == "a cancel" else "closed"), "its figures stay"
