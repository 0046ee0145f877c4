"""Reports to take away: of a month for the monthly review (SOP 7, 8, 9), and what one shift tells the next.

The files are those of the doors of reports, for whose role may; the page leads to them.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlencode

from fastapi import FastAPI, Request
from starlette.responses import Response

from connectors.access.routes import ROUTES
from connectors.console.desk.frame import Frame, role_of
from connectors.console.web import language
from connectors.formats.documents.page import month_name
from correlator.events import HOUR_US, moment
from correlator.reports import DOCUMENTS, REPORTS
from correlator.reports.handover import HANDOVER
from correlator.reports.report import month_of, months_before
from correlator.times import OFFSET_US, rfc3339
from topology.model import Language

PATH: Final = "/desk/reports"
MONTHS: Final = 13  # that may be chosen: this one and a year of them
SHIFT_H: Final = 8
FILES: Final = ("pdf", "xlsx", "csv")  # of a document; a single table is CSV alone


@dataclass(frozen=True, slots=True)
class Offer:
    """A report, and where each of its files is."""

    title: str
    files: dict[str, str]


@dataclass(frozen=True, slots=True)
class ReportPages:
    """The route; who may call what is in the table of routes."""

    frame: Frame

    def add_routes(self, app: FastAPI) -> None:
        app.add_api_route(PATH, self._list, methods=["GET"], include_in_schema=False, response_class=Response)

    async def _list(self, request: Request) -> Response:
        """`month`: as 2026-03; without it this one."""
        now_us, tongue = self.frame.clock(), language(request)
        months = _months(f"{moment(now_us + OFFSET_US['WIB']):%Y-%m}")
        asked = request.query_params.get("month", "")
        month = asked if asked in months else months[0]
        shift = {"since": rfc3339(now_us - SHIFT_H * HOUR_US), "language": tongue}
        return await self.frame.drawn(
            request,
            "reports",
            months={one: month_name(one, tongue) for one in months},
            month=month,
            offers=list(_offers(request, month, tongue)),
            handover=Offer(HANDOVER.title[tongue], _files("/handover", FILES, shift)),
        )


def _offers(request: Request, month: str, tongue: Language) -> Iterator[Offer]:
    """Those that this role may read."""
    asked, role = {"month": month, "language": tongue}, role_of(request)
    if role in ROUTES["GET", "/reports/{report}"]:
        for document in DOCUMENTS:
            if not document.personal:
                yield Offer(document.title[tongue], _files(f"/reports/{document.name}", FILES, asked))
        for report in REPORTS:
            yield Offer(report.title[tongue], _files(f"/reports/{report.name}", ("csv",), asked))
    if role in ROUTES["GET", "/restitution"]:
        for document in DOCUMENTS:
            if document.personal:
                yield Offer(document.title[tongue], _files("/restitution", FILES, asked))


def _files(door: str, forms: tuple[str, ...], asked: dict[str, str]) -> dict[str, str]:
    return {form: f"{door}?{urlencode({**asked, 'format': form})}" for form in forms}


def _months(last: str) -> list[str]:
    """This one and those before it, the newest first."""
    period = month_of(last)
    assert period is not None, "a month as it is written"
    return [one.month for one in reversed(months_before(period, MONTHS))]
