"""Tickets in a list and queues, through the door."""

from typing import Any

import pytest

from tests.connectors.api.desk.house import Desk
from tests.connectors.api.doorway import error


def busy(desk: Desk) -> str:
    """A cut with two complaints under it, and two that stand alone. The incident."""
    incident = desk.cut()
    desk.complain("CU-1", service="SV-1")  # 000001
    desk.complain("CU-2", service="SV-2", channel="email")  # 000002
    desk.complain("CU-3", "tagihan saya salah")  # 000003
    desk.complain("CU-2", "VPN lambat", service="SV-3")  # 000004
    return incident


def listed(desk: Desk, query: str = "") -> list[str]:
    """The last digits of the numbers."""
    return [one["number"][-6:] for one in desk.get(f"/tickets?{query}")["items"]]


def test_open_tickets_by_what_is_due_next(desk: Desk) -> None:
    busy(desk)
    page = desk.get("/tickets")
    assert {one["number"][-6:] for one in page["items"]} == {"000001", "000002", "000003", "000004", "900000"}
    due = [one["due_at"] for one in page["items"]]
    assert due == sorted(due)
    assert page["next"] is None


def test_what_a_line_says(desk: Desk) -> None:
    incident = busy(desk)
    outage = desk.get(f"/incidents/{incident}")["ticket"]["id"]
    [line] = desk.get("/tickets?q=000001")["items"]
    assert {key: line[key] for key in ("kind", "stage", "owner", "customer", "service", "product", "channel")} == {
        "kind": "complaint",
        "stage": "investigation",
        "owner": "noc_operator",
        "customer": "CU-1",
        "service": "SV-1",
        "product": "broadband",
        "channel": "phone",
    }
    assert (line["region"], line["parent"], line["incident"]) == ("Bali", outage, incident)
    assert (line["overdue"], line["clock"]) == (False, "resolution")


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("owner=customer_support", {"000003", "000004"}),
        ("owner=customer_support&owner=noc_operator&kind=complaint", {"000001", "000002", "000003", "000004"}),
        ("stage=verification", {"000003", "000004"}),
        ("class=Critical", {"900000"}),
        ("category=billing", {"000003"}),
        ("region=Bali", {"000001", "000002"}),
        ("region=Jawa%20Timur", {"900000"}),  # where what broke begins
        ("region=DKI%20Jakarta", {"000003", "000004"}),
        ("channel=email", {"000002"}),
        ("product=vpn", {"000004"}),
        ("customer=CU-2", {"000002", "000004"}),
        ("incident=IN-000001", {"000001", "000002", "900000"}),
        ("kind=outage", {"900000"}),
        ("q=cu-3", {"000003"}),
        ("q=VPN", {"000004"}),
        ("q=Internet%20mati", set()),  # what customers said is not looked through
        ("due_before=2026-03-01T08:00:00%2B07:00", set()),
        ("due_before=2027-03-01T08:00:00%2B07:00&category=billing", {"000003"}),
        ("state=closed", set()),
        ("assigned_to=siti", set()),
    ],
)
def test_a_list_is_filtered(desk: Desk, query: str, found: set[str]) -> None:
    busy(desk)
    assert set(listed(desk, query)) == found


def test_mine_are_those_assigned_to_my_name(desk: Desk) -> None:
    busy(desk)
    desk.order("care_supervisor", "assign", "NT-20260301-000004", to="the customer_support")
    assert listed(desk, "mine=true") == ["000004"]
    assert [one["number"] for one in desk.get("/tickets?mine=true", "customer_care")["items"]] == []


def test_what_is_closed_is_asked_for(desk: Desk) -> None:
    busy(desk)
    bill = "NT-20260301-000003"
    desk.order("administrator", "move_stage", bill, stage="confirmation")
    desk.order("customer_care", "close", bill, as_="confirmed")
    assert listed(desk, "state=closed") == ["000003"]
    assert "000003" not in listed(desk)
    assert "000003" in listed(desk, "state=all")


