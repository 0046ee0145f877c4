"""Rows in, table out: what the service says of a month. A report is a file, and a line here."""

from correlator.reports import outages, sla
from correlator.reports.report import Report

REPORTS: tuple[Report, ...] = (
    sla.REPORT,
    outages.REPORT,
)
