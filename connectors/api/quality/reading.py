"""Surveys, answers and improvements from the rows of the domains; the national one has them."""

from collections.abc import Sequence
from typing import Any

from connectors.api.quality.views import improvement_json, survey_json
from connectors.api.rows import Rows
from correlator.rows.quality import ImprovementRow, ImprovementState, SurveyedRow
from correlator.service_desk.surveys.survey import key


class Quality:
    """Safe to use from several threads."""

    def __init__(self, rows: Rows) -> None:
        self._rows = rows

    def surveys(self) -> list[dict[str, Any]]:
        rows = sorted(self._all("surveys"), key=lambda row: str(row.id), reverse=True)
        return [survey_json(row, self._answers(row.id)) for row in rows]

    def answers_with_words(self, name: str) -> list[SurveyedRow] | None:
        """In order of time; None where there is no such survey."""
        found = self._rows.find("surveys", name)
        if found is None:
            return None
        rows = [row for row in self._answers(name) if row.words]
        return sorted(rows, key=lambda row: (row.answered_us or 0, row.customer))

    def improvements(self, states: Sequence[ImprovementState], *, overdue: bool) -> list[dict[str, Any]]:
        now_us = self._rows.clock()
        rows: list[ImprovementRow] = [row for row in self._all("improvements") if not states or row.state in states]
        if overdue:
            rows = [row for row in rows if row.is_late(now_us)]
        return [improvement_json(row) for row in sorted(rows, key=lambda row: (row.due_us, row.id))]

    def improvement(self, name: str) -> dict[str, Any] | None:
        found = self._rows.find("improvements", name)
        return None if found is None else improvement_json(found.row)

    def _answers(self, survey: str) -> list[SurveyedRow]:
        start = key(survey, "")
        return [row for domain in self._rows.domains for _, row in self._rows.live(domain).each("surveyed", start)]

    def _all(self, table: str) -> list[Any]:
        return [row for domain in self._rows.domains for _, row in self._rows.live(domain).each(table)]
