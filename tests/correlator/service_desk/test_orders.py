"""What people order on tickets: who may, when; what is refused changes nothing and says why (contract, "Commands")."""

from typing import Any, cast

import msgspec
import pytest

from correlator import roles
from correlator.events import Action, StaffRole
from correlator.policy import Policy
from correlator.roles import default_may
from correlator.rows.incidents import IncidentRow
from tests.correlator.service_desk.house import Shift, said


def rows(shift: Shift) -> bytes:
    """All rows that care keeps, to see that nothing changed."""
    tables = ("tickets", "rcas", "waiting_notices", "informed", "campaigns", "incidents", "complaints")
    return msgspec.json.encode({name: shift.state.tables[name] for name in tables}, order="deterministic")


def alarm_of(shift: Shift, incident: IncidentRow) -> str:
    """The event of one of its alarms."""
    return next(row.event for row in shift.state.members.values() if row.incident == incident.id)


REFUSED: list[tuple[Action, StaffRole, dict[str, Any], str]] = [
    ("move_stage", "customer_experience", {"stage": "assignment"}, "role"),  # not in the table
    ("move_stage", "customer_care", {"stage": "assignment"}, "role"),  # neither the owner nor above
    ("move_stage", "customer_support", {"stage": "heaven"}, "arguments.stage"),
    ("move_stage", "customer_support", {"stage": "closed"}, "arguments.stage"),
    ("move_stage", "customer_support", {"stage": "verification"}, "arguments.stage"),
    ("move_stage", "customer_support", {}, "arguments.stage"),
    ("close", "customer_support", {}, "arguments.as"),  # not repaired
    ("close", "customer_support", {"as": "confirmed"}, "arguments.as"),
    ("close", "customer_support", {"as": "thrown away"}, "arguments.as"),
    ("reopen", "customer_support", {}, "target"),
    ("resume", "customer_support", {}, "target"),
    ("pause", "customer_support", {}, "arguments.why"),
    ("pause", "customer_experience", {"why": "waiting"}, "role"),
    ("assign", "customer_support", {"to": 7}, "arguments.to"),
    ("assign", "customer_support", {"to": "x" * 121}, "arguments.to"),
    ("note", "customer_support", {"text": "  "}, "arguments.text"),
    ("set_category", "customer_support", {"category": "weather"}, "arguments.category"),
    ("set_class", "customer_care", {"class": "Major"}, "role"),
    ("merge", "administrator", {"into": "IN-000001"}, "action"),
    ("verify", "administrator", {}, "action"),
]


@pytest.mark.parametrize(("action", "role", "arguments", "field"), REFUSED)
def test_what_is_refused_changes_nothing_and_names_the_field(
    action: Action, role: StaffRole, arguments: dict[str, Any], field: str
) -> None:
    shift = Shift()
    ticket = shift.complain("CU-9", category="billing", symptom="other")
    before = rows(shift)
    shift.order(action, ticket.number, role, **arguments)
    assert [(r.field, r.event is not None) for r in shift.rejected()] == [(field, True)]
    assert len(shift.rejected()[0].reason.text) > 10
    assert rows(shift) == before


@pytest.mark.parametrize(
    ("action", "arguments"),
    [("move_stage", {"stage": "confirmation"}), ("close", {}), ("close", {"as": "no_fault"}), ("reopen", {})],
)
def test_an_outage_ticket_follows_its_incident(action: Action, arguments: dict[str, Any]) -> None:
    shift = Shift()
    shift.cut("SP-A")
    ticket = shift.outage("SP-A")
    before = rows(shift)
    shift.order(action, ticket.id, **arguments)
    assert [r.field for r in shift.rejected()] == ["target"]
    assert (ticket.incident or "-") in shift.rejected()[0].reason.text
    assert rows(shift) == before


def test_an_outage_that_is_over_is_closed_by_hand_when_no_complaint_is_open() -> None:
    shift = Shift()
    shift.cut("SP-A")
    child = shift.complain("CU-1")
    ticket = shift.outage("SP-A")
    shift.mend("SP-A")
    shift.order("close", ticket.id)
    assert "1 complaint is open" in shift.rejected()[-1].reason.text
    shift.reply(child, "satisfied")
    shift.order("close", ticket.id)
    assert (ticket.stage, ticket.closed_as) == ("closed", "confirmed")


def test_a_closed_ticket_takes_notes_and_is_opened_again_by_its_owner_or_above() -> None:
    shift = Shift()
    ticket = shift.complain("CU-9", category="billing", symptom="other")
    shift.order("move_stage", ticket.id, stage="confirmation", outcome="no_fault")
    shift.wait(days=5)
    shift.order("close", ticket.id, as_="no_fault")
    assert (ticket.stage, ticket.closed_as) == ("closed", "no_fault")
    shift.order("assign", ticket.id, to="Sari")
    shift.order("reopen", ticket.id, "customer_support")
    assert [r.reason.code for r in shift.rejected()] == ["closed", "not_owner"]
    shift.order("note", ticket.id, "customer_experience", text="seen")
    shift.order("reopen", ticket.id, "customer_care")
    assert ticket.stage == "investigation"
    assert [line for line in said(ticket) if line[1] == "note"] == [("the-customer_experience", "note", None, "seen")]


