"""What a ticket records of the work (SOP 8): line state, repairs, result, the customer's answer, messages."""

import pytest

from correlator.events import Reply, StaffRole
from correlator.rows.service_desk import Answer, LineState, TicketRow, Work
from tests.correlator.service_desk.house import Shift, said


def lone(shift: Shift) -> TicketRow:
    return shift.complain("CU-9", symptom="slow")


# Verification


def test_a_verified_complaint_keeps_how_the_line_stood_then() -> None:
    shift = Shift()
    ticket = lone(shift)
    assert ticket.verified is None, "nobody has verified it yet"
    shift.order("move_stage", ticket.id, "customer_support", stage="investigation")
    assert ticket.verified is not None
    assert (ticket.verified.actor, ticket.verified.state) == ("the-customer_support", "nothing_known")


def test_one_that_an_outage_takes_down_is_verified_by_it_and_stays_so() -> None:
    shift = Shift()
    incident = shift.cut("SP-A")
    child = shift.complain("CU-1")
    assert child.verified == LineState(child.opened_us, "machine", "down", incident.id)
    was = child.verified
    shift.mend("SP-A")
    assert child.verified == was


def test_a_bill_of_one_who_is_down_names_the_outage() -> None:
    shift = Shift()
    incident = shift.cut("SP-A")
    bill = shift.complain("CU-1", category="billing", symptom="none")
    shift.order("move_stage", bill.id, stage="investigation")
    assert bill.verified is not None
    assert (bill.incident, bill.verified.state, bill.verified.incident) == (None, "down", incident.id)


def test_of_a_stranger_no_line_is_known() -> None:
    shift = Shift()
    ticket = shift.complain(None, symptom="slow")
    shift.order("move_stage", ticket.id, stage="assignment")
    assert ticket.verified is not None
    assert ticket.verified.state == "customer_unknown"


# Repairs


def test_a_repair_for_now_and_one_for_good_are_two_fields() -> None:
    shift = Shift()
    ticket = lone(shift)
    shift.order("repair", ticket.id, "technical", kind="temporary", text="jumper ke port cadangan")
    shift.wait(60)
    shift.order("repair", ticket.id, "technical", kind="permanent", text="kartu diganti")
    assert ticket.temporary is not None
    assert ticket.permanent is not None
    assert (ticket.temporary.text, ticket.permanent.text) == ("jumper ke port cadangan", "kartu diganti")
    assert ticket.permanent.at_us > ticket.temporary.at_us
    assert ("the-technical", "repair", None, "temporary: jumper ke port cadangan") in said(ticket)
    assert ticket.responded_us is not None, "somebody works on it"


def test_a_new_repair_for_now_says_that_the_last_one_for_good_did_not_hold() -> None:
    shift = Shift()
    ticket = lone(shift)
    for kind in ("permanent", "temporary"):
        shift.order("repair", ticket.id, kind=kind, text=kind)
    assert (ticket.temporary is not None, ticket.permanent) == (True, None)


@pytest.mark.parametrize(
    ("role", "arguments", "field"),
    [
        ("customer_care", {"kind": "temporary", "text": "x"}, "role"),
        ("customer_experience", {"kind": "temporary", "text": "x"}, "role"),
        ("technical", {"kind": "somehow", "text": "x"}, "arguments.kind"),
        ("technical", {"text": "x"}, "arguments.kind"),
        ("technical", {"kind": "permanent"}, "arguments.text"),
        ("technical", {"kind": "permanent", "text": "x" * 2001}, "arguments.text"),
    ],
)
def test_a_repair_that_says_too_little_is_refused(role: StaffRole, arguments: dict[str, str], field: str) -> None:
    shift = Shift()
    ticket = lone(shift)
    shift.order("repair", ticket.id, role, **arguments)
    assert [one.field for one in shift.rejected()] == [field]
    assert (ticket.temporary, ticket.permanent) == (None, None)


