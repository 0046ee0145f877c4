"""The stages of SOP 4.2: what the machine moves, what people move, who owns a ticket in each."""

import pytest

from correlator.events import Category, StaffRole
from tests.correlator.service_desk.house import Shift, clock, said


def test_receipt_is_met_on_arrival_and_customer_support_verifies() -> None:
    shift = Shift()
    ticket = shift.complain("CU-9", category="billing", symptom="other")
    assert (ticket.stage, ticket.owner) == ("verification", "customer_support")
    assert clock(ticket, "stage_receipt").met_us == ticket.opened_us
    assert clock(ticket, "response").met_us is None, "a bare acknowledgement is no first response"


@pytest.mark.parametrize(
    ("customer", "service", "why"),
    [
        (None, None, "the customer is not found"),
        (None, "SV-STRANGER", "the customer is not found"),
        ("CU-STRANGER", None, "the customer is not found"),
        ("CU-STRANGER", "SV-1", "the customer is not found"),
        ("CU-9", "SV-STRANGER", "the customer has no such service"),
        ("CU-9", "SV-1", "the customer has no such service"),
    ],
)
def test_who_or_what_is_not_found_is_verified_and_kept_as_said(
    customer: str | None, service: str | None, why: str
) -> None:
    shift = Shift()
    ticket = shift.complain(customer, service=service or "", channel="walk_in")
    assert ticket.stage == "verification"
    assert ticket.customer == customer
    assert ticket.trail[-1].reason == why
    complaint = shift.state.complaints[ticket.complaint or ""]
    assert complaint.service is None, "inference takes no service that is not the customer's"


@pytest.mark.parametrize(("customer", "service"), [("CU-1", None), ("CU-1", "SV-1"), (None, "SV-1")])
def test_who_is_found_is_not_looked_for(customer: str | None, service: str | None) -> None:
    ticket = Shift().complain(customer, service=service or "")
    assert ticket.customer == "CU-1"
    assert ticket.trail[-1].reason == "received and numbered"


def test_a_complaint_under_an_open_outage_goes_to_the_investigation_and_is_answered() -> None:
    shift = Shift()
    incident = shift.cut("SP-A")
    ticket = shift.complain("CU-1")
    assert (ticket.stage, ticket.owner) == ("investigation", "noc_operator")
    assert (ticket.incident, ticket.parent) == (incident.id, incident.ticket)
    ack = shift.messages("ack", "CU-1")
    assert [(told.ticket, told.incident) for told in ack] == [(ticket.id, incident.id)]
    assert ticket.number in ack[0].body
    assert "pukul 10.00 WIB" in ack[0].body
    assert clock(ticket, "response").met_us is not None, "it names a known incident (SOP 5, policy)"


def test_the_known_answer_counts_as_response_by_policy_only() -> None:
    shift = Shift(care={"ack_known_is_response": False})
    shift.cut("SP-A")
    ticket = shift.complain("CU-1")
    assert clock(ticket, "response").met_us is None
    assert len(shift.messages("ack", "CU-1")) == 1


def test_complaints_that_came_before_the_outage_become_its_children() -> None:
    shift = Shift()
    early = shift.complain("CU-1")
    assert early.parent is None
    incident = shift.cut("SP-A")
    assert (early.parent, early.stage) == (incident.ticket, "investigation")
    assert shift.outage("SP-A").children == 1


def test_who_called_before_the_outage_hears_of_it_in_one_message() -> None:
    shift = Shift()
    early = shift.complain("CU-1")
    incident = shift.cut("SP-A")
    assert [(told.kind, told.incident) for told in shift.messages(customer="CU-1")] == [
        ("ack", None),
        ("outage", incident.id),
    ]
    assert clock(early, "response").met_us is not None, "it names a known incident (SOP 5, policy)"
    shift.complain("CU-1")
    assert len(shift.messages("ack", "CU-1")) == 1, "once a customer, however often they call"


def test_who_called_before_an_outage_that_is_told_in_the_morning_is_answered_at_night() -> None:
    shift = Shift(care={"quiet_from_min": 0, "quiet_to_min": 1439})
    shift.complain("CU-1")
    incident = shift.cut("SP-A")
    assert shift.messages("outage", "CU-1") == []
    bare, known = shift.messages("ack", "CU-1")
    assert (bare.incident, known.incident) == (None, incident.id)


def test_a_bare_answer_may_wait_for_an_incident_to_name() -> None:
    shift = Shift(care={"ack_wait_s": 600})
    shift.complain("CU-1")
    incident = shift.cut("SP-A")
    alone = shift.complain("CU-9")
    shift.wait(15)
    assert [told.incident for told in shift.messages("ack", "CU-1")] == [incident.id]
    assert [(told.incident, told.ticket) for told in shift.messages("ack", "CU-9")] == [(None, alone.id)]


