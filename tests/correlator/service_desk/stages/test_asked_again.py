"""A customer who says no of one outage after another, or is asked again before the first question went."""

from datetime import datetime

from tests.correlator.service_desk.house import WIB, Shift, said

NIGHT = datetime(2026, 3, 3, 21, 0, tzinfo=WIB)


def test_an_outage_waits_no_more_for_whom_another_has_down_by_now() -> None:
    """Down under a second outage, they say no of that as well: the first is over but for them."""
    shift = Shift()
    ticket = shift.complain("CU-5")
    first = shift.cut("SP-A")
    shift.mend("SP-A", wait=20)
    shift.reply(ticket, "not_satisfied")
    assert shift.outage("SP-A").denied == 1
    second = shift.cut("SP-B")
    assert (first.id, ticket.incident) != (second.id, first.id)
    shift.mend("SP-B", wait=20)
    shift.reply(ticket, "not_satisfied")
    assert (shift.outage("SP-A").denied, shift.outage("SP-B").denied) == (0, 1)
    assert shift.outage("SP-A").stage == "closed"
    shift.order("move_stage", ticket.number, stage="confirmation")
    shift.reply(ticket, "satisfied")
    assert (ticket.stage, shift.outage("SP-B").stage) == ("closed", "closed")


def test_who_says_no_twice_of_one_outage_is_waited_for_once() -> None:
    shift = Shift()
    ticket = shift.complain("CU-5")
    shift.cut("SP-A")
    shift.mend("SP-A", wait=20)
    shift.reply(ticket, "not_satisfied")
    shift.order("move_stage", ticket.number, stage="confirmation")
    shift.reply(ticket, "not_satisfied")
    assert shift.outage("SP-A").denied == 1, said(ticket)


def test_of_two_questions_that_waited_for_the_morning_the_last_alone_goes() -> None:
    shift = Shift(start=NIGHT)
    ticket = shift.complain("CU-5")
    shift.cut("SP-A")
    shift.wait(120)
    shift.mend("SP-A", wait=20)
    assert ticket.stage == "confirmation"
    shift.reply(ticket, "not_satisfied")
    shift.order("move_stage", ticket.number, stage="confirmation")
    assert ticket.asked == 2
    shift.until(9, days=1)
    assert [message.update for message in shift.messages("question", "CU-5")] == [1]
