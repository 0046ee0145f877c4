"""Closing by hand (SOP 4.2 stage 6): never over the customer's head."""

from typing import Any

import pytest

from correlator.events import StaffRole
from correlator.rows.service_desk import TicketRow
from tests.correlator.service_desk.house import Shift, said


def refused(shift: Shift) -> tuple[str | None, str]:
    last = shift.rejected()[-1]
    return last.field, last.reason.code


def two_calls(shift: Shift) -> tuple[TicketRow, TicketRow]:
    """The same customer about two matters, of which a person finds that they are one."""
    return shift.complain("CU-9", category="billing"), shift.complain("CU-9", category="account")


# A duplicate


def test_a_duplicate_names_the_original_whose_number_the_customer_hears() -> None:
    shift = Shift()
    first, second = two_calls(shift)
    shift.order("close", second.id, "care_supervisor", as_="duplicate", of=first.number)
    assert (second.stage, second.closed_as, second.follows) == ("closed", "duplicate", first.id)
    told = shift.messages(customer="CU-9")[-1]
    assert (told.kind, told.ticket, first.number in told.body) == ("ack", second.id, True)
    assert ("the-care_supervisor", "follow_up", None, second.number) in said(first)
    shift.wait(days=2)
    assert shift.state.rcas == {}
    assert shift.messages("question") == []


def test_what_the_customer_says_to_the_closed_number_goes_to_the_original() -> None:
    shift = Shift()
    first, second = two_calls(shift)
    shift.order("close", second.id, "care_supervisor", as_="duplicate", of=first.number)
    shift.order("move_stage", second.number, stage="confirmation")
    shift.reply(second, "satisfied")
    assert (first.stage, first.closed_as) == ("closed", "confirmed")


@pytest.mark.parametrize("role", ["customer_care", "customer_support", "billing_account"])
def test_a_duplicate_is_the_supervisors_word(role: StaffRole) -> None:
    shift = Shift()
    first, second = two_calls(shift)
    shift.order("close", second.id, role, as_="duplicate", of=first.number)
    assert (refused(shift)[0], second.stage) == ("role", "verification")


@pytest.mark.parametrize(
    ("of", "code"),
    [
        (None, "missing"),
        ("NT-20260303-777777", "unknown_ticket"),
        ("itself", "unknown_ticket"),
        ("other", "not_theirs"),
    ],
)
def test_a_duplicate_of_what_it_does_not_repeat_is_refused(of: str | None, code: str) -> None:
    shift = Shift()
    first, second = two_calls(shift)
    other = shift.complain("CU-1", category="billing")
    named: dict[str, Any] = {"itself": second.id, "other": other.number}
    shift.order("close", second.id, as_="duplicate", **({} if of is None else {"of": named.get(of, of)}))
    assert refused(shift) == ("arguments.of", code)
    assert (second.stage, first.trail[-1].action) == ("verification", "move_stage")


def test_nothing_is_a_duplicate_of_what_is_closed() -> None:
    shift = Shift()
    first, second = two_calls(shift)
    shift.order("move_stage", first.id, stage="confirmation")
    shift.reply(first, "satisfied")
    shift.order("close", second.id, as_="duplicate", of=first.number)
    assert (refused(shift), second.stage) == (("arguments.of", "closed"), "verification")


def test_two_duplicates_under_one_outage_are_both_told() -> None:
    shift = Shift()
    shift.cut("SP-A")
    first, second, third = (shift.complain("CU-1", category=one) for one in ("network", "service", "service"))
    shift.wait(hours=13)
    fourth = shift.complain("CU-1")
    for row in (second, fourth):
        shift.order("close", row.id, as_="duplicate", of=first.number)
    assert [row.closed_as for row in (second, fourth)] == ["duplicate", "duplicate"]
    assert third.closed_as == "duplicate", "the machine's own"
    told = [one for one in shift.messages("ack", "CU-1") if one.update > 0]
    assert [(one.ticket, one.update) for one in told] == [(second.id, 1), (fourth.id, 2)]


