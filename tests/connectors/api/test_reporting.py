"""Reports over HTTP: who may read them, what they hold of live rows and the archive, what is said of a wrong ask."""

import csv
import io
from collections.abc import Sequence
from typing import Any

import pytest

from connectors.access.routes import MANAGERS, STAFF
from connectors.ports import Commit
from correlator.events import DAY_US
from correlator.reports import DOCUMENTS, REPORTS
from correlator.rows.incidents import IncidentRow
from correlator.rows.service_desk import RcaRow, TicketRow
from correlator.state import Archived
from tests.connectors.api.doorway import Door, error
from tests.connectors.house import DOMAIN
from tests.correlator.reports.rows import NAMED, at, incident, outage, rca, ticket

OUTAGES = ["NT-20260301-900001", "NT-20260301-900002"]
Kept = TicketRow | IncidentRow | RcaRow
TABLES = {TicketRow: "tickets", IncidentRow: "incidents", RcaRow: "rcas"}


def keep(door: Door, *rows: Kept) -> None:
    door.house.commit([(TABLES[type(row)], row.id, row) for row in rows])


def archive(door: Door, at_us: int, *rows: Kept) -> None:
    """Straight into the archive, as they stood at last."""
    applied = door.house.store.applied(DOMAIN)
    kept = [Archived(at_us, "IN-1", TABLES[type(row)], row.id, row) for row in rows]
    door.house.store.commit(Commit(DOMAIN, applied, applied + 1, [], [], kept))


@pytest.fixture
def march(door: Door) -> Door:
    """An outage that is over for long, and one that stands."""
    closed = {"stage": "closed", "closed_us": at("03-11 08:00"), "closed_as": "confirmed"}
    over = outage(900_001, "03-09 10:00", "03-09 12:00", **closed)
    archive(door, at("04-15 08:00"), over, incident(900_001, "C-77", 340), rca(900_001, state="closed"))
    keep(door, outage(900_002, "03-30 10:00"), incident(900_002, "OLT-3", 12, "03-30 10:00"), ticket(1, "03-30 10:05"))
    return door


def told(door: Door, path: str, **more: Any) -> Any:
    answer = door.ask("GET", path, "service_manager", **more)
    assert answer.status_code == 200, answer.text
    assert answer.headers["cache-control"] == "no-store"
    return answer.json()


def numbers(found: Any) -> Sequence[str]:
    return [row["number"] for row in found["rows"]]


def test_which_reports_there_are(door: Door) -> None:
    for language in ("id", "en"):
        found = told(door, f"/reports?language={language}")["reports"]
        there = [*REPORTS, *(one for one in DOCUMENTS if not one.personal)]
        assert [(one["name"], one["title"]) for one in found] == [(one.name, one.title[language]) for one in there]
    assert found[0]["columns"][-1] == {"key": "repair_median", "title": "Median repair", "unit": "minutes"}


def test_a_report_is_of_live_rows_and_the_archive(march: Door) -> None:
    found = told(march, "/reports/outages?month=2026-03&language=en")
    assert {key: found[key] for key in ("name", "title", "month")} == {
        "name": "outages",
        "title": "Outages of a month",
        "month": "2026-03",
    }
    assert found["rows"] == [
        {
            "number": OUTAGES[0],
            "severity": "Critical",
            "root": "C-77",
            "start": "2026-03-09T10:00:00.000+07:00",
            "opened": "2026-03-09T10:00:00.000+07:00",
            "repaired": "2026-03-09T12:00:00.000+07:00",
            "minutes": 120,
            "customers_down": 340,
            "rca": "closed",
        },
        {
            "number": OUTAGES[1],
            "severity": "Critical",
            "root": "OLT-3",
            "start": "2026-03-30T10:00:00.000+07:00",
            "opened": "2026-03-30T10:00:00.000+07:00",
            "repaired": None,
            "minutes": None,
            "customers_down": 12,
            "rca": None,
        },
    ]
    assert [row["tickets"] for row in told(march, "/reports/sla?month=2026-03")["rows"]] == [1, 2]


