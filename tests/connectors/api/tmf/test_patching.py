"""Tickets changed by TMF621's merge patch: each change is a command, and the answer is the ticket as it is then."""

from typing import Any

import pytest

from connectors.access.holders import Role
from connectors.api.tmf.patching import MERGE_PATCH
from connectors.api.tmf.tickets import PATH
from correlator.events import Command
from tests.connectors.api.desk.house import Desk
from tests.connectors.api.tmf.published import faults_621, unknown_621

WHY = "keputusan shift"


@pytest.fixture
def number(desk: Desk) -> str:
    return desk.complain("CU-3", "Internet lambat sekali")


def patch(desk: Desk, number: str, role: Role, body: Any, **headers: str) -> Any:
    kind = {"Content-Type": MERGE_PATCH, **headers}
    return desk.ask("PATCH", f"{PATH}/{number}", role, json=body, headers=kind)


def changed(desk: Desk, number: str, role: Role, body: Any) -> dict[str, Any]:
    answer = patch(desk, number, role, body)
    assert answer.status_code == 200, answer.text
    ticket = dict(answer.json())
    assert faults_621("TroubleTicket", ticket) == []
    assert unknown_621(ticket) == set()
    assert desk.ask("GET", f"{PATH}/{number}").json() == ticket
    return ticket


def refused(desk: Desk, number: str, role: Role, body: Any, status: int) -> str:
    """In whose words; and it changed nothing."""
    before = desk.ask("GET", f"{PATH}/{number}").json()
    answer = patch(desk, number, role, body)
    assert answer.status_code == status, answer.text
    assert faults_621("Error", answer.json()) == []
    assert desk.ask("GET", f"{PATH}/{number}").json() == before
    return str(answer.json()["reason"])


def commands(desk: Desk) -> list[Command]:
    return [one for one in desk.door.inbox.events if isinstance(one, Command)]


def test_a_ticket_goes_its_way_by_its_status(desk: Desk, number: str) -> None:
    ways: tuple[tuple[Role, str, str], ...] = (
        ("customer_support", "pending", WHY),
        ("customer_support", "inProgress", WHY),
        ("customer_support", "held", "access_refused"),
        ("customer_support", "inProgress", WHY),
        ("customer_support", "resolved", WHY),
        ("customer_care", "closed", "pelanggan puas"),
        ("customer_care", "inProgress", "minta review ulang"),
    )
    for role, status, why in ways:
        ticket = changed(desk, number, role, {"status": status, "statusChangeReason": why})
        assert ticket["status"] == status
    made = [(one.action, one.reason, one.actor) for one in commands(desk)]
    assert made == [
        ("pause", WHY, "the customer_support"),
        ("resume", WHY, "the customer_support"),
        ("pause", "access_refused", "the customer_support"),
        ("resume", WHY, "the customer_support"),
        ("move_stage", WHY, "the customer_support"),
        ("close", "pelanggan puas", "the customer_care"),
        ("reopen", "minta review ulang", "the customer_care"),
    ]
    [ticket_row] = desk.state.tickets.values()
    assert (ticket_row.closed_as, ticket_row.stage) == (None, "investigation")


def test_a_note_is_added_beside_those_that_stand(desk: Desk, number: str) -> None:
    first = changed(desk, number, "billing_account", {"note": [{"@type": "Note", "text": "menunggu kunci lokasi"}]})
    both = changed(desk, number, "technical", {"note": [*first["note"], {"@type": "Note", "text": "kunci didapat"}]})
    assert [(one["text"], one["author"]) for one in both["note"]] == [
        ("menunggu kunci lokasi", "the billing_account"),
        ("kunci didapat", "the technical"),
    ]


def test_a_class_is_set_by_whom_the_policy_lets(desk: Desk, number: str) -> None:
    body = {"severity": "Critical", "statusChangeReason": "rumah sakit"}
    said = refused(desk, number, "customer_care", body, 403)
    assert said == "role customer_care may not set_class a ticket"
    assert changed(desk, number, "customer_support", body)["severity"] == "Critical"


