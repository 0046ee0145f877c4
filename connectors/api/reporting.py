"""Doors out: what the service says of a month (`correlator.reports`), from the live rows and the archive."""

from typing import Annotated, Any, Literal

from fastapi import FastAPI, Query
from starlette.responses import Response

from connectors.api.doors import Doors, HttpError, Json
from connectors.formats.documents.page import Imprint, blocks_of, month_name, page_of, time_shown, titled
from connectors.formats.documents.pdf import as_pdf
from connectors.formats.documents.rca import rca_page, state_of
from connectors.formats.documents.workbook import as_xlsx
from connectors.formats.report_tables import (
    as_csv,
    as_json,
    document_csv,
    document_json,
    documented,
    listed,
    section_json,
)
from correlator.events import HOUR_US
from correlator.reports import DOCUMENTS, REPORTS
from correlator.reports import handover as handovers
from correlator.reports.handover import HANDOVER, SOON_H
from correlator.reports.recap import Recap
from correlator.reports.report import Cases, Document, Period, Report, month_of
from correlator.service_desk.outputs import rca_json
from correlator.times import parse_rfc3339, rfc3339
from topology.model import Language

Month = Annotated[str, Query(max_length=20, description="as 2026-03; months are those of WIB")]
Form = Annotated[Literal["json", "csv", "pdf", "xlsx"], Query(alias="format")]
Section = Annotated[str | None, Query(max_length=50, description="one table of a document alone")]
SINCE: dict[Language, str] = {"id": "sejak {}", "en": "since {}"}
MEDIA = {
    "csv": "text/csv; charset=utf-8; header=present",
    "pdf": "application/pdf",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
PAPER: dict[int | str, dict[str, Any]] = {200: {"content": {"application/pdf": {}}}}
SHOWN: dict[int | str, dict[str, Any]] = {200: {"content": {media.partition(";")[0]: {} for media in MEDIA.values()}}}


def report_routes(app: FastAPI, doors: Doors) -> None:
    """Plain functions: they read the store and run on threads."""
    record_routes(app, doors)
    handover_routes(app, doors)

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


def record_routes(app: FastAPI, doors: Doors) -> None:
    """RCA/CAPA records."""

    @app.get("/incidents/{incident}/rca", tags=["out"], responses=PAPER)
    def rca(
        incident: str,
        form: Annotated[Literal["json", "pdf"], Query(alias="format")] = "json",
        language: Language = "id",
    ) -> Response:
        """The RCA/CAPA record of an incident, as far as it is filled (SOP 7); of a lone complaint by its ticket."""
        case = doors.reader.rca_case(incident)
        if case is None:
            reason = f"there is no RCA record of incident {incident[:100]}"
            raise HttpError(
                404, reason, "Check it; GET /incidents lists incidents with their tickets.", field="incident"
            )
        if form == "json":
            return Json(rca_json(state_of(case, doors.clock()), case.record))
        return told(as_pdf(rca_page(case, Imprint(doors.company, language, doors.clock()))), case.record.id, form)


def handover_routes(app: FastAPI, doors: Doors) -> None:
    """What one shift tells the next."""

    @app.get("/handover", tags=["out"], responses=SHOWN)
    def handover(
        since: Annotated[str, Query(max_length=40, description="RFC 3339 with an offset: when the shift began")],
        within_h: Annotated[int, Query(ge=0, le=24 * 31)] = SOON_H,
        form: Form = "json",
        language: Language = "id",
    ) -> Response:
        """What changed since then, what is open, and what was promised for the next hours (`within_h`) or is late."""
        start_us = parse_rfc3339(since)
        if start_us is None:
            remedy = "Write it as 2026-03-01T07:00:00+07:00."
            raise HttpError(422, f"{since} is no time with an offset", remedy, field="since")
        shift = doors.reader.shift(within_h * HOUR_US)
        if start_us > shift.moment_us:
            raise HttpError(422, f"{since} has not come yet", "Name when the shift began.", field="since")
        tables = HANDOVER.tables(shift, handovers.since(start_us, shift.moment_us))
        if form == "json":
            when = {"since": rfc3339(start_us), "at": rfc3339(shift.moment_us)}
            return Json({**when, "sections": [section_json(table, language) for table in tables]})
        if form == "csv":
            return told(document_csv(tables, language), "handover", form)
        imprint = Imprint(doors.company, language, shift.moment_us)
        subtitle = SINCE[language].format(time_shown(start_us, language))
        if form == "xlsx":
            return told(as_xlsx(HANDOVER, tables, imprint, subtitle), "handover", form)
        blocks = [block for table in tables for block in blocks_of(table, language)]
        return told(as_pdf(titled(HANDOVER.title[language], subtitle, imprint, blocks)), "handover", form)


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
    subtitle = month_name(period.month, language)
    if form == "pdf":
        return told(as_pdf(page_of(asked, tables, imprint)), name, form)
    made = as_xlsx(asked, tables, imprint, subtitle)
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