def test_what_is_over_for_long_is_listed_page_by_page(desk: Desk) -> None:
    numbers = []
    for customer in ("CU-1", "CU-2", "CU-3"):
        numbers.append(desk.complain(customer, "tagihan saya salah"))
        desk.order("administrator", "move_stage", numbers[-1], stage="confirmation")
        desk.order("customer_care", "close", numbers[-1], as_="confirmed")
    desk.wait(95 * 1440)
    desk.complain("CU-1", "tagihan saya salah")
    asked = "state=archived&limit=2&sort=newest"
    query, found = asked, []
    while query:
        page = desk.get(f"/tickets?{query}")
        found += page["items"]
        query = page["next"] and f"{asked}&cursor={page['next']}"
    assert [(one["number"], one["archived"]) for one in found] == [(number, True) for number in reversed(numbers)]
    assert listed(desk, "state=archived&customer=CU-2") == [numbers[1][-6:]]
    assert desk.get(f"/tickets/{numbers[0]}")["stage"] == "closed"
    assert listed(desk, "state=closed") == []
    assert [one["archived"] for one in desk.get("/tickets")["items"]] == [False]


def test_pages_join_while_new_tickets_come(desk: Desk) -> None:
    busy(desk)
    whole = listed(desk)
    found: list[str] = []
    query = "limit=2"
    for n in range(9):
        page = desk.get(f"/tickets?{query}")
        found += [one["number"][-6:] for one in page["items"]]
        if page["next"] is None:
            break
        query = f"limit=2&cursor={page['next']}"
        desk.complain(None, "tagihan saya salah", contact=f"0811{n}")
    assert [number for number in found if number in whole] == whole
    assert len(set(found)) == len(found)


def test_the_newest_first(desk: Desk) -> None:
    busy(desk)
    assert listed(desk, "sort=newest&kind=complaint") == ["000004", "000003", "000002", "000001"]
    page = desk.get("/tickets?sort=newest&limit=1")
    assert listed(desk, f"sort=newest&limit=1&cursor={page['next']}") == ["000003"]


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("limit=0", "limit"),
        ("limit=501", "limit"),
        ("cursor=nonsense", "cursor"),
        ("cursor=%ff%fe", "cursor"),
        ("stage=somewhere", "stage"),
        ("class=Tiny", "class"),
        ("owner=nobody", "owner"),
        ("due_before=tomorrow", "due_before"),
        ("due_before=2026-03-01T08:00:00", "due_before"),
        ("sort=size", "sort"),
        ("q=" + "x" * 101, "q"),
    ],
)
def test_what_cannot_be_asked_is_refused_by_name(desk: Desk, query: str, field: str) -> None:
    answer = desk.ask("GET", f"/tickets?{query}")
    assert (answer.status_code, (error(answer)["field"] or "").split(".")[0]) == (422, field)


def test_a_cursor_of_another_order_is_refused(desk: Desk) -> None:
    busy(desk)
    cursor = desk.get("/tickets?limit=1")["next"]
    assert desk.ask("GET", f"/tickets?sort=newest&cursor={cursor}").status_code == 422


def test_who_asks_for_a_customers_tickets_is_told_to_the_audit(desk: Desk) -> None:
    busy(desk)
    listed(desk, "customer=CU-2")
    assert desk.door.audited[-1].about == {"by": "customer", "customer": "CU-2"}


def test_the_queues_are_counted(desk: Desk) -> None:
    busy(desk)
    desk.order("care_supervisor", "assign", "NT-20260301-000004", to="siti")
    told = desk.get("/queues")
    assert (told["open"], told["overdue"], told["unassigned"]) == (5, 0, 4)
    assert told["stages"]["verification"] == {"open": 2, "overdue": 0, "unassigned": 1}
    assert {name: one["open"] for name, one in told["classes"].items()} == {"Critical": 1, "Major": 2, "Minor": 2}
    assert {name: one["open"] for name, one in told["owners"].items()} == {"customer_support": 2, "noc_operator": 3}


def test_what_is_late_is_overdue(desk: Desk) -> None:
    desk.complain("CU-3", "tagihan saya salah")
    assert desk.get("/queues")["overdue"] == 0
    desk.wait(3 * 60)
    [line] = desk.get("/tickets")["items"]
    assert (line["overdue"], desk.get("/queues")["overdue"]) == (True, 1)


@pytest.mark.parametrize("role", ["portal", "source"])
@pytest.mark.parametrize("path", ["/tickets", "/queues"])
def test_lists_are_for_staff(desk: Desk, role: Any, path: str) -> None:
    assert desk.ask("GET", path, role).status_code == 403
