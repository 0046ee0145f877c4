"""The monthly recap as tables (SOP 7, 8): a table is a function of the recap, and a line here."""

from collections import Counter
from itertools import product as every

from correlator.events import MINUTE_US
from correlator.reports.downtime import Evidence
from correlator.reports.figures import KINDS, RCA_STATES, SEVERITIES, ppm
from correlator.reports.lines import BREACHED, KEPT, RUNNING
from correlator.reports.lines import CLOCKS as CLOCKED
from correlator.reports.recap import groups
from correlator.reports.recap.groups import flows, place
from correlator.reports.recap.quality import AFTER_REPAIR, BY_SOURCE
from correlator.reports.recap.recap import Recap
from correlator.reports.recap.words import CAUSES, CLOCKS, NOTICES, PRODUCTS, REPEATED, UNKNOWN, UNKNOWN_WORDS
from correlator.reports.report import Chart, Column, Document, Period, Report, Row
from correlator.reports.totals import NOTICED

TOP = 10  # roots, and elements that broke again


def _impact(recap: Recap, period: Period) -> list[Row]:
    opened = recap.opened_in(period)
    return [
        {
            "outages": len(opened),
            "user_minutes": sum(one.user_us for one in opened) // MINUTE_US,
            "services": len({(one.customer, one.service): None for one in recap.evidence}),
            "customers": len({one.customer: None for one in recap.evidence}),
            "restitution_minutes": sum(one.minutes for one in recap.evidence),
            "messages": sum(counted["messages"] for counted in recap.totals.notices.values()),
        }
    ]


def _clocks(recap: Recap, period: Period) -> list[Row]:
    del period
    found: Counter[tuple[str, str, str, str]] = Counter()
    for (kind, severity, became), tickets in recap.totals.clocks.items():
        for clock, state in zip(CLOCKED, became, strict=True):
            found[kind, severity, clock, state] += tickets
    rows: list[Row] = []
    for kind, severity, clock in every(KINDS, SEVERITIES, CLOCKED):
        kept, breached, running = (found[kind, severity, clock, state] for state in (KEPT, BREACHED, RUNNING))
        if kept or breached or running:
            row: Row = {"kind": kind, "severity": severity, "clock": clock, "kept": kept, "breached": breached}
            rows.append({**row, "running": running, "share": ppm(kept, kept + breached)})
    return rows


def _availability(recap: Recap, period: Period) -> list[Row]:
    spent = period.minutes(recap.moment_us)
    hit: dict[str, list[Evidence]] = {}
    for one in recap.evidence:
        hit.setdefault(one.product or UNKNOWN, []).append(one)
    rows: list[Row] = []
    for product in sorted({**dict.fromkeys(recap.network.services), **dict.fromkeys(hit)}, key=place):
        mine, services = hit.get(product, []), recap.network.services.get(product, 0)
        minutes = sum(one.minutes for one in mine)
        rows.append(
            {
                "product": product,
                "services": services,
                "hit": len({(one.customer, one.service): None for one in mine}),
                "minutes": minutes,
                "availability": available(minutes, services * spent),
            }
        )
    return rows


def available(down: int, all_minutes: int) -> int | None:
    """The share of the time that it worked, in millionths."""
    lost = ppm(down, max(0, all_minutes))
    return None if lost is None else max(0, 1_000_000 - lost)


def _roots(recap: Recap, period: Period) -> list[Row]:
    opened = recap.opened_in(period)
    rows: list[Row] = []
    for root in {one.root: None for one in opened}:
        mine = [one for one in opened if one.root == root]
        rows.append(
            {
                "root": root,
                "region": recap.network.region_of(root),
                "outages": len(mine),
                "customers": max(one.customers_down for one in mine),
                "user_minutes": sum(one.user_us for one in mine) // MINUTE_US,
            }
        )
    rows.sort(key=lambda row: (-int(row["user_minutes"] or 0), -int(row["outages"] or 0), str(row["root"])))
    return rows[:TOP]


def _repeats(recap: Recap, period: Period) -> list[Row]:
    elements = Counter(one.root for one in recap.opened_in(period))
    rows: list[Row] = []
    for what, times in (("customer", recap.totals.callers), ("element", elements)):
        again = [number for number in times.values() if number > 1]
        row: Row = {
            "what": what,
            "once": len(times) - len(again),
            "again": len(again),
            "most": max(again, default=None),
        }
        rows.append({**row, "repeats": sum(again) - len(again)})
    return rows