def test_an_outage_that_is_repaired_for_now_keeps_its_capa_open() -> None:
    shift = Shift()
    incident = shift.cut("SP-A")
    outage = shift.outage("SP-A")
    shift.order("repair", outage.id, "noc_operator", kind="temporary", text="kabel udara sementara")
    shift.mend("SP-A")
    record = next(row for row in shift.state.rcas.values() if row.incident == incident.id)
    step = {"what": "tanam kabel", "owner": "tim akses", "due": "2026-04-01T17:00:00+07:00"}
    done = {**step, "done_at": "2026-03-03T10:00:00+07:00"}
    shift.order(
        "fill", record.id, "technical", cause_category="weather", five_whys=["tiang roboh"], corrective=[done],
        preventive=[done],
    )  # fmt: skip
    shift.wait(days=8)
    judged = {**done, "effect": "tidak terulang"}
    shift.order("fill", record.id, "technical", corrective=[judged], preventive=[judged])
    shift.order("verify", record.id, "care_supervisor")
    assert [one.reason.code for one in shift.rejected()] == ["temporary_only"]
    shift.order("repair", outage.number, "technical", kind="permanent", text="kabel ditanam")
    assert outage.stage == "closed", "the repair for good may come when the ticket is long closed"
    shift.order("verify", record.id, "care_supervisor")
    assert record.state in ("verified", "closed")


# The result


def test_what_was_written_for_the_customer_is_told_with_the_question() -> None:
    shift = Shift()
    ticket = lone(shift)
    shift.order("move_stage", ticket.id, "customer_support", stage="confirmation", result="konektor dibersihkan")
    assert ticket.result == Work(shift.state.now_us, "the-customer_support", "konektor dibersihkan")
    assert "Hasilnya: konektor dibersihkan." in shift.messages("question")[0].body
    shift.wait(days=1)
    assert "Hasilnya: konektor dibersihkan." in shift.messages("question")[1].body, "the reminder says it too"


def test_without_it_the_reason_stands_as_the_result_and_the_customer_does_not_read_it() -> None:
    shift = Shift()
    ticket = lone(shift)
    shift.order("move_stage", ticket.id, stage="confirmation")
    assert ticket.result is not None
    assert ticket.result.text == "the shift decided so"
    assert "shift" not in shift.messages("question")[0].body


def test_who_is_asked_after_an_outage_has_its_end_as_the_result() -> None:
    shift = Shift()
    shift.cut("SP-A")
    child = shift.complain("CU-1")
    shift.mend("SP-A")
    assert child.result is not None
    assert (child.result.actor, shift.outage("SP-A").number in child.result.text) == ("machine", True)


def test_not_settled_after_all_there_is_no_result() -> None:
    shift = Shift()
    ticket = lone(shift)
    shift.order("move_stage", ticket.id, stage="confirmation", result="selesai")
    shift.reply(ticket, "not_satisfied")
    assert (ticket.result, ticket.told, ticket.stage) == (None, None, "investigation")


@pytest.mark.parametrize(
    ("arguments", "field"),
    [({"result": "x" * 301}, "result"), ({"result": " "}, "result"), ({"outcome": "magic"}, "outcome")],
)
def test_a_result_that_cannot_be_told_is_refused(arguments: dict[str, str], field: str) -> None:
    shift = Shift()
    ticket = lone(shift)
    shift.order("move_stage", ticket.id, stage="confirmation", **arguments)
    assert [one.field for one in shift.rejected()] == [f"arguments.{field}"]
    assert (ticket.stage, ticket.result) == ("verification", None)


def test_who_reads_english_is_told_in_english_that_no_fault_was_found() -> None:
    shift = Shift()
    ticket = shift.complain("CU-2", symptom="slow")
    shift.order("move_stage", ticket.id, stage="confirmation", outcome="no_fault", result="Your modem was off!")
    [question] = shift.messages("question")
    assert question.body.startswith(
        "We looked into your complaint and found no fault on your internet service. The result: Your modem was off! "
        "Is your problem solved?"
    )
    assert question.subject == f"Has your complaint been settled? - {ticket.number}"


# The answer


def test_the_customers_answer_is_kept_with_how_it_came() -> None:
    shift = Shift()
    ticket = lone(shift)
    shift.order("move_stage", ticket.id, stage="confirmation")
    shift.wait(30)
    shift.fold(
        Reply(
            id="r-1",
            time=shift.now,
            customer="CU-9",
            ticket=ticket.number,
            says="satisfied",
            sealed=b"sealed",
            via="link",
            score=5,
        )
    )
    assert ticket.answer == Answer(shift.state.now_us, "customer", "satisfied", "link", 5, True)


# Messages


def test_a_ticket_knows_the_messages_that_went_about_it() -> None:
    shift = Shift()
    shift.cut("SP-A")
    child, outage = shift.complain("CU-1"), shift.outage("SP-A")
    shift.mend("SP-A")
    assert [shift.state.campaigns[name].kind for name in child.notices] == ["ack", "question"]
    assert [shift.state.campaigns[name].kind for name in outage.notices] == ["outage", "restored"]
