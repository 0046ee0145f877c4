"""After the repair (SOP 4.2 stages 5, 6): the question, reminders, the customer's word, the supervisor's decision."""

from typing import Any

import pytest

from correlator.events import Reply
from correlator.rows.service_desk import TicketRow
from tests.correlator.service_desk.house import Shift, clock, said


def lone(shift: Shift, customer: str = "CU-9") -> TicketRow:
    """A complaint that people worked on, now to be confirmed."""
    ticket = shift.complain(customer, category="billing", symptom="other")
    shift.order("move_stage", ticket.id, stage="confirmation")
    shift.wait()
    return ticket


def test_the_customer_is_asked_at_the_repair() -> None:
    shift = Shift()
    ticket = lone(shift)
    question = shift.messages("question")
    assert [(told.customer, told.update, told.channel) for told in question] == [("CU-9", 0, "phone")]
    assert ticket.number in question[0].body
    assert ticket.repaired_us is not None
    assert clock(ticket, "stage_confirmation").met_us is not None


def test_satisfied_closes_as_confirmed() -> None:
    shift = Shift()
    ticket = lone(shift)
    shift.reply(ticket, "satisfied")
    assert (ticket.stage, ticket.closed_as) == ("closed", "confirmed")
    assert ("customer", "close", "confirmation", "confirmed") in said(ticket)
    shift.wait(days=5)
    assert len(shift.messages("question")) == 1, "nobody is reminded any more"


def test_silence_is_reminded_of_daily_three_times_then_the_supervisor_decides() -> None:
    shift = Shift()
    ticket = lone(shift)
    for day in range(1, 7):
        shift.wait(days=1)
        assert len(shift.messages("question")) == min(day, 3) + 1
    assert [told.update for told in shift.messages("question")] == [0, 1, 2, 3]
    assert "belum menerima jawaban" in shift.messages("question")[1].body
    assert [a.role for a in shift.alerts("unconfirmed", ticket.id)] == ["care_supervisor"]
    assert ticket.stage == "confirmation", "the machine closes nothing without a word"
    shift.order("close", ticket.id, "customer_care")
    assert shift.rejected()[-1].field == "role"
    assert ticket.stage == "confirmation"
    shift.order("close", ticket.id, "care_supervisor")
    assert (ticket.stage, ticket.closed_as) == ("closed", "unconfirmed")


def test_reminders_are_the_policys() -> None:
    shift = Shift(care={"reminders": 1, "remind_h": 2})
    lone(shift)
    shift.wait(hours=11)
    assert len(shift.messages("question")) == 2
    assert len(shift.alerts("unconfirmed")) == 1


def test_a_reminder_of_the_night_waits_for_the_morning() -> None:
    shift = Shift(care={"remind_h": 12})
    lone(shift)
    shift.wait(hours=13)  # 23:00
    assert len(shift.messages("question")) == 1
    shift.wait(hours=8)
    assert len(shift.messages("question")) == 2


def test_an_answer_in_the_night_spares_the_morning_its_question() -> None:
    shift = Shift(care={"remind_h": 12})
    ticket = lone(shift)
    shift.wait(hours=13)
    shift.reply(ticket, "satisfied")
    shift.wait(hours=10)
    assert len(shift.messages("question")) == 1


def test_not_satisfied_opens_it_again_one_rung_up() -> None:
    shift = Shift()
    ticket = lone(shift)
    shift.wait(hours=1)
    shift.reply(ticket, "not_satisfied")
    assert (ticket.stage, ticket.owner, ticket.repaired_us) == ("investigation", "billing_account", None)
    assert [a.role for a in shift.alerts("escalation", ticket.id)] == ["care_supervisor"]
    assert clock(ticket, "resolution").met_us is None, "the clock runs on"
    shift.wait(days=3)
    assert len(shift.messages("question")) == 1


def test_not_satisfied_after_the_closing_opens_it_again() -> None:
    shift = Shift()
    ticket = lone(shift)
    shift.reply(ticket, "satisfied")
    shift.wait(hours=5)
    shift.reply(ticket, "not_satisfied")
    assert (ticket.stage, ticket.closed_as, ticket.closed_us) == ("investigation", None, None)