def _rca_states(recap: Recap, period: Period) -> list[Row]:
    del period
    rows: list[Row] = []
    for state in RCA_STATES:
        mine = [(key, sums) for key, sums in recap.totals.rcas.items() if key.state == state]
        due_us = [at_us for row in recap.totals.rca_facts if row.state == state for at_us in row.due_us]
        rows.append(
            {
                "state": state,
                "records": sum(sums.records for _, sums in mine),
                "of_month": sum(sums.records for key, sums in mine if key.of_month),
                "steps": sum(sums.steps for _, sums in mine),
                "done": sum(sums.done for _, sums in mine),
                "overdue": sum(at_us < recap.moment_us for at_us in due_us),
            }
        )
    return rows


def _causes(recap: Recap, period: Period) -> list[Row]:
    del period
    counted: Counter[tuple[str, bool]] = Counter()
    for key, sums in recap.totals.rcas.items():
        if key.of_month:
            counted[key.cause or UNKNOWN, key.outage] += sums.records
    causes = sorted({cause: None for cause, _ in counted}, key=place)
    return [{"cause": cause, "outages": counted[cause, True], "complaints": counted[cause, False]} for cause in causes]


def _notices(recap: Recap, period: Period) -> list[Row]:
    del period
    found = recap.totals.notices
    told = [(kind, found[kind]) for kind in NOTICES if kind in found]
    return [{"kind": kind, **{state: counted[state] for state in NOTICED}} for kind, counted in told]


