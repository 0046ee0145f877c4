"""What every report keeps to: its name and words, its columns, nobody's name in it."""

import re
import runpy
from pathlib import Path
from typing import Any, get_args, get_type_hints

import pytest

from connectors.formats.report_tables import as_csv, as_json
from correlator.reports import REPORTS, figures
from correlator.reports.report import Cases, Column, Report, Words, month_of
from correlator.rows.service_desk import RcaRow, TicketRow
from tests.correlator.reports.rows import NAMED, at, incident, outage, period
from tests.correlator.reports.test_outages import CASES
from topology.model import Language

LANGUAGES = get_args(Language)
each_report = pytest.mark.parametrize("report", REPORTS, ids=lambda report: report.name)


def is_said(words: Words) -> bool:
    return set(words) == set(LANGUAGES) and all(words.values())


def test_names_are_unique_and_fit_a_path() -> None:
    names = [report.name for report in REPORTS]
    assert len(names) == len(set(names)) > 0
    assert [name for name in names if not re.fullmatch(r"[a-z_]+", name)] == []


@each_report
def test_a_report_says_all_in_both_languages(report: Report) -> None:
    assert is_said(report.title)
    for column in report.columns:
        assert is_said(column.words), column.key
        assert all(is_said(words) for words in column.values.values()), column.key


@each_report
def test_rows_have_the_columns_of_the_report(report: Report) -> None:
    keys = [column.key for column in report.columns]
    assert len(keys) == len(set(keys))
    rows = report.table(CASES, period()).rows
    assert rows
    assert [list(row) for row in rows] == [keys] * len(rows)
    for column in report.columns:
        kind = str if column.unit == "text" else int
        assert all(isinstance(row[column.key], kind) for row in rows if row[column.key] is not None), column.key


@each_report
@pytest.mark.parametrize("language", LANGUAGES)
def test_no_report_names_a_person(report: Report, language: Language) -> None:
    table = report.table(CASES, period())
    assert NAMED not in f"{as_json(table, language)} {as_csv(table, language)}"


@each_report
def test_the_order_of_the_rows_does_not_matter(report: Report) -> None:
    other = CASES._replace(tickets=CASES.tickets[::-1], incidents=CASES.incidents[::-1])
    assert report.table(other, period()) == report.table(CASES, period())


def codes(row: Any, name: str) -> set[str]:
    return set(get_args(get_type_hints(row)[name]))


def test_every_code_of_a_row_has_its_words() -> None:
    assert set(figures.KINDS) == {*codes(TicketRow, "kind"), "light"}
    assert set(figures.CATEGORIES) == codes(TicketRow, "category")
    assert set(figures.RCA_STATES) == codes(RcaRow, "state")
    assert set(figures.SEVERITIES) == codes(TicketRow, "severity")


@pytest.mark.parametrize(
    "text",
    ["", "2026", "2026-3", "2026-13", "2026-00", "0000-01", "1969-12", "9999-12", "2026-03-01", "2026-03\n", "٢٠٢٦-٠٣"],
)
def test_what_is_no_month(text: str) -> None:
    assert month_of(text) is None


@pytest.mark.parametrize(
    ("text", "start", "after"), [("2026-03", "03-01 00:00", "04-01 00:00"), ("2026-11", "11-01 00:00", "12-01 00:00")]
)
def test_a_month_is_one_of_wib(text: str, start: str, after: str) -> None:
    assert period(text)[1:] == (at(start), at(after))
    assert period("2025-12").end_us == at("01-01 00:00")


def test_a_spreadsheet_works_nothing_out() -> None:
    made = Report(
        "x", {"id": "X", "en": "X"}, (Column("root", {"id": "Akar", "en": "Root"}),), lambda *_: [{"root": "=1+1"}]
    )
    assert as_csv(made.table(CASES, period()), "en") == "Root\r\n'=1+1\r\n"


# The page

PAGE = (Path(__file__).parents[3] / "docs/add-a-report.md").read_text()


@each_report
def test_the_page_tells_of_every_report(report: Report) -> None:
    assert f"| `{report.name}` |" in PAGE


def test_the_example_of_the_page_says_what_the_page_shows(tmp_path: Path) -> None:
    [code] = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
    (tmp_path / "roots.py").write_text(code)
    example: Report = runpy.run_path(str(tmp_path / "roots.py"))["REPORT"]
    cases = Cases(
        [outage(number, f"03-1{number} 10:00") for number in range(3)],
        [incident(0, "OLT-3", 1), incident(1, "C-77", 1), incident(2, "C-77", 1)],
    )
    shown = PAGE.rpartition("```\nRoot,")[2].partition("```")[0]
    assert as_csv(example.table(cases, period()), "en").replace("\r\n", "\n") == f"Root,{shown}"
