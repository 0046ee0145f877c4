"""One command for many tickets, and what became of each."""

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


# Tickets that are named


def two(desk: Desk) -> list[str]:
    return [desk.complain("CU-3", "Internet lambat sekali"), desk.complain("CU-1", "tagihan saya salah")]


def ordered(desk: Desk, role: Any, **body: Any) -> Any:
    answer = desk.ask("POST", CHILDREN, role, json={"action": "note", "reason": "keputusan shift", **body})
    assert answer.status_code == 202, answer.text
    return answer.json()


def test_tickets_that_are_named_get_it_each_and_once(desk: Desk) -> None:
    own = two(desk)
    again = desk.get(f"/tickets/{own[0]}")["id"]
    taken = ordered(desk, "care_supervisor", action="assign", tickets=[*own, again, own[1]], arguments={"to": "budi"})
    assert [row["number"] for row in taken["rows"]] == own
    told = desk.get(f"/commands/{taken['id']}")
    assert (told["state"], len(told["rows"])) == ("done", 2)
    assert {one["number"] for one in desk.get("/tickets?assigned_to=budi")["items"]} == set(own)


def test_one_that_is_not_there_says_so_and_holds_up_no_other(desk: Desk) -> None:
    [first, _] = two(desk)
    taken = ordered(desk, "care_supervisor", tickets=["NT-1", first], arguments={"text": "x"})
    rows = {row["number"]: (row["command"] is None, row["reason"]) for row in taken["rows"]}
    assert rows == {"NT-1": (True, "there is no ticket NT-1"), first: (False, None)}
    assert desk.get(f"/tickets/{first}")["trail"][-1]["to"] == "x"


def test_a_stage_is_moved_where_it_may_be(desk: Desk) -> None:
    """Customer Support verifies its own; what the division works on already is not theirs to move."""
    first, second = two(desk)
    desk.order("customer_support", "move_stage", second, stage="investigation")
    stage = {"stage": "investigation"}
    taken = ordered(desk, "customer_support", action="move_stage", tickets=[first, second], arguments=stage)
    told = {row["ticket"]: (row["state"], row["reason"]) for row in desk.get(f"/commands/{taken['id']}")["rows"]}
    ids = [desk.get(f"/tickets/{number}")["id"] for number in (first, second)]
    assert told[ids[0]] == ("done", None)
    assert told[ids[1]][0] == "rejected"
    assert told[ids[1]][1]


def test_sent_again_the_named_are_known_again(desk: Desk) -> None:
    own = two(desk)
    first, again = (
        ordered(desk, "care_supervisor", tickets=own, arguments={"text": "x"}, id="bulk-2") for _ in range(2)
    )
    assert [row["repeated"] for row in first["rows"] + again["rows"]] == [False, False, True, True]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"tickets": []}, "tickets"),
        ({"tickets": ["NT-1"] * 501}, "tickets"),
        ({"tickets": "NT-1"}, "tickets"),
        ({"tickets": [7]}, "tickets[0]"),
        ({"tickets": ["NT-1"], "target": "IN-000001"}, "target"),
        ({}, "target"),
        ({"tickets": ["NT-1"], "colour": "red"}, "colour"),
    ],
)
def test_a_body_that_names_no_tickets_is_refused(desk: Desk, changes: dict[str, Any], field: str) -> None:
    answer = desk.ask("POST", CHILDREN, "care_supervisor", json={"action": "note", "reason": "y", **changes})
    assert (answer.status_code, error(answer)["field"]) == (422, field)