def _trend(recap: Recap, period: Period) -> list[Row]:
    """From the first month on of which anything is known: before that is no nought, but nothing to compare with."""
    del period
    rows: list[Row] = []
    for month in recap.months:
        cells = recap.totals.cells if month is recap.months[-1] else recap.totals.trend
        found, opened = flows(cells, month.number, lambda cell: cell.kind), recap.opened_in(month)
        if not (rows or found or opened or month is recap.months[-1]):
            continue
        complaints = found.get("complaint", groups.Flow()).figures()
        outages: Row = {"outages": len(opened), "user_minutes": sum(one.user_us for one in opened) // MINUTE_US}
        rows.append({"month": month.month, **complaints, **outages})
    return rows


IMPACT = Report(
    "impact",
    {"id": "Dampak kepada pelanggan", "en": "What customers felt"},
    (
        Column("outages", {"id": "Gangguan", "en": "Outages"}, "count"),
        Column("user_minutes", {"id": "Menit pelanggan", "en": "User-minutes"}, "count"),
        Column("services", {"id": "Layanan terdampak", "en": "Services down"}, "count"),
        Column("customers", {"id": "Pelanggan terdampak", "en": "Customers down"}, "count"),
        Column("restitution_minutes", {"id": "Menit restitusi", "en": "Restitution minutes"}, "count"),
        Column("messages", {"id": "Pesan kepada pelanggan", "en": "Messages to customers"}, "count"),
    ),
    _impact,
    note={
        "id": "Menit pelanggan: gangguan yang dibuka pada bulan ini. Menit restitusi: per layanan, dalam bulan ini.",
        "en": "User-minutes: of outages opened in the month. Restitution minutes: by service, within the month.",
    },
)
CLOCK = Report(
    "clocks",
    {"id": "Pemenuhan SLA per jam SLA dan tahap", "en": "SLA kept, by clock and stage"},
    (
        Column("kind", {"id": "Jenis", "en": "Kind"}, values=KINDS),
        Column("severity", {"id": "Tingkat", "en": "Class"}, values=SEVERITIES),
        Column("clock", {"id": "Jam SLA", "en": "Clock"}, values=CLOCKS),
        Column("kept", {"id": "Tepat waktu", "en": "Kept"}, "count"),
        Column("breached", {"id": "Terlambat", "en": "Breached"}, "count"),
        Column("running", {"id": "Berjalan", "en": "Running"}, "count"),
        Column("share", {"id": "Pemenuhan", "en": "Share kept"}, "ppm"),
    ),
    _clocks,
)
AVAILABILITY = Report(
    "availability",
    {"id": "Ketersediaan per layanan", "en": "Availability by product"},
    (
        Column("product", {"id": "Layanan", "en": "Product"}, values={**PRODUCTS, **UNKNOWN_WORDS}),
        Column("services", {"id": "Jumlah layanan", "en": "Services"}, "count"),
        Column("hit", {"id": "Pernah terputus", "en": "Ever down"}, "count"),
        Column("minutes", {"id": "Lama terputus", "en": "Down"}, "minutes"),
        Column("availability", {"id": "Ketersediaan", "en": "Availability"}, "ppm"),
    ),
    _availability,
    note={
        "id": "Tiap layanan satu per satu: laporan restitusi.",
        "en": "Of each service by itself: the report of restitution.",
    },
)
ROOTS = Report(
    "roots",
    {"id": "Akar penyebab terberat", "en": "The heaviest roots"},
    (
        Column("root", {"id": "Akar penyebab", "en": "Root"}),
        Column("region", {"id": "Wilayah", "en": "Region"}),
        Column("outages", {"id": "Gangguan", "en": "Outages"}, "count"),
        Column("customers", {"id": "Pelanggan terputus", "en": "Customers down"}, "count"),
        Column("user_minutes", {"id": "Menit pelanggan", "en": "User-minutes"}, "count"),
    ),
    _roots,
    Chart("bars", "root", ("user_minutes",)),
)
REPEATS = Report(
    "repeats",
    {"id": "Yang berulang", "en": "What came again"},
    (
        Column("what", {"id": "Apa", "en": "What"}, values=REPEATED),
        Column("once", {"id": "Satu kali", "en": "Once"}, "count"),
        Column("again", {"id": "Berulang", "en": "More than once"}, "count"),
        Column("most", {"id": "Terbanyak", "en": "Most"}, "count"),
        Column("repeats", {"id": "Ulangan", "en": "Repeats"}, "count"),
    ),
    _repeats,
    note={
        "id": "Pelanggan: setiap keluhan dihitung, juga susulan, yang bukan tiket tersendiri.",
        "en": "Of a customer each complaint counts, also a follow-up, which is no ticket of its own.",
    },
)
RCA = Report(
    "rca",
    {"id": "RCA/CAPA", "en": "RCA/CAPA"},
    (
        Column("state", {"id": "Status", "en": "State"}, values=RCA_STATES),
        Column("records", {"id": "Dokumen", "en": "Records"}, "count"),
        Column("of_month", {"id": "Dibuka bulan ini", "en": "Opened in the month"}, "count"),
        Column("steps", {"id": "Tindakan", "en": "Actions"}, "count"),
        Column("done", {"id": "Selesai", "en": "Done"}, "count"),
        Column("overdue", {"id": "Lewat tenggat", "en": "Overdue"}, "count"),
    ),
    _rca_states,
    note={
        "id": "Dokumen yang dibuka pada bulan ini, dan semua yang belum selesai.",
        "en": "Records that were opened in the month, and all that are not closed.",
    },
)
CAUSE = Report(
    "causes",
    {"id": "Kategori penyebab", "en": "Categories of cause"},
    (
        Column("cause", {"id": "Penyebab", "en": "Cause"}, values=CAUSES),
        Column("outages", {"id": "Gangguan", "en": "Outages"}, "count"),
        Column("complaints", {"id": "Keluhan tersendiri", "en": "Lone complaints"}, "count"),
    ),
    _causes,
)
NOTICE = Report(
    "notices",
    {"id": "Pesan kepada pelanggan", "en": "Messages to customers"},
    (
        Column("kind", {"id": "Jenis", "en": "Kind"}, values=NOTICES),
        Column("messages", {"id": "Pesan", "en": "Messages"}, "count"),
        Column("sent", {"id": "Terkirim", "en": "Sent"}, "count"),
        Column("delivered", {"id": "Diterima", "en": "Delivered"}, "count"),
        Column("failed", {"id": "Gagal", "en": "Failed"}, "count"),
        Column("uncertain", {"id": "Tidak pasti", "en": "Uncertain"}, "count"),
    ),
    _notices,
)
TREND = Report(
    "trend",
    {"id": "Tren 12 bulan", "en": "Trend of 12 months"},
    (
        Column("month", {"id": "Bulan", "en": "Month"}),
        *groups.FIGURES,
        Column("outages", {"id": "Gangguan", "en": "Outages"}, "count"),
        Column("user_minutes", {"id": "Menit pelanggan", "en": "User-minutes"}, "count"),
    ),
    _trend,
    Chart("lines", "month", ("opened", "closed", "open")),
    note={
        "id": "Keluhan per bulan; gangguan dan menit pelanggan menurut bulan dibukanya.",
        "en": "Complaints of each month; outages and user-minutes by the month in which they were opened.",
    },
    alone={
        "id": "Belum ada bulan sebelumnya untuk dibandingkan: data mulai dari bulan ini.",
        "en": "There is no earlier month to compare with yet: what is known begins with this one.",
    },
)
AFTER: tuple[Report[Recap], ...] = (RCA, CAUSE, BY_SOURCE, AFTER_REPAIR, NOTICE, TREND)
MONTHLY: Document[Recap] = Document(
    "monthly",
    {"id": "Rekapitulasi bulanan keluhan dan gangguan", "en": "Monthly recap of complaints and outages"},
    (groups.KIND, IMPACT, *groups.BY, CLOCK, AVAILABILITY, ROOTS, REPEATS, *AFTER),
    months=12,
)
