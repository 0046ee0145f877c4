"""How the month's tickets kept the SLA (SOP 5), by kind, severity and category."""

from collections import defaultdict

from correlator.reports import figures
from correlator.reports.figures import CATEGORIES, KINDS, SEVERITIES, TicketFigures, median_us, minutes
from correlator.reports.report import Cases, Cell, Column, Period, Report, Row

ORDER = {word: place for words in (KINDS, SEVERITIES, CATEGORIES) for place, word in enumerate(words)}

KEPT = ("responded_in_time", "resolved_in_time", "breached", "response_median", "repair_median")


def rows(cases: Cases, period: Period) -> list[Row]:
    groups: dict[tuple[str, str, str], list[TicketFigures]] = defaultdict(list)
    for one in figures.tickets(cases, period):
        groups[one.kind, one.severity, one.category].append(one)
    return [_row(key, groups[key]) for key in sorted(groups, key=lambda key: [ORDER[word] for word in key])]


def _row(key: tuple[str, str, str], group: list[TicketFigures]) -> Row:
    kind, severity, category = key
    counted: dict[str, Cell] = {"kind": kind, "severity": severity, "category": category, "tickets": len(group)}
    if kind == "light":  # no clock runs for it
        return {**counted, **dict.fromkeys(KEPT)}
    return {
        **counted,
        "responded_in_time": sum(one.responded_in_time for one in group),
        "resolved_in_time": sum(one.resolved_in_time for one in group),
        "breached": sum(one.breached for one in group),
        "response_median": minutes(median_us([one.response_us for one in group])),
        "repair_median": minutes(median_us([one.repair_us for one in group])),
    }


REPORT = Report(
    "sla",
    {"id": "Pemenuhan SLA per bulan", "en": "How the SLA was kept in a month"},
    (
        Column("kind", {"id": "Jenis", "en": "Kind"}, values=KINDS),
        Column("severity", {"id": "Tingkat", "en": "Severity"}, values=SEVERITIES),
        Column("category", {"id": "Kategori", "en": "Category"}, values=CATEGORIES),
        Column("tickets", {"id": "Tiket", "en": "Tickets"}, "count"),
        Column("responded_in_time", {"id": "Respons tepat waktu", "en": "Responded in time"}, "count"),
        Column("resolved_in_time", {"id": "Selesai tepat waktu", "en": "Resolved in time"}, "count"),
        Column("breached", {"id": "Melanggar SLA", "en": "SLA breached"}, "count"),
        Column("response_median", {"id": "Median respons", "en": "Median response"}, "minutes"),
        Column("repair_median", {"id": "Median perbaikan", "en": "Median repair"}, "minutes"),
    ),
    rows,
)
