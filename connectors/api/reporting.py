"""Doors out: what the service says of a month (`correlator.reports`), from the live rows and the archive."""

from typing import Annotated, Any, Literal

from fastapi import FastAPI, Query
from starlette.responses import Response

from connectors.api.doors import Doors, HttpError, Json
from connectors.formats.documents.page import Imprint, page_of
from connectors.formats.documents.pdf import as_pdf
from connectors.formats.documents.workbook import as_xlsx
from connectors.formats.report_tables import as_csv, as_json, document_csv, document_json, documented, listed
from correlator.reports import DOCUMENTS, REPORTS
from correlator.reports.recap import Recap
from correlator.reports.report import Cases, Document, Period, Report, month_of
from topology.model import Language

Month = Annotated[str, Query(max_length=20, description="as 2026-03; months are those of WIB")]
Form = Annotated[Literal["json", "csv", "pdf", "xlsx"], Query(alias="format")]
Section = Annotated[str | None, Query(max_length=50, description="one table of a document alone")]
MEDIA = {
    "csv": "text/csv; charset=utf-8; header=present",
    "pdf": "application/pdf",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
SHOWN: dict[int | str, dict[str, Any]] = {200: {"content": {media.partition(";")[0]: {} for media in MEDIA.values()}}}


def report_routes(app: FastAPI, doors: Doors) -> None:
    """Plain functions: they read the store and run on threads."""

    @app.get("/reports", tags=["out"])
    def reports(language: Language = "id") -> Json:
        """Which reports there are, with their columns; a document has several tables (`sections`)."""
        plain = [listed(one, language) for one in REPORTS]
        return Json({"reports": [*plain, *(documented(one, language) for one in DOCUMENTS if not one.personal)]})

    @app.get("/reports/{report}", tags=["out"], responses=SHOWN)
    def report(
        report: str, month: Month, form: Form = "json", language: Language = "id", section: Section = None
    ) -> Response:
        """What a report says of a month, as it stands now: JSON with codes; CSV, XLSX or PDF with words in id or en."""
        asked, period = _named(report), _period(month)
        if isinstance(asked, Document):
            return _document(doors, asked, period, (form, language, section))
        if form in ("pdf", "xlsx"):
            reason = f"{asked.name} is a single table, not a document"
            raise HttpError(422, reason, "Ask for json or csv.", field="format")
        table = asked.table(doors.reader.cases(period), period)
        if form == "json":
            return Json(as_json(table, language))
        return told(as_csv(table, language), f"{asked.name}-{period.month}", form)

    @app.get("/restitution", tags=["out"], responses=SHOWN)
    def restitution(month: Month, form: Form = "json", language: Language = "id", section: Section = None) -> Response:
        """Minutes that each customer's services were down in a month, with the evidence; it names customers' ids."""
        [personal] = [one for one in DOCUMENTS if one.personal]
        return _document(doors, personal, _period(month), (form, language, section))


def told(content: str | bytes, name: str, form: str) -> Response:
    """A file to keep; nobody on the way may keep it."""
    headers = {
        "Cache-Control": "no-store",
        "X-Content-Type-Options": "nosniff",
        "Content-Disposition": f'attachment; filename="{name}.{form}"',
    }
    return Response(content, headers=headers, media_type=MEDIA[form])


def _document(
    doors: Doors, asked: Document[Recap], period: Period, wanted: tuple[str, Language, str | None]
) -> Response:
    form, language, section = wanted
    sections = [one for one in asked.sections if section in (None, one.name)]
    if not sections:
        names = ", ".join(one.name for one in asked.sections)
        raise HttpError(404, f"{asked.name} has no section {section}", f"There are: {names}.", field="section")
    recap = doors.reader.recap(period, asked.months)
    tables = [one.table(recap, period) for one in sections]
    if form == "json":
        return Json(document_json(asked, tables, language))
    name = f"{asked.name}-{period.month}" if section is None else f"{asked.name}-{section}-{period.month}"
    if form == "csv":
        return told(document_csv(tables, language), name, form)
    imprint = Imprint(doors.company, language, recap.moment_us)
    made = as_pdf(page_of(asked, tables, imprint)) if form == "pdf" else as_xlsx(asked, tables, imprint)
    return told(made, name, form)


def _named(name: str) -> Report[Cases] | Document[Recap]:
    there: list[Report[Cases] | Document[Recap]] = [*REPORTS, *(one for one in DOCUMENTS if not one.personal)]
    for report in there:
        if report.name == name:
            return report
    names = ", ".join(report.name for report in there)
    raise HttpError(404, f"there is no report {name[:100]}", f"There are: {names}.", field="report")


def _period(text: str) -> Period:
    period = month_of(text)
    if period is None:
        raise HttpError(422, f"{text} is no month", "Write year and month, as 2026-03.", field="month")
    return period