def test_one_answer_a_customer_and_outage_however_often_they_call() -> None:
    shift = Shift()
    shift.cut("SP-A")
    tickets = [shift.complain("CU-1"), shift.complain("CU-1")]
    assert len(shift.messages("ack", "CU-1")) == 1
    assert [clock(ticket, "response").met_us is not None for ticket in tickets] == [True, True]
    assert len({ticket.number for ticket in tickets}) == 2


def test_people_move_a_ticket_through_the_stages_and_owners_follow() -> None:
    shift = Shift()
    ticket = shift.complain("CU-9", category="billing", symptom="other")
    for role, stage, owner in (
        ("customer_support", "assignment", "care_supervisor"),
        ("care_supervisor", "investigation", "billing_account"),
        ("billing_account", "confirmation", "customer_care"),
    ):
        shift.order("move_stage", ticket.id, role, stage=stage)  # type: ignore[arg-type]  # a role of the table
        assert (ticket.stage, ticket.owner) == (stage, owner)
    shift.wait()
    shift.order("close", ticket.id, "customer_care")
    assert (ticket.stage, ticket.closed_as) == ("closed", "confirmed")
    assert [line[0] for line in said(ticket)[-4:]] == [
        "the-customer_support",
        "the-care_supervisor",
        "the-billing_account",
        "the-customer_care",
    ]
    assert not shift.rejected()
    for name in ("stage_receipt", "stage_verification", "stage_assignment", "stage_investigation"):
        assert clock(ticket, name).met_us is not None


def test_a_stage_that_is_passed_over_is_skipped_and_never_met() -> None:
    shift = Shift()
    ticket = shift.complain("CU-9", category="billing", symptom="other")
    shift.order("move_stage", ticket.id, stage="confirmation")
    state = {c.name: (c.met_us is not None, c.skipped, c.due_us is None) for c in ticket.clocks}
    done, passed = (True, False, False), (False, True, True)
    assert state["stage_verification"] == done
    assert state["stage_assignment"] == state["stage_investigation"] == passed
    shift.wait(days=3)
    assert not [c for c in ticket.clocks if c.skipped and (c.warned or c.breached)]
    shift.reply(ticket, "not_satisfied")
    assert (clock(ticket, "stage_investigation").skipped, clock(ticket, "stage_investigation").met_us) == (False, None)
    assert clock(ticket, "stage_assignment").skipped


@pytest.mark.parametrize(
    ("category", "owner"),
    [
        ("network", "noc_operator"),
        ("service", "technical"),
        ("billing", "billing_account"),
        ("account", "billing_account"),
    ],
)
def test_the_division_goes_by_the_category(category: Category, owner: StaffRole) -> None:
    shift = Shift()
    ticket = shift.complain("CU-9", category=category, symptom="slow")
    shift.order("move_stage", ticket.id, stage="investigation")
    assert ticket.owner == owner


def test_another_category_goes_to_its_division() -> None:
    shift = Shift()
    ticket = shift.complain("CU-9", category="billing", symptom="other")
    shift.order("move_stage", ticket.id, stage="investigation")
    shift.order("set_category", ticket.id, "customer_support", category="network")
    assert (ticket.category, ticket.owner) == ("network", "noc_operator")


def test_a_ticket_that_goes_back_a_stage_is_due_anew_where_stages_count_so() -> None:
    shift = Shift()
    ticket = shift.complain("CU-9", category="billing", symptom="other")
    shift.order("move_stage", ticket.id, stage="assignment")
    shift.wait(30)
    shift.order("move_stage", ticket.id, stage="verification")
    verification = clock(ticket, "stage_verification")
    assert verification.met_us is None
    assert verification.due_us == ticket.opened_us + (30 + 120) * 60_000_000


def test_an_outage_ticket_begins_in_the_investigation_and_waits_for_its_customers() -> None:
    shift = Shift()
    shift.cut("SP-A")
    ticket = shift.outage("SP-A")
    assert (ticket.stage, ticket.owner, ticket.category) == ("investigation", "noc_operator", "network")
    shift.mend("SP-A")
    assert (ticket.stage, ticket.owner) == ("confirmation", "customer_care")
    assert ticket.repaired_us is not None
    assert clock(ticket, "resolution").met_us == ticket.repaired_us
    shift.wait(20)
    assert (ticket.stage, ticket.closed_as) == ("closed", "unconfirmed"), "no complaint: nobody was to be asked"


def test_outage_numbers_count_by_day_in_wib_from_900000() -> None:
    shift = Shift()
    shift.cut("SP-A")
    shift.cut("SP-M")
    assert shift.outage("SP-A").number == "NT-20260303-900000"
    assert shift.outage("SP-M").number == "NT-20260303-900001"
    late = Shift()
    late.until(23, 50)
    late.cut("SP-A")
    late.until(0, 10, days=1)
    late.cut("SP-M")
    assert late.outage("SP-M").number == "NT-20260304-900000"