def test_asked_again_after_a_second_repair_under_a_new_number() -> None:
    shift = Shift()
    ticket = lone(shift)
    shift.reply(ticket, "not_satisfied")
    shift.order("move_stage", ticket.id, stage="confirmation")
    shift.wait()
    assert [told.update for told in shift.messages("question")] == [0, 1]
    assert "belum menerima" not in shift.messages("question")[1].body, "it is no reminder"


def test_other_words_are_read_by_the_owner_and_put_the_reminder_off() -> None:
    shift = Shift()
    ticket = lone(shift)
    shift.wait(hours=20)
    shift.reply(ticket, "other")
    assert [a.role for a in shift.alerts("reply", ticket.id)] == ["customer_care"]
    shift.wait(hours=20)
    assert len(shift.messages("question")) == 1
    shift.wait(hours=5)
    assert len(shift.messages("question")) == 2


def test_words_before_the_repair_change_no_stage() -> None:
    shift = Shift()
    ticket = shift.complain("CU-9", category="billing", symptom="other")
    shift.reply(ticket, "satisfied")
    shift.reply(ticket, "not_satisfied")
    assert ticket.stage == "verification"
    assert [line[3] for line in said(ticket) if line[1] == "reply"] == ["satisfied", "not_satisfied"]
    assert shift.alerts("escalation") == []


def test_a_repeated_reply_counts_once() -> None:
    shift = Shift()
    ticket = lone(shift)
    shift.reply(ticket, "not_satisfied", name="r-1")
    shift.order("move_stage", ticket.id, stage="confirmation")
    shift.reply(ticket, "not_satisfied", name="r-1")
    assert ticket.stage == "confirmation"


def test_a_reply_of_somebody_else_or_about_nothing_is_refused() -> None:
    shift = Shift()
    ticket = lone(shift)
    shift.reply(ticket, "satisfied", customer="CU-1")
    assert [(r.field, r.reason.code) for r in shift.rejected()] == [("customer", "not_theirs")]
    assert ticket.stage == "confirmation"
    ghost = TicketRow(
        "TK-9", "NT-20260303-999999", "complaint", "billing", "Minor", "-", "machine", "receipt", "customer_care", 0
    )
    shift.reply(ghost, "satisfied", customer="CU-9")
    assert shift.rejected()[-1].field == "ticket"


def test_one_question_to_a_customer_with_two_complaints_answers_both() -> None:
    shift = Shift(care={"follow_up_h": 0})
    shift.cut("SP-A")
    first, second = shift.complain("CU-1"), shift.complain("CU-1")
    other = shift.complain("CU-3")
    shift.mend("SP-A")
    assert shift.told("question") == ["CU-1", "CU-3"]
    assert [row.stage for row in (first, second, other)] == ["confirmation"] * 3
    shift.reply(first, "satisfied")
    assert [row.closed_as for row in (first, second, other)] == ["confirmed", "confirmed", None]


def test_not_satisfied_opens_both_and_climbs_once() -> None:
    shift = Shift(care={"follow_up_h": 0})
    shift.cut("SP-A")
    first, second = shift.complain("CU-1"), shift.complain("CU-1")
    shift.mend("SP-A")
    shift.reply(first, "not_satisfied")
    assert [row.stage for row in (first, second)] == ["investigation", "investigation"]
    assert len(shift.alerts("escalation")) == 1


def test_the_outage_closes_with_the_last_of_its_complaints() -> None:
    shift = Shift()
    shift.cut("SP-A")
    one, two = shift.complain("CU-1"), shift.complain("CU-3")
    outage = shift.outage("SP-A")
    shift.mend("SP-A")
    shift.wait(30)
    assert shift.incident("SP-A").status == "closed"
    assert outage.stage == "confirmation"
    shift.reply(one, "satisfied")
    assert outage.stage == "confirmation"
    shift.reply(two, "satisfied")
    assert (outage.stage, outage.closed_as, outage.children, outage.confirmed) == ("closed", "confirmed", 0, 2)


def test_early_words_close_the_child_and_the_outage_waits_for_its_window() -> None:
    shift = Shift()
    shift.cut("SP-A")
    child = shift.complain("CU-1")
    shift.mend("SP-A")
    shift.reply(child, "satisfied")
    assert shift.outage("SP-A").stage == "confirmation"
    shift.wait(30)
    assert (shift.outage("SP-A").stage, shift.outage("SP-A").closed_as) == ("closed", "confirmed")


