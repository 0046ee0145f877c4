"""The ladder (SOP 6): owner, Customer Care Supervisor, Customer Service Manager, Director of Network Operations."""

from typing import Any

import pytest

from correlator.effects import Alert
from correlator.service_desk.notices import notices
from tests.correlator.service_desk.house import Shift, said

LADDER = ["care_supervisor", "service_manager", "operations_director"]


def test_an_outage_is_told_to_its_owner_by_its_class() -> None:
    shift = Shift()
    shift.cut("SP-A")
    ticket = shift.outage("SP-A")
    assert [(a.role, a.about) for a in shift.alerts("major")] == [("noc_operator", ticket.id)]
    assert ticket.number in shift.alerts("major")[0].text


def test_a_strategic_customer_down_is_told_to_the_second_rung_at_once() -> None:
    shift = Shift()
    shift.cut("SP-M")
    assert [a.role for a in shift.alerts("critical")] == ["noc_operator", "technical", "care_supervisor"]
    shift.cut("SP-A")
    assert [a.role for a in shift.alerts("major")] == ["noc_operator"], "nobody strategic is below SP-A"


def test_each_alert_says_that_a_customer_is_strategic_in_both_languages() -> None:
    shift = Shift()
    bill, other = (shift.complain(name, category="billing", symptom="other") for name in ("CU-8", "CU-7"))
    shift.cut("SP-M")
    shift.cut("SP-A")
    shift.wait(hours=30)
    outage, plain = shift.outage("SP-M"), shift.outage("SP-A")
    mark = "(pelanggan strategis / strategic customer)"
    told = {kind: shift.alerts(kind, about.id) for kind in ("critical", "escalation") for about in (bill, outage)}
    assert all(told[kind] for kind in ("critical", "escalation"))
    for about in (bill, outage):
        mine = [effect for effect in shift.effects if isinstance(effect, Alert) and effect.about == about.id]
        unsaid = [alert.text for alert in mine if mark not in alert.text and "pelanggan strategis" not in alert.text]
        assert mine
        assert not unsaid
    others = [effect for effect in shift.effects if isinstance(effect, Alert) and effect.about in (other.id, plain.id)]
    assert others
    assert not any("strategis" in alert.text for alert in others)


def test_a_warning_says_when_it_is_due_as_people_say_it() -> None:
    shift = Shift()
    shift.cut("SP-M")
    shift.wait(16)
    [warning] = shift.alerts("clock_50")
    assert warning.text.endswith("first response 50%, batas waktu / due 3 Mar 2026 10:30 WIB")
    assert "Waktu / time: 3 Mar 2026 10:15 WIB" in notices.alert_text(warning)[1]


def test_an_alert_says_what_its_ticket_is_of() -> None:
    shift = Shift()
    bill = shift.complain("CU-9", category="billing", symptom="other")
    shift.cut("SP-M")
    shift.wait(hours=3)
    alerts = [effect for effect in shift.effects if isinstance(effect, Alert)]
    bodies = {alert.about: notices.alert_text(alert)[1] for alert in alerts}
    assert "Perihal / about: keluhan tagihan / billing complaint" in bodies[bill.id]
    outage = shift.outage("SP-M")
    assert f"Perihal / about: gangguan {outage.machine_root} / outage of {outage.machine_root}" in bodies[outage.id]
    assert not any("TK-" in body for body in bodies.values()), "an id that no page shows"


def test_a_breach_that_nobody_mends_climbs_to_the_top_and_no_further() -> None:
    shift = Shift()
    shift.cut("SP-M")
    ticket = shift.outage("SP-M")
    shift.wait(hours=7)
    assert [a.role for a in shift.alerts("escalation", ticket.id)] == LADDER
    apart = [a.at_us for a in shift.alerts("escalation", ticket.id)]
    assert [(later - apart[0]) / 60e6 for later in apart] == [0, 60, 120], "policy rung_min"
    assert ticket.rung == 3


def test_a_breach_that_is_mended_climbs_no_further() -> None:
    shift = Shift()
    shift.cut("SP-M")
    ticket = shift.outage("SP-M")
    shift.wait(45)
    shift.order("acknowledge", ticket.id, "noc_operator")
    shift.wait(hours=5)
    assert [a.role for a in shift.alerts("escalation", ticket.id)] == ["care_supervisor"]


def test_a_paused_breach_waits_and_climbs_on_when_it_runs() -> None:
    shift = Shift(care={"response_min_critical": 10_000})
    shift.cut("SP-M")
    ticket = shift.outage("SP-M")
    shift.wait(hours=8, minutes=5)
    shift.order("pause", ticket.id, why="force_majeure")
    shift.wait(hours=5)
    assert [a.role for a in shift.alerts("escalation", ticket.id)] == LADDER[:1]
    shift.order("resume", ticket.id)
    shift.wait(hours=1)
    assert [a.role for a in shift.alerts("escalation", ticket.id)] == LADDER[:2]


def unsatisfied(shift: Shift, customer: str, times: int, apart_min: int) -> list[str]:
    ticket = shift.complain(customer, category="billing", symptom="other")
    heard = []
    for _ in range(times):
        shift.order("move_stage", ticket.id, stage="confirmation")
        shift.wait(apart_min)
        shift.reply(ticket, "not_satisfied")
        heard.append(shift.alerts("escalation", ticket.id)[-1].role)
    return [*heard, str(ticket.rung)]


