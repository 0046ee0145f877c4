"""Every collection of care has a limit, and reaching it is said, never silent."""

from correlator.service_desk import rca
from tests.correlator.service_desk.house import Shift


def test_a_trail_that_is_full_is_noted_and_work_goes_on() -> None:
    shift = Shift(care={"trail_lines": 5})
    ticket = shift.complain("CU-9", category="billing", symptom="other")
    for number in range(10):
        shift.order("note", ticket.id, text=f"note {number}")
    shift.order("move_stage", ticket.id, stage="assignment")
    assert len(ticket.trail) == 5
    assert ticket.stage == "assignment"
    full = shift.noted("trail_full")
    assert len(full) == 8
    assert full[-1].about == ticket.id
    assert "the-administrator" in full[-1].reason.text


def test_a_timeline_that_is_full_is_noted() -> None:
    shift = Shift()
    incident = shift.cut("SP-B")
    row = next(iter(shift.state.rcas.values()))
    roots = ("AGG", "BALI")
    for number in range(rca.TIMELINE_AT_MOST + 10):
        shift.order("accept_root", incident.id, root=roots[number % 2])
    assert len(row.timeline) == rca.TIMELINE_AT_MOST
    assert shift.noted("timeline_full")[0].about == row.id


def test_a_records_trail_that_is_full_is_noted() -> None:
    shift = Shift()
    shift.cut("SP-B")
    row = next(iter(shift.state.rcas.values()))
    for number in range(rca.TRAIL_AT_MOST + 3):
        shift.order("fill", row.id, five_whys=[f"why {number}"])
    assert len(row.trail) == rca.TRAIL_AT_MOST
    assert row.five_whys == (f"why {rca.TRAIL_AT_MOST + 2}",)
    assert len(shift.noted("trail_full")) == 3


def test_similar_incidents_are_the_last_ten() -> None:
    shift = Shift()
    for _ in range(13):
        shift.cut("SP-B")
        shift.mend("SP-B")
        shift.wait(60)
    last = max(shift.state.rcas.values(), key=lambda row: row.opened_us)
    assert len(last.similar) == rca.SIMILAR_AT_MOST
    assert list(last.similar) == sorted(last.similar, reverse=True)


def test_a_customer_who_calls_all_day_gets_numbers_and_one_answer() -> None:
    shift = Shift(care={"follow_up_h": 0})
    shift.cut("SP-A")
    tickets = [shift.complain("CU-1") for _ in range(30)]
    assert len({ticket.number for ticket in tickets}) == 30
    assert len(shift.messages("ack", "CU-1")) == 1
    shift.mend("SP-A")
    assert len(shift.messages("question", "CU-1")) == 1
    shift.reply(tickets[0], "satisfied")
    assert {ticket.closed_as for ticket in tickets} == {"confirmed"}
