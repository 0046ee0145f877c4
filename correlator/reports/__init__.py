"""Rows in, table out: what the service says of a month. A report is a file, and a line here."""

from correlator.reports import outages, recap, regulator, restitution, sla
from correlator.reports.recap import Recap
from correlator.reports.recap.quality import CSI, IMPROVEMENTS
from correlator.reports.report import Cases, Document, Report

REPORTS: tuple[Report[Cases], ...] = (
    sla.REPORT,
    outages.REPORT,
)
DOCUMENTS: tuple[Document[Recap], ...] = (
    recap.MONTHLY,
    regulator.REGULATOR,
    CSI,
    IMPROVEMENTS,
    restitution.RESTITUTION,
)