@pytest.mark.parametrize(
    ("customer", "apart_min", "heard"),
    [
        ("CU-9", 61, [*LADDER[:2], "service_manager", "service_manager", "2"]),  # Minor: not the Director's
        ("CU-8", 61, [*LADDER, "operations_director", "3"]),  # strategic
        ("CU-8", 5, [*LADDER, "operations_director", "3"]),  # within the hour too: each had another answer
    ],
)
def test_not_satisfied_is_one_rung_up_as_far_as_class_and_customer_let_it(
    customer: str, apart_min: int, heard: list[str]
) -> None:
    assert unsatisfied(Shift(), customer, 4, apart_min) == heard


def test_a_first_review_right_after_a_breach_is_for_the_rung_that_has_it() -> None:
    shift = Shift()
    ticket = shift.complain("CU-8", category="billing", symptom="other")
    shift.wait(hours=2, minutes=1)
    assert ticket.rung == 1
    heard = []
    for _ in range(2):
        shift.order("move_stage", ticket.id, stage="confirmation")
        shift.wait(5)
        shift.reply(ticket, "not_satisfied")
        heard.append(shift.alerts("escalation", ticket.id)[-1].role)
    assert heard == LADDER[:2], "the supervisor reviews it, then the manager"
    told = [line for line in said(ticket) if line[1] in ("remind", "escalate")]
    assert [(line[1], line[3]) for line in told] == [
        ("escalate", LADDER[0]),
        ("remind", LADDER[0]),
        ("escalate", LADDER[1]),
    ]


def test_a_review_that_staff_enter_stands_in_the_trail_as_one() -> None:
    shift = Shift()
    ticket = shift.complain("CU-8", category="billing", symptom="other")
    shift.order("move_stage", ticket.id, stage="confirmation")
    shift.order("reopen", ticket.id, "customer_care")
    assert [line[:2] for line in said(ticket)][-3:] == [
        ("the-customer_care", "reopen"),
        ("the-customer_care", "move_stage"),
        ("machine", "escalate"),
    ]


@pytest.mark.parametrize(
    ("care", "heard"),
    [
        ({}, LADDER[:2]),
        ({"top_by_class": {"Minor": "care_supervisor"}}, LADDER[:1]),
        ({"top_by_customer": {"enterprise": "operations_director"}}, LADDER),
        ({"top_by_cause": {"response": "care_supervisor", "stage": "care_supervisor"}}, LADDER[:1]),
        ({"top_by_class": {}}, LADDER[:1]),
    ],
)
def test_how_high_an_ignored_complaint_climbs_is_policy(care: dict[str, Any], heard: list[str]) -> None:
    shift = Shift(care={"resolution_days_minor": 20, "stage_days_investigation": 20} | care)
    ticket = shift.complain("CU-9", category="billing", symptom="other")
    shift.wait(hours=8)
    assert [a.role for a in shift.alerts("escalation", ticket.id)] == heard
    assert [(line[2], line[3]) for line in said(ticket) if line[1] == "escalate"] == list(
        zip(["customer_support", *heard], heard, strict=False)
    )


def test_the_record_says_who_was_brought_in() -> None:
    shift = Shift()
    shift.cut("SP-M")
    bill = shift.complain("CU-9", category="billing", symptom="other")
    shift.wait(hours=3, minutes=30)
    shift.order("move_stage", bill.id, stage="confirmation")
    shift.order("close", bill.id, as_="confirmed")
    outage, lone = shift.state.rcas.values()
    for record, roles in ((outage, LADDER), (lone, LADDER[:2])):
        assert [m.what.split()[2].rstrip(":") for m in record.timeline if m.what.startswith("escalated")] == roles


def test_a_higher_class_climbs_on() -> None:
    shift = Shift()
    ticket = shift.complain("CU-9", category="billing", symptom="other")
    shift.wait(hours=6)
    assert ticket.rung == 2
    shift.order("set_class", ticket.id, class_="Critical")
    shift.wait(hours=2)
    assert ticket.rung == 3


def test_the_ladder_is_the_policys() -> None:
    shift = Shift(care={"ladder": ("operations_director",), "rung_min": 5})
    shift.cut("SP-M")
    shift.wait(hours=2)
    assert {a.role for a in shift.alerts("escalation")} == {"operations_director"}
    assert len(shift.alerts("escalation", shift.outage("SP-M").id)) == 1


def test_a_childs_clock_that_is_its_parents_is_told_once() -> None:
    """A child's resolution is due with the outage's: one warning, on the parent, that says how many hang below."""
    shift = Shift()
    shift.cut("SP-M")
    child = shift.complain("CU-7")
    shift.wait(hours=9)
    outage = shift.outage("SP-M")
    codes = [a.reason.code for a in shift.alerts("breach", outage.id)]
    assert "resolution_100" in codes
    assert not [a for a in shift.alerts("breach", child.id) if a.reason.code == "resolution_100"]
    warning = next(a for a in shift.alerts("breach", outage.id) if a.reason.code == "resolution_100")
    assert ", 1 keluhan / 1 complaint: " in warning.text