def test_words_that_are_taken_back_confirm_nothing() -> None:
    shift = Shift()
    shift.cut("SP-A")
    child = shift.complain("CU-1")
    shift.mend("SP-A")
    shift.reply(child, "satisfied")
    shift.reply(child, "not_satisfied")
    shift.wait(30)
    outage = shift.outage("SP-A")
    assert (outage.stage, outage.confirmed) == ("confirmation", 0), "it waits for the complaint"
    shift.order("close", outage.id)
    assert shift.rejected()[-1].reason.code == "denied"
    shift.order("move_stage", child.id, stage="confirmation", outcome="no_fault")
    shift.wait(days=5)
    shift.order("close", child.id, as_="no_fault")
    assert (outage.stage, outage.closed_as) == ("closed", "unconfirmed")


def test_words_about_a_merged_outage_count_for_the_survivor() -> None:
    shift = Shift()
    one = shift.cut("SP-B")
    child = shift.complain("CU-5")
    shift.mend("SP-B")
    shift.reply(child, "satisfied")
    two = shift.cut("SP-P")
    shift.order("merge", one.id, into=two.id)
    shift.mend("SP-P")
    shift.wait(30)
    assert shift.state.tickets[two.ticket or ""].closed_as == "confirmed"


def test_questions_of_one_customer_under_one_outage_share_their_count() -> None:
    shift = Shift(care={"follow_up_h": 0})
    incident = shift.cut("SP-A")
    shift.mend("SP-A")
    late = [shift.complain("CU-9", symptom="slow") for _ in range(2)]
    for ticket in late:
        shift.order("attach", incident.id, complaints=[ticket.complaint])
    assert [told.update for told in shift.messages("question", "CU-9")] == [0, 1]


def test_an_investigation_that_is_taken_up_again_runs_on() -> None:
    shift = Shift(care={"resolution_days_minor": 5})
    ticket = shift.complain("CU-9", category="billing", symptom="other")
    shift.order("move_stage", ticket.id, stage="investigation")
    due_us = clock(ticket, "stage_investigation").due_us
    shift.order("move_stage", ticket.id, stage="confirmation")
    shift.wait(hours=3)
    shift.reply(ticket, "not_satisfied")
    assert clock(ticket, "stage_investigation").due_us == due_us
    assert clock(ticket, "stage_investigation").met_us is None


def test_a_return_takes_back_the_question() -> None:
    shift = Shift()
    shift.cut("SP-A")
    child = shift.complain("CU-1")
    shift.mend("SP-A")
    assert child.stage == "confirmation"
    shift.cut("SP-A")
    assert child.stage == "investigation"
    shift.wait(days=2)
    assert [told.update for told in shift.messages("question")] == [0], "who is down again is not reminded"
    shift.mend("SP-A")
    shift.wait(days=0)
    assert [told.update for told in shift.messages("question")] == [0, 1]


def test_who_stays_dark_is_evidence_again() -> None:
    """The outage is over, the customer says no: a fault may be nested in it (SOP 4.2; the tree of `calls`)."""
    shift = Shift()
    incident = shift.cut("SP-A")
    child = shift.complain("CU-1")
    shift.mend("SP-A")
    shift.reply(child, "not_satisfied")
    complaint = shift.state.complaints[child.complaint or ""]
    assert (complaint.incident, child.parent, child.incident) == (None, None, None)
    assert complaint.counted
    assert shift.state.tickets[incident.ticket or ""].children == 0
    shift.wait(30)
    assert shift.outage("SP-A").stage == "confirmation", "it waits for the complaint"


def test_replies_with_the_outages_number_go_to_the_customers_own_ticket() -> None:
    shift = Shift()
    shift.cut("SP-A")
    child = shift.complain("CU-1")
    outage = shift.outage("SP-A")
    shift.mend("SP-A")
    shift.reply(outage, "not_satisfied", customer="CU-3")
    assert ["CU-3" in a.text for a in shift.alerts("reply", outage.id)] == [True], "nobody's ticket: call back"
    shift.reply(outage, "satisfied", customer="CU-4")
    assert len(shift.alerts("reply", outage.id)) == 1
    shift.reply(outage, "satisfied", customer="CU-1")
    assert child.closed_as == "confirmed"


