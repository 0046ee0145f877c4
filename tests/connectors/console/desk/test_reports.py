"""Reports on a page: each role is led to the files that it may have, and the session opens them."""

import re
from html import unescape

import pytest

from connectors.console.desk.words import DESK_WORDS
from correlator.events import StaffRole
from tests.connectors.api.desk.house import Desk
from tests.connectors.console.desk.screen import Staff

PATH = "/desk/reports"


def links(page: str) -> list[str]:
    return [unescape(one) for one in re.findall(r'href="(/(?:reports|restitution|handover)[^"]+)"', page)]


@pytest.mark.parametrize(
    ("role", "doors"),
    [
        ("service_manager", {"/reports/monthly", "/reports/csi", "/reports/sla", "/restitution", "/handover"}),
        ("customer_experience", {"/reports/monthly", "/reports/regulator", "/restitution", "/handover"}),
        ("billing_account", {"/restitution", "/handover"}),
        ("noc_operator", {"/handover"}),
    ],
)
def test_each_role_is_led_to_its_own(desk: Desk, role: StaffRole, doors: set[str]) -> None:
    shown = {one.partition("?")[0] for one in links(Staff(desk, role).see(PATH))}
    assert doors <= shown
    assert shown == doors or role in ("service_manager", "customer_experience")


def test_every_link_is_a_file_for_the_session(desk: Desk) -> None:
    desk.cut()
    staff = Staff(desk, "service_manager")
    for link in links(staff.see(f"{PATH}?month=2026-03", "id")):
        headers = {"Cookie": staff.cookie}
        answer = desk.door.ask("GET", link, None, headers=headers)
        assert answer.status_code == 200, link
        assert "attachment" in answer.headers["content-disposition"]
    told = [one.name for one in desk.door.audited if one.door == "GET /restitution"]
    assert set(told) == {"budi"}, "who took personal data along is in the audit"


@pytest.mark.parametrize("language", ["id", "en"])
def test_a_month_is_chosen(desk: Desk, language: str) -> None:
    staff = Staff(desk, "care_supervisor")
    page = staff.see(f"{PATH}?month=2026-02", language)
    assert all("month=2026-02" in one and f"language={language}" in one for one in links(page) if "/reports/" in one)
    assert {"id": "Februari 2026", "en": "February 2026"}[language] in page
    assert "month=2026-03" in links(staff.see(f"{PATH}?month=nonsense", language))[0], "this month"
    assert DESK_WORDS[language]["reports.shift"] in page  # type: ignore[index]  # both are there
