"""Documents over HTTP: the recap of live rows and the archive as JSON, CSV, PDF and XLSX; restitution for who pays."""

import io
import zipfile
from typing import Any

import msgspec
import numpy as np
import pytest
from pypdf import PdfReader

from connectors.access.routes import MANAGERS, STAFF
from connectors.ports import Commit
from correlator.customers import pack
from correlator.reports import DOCUMENTS
from correlator.rows.service_desk import AffectedRow, AudienceRow, Spell
from correlator.service_desk.tickets import number_key
from correlator.state import Archived, TextRow
from tests.connectors.api.doorway import Door, error
from tests.connectors.house import DOMAIN, HIT
from tests.correlator.reports.month import broke, complaint
from tests.correlator.reports.rows import NAMED, at, rca

MARCH = "month=2026-03"


def archived(door: Door, case: str, *rows: Any) -> None:
    """(table, key, row) each."""
    applied = door.house.store.applied(DOMAIN)
    kept = [Archived(at("04-20 08:00"), case, *one) for one in rows]
    door.house.store.commit(Commit(DOMAIN, applied, applied + 1, [], [], kept))


@pytest.fixture
def march(door: Door) -> Door:
    """A cut that is over for long, one that stands, and a complaint of each."""
    door.house.now_us = at("05-01 08:00")
    cut, about = broke(900_001, "C-77", "03-09 10:00", "03-09 12:00", user_minutes=240)
    child = complaint(1, "03-09 10:30", "03-09 12:00", incident="IN-900001", closed_us=at("03-10 08:00"))
    archived(
        door,
        "IN-900001",
        ("incidents", about.id, about),
        ("tickets", cut.id, cut),
        ("tickets", child.id, child),
        ("rcas", "RCA-900001", rca(900_001, opened_us=at("03-09 10:00"), cause_category="power")),
        ("affected", "IN-900001", AffectedRow(HIT.customers, (HIT,))),
    )
    on, two = broke(900_002, "DPS-OLT1", "03-31 23:00")
    two.resolved_us = None
    late = complaint(2, "03-20 10:00", service="SV-4", severity="Minor")
    audience = AudienceRow(two.id, pack_one(0), pack_one(0), spells=(Spell(pack_one(0)),))
    rows = [
        ("audiences", two.id, audience),
        ("incidents", two.id, two),
        ("tickets", on.id, on),
        ("tickets", late.id, late),
    ]
    door.house.commit(rows)
    return door


def pack_one(customer: int) -> bytes:
    return pack(np.asarray([customer], dtype=np.int32))


def told(door: Door, path: str, role: Any = "customer_experience") -> Any:
    answer = door.ask("GET", path, role)
    assert answer.status_code == 200, answer.text
    assert answer.headers["cache-control"] == "no-store"
    return answer


def section(door: Door, name: str) -> list[dict[str, Any]]:
    found = told(door, f"/reports/monthly?{MARCH}&section={name}&language=en").json()
    assert [one["name"] for one in found["sections"]] == [name]
    return list(found["sections"][0]["rows"])


def test_a_ticket_on_its_way_to_another_domain_is_counted_until_it_is_there(march: Door) -> None:
    def opened() -> Any:
        return sum(row["opened"] for row in section(march, "complaints_by_class"))

    before = opened()
    left = complaint(7, "03-30 10:00", moved_to="bali")
    archived(march, left.id, ("tickets", left.id, left), ("texts", number_key(left.number), TextRow(left.id)))
    assert opened() == before + 1
    there = msgspec.structs.replace(complaint(8, "03-30 10:00"), number=left.number)
    march.house.commit([("tickets", there.id, there), ("texts", number_key(left.number), TextRow(there.id))])
    assert opened() == before + 1


def text_of(pdf: bytes) -> str:
    return " ".join(" ".join(page.extract_text().split()) for page in PdfReader(io.BytesIO(pdf)).pages)


def test_the_recap_is_of_live_rows_and_the_archive(march: Door) -> None:
    kinds = {row["kind"]: (row["opened"], row["closed"], row["open"]) for row in section(march, "tickets")}
    assert kinds == {"complaint": (2, 1, 1), "outage": (2, 0, 2)}
    regions = [(row["group"], row["opened"]) for row in section(march, "complaints_by_region")]
    assert regions == [("Bali", 1), ("DKI Jakarta", 1)]
    assert [row["root"] for row in section(march, "roots")] == ["C-77", "DPS-OLT1"]
    assert section(march, "causes") == [{"cause": "power", "outages": 1, "complaints": 0}]
    [felt] = section(march, "impact")
    assert (felt["outages"], felt["customers"], felt["restitution_minutes"]) == (2, 2, 120 + 120 + 60)


def test_restitution_tells_each_service_with_its_evidence(march: Door) -> None:
    found = told(march, f"/restitution?{MARCH}", "billing_account").json()
    totals, evidence = (one["rows"] for one in found["sections"])
    down = [(row["customer"], row["service"], row["minutes"]) for row in totals]
    assert down == [("CU-1", "SV-1", 180), ("CU-2", "SV-2", 120)]
    assert [(row["number"][-6:], row["minutes"]) for row in evidence] == [
        ("900001", 120),
        ("000001", 0),
        ("900002", 60),
        ("900001", 120),
    ]
    assert evidence[2]["start"] == "2026-03-31T23:00:00.000+07:00"


ALWAYS = ("PT. Nusantara Telekomindo", "Jl. Gatot Subroto No. 123", "DKI Jakarta", "C-77", "2026-03")
WORDS = {
    "id": (
        "Rekapitulasi bulanan keluhan dan gangguan Maret 2026 Dibuat 1 Mei 2026",
        "Keluhan per wilayah",
        "Halaman 1 dari",
    ),
    "en": ("Monthly recap of complaints and outages March 2026 Made 1 May 2026", "Complaints by region", "Page 1 of"),
}


