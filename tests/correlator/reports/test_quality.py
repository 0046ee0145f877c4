"""The index of satisfaction and the register, as documents (SOP 9)."""

from typing import Any

import pytest

from correlator.reports.recap.quality import CSI, IMPROVEMENTS
from correlator.reports.recap.recap import Recap
from correlator.reports.report import Row
from correlator.rows.quality import ImprovementRow, SurveyedRow, SurveyRow
from correlator.rows.service_desk import Answer, TicketRow
from tests.correlator.reports.month import complaint, drawn, recap
from tests.correlator.reports.rows import at, period

SURVEY = SurveyRow("CSI-2026-1", "closed", "machine", at("03-02 09:00"), 3, "s", asked={"broadband": 3, "dia": 1})
ANSWERS = [
    SurveyedRow("CSI-2026-1", "CU-1", "broadband", 1, answered_us=2, score=5, words=True),
    SurveyedRow("CSI-2026-1", "CU-2", "broadband", 1, answered_us=2, score=2),
    SurveyedRow("CSI-2026-1", "CU-3", "broadband", 1, declined=True),
    SurveyedRow("CSI-2026-1", "CU-4", "dia", 1),
]


def table(document: Any, name: str, of: Recap) -> list[Row]:
    [found] = [one for one in document.tables(of, period("2026-03")) if one.report.name == name]
    return list(found.rows)


def asked(**more: Any) -> Recap:
    return recap(surveys=[SURVEY], surveyed=ANSWERS, **more)


def test_the_index_by_product() -> None:
    rows = table(CSI, "by_product", asked())
    shown = [(row["product"], row["asked"], row["answers"], row["rate"], row["index"]) for row in rows]
    assert shown == [
        ("dia", 1, 0, 0, None),
        ("broadband", 3, 2, 666_667, 700_000),
        ("all", 4, 2, 500_000, 700_000),
    ]
    assert (rows[-1]["score_5"], rows[-1]["score_2"], rows[-1]["declined"], rows[-1]["words"]) == (1, 1, 1, 1)


def test_a_survey_that_has_not_begun_is_in_no_table() -> None:
    later = SurveyRow("CSI-2026-2", "planned", "machine", at("04-02 09:00"), 3, "s")
    of = recap(surveys=[SURVEY, later], surveyed=ANSWERS)
    assert [row["survey"] for row in table(CSI, "surveys", of)] == ["CSI-2026-1"]
    assert table(CSI, "by_product", recap(surveys=[later])) == []


def scored(number: int, answered: str, score: int | None, **more: Any) -> TicketRow:
    row = complaint(number, "03-02 09:00", "03-02 10:00", **more)
    row.answer = Answer(at(answered), "customer", "satisfied", "link", score, words=True)
    return row


def test_scores_after_a_repair_are_those_of_the_tickets() -> None:
    of = recap(
        scored(1, "03-03 09:00", 5),
        scored(2, "03-31 23:59", 4),
        scored(3, "03-04 09:00", None),
        scored(4, "04-01 00:00", 1),
        scored(5, "03-04 09:00", 1, service="SV-2"),
    )
    rows = table(CSI, "after_repair", of)
    assert [(row["product"], row["answers"], row["index"]) for row in rows] == [
        ("broadband", 2, 900_000),
        ("dia", 1, 200_000),
    ]
    assert table(CSI, "after_repair", recap(*drawn(3, 20))) == []


def entry(number: int, opened: str, due: str, **more: Any) -> ImprovementRow:
    given = {"source": "rca", "about": "RCA-1", "what": "mark the duct", "role": "technical", "opened_by": "machine"}
    return ImprovementRow(f"IM-{number}", due_us=at(due), opened_us=at(opened), **{**given, **more})


def test_the_register_counts_and_lists() -> None:
    of = recap(
        improvements=[
            entry(1, "03-02 09:00", "03-20 09:00"),  # late by the fifth of April
            entry(2, "02-02 09:00", "04-20 09:00", state="done"),
            entry(3, "02-02 09:00", "03-20 09:00", state="signed", signed_us=at("03-09 09:00")),
            entry(4, "02-02 09:00", "03-20 09:00", state="signed", signed_us=at("02-09 09:00")),
            entry(5, "03-02 09:00", "03-20 09:00", state="dropped", source="hand", about="budi"),
            entry(6, "04-02 09:00", "04-20 09:00"),  # of the month that follows
        ]
    )
    counted = {row["source"]: row for row in table(IMPROVEMENTS, "improvements", of)}
    assert counted["rca"] == {"source": "rca", "opened": 1, "signed": 1, "open": 1, "done": 1, "overdue": 1}
    assert counted["hand"]["opened"] == 1
    rows = table(IMPROVEMENTS, "entries", of)
    assert [(row["id"], row["late"]) for row in rows] == [("IM-1", "yes"), ("IM-3", "no"), ("IM-2", "no")]


@pytest.mark.parametrize("document", [CSI, IMPROVEMENTS], ids=lambda one: one.name)
def test_every_row_has_its_columns_and_names_nobody(document: Any) -> None:
    of = recap(
        scored(1, "03-03 09:00", 5),
        surveys=[SURVEY],
        surveyed=ANSWERS,
        improvements=[entry(1, "03-02 09:00", "03-20 09:00", owner="budi", source="hand", about="budi")],
    )
    for one in document.tables(of, period("2026-03")):
        assert one.rows
        for row in one.rows:
            assert set(row) == {column.key for column in one.report.columns}
            assert not {"budi", "CU-1", "CU-2"} & {str(cell) for cell in row.values()}