def test_an_empty_month_is_an_empty_table(march: Door) -> None:
    found = told(march, "/reports/sla?month=2025-12")
    assert found["rows"] == []
    assert len(found["columns"]) == 9
    answer = march.ask("GET", "/reports/sla?month=2025-12&format=csv")
    assert answer.text.count("\r\n") == 1, "the headings alone"


def test_a_report_as_csv_has_words_for_people(march: Door) -> None:
    answer = march.ask("GET", "/reports/outages?month=2026-03&format=csv", "customer_experience")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8; header=present"
    assert answer.headers["content-disposition"] == 'attachment; filename="outages-2026-03.csv"'
    assert answer.headers["cache-control"] == "no-store"
    rows = list(csv.reader(io.StringIO(answer.text)))
    assert rows[0][:5] == ["Nomor tiket", "Tingkat", "Akar penyebab", "Mulai (WIB)", "Dibuka (WIB)"]
    assert rows[1][4:] == ["2026-03-09 10:00:00", "2026-03-09 12:00:00", "120", "340", "selesai"]
    assert rows[2][5:] == ["", "", "12", ""]
    english = march.ask("GET", "/reports/outages?month=2026-03&format=csv&language=en").text
    assert english.splitlines()[0].endswith("Took (minutes),Customers down,RCA/CAPA")


@pytest.mark.parametrize("form", ["json", "csv"])
@pytest.mark.parametrize("name", [report.name for report in REPORTS])
def test_no_report_names_a_person(march: Door, name: str, form: str) -> None:
    answer = march.ask("GET", f"/reports/{name}?month=2026-03&format={form}")
    assert answer.status_code == 200
    assert NAMED not in answer.text


def test_a_ticket_that_went_to_another_domain_counts_once(march: Door) -> None:
    there = ticket(1, "03-30 10:05")
    there.moved_to = "bali"
    archive(march, at("03-30 10:06"), there)
    assert [row["tickets"] for row in told(march, "/reports/sla?month=2026-03")["rows"]] == [1, 2]
    on_its_way = ticket(2, "03-30 10:05")
    on_its_way.moved_to = "bali"
    archive(march, at("03-30 10:06"), on_its_way)
    assert [row["tickets"] for row in told(march, "/reports/sla?month=2026-03")["rows"]] == [2, 2]


def test_what_another_domain_decides_on_is_not_taken_from_its_mirror(march: Door) -> None:
    mirror = incident(900_002, "wrong", 0)
    mirror.home = "bali"
    archive(march, at("03-30 10:00") + DAY_US, mirror)
    assert told(march, "/reports/outages?month=2026-03")["rows"][1]["root"] == "OLT-3"


@pytest.mark.parametrize("path", ["/reports", "/reports/sla?month=2026-03"])
@pytest.mark.parametrize("role", sorted(STAFF | {"portal", "source"}))
def test_managers_read_reports(door: Door, path: str, role: Any) -> None:
    answer = door.ask("GET", path, role)
    assert answer.status_code == (200 if role in MANAGERS else 403)
    if role not in MANAGERS:
        assert role in error(answer)["reason"]


@pytest.mark.parametrize(
    ("path", "status", "said"),
    [
        (
            "nothing?month=2026-03",
            404,
            ("report", "there is no report nothing", "There are: sla, outages, monthly, regulator, csi, improvements."),
        ),
        ("sla?month=2026-13", 422, ("month", "2026-13 is no month", "Write year and month, as 2026-03.")),
        ("sla?month=march", 422, ("month", "march is no month", "Write year and month, as 2026-03.")),
        ("sla", 422, ("month", "Field required", "Correct the field and ask again.")),
        (
            "sla?month=2026-03&format=xls",
            422,
            ("format", "Input should be 'json', 'csv', 'pdf' or 'xlsx'", "Correct the field and ask again."),
        ),
        (
            "sla?month=2026-03&language=de",
            422,
            ("language", "Input should be 'id' or 'en'", "Correct the field and ask again."),
        ),
    ],
)
def test_what_is_wrong_is_named_with_what_to_do(door: Door, path: str, status: int, said: tuple[str, str, str]) -> None:
    answer = door.ask("GET", f"/reports/{path}")
    assert answer.status_code == status
    assert tuple(error(answer)[key] for key in ("field", "reason", "remedy")) == said