# No fault, and without a word


def asked(shift: Shift, **arguments: Any) -> TicketRow:
    ticket = shift.complain("CU-9", symptom="slow")
    shift.order("move_stage", ticket.id, stage="confirmation", **arguments)
    return ticket


def test_who_is_closed_as_no_fault_was_told_so_and_said_nothing() -> None:
    shift = Shift()
    ticket = asked(shift, outcome="no_fault")
    assert "tidak menemukan gangguan" in shift.messages("question")[0].body
    shift.order("close", ticket.id, "care_supervisor", as_="no_fault")
    assert refused(shift) == ("arguments.as", "may_answer")
    shift.wait(days=5)
    shift.order("close", ticket.id, "customer_care", as_="no_fault")
    assert refused(shift) == ("role", "not_allowed")
    shift.order("close", ticket.id, "care_supervisor", as_="no_fault")
    assert (ticket.stage, ticket.closed_as) == ("closed", "no_fault")


def test_who_was_told_of_a_repair_is_not_closed_as_no_fault() -> None:
    shift = Shift()
    ticket = asked(shift)
    shift.wait(days=5)
    shift.order("close", ticket.id, "care_supervisor", as_="no_fault")
    assert (refused(shift), ticket.stage) == (("arguments.as", "not_told"), "confirmation")
    shift.order("close", ticket.id, "care_supervisor", as_="unconfirmed")
    assert ticket.closed_as == "unconfirmed"


def test_who_said_something_else_leaves_it_to_the_supervisor() -> None:
    shift = Shift()
    ticket = asked(shift, outcome="no_fault")
    shift.wait(30)
    shift.reply(ticket, "other")
    shift.order("close", ticket.id, "care_supervisor", as_="no_fault")
    assert ticket.closed_as == "no_fault"


def test_what_was_said_before_the_question_is_no_answer_to_it() -> None:
    shift = Shift()
    ticket = shift.complain("CU-9", symptom="slow")
    shift.reply(ticket, "other")
    shift.wait(5)
    shift.order("move_stage", ticket.id, stage="confirmation")
    shift.order("close", ticket.id, "care_supervisor", as_="unconfirmed")
    assert refused(shift) == ("arguments.as", "may_answer")


def test_the_customers_second_ticket_is_as_silent_as_the_one_that_asked_for_both() -> None:
    shift = Shift()
    shift.cut("SP-A")
    one, other = shift.complain("CU-1"), shift.complain("CU-1", category="service")
    shift.mend("SP-A")
    assert other.asked_via == one.id
    shift.order("close", other.id, "care_supervisor", as_="unconfirmed")
    assert refused(shift) == ("arguments.as", "may_answer")
    shift.wait(days=5)
    for row in (one, other):
        shift.order("close", row.id, "care_supervisor", as_="unconfirmed")
    assert [row.closed_as for row in (one, other)] == ["unconfirmed", "unconfirmed"]


# Confirmed, as somebody heard it


@pytest.mark.parametrize("score", [4, "4"])
def test_who_closes_on_the_customers_word_says_how_it_came_and_how_satisfied_they_are(score: object) -> None:
    shift = Shift()
    ticket = asked(shift)
    shift.order("close", ticket.id, "customer_care", as_="confirmed", how="phone", score=score)
    found = ticket.answer
    assert found is not None
    assert (found.by, found.says, found.how, found.score) == ("the-customer_care", "satisfied", "phone", 4)


@pytest.mark.parametrize(
    ("arguments", "field"),
    [({"score": 6}, "score"), ({"score": 0}, "score"), ({"score": "good"}, "score"), ({"how": "pigeon"}, "how")],
)
def test_a_word_that_nobody_can_give_is_refused(arguments: dict[str, Any], field: str) -> None:
    shift = Shift()
    ticket = asked(shift)
    shift.order("close", ticket.id, "customer_care", as_="confirmed", **arguments)
    assert (refused(shift)[0], ticket.stage) == (f"arguments.{field}", "confirmation")
