"""RCA and CAPA (SOP 7): opened with the incident, filled by the machine, completed by people, closable only then."""

from typing import Any

import pytest

from correlator.reports.downtime import outage_of
from correlator.reports.lines import ticket_line
from correlator.reports.totals import ticket_facts
from correlator.rows.service_desk import RcaRow
from correlator.service_desk import outputs
from tests.correlator.service_desk.house import BELOW_A, Shift

STEP = {"what": "Splice the cable", "owner": "technical", "due": "2026-03-10T17:00:00+07:00"}
DONE = STEP | {"done_at": "2026-03-03T10:00:00+07:00", "effect": "no loss for three days"}
AT_ONCE = {"effect_wait_days": 0}


def record(shift: Shift, span: str = "SP-A") -> RcaRow:
    incident = shift.incident(span)
    return next(row for row in shift.state.rcas.values() if row.incident == incident.id)


def complete(shift: Shift, name: str) -> None:
    shift.order("fill", name, "technical", cause_category="fibre_cut_third_party", five_whys=["An excavator."])
    shift.order("fill", name, "technical", corrective=[DONE], preventive=[DONE])


def test_it_is_opened_with_the_incident_and_knows_what_the_machine_knows() -> None:
    shift = Shift(care=AT_ONCE)
    incident = shift.cut("SP-A")
    shift.wait(60)
    shift.mend("SP-A")
    shift.wait(30)
    row = record(shift)
    shown = outputs.rca_json(shift.state, row)
    assert (shown["root"], shown["state"]) == (incident.root, "draft")
    assert shown["impact"]["customers"] == len(BELOW_A)
    assert shown["impact"]["user_minutes"] >= 60 * len(BELOW_A)
    assert shown["sla"] == {"met": ["resolution"], "breached": ["response"]}
    whats = [line["what"] for line in shown["timeline"]]
    assert whats[0] == "first event"
    told = [f"{kind} told to {len(BELOW_A)} customers" for kind in ("outage", "restored")]
    assert [what for what in whats if "told" in what] == told
    assert [what for what in whats if what in ("resolved", told[1], "closed")] == ["resolved", told[1], "closed"]
    assert [line["at"] for line in shown["timeline"]] == sorted(line["at"] for line in shown["timeline"])


@pytest.mark.parametrize("over", [False, True])
def test_its_user_minutes_are_those_of_the_reports(over: bool) -> None:
    shift = Shift(care=AT_ONCE)
    incident = shift.cut("SP-A")
    shift.wait(hours=4)
    if over:
        shift.mend("SP-A", wait=60)
    ticket = ticket_line(shift.outage("SP-A"), None).told
    assert ticket is not None
    reported = outage_of(incident, ticket_facts(ticket), shift.state.now_us).user_us
    shown = outputs.rca_json(shift.state, record(shift))["impact"]["user_minutes"]
    assert shown == reported // 60_000_000 == 242 * len(BELOW_A)


def test_it_names_similar_incidents_of_the_past_the_latest_first() -> None:
    shift = Shift(care=AT_ONCE)
    roots = []
    for _ in range(3):
        shift.cut("SP-B")
        roots.append(shift.incident("SP-B").id)
        shift.mend("SP-B")
        shift.wait(60)
    assert record(shift, "SP-B").similar == (roots[1], roots[0])


def test_what_people_did_is_in_the_timeline() -> None:
    shift = Shift(care=AT_ONCE)
    incident = shift.cut("SP-A")
    ticket = shift.state.incidents[incident.id].ticket
    assert ticket is not None
    shift.order("acknowledge", ticket)
    assert record(shift).timeline[-1].what.startswith("acknowledge by ")


def test_an_order_on_the_incident_is_in_the_timeline_too() -> None:
    shift = Shift(care=AT_ONCE)
    incident = shift.cut("SP-A")
    shift.order("assign", incident.id, to="budi")
    assert record(shift).timeline[-1].what.startswith("assign by ")


