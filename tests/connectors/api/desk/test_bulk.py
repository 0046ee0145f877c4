"""One command for all complaints under an outage, and what became of each."""

from typing import Any

import pytest

from tests.connectors.api.desk.house import Desk
from tests.connectors.api.doorway import error

CHILDREN = "/bulk/commands"


def three(desk: Desk) -> tuple[str, list[str]]:
    """An outage with two complaints under it, and one that is none of its own."""
    incident = desk.cut()
    own = [desk.complain("CU-1", service="SV-1"), desk.complain("CU-2", service="SV-2")]
    desk.complain("CU-3", "tagihan saya salah")
    return incident, own


def test_each_complaint_under_the_outage_gets_it_and_no_other(desk: Desk) -> None:
    incident, own = three(desk)
    taken = desk.order("care_supervisor", "note", incident, CHILDREN, text="kapal perbaikan berangkat")
    assert [(row["number"], row["reason"]) for row in taken["rows"]] == [(number, None) for number in own]
    told = desk.get(f"/commands/{taken['id']}")
    assert (told["state"], {row["state"] for row in told["rows"]}, len(told["rows"])) == ("done", {"done"}, 2)
    for number in own:
        assert desk.get(f"/tickets/{number}")["trail"][-1]["to"] == "kapal perbaikan berangkat"
    assert [one["action"] for one in desk.get("/tickets/NT-20260301-000003")["trail"]].count("note") == 0


def test_the_outage_is_named_by_its_ticket_too(desk: Desk) -> None:
    incident, own = three(desk)
    number = desk.get(f"/incidents/{incident}")["ticket"]["number"]
    taken = desk.order("care_supervisor", "assign", number, CHILDREN, to="budi")
    assert [row["number"] for row in taken["rows"]] == own
    assert {one["number"] for one in desk.get("/tickets?assigned_to=budi")["items"]} == set(own)


def test_each_row_answers_for_itself(desk: Desk) -> None:
    incident, (first, second) = three(desk)
    desk.order("care_supervisor", "pause", first, why="waiting_customer")
    taken = desk.order("care_supervisor", "pause", incident, CHILDREN, why="waiting_customer")
    told = desk.get(f"/commands/{taken['id']}")
    assert told["state"] == "partly"
    states = {row["ticket"]: (row["state"], row["field"]) for row in told["rows"]}
    ids = {number: desk.get(f"/tickets/{number}")["id"] for number in (first, second)}
    assert states == {ids[first]: ("rejected", "target"), ids[second]: ("done", None)}
    assert first in next(row["reason"] for row in told["rows"] if row["state"] == "rejected")


def test_what_the_role_may_not_do_it_may_not_do_to_many(desk: Desk) -> None:
    incident, own = three(desk)
    taken = desk.order("customer_care", "repair", incident, CHILDREN, kind="temporary", text="x")
    told = desk.get(f"/commands/{taken['id']}")
    assert (told["state"], [row["field"] for row in told["rows"]]) == ("rejected", ["role", "role"])
    assert [desk.get(f"/tickets/{number}")["repairs"]["temporary"] for number in own] == [None, None]


def test_sent_again_it_is_known_ticket_by_ticket(desk: Desk) -> None:
    incident, _ = three(desk)
    body = {"action": "note", "target": incident, "arguments": {"text": "x"}, "reason": "y", "id": "bulk-1"}
    first, again = (desk.ask("POST", CHILDREN, "care_supervisor", json=body).json() for _ in range(2))
    assert [row["repeated"] for row in first["rows"] + again["rows"]] == [False, False, True, True]


def test_it_is_told_to_the_audit_once(desk: Desk) -> None:
    incident, _ = three(desk)
    before = len(desk.door.audited)
    taken = desk.order("care_supervisor", "note", incident, CHILDREN, text="x")
    [told] = desk.door.audited[before:]
    assert told.about == {"command": taken["id"], "action": "note", "target": incident, "tickets": "2"}


@pytest.mark.parametrize(
    ("changes", "status", "field"),
    [
        ({"target": "IN-000999"}, 404, "target"),
        ({"target": "NT-20260301-000003"}, 404, "target"),  # a complaint's
        ({"action": "merge"}, 422, "action"),
        ({"actor": "somebody"}, 403, "actor"),
        ({"reason": ""}, 422, "reason"),
    ],
)
def test_what_is_no_command_for_many_is_refused(desk: Desk, changes: dict[str, Any], status: int, field: str) -> None:
    incident, _ = three(desk)
    body = {"action": "note", "target": incident, "arguments": {"text": "x"}, "reason": "y"}
    answer = desk.ask("POST", CHILDREN, "care_supervisor", json=body | changes)
    assert (answer.status_code, error(answer)["field"]) == (status, field)


def test_an_outage_without_complaints_has_no_rows(desk: Desk) -> None:
    incident = desk.cut()
    assert desk.order("care_supervisor", "note", incident, CHILDREN, text="x")["rows"] == []