@pytest.mark.parametrize("language", WORDS)
def test_the_recap_as_pdf_says_what_the_tables_say(march: Door, language: str) -> None:
    answer = told(march, f"/reports/monthly?{MARCH}&format=pdf&language={language}")
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.headers["content-disposition"] == 'attachment; filename="monthly-2026-03.pdf"'
    text = text_of(answer.content)
    for word in (*ALWAYS, *WORDS[language]):
        assert word in text, word
    assert NAMED not in text


def test_the_same_rows_and_moment_give_the_same_file(march: Door) -> None:
    for form in ("pdf", "xlsx"):
        path = f"/reports/monthly?{MARCH}&format={form}"
        assert told(march, path).content == told(march, path).content


def test_a_workbook_has_a_sheet_for_each_table_and_charts(march: Door) -> None:
    answer = told(march, f"/reports/monthly?{MARCH}&format=xlsx&language=en")
    book = zipfile.ZipFile(io.BytesIO(answer.content))
    [monthly] = [one for one in DOCUMENTS if one.name == "monthly"]
    assert sum(name.startswith("xl/worksheets/sheet") for name in book.namelist()) == len(monthly.sections)
    assert sum(name.startswith("xl/charts/chart") for name in book.namelist()) >= 5
    strings = book.read("xl/sharedStrings.xml").decode()
    assert "Monthly recap of complaints and outages, March 2026" in strings
    assert "DKI Jakarta" in strings


def test_a_document_as_csv_is_one_table_after_the_other(march: Door) -> None:
    text = told(march, f"/reports/regulator?{MARCH}&format=csv&language=en").text
    title, heads, line, *_ = text.split("\r\n")
    assert title == "Outages"
    assert heads.startswith("Ticket number,Class,Kind of element,Region,Cause,From (WIB),Restored (WIB),Took (minutes)")
    assert line.startswith("NT-20260301-900001,Critical,conduit,Jawa Timur,power,2026-03-09 10:00:00,")
    assert line.endswith(",2026-03-09 12:00:00,120,2,240")
    assert "C-77" not in text, "no name of the network"
    alone = told(march, f"/reports/regulator?{MARCH}&format=csv&language=en&section=complaints").text
    assert alone.startswith("Product,Opened,")


def test_a_table_alone_is_no_document(march: Door) -> None:
    said = error(march.ask("GET", f"/reports/sla?{MARCH}&format=pdf"))
    assert said["reason"] == "sla is a single table, not a document"
    assert (said["field"], said["remedy"]) == ("format", "Ask for json or csv.")


@pytest.mark.parametrize(
    ("path", "status", "field"),
    [
        ("/reports/monthly?month=2026-13", 422, "month"),
        (f"/reports/monthly?{MARCH}&section=nothing", 404, "section"),
        (f"/reports/restitution?{MARCH}", 404, "report"),
        ("/restitution?month=x", 422, "month"),
        (f"/restitution?{MARCH}&format=doc", 422, "format"),
    ],
)
def test_what_is_wrong_is_named(march: Door, path: str, status: int, field: str) -> None:
    answer = march.ask("GET", path)
    assert answer.status_code == status
    assert error(answer)["field"] == field


@pytest.mark.parametrize("role", sorted(STAFF | {"portal", "source"}))
def test_who_reads_restitution_and_that_it_is_audited(door: Door, role: Any) -> None:
    answer = door.ask("GET", f"/restitution?{MARCH}", role)
    assert answer.status_code == (200 if role in MANAGERS | {"billing_account"} else 403)
    assert [(one.door, one.status) for one in door.audited] == [("GET /restitution", answer.status_code)]


# A record, and what one shift tells the next


def test_a_record_as_json_and_as_pdf(march: Door) -> None:
    march.house.cut()
    found = told(march, "/incidents/IN-000001/rca", "technical").json()
    assert found["id"] == "RCA-000001"
    answer = told(march, "/incidents/NT-20260301-000007/rca?format=pdf&language=en", "technical")
    assert answer.headers["content-disposition"] == 'attachment; filename="RCA-000001.pdf"'
    assert "RCA and CAPA report RCA-000001 · IN-000001" in text_of(answer.content)
    assert march.ask("GET", "/incidents/IN-000009/rca?format=pdf").status_code == 404


def test_a_handover_as_json_csv_pdf_and_xlsx(march: Door) -> None:
    path = "/handover?since=2026-05-01T00:00:00%2B07:00&language=en"
    found = told(march, path, "noc_operator").json()
    assert (found["since"], found["at"]) == ("2026-05-01T00:00:00.000+07:00", "2026-05-01T08:00:01.000+07:00")
    sections = {one["name"]: one["rows"] for one in found["sections"]}
    assert [row["incident"] for row in sections["open"]] == ["IN-900002"]
    assert {row["late"] for row in sections["due"]} == {"yes"}
    assert "What is open" in told(march, f"{path}&format=csv", "noc_operator").text
    said = text_of(told(march, f"{path}&format=pdf", "noc_operator").content)
    assert "Shift handover since 1 May 2026 00:00 WIB" in said
    assert "DPS-OLT1" in said
    assert told(march, f"{path}&format=xlsx", "noc_operator").content.startswith(b"PK")


@pytest.mark.parametrize("since", ["", "yesterday", "2026-05-01T00:00:00", "2027-01-01T00:00:00%2B07:00"])
def test_a_shift_that_never_began(march: Door, since: str) -> None:
    answer = march.ask("GET", f"/handover?since={since}")
    assert answer.status_code == 422
    assert error(answer)["field"] == "since"