def test_a_new_root_is_a_line_of_the_timeline() -> None:
    shift = Shift(care=AT_ONCE)
    incident = shift.cut("SP-A")
    was = incident.root
    shift.only_bali(incident)
    whats = [moment.what for moment in record(shift, "BALI").timeline]
    assert whats[-3] == f"root {was} -> BALI"
    assert whats[-2].startswith("correction told to ")
    assert whats[-1] == "accept_root by the-administrator"


def test_people_complete_it_state_by_state() -> None:
    shift = Shift(care=AT_ONCE)
    shift.cut("SP-A")
    row = record(shift)
    states = []
    for arguments in (
        {"cause_category": "fibre_cut_third_party"},
        {"five_whys": ["An excavator.", "No marker."]},
        {"corrective": [STEP]},
        {"preventive": [STEP | {"due": None}]},
        {"preventive": [STEP]},
        {"corrective": [DONE], "preventive": [DONE]},
    ):
        shift.order("fill", row.id, "technical", **arguments)
        states.append(row.state)
    assert states == ["draft", "analysed", "analysed", "analysed", "actions", "actions"]
    shift.order("verify", row.id, "customer_experience")
    assert row.state == "verified"
    assert [step.verified_by for step in (*row.corrective, *row.preventive)] == ["the-customer_experience"] * 2
    assert shift.rejected() == []


def test_what_the_machine_guessed_is_no_analysis() -> None:
    shift = Shift(care=AT_ONCE)
    for element, kind in (("AGG", "power_failure"), ("AGG", "device_unreachable"), ("CORE/a", "loss_of_signal")):
        shift.alarm(element, kind)
    shift.alarm("CORE/a2", "loss_of_signal")
    shift.wait(2)
    row = record(shift, "AGG")
    assert (row.cause_category, row.cause_by) == ("power", "machine")
    shift.order("fill", row.id, "technical", five_whys=["The mains failed."])
    assert row.state == "draft"
    shift.order("fill", row.id, "technical", cause_category="power")
    assert row.state == "analysed"


@pytest.mark.parametrize(
    "arguments",
    [
        {"cause_category": "unknown", "five_whys": ["?"], "corrective": [DONE], "preventive": [DONE]},
        {"cause_category": "power", "corrective": [DONE], "preventive": [DONE]},
        {"cause_category": "power", "five_whys": ["a"], "preventive": [DONE]},
        {"cause_category": "power", "five_whys": ["a"], "corrective": [DONE]},
        {"cause_category": "power", "five_whys": ["a"], "corrective": [DONE | {"owner": None}], "preventive": [DONE]},
        {"cause_category": "power", "five_whys": ["a"], "corrective": [DONE], "preventive": [STEP]},
        {"cause_category": "power", "five_whys": ["a"], "corrective": [DONE], "preventive": [DONE | {"effect": None}]},
    ],
)
def test_it_is_not_verified_while_anything_is_missing(arguments: dict[str, Any]) -> None:
    shift = Shift(care=AT_ONCE)
    shift.cut("SP-A")
    row = record(shift)
    shift.order("fill", row.id, "technical", **arguments)
    shift.order("verify", row.id, "customer_experience")
    assert len(shift.rejected()) == 1
    assert row.state != "verified"
    assert not any(step.verified_by for step in (*row.corrective, *row.preventive))


def test_it_closes_when_it_is_verified_and_the_outage_is_over() -> None:
    shift = Shift(care=AT_ONCE)
    shift.cut("SP-A")
    row = record(shift)
    complete(shift, row.id)
    shift.order("verify", row.id, "care_supervisor")
    assert row.state == "verified"
    shift.mend("SP-A")
    shift.wait(30)
    assert row.state == "closed"
    shift.order("fill", row.id, "technical", five_whys=["later"])
    assert shift.rejected()[-1].reason.code == "closed"
    late = Shift(care=AT_ONCE)
    late.cut("SP-A")
    row = record(late)
    late.mend("SP-A")
    late.wait(30)
    assert row.state == "draft", "an outage that is over closes no record that people have not completed"
    complete(late, row.id)
    late.order("verify", row.id, "care_supervisor")
    assert row.state == "closed"