def test_every_order_on_an_incident_is_in_the_trail_of_its_ticket_with_actor_and_reason() -> None:
    shift = Shift()
    incident = shift.cut("SP-A")
    root, alarm = incident.root, alarm_of(shift, incident)
    ticket = shift.state.tickets[incident.ticket or ""]
    start = len(ticket.trail)
    orders: tuple[tuple[Action, dict[str, Any]], ...] = (
        ("accept_root", {"root": "SP-A"}),
        ("unpin", {}),
        ("detach", {"alarms": [alarm]}),
        ("attach", {"alarms": [alarm]}),
        ("hold_notices", {}),
        ("release_notices", {}),
        ("note", {"text": "the crew is on its way"}),
        ("close", {}),
    )
    for action, arguments in orders:
        shift.order(action, incident.id, **arguments)
    assert shift.rejected() == []
    lines = [entry for entry in ticket.trail[start:] if entry.actor != "machine"]
    assert {(entry.actor, entry.reason) for entry in lines} == {("the-administrator", "the shift decided so")}
    assert [(entry.action, entry.was, entry.now) for entry in lines] == [
        ("accept_root", root, incident.root),
        ("unpin", None, None),
        ("detach", alarm, None),
        ("attach", None, alarm),
        ("hold_notices", None, None),
        ("release_notices", None, None),
        ("note", None, "the crew is on its way"),
        ("close", None, None),
    ]


def test_a_root_that_a_person_names_is_not_put_down_to_the_evidence() -> None:
    shift = Shift()
    incident = shift.cut("SP-A")
    shift.order("accept_root", incident.id, root="BALI")
    trail = said(shift.outage("BALI"))
    assert [actor for actor, action, _, now in trail if now == "BALI"] == ["the-administrator"]
    assert "root" not in {action for _, action, _, _ in trail}


def test_a_merge_by_hand_is_in_both_trails() -> None:
    shift = Shift()
    one = shift.cut("SP-B")
    shift.wait(60)
    two = shift.cut("SP-P")
    shift.order("merge", two.id, into=one.id)
    for incident in (one, two):
        trail = said(shift.state.tickets[incident.ticket or ""])
        assert ("the-administrator", "merge", two.id, one.id) in trail


def test_what_is_taken_out_or_put_in_by_hand_says_who_did_it() -> None:
    shift = Shift()
    incident = shift.cut("SP-M")
    child = shift.complain("CU-7")
    for action in ("detach", "attach"):
        shift.order(cast("Action", action), incident.id, complaints=[child.complaint])
    assert [(actor, action) for actor, action, _, _ in said(child)][-2:] == [
        ("the-administrator", "detach"),
        ("the-administrator", "attach"),
    ]


@pytest.mark.parametrize("action", ["detach", "attach", "split"])
def test_an_order_of_which_a_part_is_wrong_changes_nothing(action: Action) -> None:
    shift = Shift()
    incident = shift.cut("SP-M")
    alarm = alarm_of(shift, incident)
    before = list(shift.state.members)
    shift.order(action, incident.id, name="wrong", alarms=[alarm], complaints=["C-NONE"])
    shift.order(action, incident.id, name="empty")
    assert {refused.event for refused in shift.rejected()} == {"wrong", "empty"}
    assert list(shift.state.members) == before
    assert action not in {line[1] for line in said(shift.outage("SP-M"))}


def test_every_order_is_in_the_trail_with_actor_and_reason() -> None:
    shift = Shift()
    ticket = shift.complain("CU-9", category="billing", symptom="other")
    start = len(ticket.trail)
    orders: tuple[tuple[Action, dict[str, str]], ...] = (
        ("acknowledge", {}),
        ("assign", {"to": "Sari"}),
        ("set_class", {"class": "Major"}),
        ("set_category", {"category": "account"}),
        ("pause", {"why": "waiting_customer"}),
        ("resume", {}),
        ("note", {"text": "called back"}),
        ("move_stage", {"stage": "assignment"}),
    )
    for action, arguments in orders:
        shift.order(action, ticket.id, "care_supervisor", **arguments)
    assert [entry.action for entry in ticket.trail[start:]] == [action for action, _ in orders]
    assert {(entry.actor, entry.reason) for entry in ticket.trail[start:]} == {
        ("the-care_supervisor", "the shift decided so")
    }
    assert [(entry.was, entry.now) for entry in ticket.trail[start:]] == [
        (None, None),
        (None, "Sari"),
        ("Minor", "Major"),
        ("billing", "account"),
        (None, "waiting_customer"),
        ("waiting_customer", None),
        (None, "called back"),
        ("verification", "assignment"),
    ]
    assert shift.rejected() == []


