"""Who is called at three in the morning, and until when (SOP 5, 6; policy `call_classes`)."""

import pytest

from correlator.effects import Alert
from correlator.events import Receipt
from correlator.state import CounterRow
from tests.correlator.service_desk.house import Shift


def asked(shift: Shift) -> list[Alert]:
    """Alerts that want an answer."""
    return [one for one in shift.effects if isinstance(one, Alert) and one.answer]


def sent(shift: Shift, notice: str, state: str = "sent") -> None:
    shift.fold(Receipt(id=f"{notice}/{state}", time=shift.now, notice=notice, state=state))  # type: ignore[arg-type]


def trail(shift: Shift, *actions: str, ticket: str = "") -> list[tuple[str, str, object]]:
    """Of the outage's ticket, if no other is named."""
    lines = shift.state.tickets[ticket].trail if ticket else shift.outage("SP-M").trail
    return [(line.actor, line.action, line.now) for line in lines if line.action in actions]


def test_those_on_duty_are_called_one_after_the_other_then_up_the_ladder() -> None:
    shift = Shift()
    shift.cut("SP-M")
    shift.wait(75)
    warned = {a.kind: a.place for a in asked(shift) if a.kind not in ("critical", "unanswered")}
    assert warned == dict.fromkeys(("clock_50", "clock_80", "breach", "escalation")), "all on duty, and each may answer"
    first = [(a.role, a.place) for a in asked(shift) if a.kind == "critical"]
    assert first == [("noc_operator", 0), ("technical", 0), ("care_supervisor", 0)]
    again = [a for a in asked(shift) if a.kind == "unanswered"]
    assert [(a.role, a.place) for a in again] == [
        ("noc_operator", 1),
        ("care_supervisor", 0),
        ("care_supervisor", 1),
        ("service_manager", 0),
        ("service_manager", 1),
        ("operations_director", 0),
        ("operations_director", 1),
    ]
    assert [(a.at_us - again[0].at_us) / 60e6 for a in again] == [0, 10, 20, 30, 40, 50, 60], "policy call_again_min"


def test_it_begins_anew_so_many_times_over_and_then_ends_with_a_line() -> None:
    shift = Shift(care={"call_persons": 1, "call_rounds": 2})
    shift.cut("SP-M")
    shift.wait(hours=12)
    again = [a.role for a in asked(shift) if a.kind == "unanswered"]
    ladder = ["care_supervisor", "service_manager", "operations_director"]
    assert again == [*ladder, "noc_operator", *ladder]
    assert trail(shift, "call_over") == [("machine", "call_over", None)]


def test_a_warning_is_answered_as_a_call_is() -> None:
    shift = Shift()
    ticket = shift.cut("SP-M").ticket
    assert ticket is not None
    shift.wait(16)
    [warning] = [a for a in asked(shift) if a.kind == "clock_50"]
    shift.order("acknowledge", ticket, "noc_operator", alert=warning.id)
    assert shift.outage("SP-M").responded_us is not None
    shift.wait(hours=8)
    assert not any(a.answer for a in shift.alerts("clock_80")), "it is worked on: nothing is to be answered"


def test_the_first_response_ends_it() -> None:
    shift = Shift()
    shift.cut("SP-M")
    shift.order("acknowledge", shift.outage("SP-M").id, "noc_operator")
    shift.wait(hours=2)
    assert [a.kind for a in asked(shift) if a.kind == "unanswered"] == []


def test_a_repair_ends_it() -> None:
    shift = Shift()
    shift.cut("SP-M")
    shift.mend("SP-M")
    shift.wait(hours=2)
    assert [a.kind for a in asked(shift) if a.kind == "unanswered"] == []


def test_who_was_called_and_who_answered_stands_in_the_trail() -> None:
    shift = Shift()
    ticket = shift.cut("SP-M").ticket
    assert ticket is not None
    [first, *_] = asked(shift)
    sent(shift, f"{first.id}:noc-1")
    sent(shift, f"{first.id}:noc-1")  # a receipt that comes again
    shift.wait(9)
    assert trail(shift, "call_again") == [("machine", "call_again", "noc_operator 2")]
    second = asked(shift)[-1]
    sent(shift, f"{second.id}:noc-2", "delivered")
    sent(shift, f"{second.id}:noc-3", "failed")
    shift.order("acknowledge", ticket, "noc_operator", alert=second.id)
    assert trail(shift, "called", "answer_call") == [
        ("machine", "called", "noc-1"),
        ("machine", "called", "noc-2"),
        ("the-noc_operator", "answer_call", second.id),
    ]
    assert shift.outage("SP-M").responded_us is not None, "the NOC's answer is its first response"


def test_a_class_that_a_person_lowers_calls_nobody_any_more() -> None:
    shift = Shift(care={"response_actions": ["acknowledge"]})
    shift.cut("SP-M")
    shift.order("set_class", shift.outage("SP-M").id, "care_supervisor", class_="Major")
    shift.wait(hours=2)
    assert [a.kind for a in asked(shift) if a.kind == "unanswered"] == []