# Receipts


def test_receipts_are_counted_by_state() -> None:
    shift = Shift()
    shift.cut("SP-A")
    campaign = next(iter(shift.state.campaigns.values()))
    for number, state in enumerate(("sent", "delivered", "failed", "uncertain"), start=1):
        shift.receipt(f"{campaign.id}:CU-{number}", state)
    assert (campaign.sent, campaign.delivered, campaign.failed, campaign.uncertain) == (1, 1, 1, 1)
    shift.receipt(f"{campaign.id}:CU-1", "sent", name="again")
    shift.receipt(f"{campaign.id}:CU-1", "sent", name="again")
    assert campaign.sent == 1, "one customer's message is sent once, whoever says so"
    assert shift.rejected() == []


def test_a_single_message_that_failed_is_for_a_person_to_call() -> None:
    shift = Shift()
    ticket = lone(shift)
    question = shift.messages("question")[0]
    shift.receipt(question.id, "failed")
    assert [a.role for a in shift.alerts("undelivered", ticket.id)] == ["customer_care"]


def test_messages_that_may_not_have_been_sent_are_one_alert_for_whoever_decides() -> None:
    shift = Shift()
    shift.cut("SP-A")
    campaign = next(iter(shift.state.campaigns.values()))
    for number in (1, 2, 3):
        shift.receipt(f"{campaign.id}:CU-{number}", "uncertain")
    assert [a.role for a in shift.alerts("undelivered", campaign.ticket)] == ["care_supervisor"]


def test_a_receipt_for_what_was_never_sent_is_refused_and_one_for_an_alert_is_noted() -> None:
    shift = Shift()
    shift.cut("SP-A")
    campaign = next(iter(shift.state.campaigns))
    for name in ("MS-000099", campaign, f"{campaign}:CU-STRANGER", "AL-999999", "AL-x"):
        shift.receipt(name, "sent")
        assert name in shift.rejected()[-1].reason.text
    assert len(shift.rejected()) == 5
    shift.receipt("AL-000001", "delivered")
    assert len(shift.rejected()) == 5
    assert len(shift.noted("alert_delivered")) == 1


# Called again


@pytest.mark.parametrize(
    ("later", "hours", "follows"),
    [
        ({}, 1, True),
        ({}, 13, False),  # policy follow_up_h
        ({"category": "billing", "symptom": "other"}, 1, False),
        ({"service": ""}, 1, False),
    ],
)
def test_who_calls_again_about_the_same_has_one_ticket(later: dict[str, Any], hours: int, follows: bool) -> None:
    shift = Shift()
    first = shift.complain("CU-9", symptom="slow")
    shift.wait(hours=hours)
    second = shift.complain("CU-9", **({"symptom": "slow"} | later))
    assert (second.follows == first.id) is follows
    assert len(shift.alerts("follow_up", first.id)) == follows
    assert [told.body.count(first.number) for told in shift.messages("ack")] == [1, int(follows)]
    assert (second.closed_as == "duplicate") is follows
    assert not shift.state.rcas


def test_a_call_that_finds_the_outage_takes_the_first_one_along() -> None:
    """The first came long before the outage; the second says that the same trouble is about it."""
    shift = Shift()
    first = shift.complain("CU-1", symptom="slow")
    shift.wait(hours=5)
    incident = shift.cut("SP-A")
    assert first.parent is None
    second = shift.complain("CU-1")
    assert (second.follows, first.parent, second.parent) == (first.id, incident.ticket, incident.ticket)
    assert shift.outage("SP-A").children == 1
    shift.mend("SP-A")
    assert shift.told("question") == ["CU-1"]


def test_the_ticket_keeps_how_they_answered_and_how_they_were_served() -> None:
    shift = Shift()
    ticket = shift.complain("CU-1", category="billing", symptom="other")
    shift.order("move_stage", ticket.id, stage="confirmation")
    reply = Reply(id="r-1", time=shift.now, customer="CU-1", ticket=ticket.id, says="satisfied", via="link", score=4)
    shift.fold(reply)
    assert ticket.answer is not None
    assert (ticket.answer.says, ticket.answer.how, ticket.answer.score) == ("satisfied", "link", 4)
    assert ticket.stage == "closed"
