"""`simpul report`, to a real server of the HTTP door."""

import csv
import io
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from tests.connectors.api.doorway import Door
from tests.connectors.serving import serving
from tests.correlator.reports.rows import incident, outage, rca
from tests.streams.cli.everything import app


class Office:
    """A manager's terminal."""

    def __init__(self, url: str) -> None:
        self.url = url

    def say(self, *words: str, role: str = "service_manager") -> Result:
        given = ["--url", self.url, "--token", f"badge-{role}"]
        return CliRunner(env={"COLUMNS": "200", "SIMPUL_TOKEN": ""}).invoke(app, ["report", *words, *given])


@pytest.fixture
def office(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Office]:
    monkeypatch.chdir(tmp_path)  # no simpul.toml and no data folder but this test's
    door = Door(tmp_path / "page")
    row, about, record = outage(900_001, "03-09 10:00", "03-09 12:00"), incident(900_001, "[C-77]", 340), rca(900_001)
    door.house.commit([("incidents", about.id, about), ("rcas", record.id, record), ("tickets", row.id, row)])
    with serving(door.app) as url:
        yield Office(url)


def test_a_report_as_a_table(office: Office) -> None:
    said = office.say("outages", "--month", "2026-03")
    assert said.exit_code == 0, said.output
    heading, line = said.output.splitlines()
    assert heading.split("  ")[0] == "Nomor tiket"
    assert line == (
        "NT-20260301-900001  Critical  [C-77]         2026-03-09 10:00:00  2026-03-09 10:00:00  2026-03-09 12:00:00  "
        "120           340                 draf"
    )
    english = office.say("outages", "--month", "2026-03", "--language", "en").output.splitlines()
    assert english[0].startswith("Ticket number")
    assert english[1].endswith("draft")


def test_an_empty_month_says_so(office: Office) -> None:
    assert office.say("sla", "--month", "2026-02").output.splitlines()[1] == "Tidak ada data pada 2026-02."
    assert office.say("sla", "--month", "2026-02", "--language", "en").output.splitlines()[1] == "Nothing in 2026-02."


def test_a_report_for_a_spreadsheet_and_for_programs(office: Office) -> None:
    rows = list(csv.reader(io.StringIO(office.say("outages", "--month", "2026-03", "--format", "csv").output)))
    assert [len(row) for row in rows] == [9, 9]
    assert rows[1][2] == "[C-77]"
    found = json.loads(office.say("outages", "--month", "2026-03", "--format", "json").output)
    assert found["rows"][0]["opened"] == "2026-03-09T10:00:00.000+07:00"
    empty = office.say("outages", "--month", "2026-02", "--format", "csv").output
    assert len(list(csv.reader(io.StringIO(empty)))) == 1


def test_without_a_name_it_lists_what_there_is(office: Office) -> None:
    assert office.say().output.splitlines()[:2] == [
        "sla           Pemenuhan SLA per bulan",
        "outages       Gangguan per bulan",
    ]
    assert office.say("--language", "en", "--format", "csv").output.splitlines()[1] == "outages,Outages of a month"
    listed = json.loads(office.say("--format", "json").output)["reports"]
    assert [one["name"] for one in listed] == ["sla", "outages", "monthly", "regulator", "csi", "improvements"]


@pytest.mark.parametrize(
    ("words", "status", "said"),
    [
        (["sla"], 2, "a report is of a month\nGive it with --month, as --month 2026-03."),
        (["sla", "--month", "2026-3"], 1, "2026-3 is no month\nWrite year and month, as 2026-03."),
        (
            ["nothing", "--month", "2026-03"],
            1,
            "there is no report nothing\nThere are: sla, outages, monthly, regulator, csi, improvements.",
        ),
    ],
)
def test_what_is_wrong_is_said_with_what_to_do(office: Office, words: list[str], status: int, said: str) -> None:
    answer = office.say(*words)
    assert answer.exit_code == status
    assert said in answer.output


def test_a_document_as_tables_and_one_of_them_alone(office: Office) -> None:
    lines = office.say("monthly", "--month", "2026-03", "--language", "en").output.splitlines()
    assert lines[0] == "Tickets"
    assert lines[2].split() == ["outage", "1", "0", "1", "100.0000", "100.0000", "0", "120"]
    assert lines[3:5] == ["", "What customers felt"]
    alone = office.say("monthly", "--month", "2026-03", "--section", "roots", "--format", "csv").output
    assert [row[0] for row in csv.reader(io.StringIO(alone))] == ["Akar penyebab", "[C-77]"]


def test_a_document_as_a_file(office: Office, tmp_path: Path) -> None:
    said = office.say("monthly", "--month", "2026-03", "--format", "pdf")
    assert said.output == "monthly-2026-03.pdf\n"
    assert (tmp_path / "monthly-2026-03.pdf").read_bytes().startswith(b"%PDF-")
    kept = tmp_path / "[recap].xlsx"
    assert office.say("monthly", "--month", "2026-03", "--format", "xlsx", "--out", str(kept)).exit_code == 0
    assert kept.read_bytes().startswith(b"PK")
    no = office.say("monthly", "--month", "2026-03", "--format", "pdf", "--out", str(tmp_path / "none" / "x.pdf"))
    assert no.exit_code == 1
    assert "cannot be written: No such file or directory\nName another with --out." in no.output
    assert not (tmp_path / "none").exists()


def test_restitution_is_behind_a_door_of_its_own(office: Office) -> None:
    given = ("restitution", "--month", "2026-03", "--section", "totals", "--format", "csv")
    assert office.say(*given, role="billing_account").output.startswith("Pelanggan,Layanan,Produk,Bukti")
    assert office.say(*given, role="customer_care").exit_code == 1


def test_a_record_and_a_handover(office: Office, tmp_path: Path) -> None:
    told = ("--url", office.url, "--token", "badge-noc_operator")
    run = CliRunner(env={"COLUMNS": "200", "SIMPUL_TOKEN": ""}).invoke
    shift = ("--since", "2026-03-01T00:00:00+07:00")
    lines = run(app, ["handover", *shift, "--lang", "en", *told]).output.splitlines()
    assert lines[0] == "This shift"
    assert "What was promised" in lines
    assert (
        run(app, ["handover", "--since", "2026-03-01T00:00:00+07:00", "--format", "pdf", *told]).output
        == "handover.pdf\n"
    )
    assert (tmp_path / "handover.pdf").read_bytes().startswith(b"%PDF-")
    no = run(app, ["rca", "IN-900009", *told])
    assert no.exit_code == 1
    assert "there is no RCA record of incident IN-900009" in no.output


def test_a_shift_engineer_is_told_who_may(office: Office) -> None:
    said = office.say("sla", "--month", "2026-03", role="noc_operator")
    assert said.exit_code == 1
    assert "It takes one of" in said.output
