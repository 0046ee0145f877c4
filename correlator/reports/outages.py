"""The month's outages, a line each, with what became of their RCA/CAPA record (SOP 7)."""

from correlator.reports import figures
from correlator.reports.figures import RCA_STATES, SEVERITIES, OutageFigures, minutes
from correlator.reports.report import Cases, Column, Period, Report, Row


def rows(cases: Cases, period: Period) -> list[Row]:
    return [_row(one) for one in figures.outages(cases, period)]


def _row(one: OutageFigures) -> Row:
    repaired_us = one.ticket.repaired_us
    return {
        "number": one.ticket.number,
        "severity": one.ticket.severity,
        "root": one.root,
        "start": one.began_us,
        "opened": one.ticket.opened_us,
        "repaired": repaired_us,
        "minutes": minutes(None if repaired_us is None else repaired_us - one.began_us),
        "customers_down": one.customers_down,
        "rca": one.rca,
    }


REPORT = Report(
    "outages",
    {"id": "Gangguan per bulan", "en": "Outages of a month"},
    (
        Column("number", {"id": "Nomor tiket", "en": "Ticket number"}),
        Column("severity", {"id": "Tingkat", "en": "Severity"}, values=SEVERITIES),
        Column("root", {"id": "Akar penyebab", "en": "Root"}),
        Column("start", {"id": "Mulai", "en": "From"}, "time"),
        Column("opened", {"id": "Dibuka", "en": "Opened"}, "time"),
        Column("repaired", {"id": "Diperbaiki", "en": "Repaired"}, "time"),
        Column("minutes", {"id": "Lama", "en": "Took"}, "minutes"),
        Column("customers_down", {"id": "Pelanggan terputus", "en": "Customers down"}, "count"),
        Column("rca", {"id": "RCA/CAPA", "en": "RCA/CAPA"}, values=RCA_STATES),
    ),
    rows,
)