def test_what_is_changed_after_the_verification_is_verified_anew() -> None:
    shift = Shift(care=AT_ONCE)
    shift.cut("SP-A")
    row = record(shift)
    complete(shift, row.id)
    shift.order("verify", row.id, "care_supervisor")
    shift.order("fill", row.id, "technical", corrective=[STEP])
    assert row.state == "actions"


def test_what_was_verified_before_the_fault_came_back_is_verified_anew() -> None:
    shift = Shift(care=AT_ONCE)
    incident = shift.cut("SP-A")
    row = record(shift)
    complete(shift, row.id)
    shift.order("verify", row.id, "care_supervisor")
    shift.mend("SP-A")
    shift.wait(6)
    assert (incident.status, row.state) == ("resolved", "verified")
    shift.cut("SP-A")
    assert (incident.status, row.state) == ("open", "actions")
    assert [step.verified_by for step in (*row.corrective, *row.preventive)] == [None, None]
    assert (row.trail[-1].actor, row.trail[-1].reason) == ("machine", f"incident {incident.id} is back")
    shift.mend("SP-A")
    shift.wait(60)
    assert (incident.status, row.state) == ("closed", "actions"), "nobody has judged it since"


def test_nobody_verifies_what_they_filled() -> None:
    shift = Shift(care=AT_ONCE)
    shift.cut("SP-A")
    row = record(shift)
    complete(shift, row.id)
    shift.order("fill", row.id, "care_supervisor", five_whys=["An excavator.", "No marker."])
    shift.order("verify", row.id, "care_supervisor")
    assert [(r.field, r.reason.code) for r in shift.rejected()] == [("actor", "own_work")]
    shift.order("verify", row.id, "customer_experience")
    assert (row.state, row.corrective[0].verified_by) == ("verified", "the-customer_experience")
    assert (row.trail[-1].actor, row.trail[-1].at_us) == ("the-customer_experience", shift.state.now_us)


def test_the_effect_is_judged_when_some_days_are_over_since_it_was_told_done() -> None:
    shift = Shift()
    shift.cut("SP-A")
    shift.wait(days=20)
    row, done = record(shift), {key: DONE[key] for key in DONE if key != "effect"}
    shift.order("fill", row.id, "technical", cause_category="power", five_whys=["a"], corrective=[DONE])
    assert shift.rejected()[-1].field == "arguments.corrective[0].effect"
    shift.order("fill", row.id, "technical", cause_category="power", five_whys=["a"])
    shift.order("fill", row.id, "technical", corrective=[done], preventive=[done])
    shift.wait(days=6)
    shift.order("fill", row.id, "technical", corrective=[DONE], preventive=[DONE])
    assert shift.rejected()[-1].reason.code == "too_early"
    shift.wait(days=1)
    shift.order("fill", row.id, "technical", corrective=[DONE], preventive=[DONE])
    shift.order("verify", row.id, "customer_experience")
    assert (len(shift.rejected()), row.state) == (2, "verified")


def test_a_merged_incidents_record_is_closed_and_the_survivors_says_so() -> None:
    shift = Shift(care=AT_ONCE)
    one, two = shift.cut("SP-B"), shift.cut("SP-P")
    shift.order("merge", two.id, into=one.id)
    rows = {row.incident: row for row in shift.state.rcas.values()}
    assert rows[two.id].state == "closed"
    assert rows[one.id].timeline[-1].what.startswith(f"took in {two.id}")


def test_a_lone_complaint_gets_a_short_one_when_it_closes() -> None:
    shift = Shift(care=AT_ONCE)
    ticket = shift.complain("CU-9", category="billing", symptom="other")
    assert shift.state.rcas == {}
    shift.order("move_stage", ticket.id, stage="confirmation")
    shift.reply(ticket, "satisfied")
    (row,) = shift.state.rcas.values()
    assert (row.ticket, row.incident, row.state) == (ticket.id, None, "draft")
    shown = outputs.rca_json(shift.state, row)
    assert shown["root"] is None
    assert "response" in shown["sla"]["met"]
    shift.order("fill", row.id, "technical", cause_category="human_error", corrective=[DONE], preventive=[DONE])
    shift.order("verify", row.id, "customer_experience")
    assert row.state == "closed", "no whys are asked of a short one"