def test_what_would_change_nothing_is_no_command(desk: Desk, number: str) -> None:
    whole = desk.ask("GET", f"{PATH}/{number}").json()
    assert changed(desk, number, "customer_care", whole) == whole
    assert changed(desk, number, "customer_care", {}) == whole
    assert commands(desk) == []


def test_the_same_key_is_the_same_change(desk: Desk, number: str) -> None:
    body = {"note": [{"text": "sekali saja"}]}
    for _ in range(2):
        assert patch(desk, number, "customer_care", body, **{"Idempotency-Key": "k-7"}).status_code == 200
    assert [one["text"] for one in desk.ask("GET", f"{PATH}/{number}").json()["note"]] == ["sekali saja"]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"status": "resolved", "severity": "Critical", "statusChangeReason": WHY}, "one by one"),
        ({"status": "resolved"}, "statusChangeReason"),
        ({"severity": "Critical", "statusChangeReason": " "}, "statusChangeReason"),
        ({"status": None, "statusChangeReason": WHY}, "status"),
        ({"status": "cancelled", "statusChangeReason": WHY}, "duplicate"),
        ({"status": "acknowledged", "statusChangeReason": WHY}, "acknowledged"),
        ({"status": "lost", "statusChangeReason": WHY}, "lost"),
        ({"status": "held", "statusChangeReason": "waiting_customer"}, "pending"),
        ({"description": "lain"}, "description"),
        ({"relatedParty": []}, "relatedParty"),
        ({"note": [{"id": "99", "text": "x"}]}, "note"),
        ({"note": [{"text": "a"}, {"text": "b"}]}, "one note"),
        ({"note": [{"text": 7}]}, "note"),
        ({"note": "x"}, "note"),
        ([], "object"),
    ],
)
def test_what_is_no_change_is_refused_by_its_field(desk: Desk, number: str, body: Any, field: str) -> None:
    assert field in refused(desk, number, "administrator", body, 422)
    assert commands(desk) == []


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({"status": "closed", "statusChangeReason": WHY}, "move it to confirmation"),
        ({"status": "held", "statusChangeReason": "hujan"}, "hujan"),
        ({"severity": "Enormous", "statusChangeReason": WHY}, "Enormous"),
        ({"note": [{"text": "x" * 10_000}]}, "text"),
    ],
)
def test_what_the_kernel_refuses_is_said_at_once(desk: Desk, number: str, body: Any, said: str) -> None:
    assert said in refused(desk, number, "administrator", body, 409)


def test_an_outage_follows_its_incident(desk: Desk) -> None:
    incident = desk.cut()
    number = desk.get(f"/incidents/{incident}")["ticket"]["number"]
    body = {"status": "resolved", "statusChangeReason": WHY}
    assert f"follows its incident {incident}" in refused(desk, number, "noc_operator", body, 409)


def test_a_change_that_is_not_folded_yet_is_said_to_be_taken(desk: Desk, number: str) -> None:
    desk.door.inbox.then = None
    answer = patch(desk, number, "customer_support", {"note": [{"text": "nanti"}]})
    assert answer.status_code == 202
    assert "note" not in answer.json()
    [command] = commands(desk)
    desk.fold(command)
    assert [one["text"] for one in desk.ask("GET", f"{PATH}/{number}").json()["note"]] == ["nanti"]


def test_a_patch_of_another_kind_and_one_of_no_ticket(desk: Desk, number: str) -> None:
    other = patch(desk, number, "administrator", [], **{"Content-Type": "application/json-patch+json"})
    assert other.status_code == 415
    assert patch(desk, "NT-20200101-000001", "administrator", {}).status_code == 404


def test_the_audit_has_who_changed_what(desk: Desk, number: str) -> None:
    changed(desk, number, "customer_support", {"severity": "Critical", "statusChangeReason": WHY})
    [told] = [one for one in desk.door.audited if one.door.startswith("PATCH")]
    assert (told.name, told.about["action"], told.about["target"]) == ("the customer_support", "set_class", number)
