"""The files of a report that goes by itself: made when it is sent, from the same rows as `simpul report` makes them."""

from collections import OrderedDict
from collections.abc import Sequence
from threading import Lock
from typing import Any

from connectors.api.affected import Worlds
from connectors.api.cases import cases_of, facts_of, shift_of
from connectors.api.rows import Rows
from connectors.formats.documents.page import Company, Imprint, blocks_of, month_name, time_shown, titled
from connectors.formats.documents.pdf import as_pdf
from connectors.formats.documents.workbook import as_xlsx
from connectors.ports import Unusable
from connectors.sending_ports import Attachment
from correlator.effects import ReportFacts
from correlator.events import HOUR_US
from correlator.reports import DOCUMENTS, handover, sla
from correlator.reports.handover import HANDOVER, SOON_H
from correlator.reports.recap import recap_of
from correlator.reports.report import Cases, Document, Period, Table, month_of, months_before
from topology.model import Language

KEPT = 4  # reports: each goes to several roles, and is made once
SLA: Document[Cases] = Document("sla", sla.REPORT.title, (sla.REPORT,))
SINCE: dict[Language, str] = {"id": "sejak {}", "en": "since {}"}
Made = tuple[Document[Any], Sequence[Table], str, int]  # with of when it tells, and when it was made


class ReportFiles:
    """Over all domains. May be asked by several threads; two that want the same wait for one."""

    def __init__(self, rows: Rows, worlds: Worlds, company: Company) -> None:
        self._rows = rows
        self._worlds = worlds
        self._world = next(iter(worlds.values()))
        self._company = company
        self._kept: OrderedDict[ReportFacts, Sequence[Attachment]] = OrderedDict()
        self._lock = Lock()

    def __call__(self, facts: ReportFacts) -> Sequence[Attachment]:
        """Raises StoreDown, and Unusable for a report that this version does not know."""
        with self._lock:
            if facts not in self._kept:
                self._kept[facts] = self._made(facts)
                while len(self._kept) > KEPT:
                    self._kept.popitem(last=False)
            return self._kept[facts]

    def _made(self, facts: ReportFacts) -> Sequence[Attachment]:
        document, tables, when, moment_us = self._tables(facts)
        imprint = Imprint(self._company, facts.language, moment_us)
        stem = "-".join((document.name, *facts.label.replace(":", "").split()))
        files: list[Attachment] = []
        for form in facts.formats:
            if form == "pdf":
                blocks = [block for table in tables for block in blocks_of(table, facts.language)]
                data = as_pdf(titled(document.title[facts.language], when, imprint, blocks))
            else:
                data = as_xlsx(document, tables, imprint, when)
            files.append(Attachment(f"{stem}.{form}", form, data))
        return files

    def _tables(self, facts: ReportFacts) -> Made:
        language = facts.language
        if facts.name == HANDOVER.name:
            shift = shift_of(self._rows, self._rows.clock() + SOON_H * HOUR_US, self._worlds)
            tables = HANDOVER.tables(shift, handover.since(facts.start_us, facts.at_us))
            return HANDOVER, tables, SINCE[language].format(time_shown(facts.start_us, language)), shift.moment_us
        month = month_of(facts.label)
        period = month or Period(facts.label, facts.start_us, facts.at_us)
        when = SINCE[language].format(facts.label) if month is None else month_name(facts.label, language)
        if facts.name == SLA.name:
            return SLA, SLA.tables(cases_of(self._rows, period), period), when, self._rows.clock()
        for document in DOCUMENTS:
            if document.name == facts.name and not document.personal:
                first, *_ = months_before(period, document.months)
                found = facts_of(self._rows, first, period, self._world())
                tables = document.tables(recap_of(found, period, document.months), period)
                return document, tables, when, found.moment_us
        raise Unusable(f"there is no report {facts.name}", "This version of Simpul knows others.")