def test_an_order_on_the_incident_reaches_its_ticket() -> None:
    shift = Shift()
    incident = shift.cut("SP-A")
    ticket = shift.outage("SP-A")
    shift.order("acknowledge", incident.id, "noc_operator")
    shift.order("assign", incident.id, "noc_operator", to="Budi")
    assert ticket.responded_us is not None
    assert ticket.assigned_to == "Budi"
    assert [line[:2] for line in said(ticket)[1:]] == [
        ("the-noc_operator", "acknowledge"),
        ("the-noc_operator", "assign"),
    ]


@pytest.mark.parametrize(
    ("action", "arguments", "given"),
    [("acknowledge", {}, None), ("assign", {"to": "Budi"}, "Budi"), ("note", {"text": "seen"}, None)],
)
def test_an_order_on_the_ticket_reaches_its_incident(action: Action, arguments: dict[str, str], given: str) -> None:
    """What meets the response acknowledges the outage, from either side."""
    for name in ("ticket", "incident"):
        shift = Shift()
        incident = shift.cut("SP-A")
        ticket = shift.outage("SP-A")
        shift.order(action, ticket.number if name == "ticket" else incident.id, "noc_operator", **arguments)
        assert ticket.responded_us is not None
        assert (incident.acknowledged_by, incident.assigned_to) == ("the-noc_operator", given)
        assert ticket.assigned_to == given


def test_after_it_was_over_an_outage_waits_to_be_taken_on_both() -> None:
    shift = Shift()
    incident = shift.cut("SP-A")
    ticket = shift.outage("SP-A")
    shift.order("assign", incident.id, "noc_operator", to="Sari")
    shift.mend("SP-A")
    assert (incident.status, incident.assigned_to, ticket.assigned_to) == ("resolved", None, None)
    shift.cut("SP-A")
    assert (incident.status, incident.assigned_to, ticket.assigned_to) == ("open", None, None)
    shift.order("assign", ticket.id, "noc_operator", to="Budi")
    assert (incident.assigned_to, ticket.assigned_to) == ("Budi", "Budi")


def test_a_repeated_order_is_carried_out_once() -> None:
    shift = Shift()
    ticket = shift.complain("CU-9", category="billing", symptom="other")
    for _ in range(2):
        shift.order("note", ticket.id, name="cm-x", text="once")
    assert [line[1] for line in said(ticket)].count("note") == 1


def test_an_unknown_ticket_is_named() -> None:
    shift = Shift()
    shift.order("acknowledge", "NT-20260303-000777")
    assert shift.rejected()[0].reason.text == "there is no NT-20260303-000777 that one could acknowledge"


@pytest.mark.parametrize("action", ["shelve", "unshelve", "open"])
def test_an_order_on_what_is_no_alarm_says_what_it_takes(action: Action) -> None:
    shift = Shift()
    shift.cut("SP-A")
    shift.order(action, "CORE/a", until="2026-03-03T12:00:00+07:00")
    (refused,) = shift.rejected()
    assert (refused.field, refused.reason.code) == ("target", "unknown_target")
    takes = f"{action} takes the id of an alarm's event, as `simpul alarms` lists it"
    assert refused.reason.text == f"there is no CORE/a that one could {action}: {takes}"


GOOD = "a time with an offset (RFC 3339), as 2026-03-01T12:00:00+07:00"


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        ({}, f"shelve needs the argument until, {GOOD}"),
        ({"until": 7}, f"shelve needs the argument until, {GOOD}"),
        ({"until": "noon"}, f"until noon is not {GOOD}"),
    ],
)
def test_a_time_that_is_missing_or_wrong_is_told_with_a_good_one(arguments: dict[str, Any], reason: str) -> None:
    shift = Shift()
    shift.order("shelve", alarm_of(shift, shift.cut("SP-A")), **arguments)
    (refused,) = shift.rejected()
    assert (refused.field, refused.reason.text) == ("arguments.until", reason)


def test_the_table_says_who_may_and_names_every_action() -> None:
    policy = Policy()
    assert roles.allowed(policy.care, "hold_notices", "noc_operator")
    assert not roles.allowed(policy.care, "hold_notices", "customer_care")
    assert roles.allowed(policy.care, "note", "customer_experience")
    assert set(default_may()) == set(msgspec.inspect.type_info(Action).values)  # type: ignore[attr-defined]  # a Literal's


def test_the_table_is_the_policys() -> None:
    shift = Shift(care={"may": default_may() | {"note": ("administrator",)}})
    ticket = shift.complain("CU-9", category="billing", symptom="other")
    shift.order("note", ticket.id, "customer_care", text="hello")
    assert [r.field for r in shift.rejected()] == ["role"]