def test_a_complaint_under_an_outage_has_the_outages_record() -> None:
    shift = Shift(care=AT_ONCE)
    shift.cut("SP-A")
    child = shift.complain("CU-1")
    shift.mend("SP-A")
    shift.reply(child, "satisfied")
    assert [row.ticket for row in shift.state.rcas.values()] == [None]


def test_reopened_and_closed_again_it_keeps_its_one_record() -> None:
    shift = Shift(care=AT_ONCE)
    ticket = shift.complain("CU-9", category="billing", symptom="other")
    for _ in range(2):
        shift.order("move_stage", ticket.id, stage="confirmation")
        shift.reply(ticket, "satisfied")
        shift.reply(ticket, "not_satisfied")
    assert len(shift.state.rcas) == 1


@pytest.mark.parametrize(
    ("arguments", "field"),
    [
        ({}, "arguments"),
        ({"root": "SP-A"}, "arguments.root"),
        ({"cause_category": "gremlins"}, "arguments.cause_category"),
        ({"five_whys": "because"}, "arguments.five_whys"),
        ({"five_whys": ["a"] * 11}, "arguments.five_whys"),
        ({"five_whys": [""]}, "arguments.five_whys"),
        ({"corrective": [DONE] * 51}, "arguments.corrective"),
        ({"corrective": "splice"}, "arguments.corrective"),
        ({"corrective": [{"owner": "technical"}]}, "arguments.corrective[0]"),
        ({"corrective": [DONE, STEP | {"due": "tomorrow"}]}, "arguments.corrective[1].due"),
        ({"corrective": [STEP | {"owner": 7}]}, "arguments.corrective[0].owner"),
        ({"corrective": [DONE | {"verified_by": "direktur"}]}, "arguments.corrective[0].verified_by"),
        ({"corrective": [DONE | {"done_at": "2026-03-04T10:00:00+07:00"}]}, "arguments.corrective[0].done_at"),
        ({"corrective": [STEP | {"effect": "well"}]}, "arguments.corrective[0].effect"),
        ({"corrective": [STEP | {"colour": "red"}]}, "arguments.corrective[0].colour"),
        ({"cause_category": "power", "corrective": [{"what": "x" * 2001}]}, "arguments.corrective[0]"),
    ],
)
def test_a_bad_field_is_refused_by_name_and_nothing_is_filled(arguments: dict[str, Any], field: str) -> None:
    shift = Shift(care=AT_ONCE)
    shift.cut("SP-A")
    row = record(shift)
    before = outputs.rca_json(shift.state, row)
    shift.order("fill", row.id, "technical", **arguments)
    assert [r.field for r in shift.rejected()] == [field]
    assert outputs.rca_json(shift.state, row) == before
    assert row.trail == []


def test_who_may_not_fill_or_verify() -> None:
    shift = Shift(care=AT_ONCE)
    shift.cut("SP-A")
    row = record(shift)
    shift.order("fill", row.id, "customer_care", cause_category="power")
    complete(shift, row.id)
    shift.order("verify", row.id, "technical")
    shift.order("close", row.id, "administrator")
    assert [r.field for r in shift.rejected()] == ["role", "role", "action"]
    assert row.state == "actions"


@pytest.mark.parametrize(
    ("category", "severity", "down"), [("billing", "Major", 0), ("network", "Major", 1), ("network", "Minor", 0)]
)
def test_a_lone_complaint_that_nothing_worked_is_one_customer_down(category: Any, severity: str, down: int) -> None:
    """A wrong bill takes nobody down, however grave: restitution counts none of it either."""
    shift = Shift()
    name = shift.complain("CU-9", category=category, symptom="other").id
    shift.order("set_class", name, class_=severity)
    shift.wait(30)
    shift.order("move_stage", name, stage="confirmation")
    shift.order("close", name, as_="confirmed")
    [row] = [one for one in shift.state.rcas.values() if one.ticket == name]
    assert outputs.rca_json(shift.state, row)["impact"] == {"customers": down, "user_minutes": 30 * down}
