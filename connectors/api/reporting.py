"""Doors out: what the service says of a month (`correlator.reports`), from the live rows and the archive."""

from typing import Annotated, Literal

from fastapi import FastAPI, Query
from starlette.responses import Response

from connectors.api.doors import Doors, HttpError, Json
from connectors.formats.report_tables import as_csv, as_json, listed
from correlator.reports import REPORTS
from correlator.reports.report import Period, Report, month_of
from topology.model import Language

Month = Annotated[str, Query(max_length=20, description="as 2026-03; months are those of WIB")]


def report_routes(app: FastAPI, doors: Doors) -> None:
    """Plain functions: they read the store and run on threads."""

    @app.get("/reports", tags=["out"])
    def reports(language: Language = "id") -> Json:
        """Which reports there are, with their columns."""
        return Json({"reports": [listed(one, language) for one in REPORTS]})

    @app.get("/reports/{report}", tags=["out"], responses={200: {"content": {"text/csv": {}}}})
    def report(
        report: str,
        month: Month,
        form: Annotated[Literal["json", "csv"], Query(alias="format")] = "json",
        language: Language = "id",
    ) -> Response:
        """What a report says of a month, as it stands now: JSON with codes, or CSV with words in id or en."""
        asked, period = _named(report), _period(month)
        table = asked.table(doors.reader.cases(period), period)
        if form == "json":
            return Json(as_json(table, language))
        headers = {
            "Cache-Control": "no-store",
            "X-Content-Type-Options": "nosniff",
            "Content-Disposition": f'attachment; filename="{asked.name}-{period.month}.csv"',
        }
        return Response(as_csv(table, language), headers=headers, media_type="text/csv; charset=utf-8; header=present")


def _named(name: str) -> Report:
    for report in REPORTS:
        if report.name == name:
            return report
    names = ", ".join(report.name for report in REPORTS)
    raise HttpError(404, f"there is no report {name[:100]}", f"There are: {names}.", field="report")


def _period(text: str) -> Period:
    period = month_of(text)
    if period is None:
        raise HttpError(422, f"{text} is no month", "Write year and month, as 2026-03.", field="month")
    return period