def test_one_that_becomes_critical_calls_from_then_on() -> None:
    shift = Shift(care={"response_actions": ["acknowledge"]})
    shift.cut("SP-A")
    shift.wait(30)
    assert asked(shift) == []
    shift.order("set_class", shift.outage("SP-A").id, "care_supervisor", class_="Critical")
    shift.wait(11)
    calls = [(a.kind, a.role, a.place) for a in asked(shift) if a.place is not None]
    assert calls == [
        ("critical", "noc_operator", 0),
        ("critical", "technical", 0),
        ("unanswered", "noc_operator", 1),
    ]


def test_two_may_answer_and_the_first_is_who_has_it() -> None:
    shift = Shift()
    ticket = shift.cut("SP-M").ticket
    assert ticket is not None
    shift.wait(9)
    first, *_, last = asked(shift)
    shift.order("acknowledge", ticket, "noc_operator", alert=last.id)
    shift.order("acknowledge", ticket, "technical", alert=first.id)
    assert shift.rejected()[-1].reason.code == "not_called", "that one went to the NOC"
    shift.order("acknowledge", ticket, "service_manager", alert=first.id)
    call = shift.outage("SP-M").call
    assert call is not None
    assert call.answered_by == "the-noc_operator"
    assert len(trail(shift, "answer_call")) == 2


def test_any_alert_about_a_ticket_is_answered_and_is_the_response_of_who_may_acknowledge() -> None:
    shift = Shift()
    ticket = shift.complain("CU-9", category="billing", symptom="other")
    shift.order("move_stage", ticket.id, stage="investigation")
    [given] = shift.alerts("given")
    assert not given.answer, "it is no call"
    shift.order("acknowledge", ticket.id, "customer_experience", alert=given.id)
    assert trail(shift, "answer_alert", ticket=ticket.id) == [("the-customer_experience", "answer_alert", given.id)]
    shift.order("acknowledge", ticket.id, "billing_account", alert=given.id)
    assert [line[1] for line in trail(shift, "answer_alert", "acknowledge", ticket=ticket.id)] == [
        "answer_alert",
        "answer_alert",
        "acknowledge",
    ]
    assert shift.rejected() == []


def test_who_was_not_called_does_not_answer_the_call() -> None:
    shift = Shift()
    other = shift.complain("CU-9", category="billing", symptom="other")
    shift.order("move_stage", other.id, stage="investigation")
    [given] = shift.alerts("given")
    ticket = shift.cut("SP-M").ticket
    assert ticket is not None
    shift.order("acknowledge", ticket, "customer_experience", alert=given.id)
    assert trail(shift, "answer_alert") == [("the-customer_experience", "answer_alert", given.id)]
    before = len(asked(shift))
    shift.wait(9)
    assert len(asked(shift)) > before, "the next one is called"


@pytest.mark.parametrize("alert", ["AL-000999", "AL-1", "AL-000000", "TK-000001", "alert"])
def test_an_alert_that_was_never_sent_answers_nothing(alert: str) -> None:
    shift = Shift()
    ticket = shift.complain("CU-9", category="billing", symptom="other")
    shift.order("acknowledge", ticket.id, "billing_account", alert=alert)
    assert shift.rejected()[-1].reason.code == "unknown_alert"
    assert shift.state.tickets[ticket.id].responded_us is None


def test_the_millionth_alert_is_answered_as_any_other() -> None:
    shift = Shift()
    shift.state.counters["id.AL"] = CounterRow(999_999)
    ticket = shift.complain("CU-9", category="billing", symptom="other")
    shift.order("set_category", ticket.id, category="account")
    shift.order("move_stage", ticket.id, stage="investigation")
    [alert] = shift.alerts("given", ticket.id)
    assert alert.id == "AL-A1000000"
    shift.order("acknowledge", ticket.id, alert=alert.id)
    sent(shift, alert.id)
    assert shift.rejected() == []


def test_a_closed_ticket_takes_no_answer() -> None:
    shift = Shift()
    ticket = shift.cut("SP-M").ticket
    assert ticket is not None
    [alert, *_] = asked(shift)
    shift.mend("SP-M")
    shift.wait(hours=2)
    assert shift.outage("SP-M").stage == "closed"
    shift.order("acknowledge", ticket, "noc_operator", alert=alert.id)
    assert shift.rejected()[-1].reason.code == "closed"
    assert trail(shift, "answer_call") == []


def test_a_receipt_of_an_alert_that_was_never_sent_is_refused() -> None:
    shift = Shift()
    shift.cut("SP-M")
    sent(shift, "AL-000999:noc-1")
    sent(shift, "AL-:noc-1")
    sent(shift, f"AL-{'9' * 5000}")  # more digits than Python reads as a number
    assert [one.reason.code for one in shift.rejected()] == ["unknown_notice"] * 3
    sent(shift, "AL-000001")
    assert len(shift.rejected()) == 3
    assert trail(shift, "called") == [], "a role's mailbox is nobody's"
