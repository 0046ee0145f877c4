"""Who calls, found by what they give, with what is told of their lines."""

from typing import Any

import pytest

from tests.connectors.api.desk.house import Desk
from tests.connectors.api.doorway import error


def found(desk: Desk, role: Any = "customer_care", **asked: str) -> Any:
    answer = desk.ask("POST", "/customers", role, json={**asked, "reason": "menelepon"})
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_one_who_is_down_hears_since_when_and_what_is_open_for_them(desk: Desk) -> None:
    incident = desk.cut()
    number = desk.complain("CU-2", service="SV-2")
    [told] = found(desk, customer="CU-2")["customers"]
    lines = {one["service"]: (one["product"], one["line"]["state"]) for one in told["services"]}
    assert lines == {"SV-2": ("dia", "down"), "SV-3": ("vpn", "nothing_known")}
    [down] = [one["line"]["outages"] for one in told["services"] if one["service"] == "SV-2"]
    assert down[0]["incident"] == incident
    assert [one["number"] for one in told["tickets"]] == [number]
    assert (told["segment"], told["language"], told["strategic"], told["region"]) == ("enterprise", "en", False, "Bali")
    assert "Ada gangguan pada layanan Bapak/Ibu" in told["sentence"]["id"]
    assert "There has been an outage on your service" in told["sentence"]["en"]


def test_by_service_only_that_one_is_told(desk: Desk) -> None:
    desk.cut()
    [told] = found(desk, service="SV-3")["customers"]
    assert [(one["service"], one["line"]["state"]) for one in told["services"]] == [("SV-3", "nothing_known")]
    assert told["sentence"]["en"].startswith("At the moment we know of no outage")


def test_planned_work_is_told_as_such(desk: Desk) -> None:
    now = "2026-03-01T08:00:00+07:00"
    body = {"objects": ["DPS-CR1"], "start": now, "end": "2026-03-01T10:00:00+07:00", "reason": "kartu"}
    assert desk.ask("POST", "/maintenance", "noc_operator", json=body).status_code == 202
    desk.wait(1)
    [told] = found(desk, customer="CU-1")["customers"]
    assert [one["line"]["state"] for one in told["services"]] == ["planned"]


@pytest.mark.parametrize(
    ("asked", "customers"),
    [
        ({"customer": "CU-3"}, ["CU-3"]),
        ({"service": "SV-1"}, ["CU-1"]),
        ({"phone": "+62812"}, ["CU-3"]),
        ({"phone": "+62811"}, ["CU-1", "CU-3"]),
        ({"email": "cu-1@example.com"}, ["CU-1"]),
    ],
)
def test_a_customer_is_found_by_what_they_give(desk: Desk, asked: dict[str, str], customers: list[str]) -> None:
    told = found(desk, **asked)
    assert [one["customer"] for one in told["customers"]] == customers
    assert told["left_out"] == 0
    about = desk.door.audited[-1].about
    assert (about["customer"], about["reason"]) == (" ".join(customers), "menelepon")
    assert not {"+62811", "+62812", "cu-1@example.com"} & set(str(desk.door.audited[-1]).split("'"))


@pytest.mark.parametrize(
    ("asked", "status", "field"),
    [
        ({"customer": "CU-9"}, 404, "customer"),
        ({"email": "nobody@example.com"}, 404, "email"),
        ({"phone": "0"}, 404, "phone"),
        ({}, 422, None),
        ({"customer": "CU-1", "phone": "+62811"}, 422, None),
        ({"name": "Budi"}, 422, "name"),
    ],
)
def test_who_is_not_found_is_said_so(desk: Desk, asked: dict[str, str], status: int, field: str | None) -> None:
    answer = desk.ask("POST", "/customers", "customer_care", json=asked)
    assert (answer.status_code, error(answer)["field"]) == (status, field)


def test_a_mail_asks_for_affected_as_well(desk: Desk) -> None:
    desk.cut()
    answer = desk.ask("POST", "/outages/affected", "portal", json={"email": "cu-1@example.com"})
    assert answer.json()["affected"] is True


@pytest.mark.parametrize("role", ["portal", "source", "customer_experience"])
def test_customers_are_looked_up_by_the_desk(desk: Desk, role: Any) -> None:
    assert desk.ask("POST", "/customers", role, json={"customer": "CU-1"}).status_code == 403
