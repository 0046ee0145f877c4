"""What a regulator is given of a month: outages and the handling of complaints, without a customer and without the
name of any element of the network. Which figures a rule asks for, and until when, is the operator's to check.
"""

from correlator.events import MINUTE_US
from correlator.reports.figures import SEVERITIES, minutes
from correlator.reports.recap.groups import by, group
from correlator.reports.recap.recap import Recap
from correlator.reports.recap.words import CAUSES, PRODUCTS, UNKNOWN
from correlator.reports.report import Column, Document, Period, Report, Row, Words

ELEMENTS: dict[str, Words] = {
    "site": {"id": "lokasi", "en": "site"},
    "conduit": {"id": "jalur kabel", "en": "conduit"},
    "span": {"id": "kabel serat optik", "en": "fibre span"},
    "device": {"id": "perangkat", "en": "device"},
    "splitter": {"id": "splitter", "en": "splitter"},
    "link": {"id": "tautan", "en": "link"},
    "port": {"id": "port", "en": "port"},
    "service": {"id": "layanan", "en": "service"},
    "risk_group": {"id": "kelompok risiko", "en": "risk group"},
    UNKNOWN: {"id": "lainnya", "en": "other"},
}


def _outages(recap: Recap, period: Period) -> list[Row]:
    causes = {row.incident: row.cause for row in recap.totals.rca_facts if row.incident is not None}
    return [
        {
            "number": one.number,
            "severity": one.severity,
            "element": recap.network.kind_of(one.root) or UNKNOWN,
            "region": recap.network.region_of(one.root),
            "cause": causes.get(one.id) or UNKNOWN,
            "start": one.start_us,
            "end": one.end_us,
            "minutes": minutes(None if one.end_us is None else one.end_us - one.start_us),
            "customers": one.customers_down,
            "user_minutes": one.user_us // MINUTE_US,
        }
        for one in recap.opened_in(period)
    ]


OUTAGES = Report(
    "outages",
    {"id": "Gangguan", "en": "Outages"},
    (
        Column("number", {"id": "Nomor tiket", "en": "Ticket number"}),
        Column("severity", {"id": "Tingkat", "en": "Class"}, values=SEVERITIES),
        Column("element", {"id": "Jenis elemen", "en": "Kind of element"}, values=ELEMENTS),
        Column("region", {"id": "Wilayah", "en": "Region"}),
        Column("cause", {"id": "Penyebab", "en": "Cause"}, values=CAUSES),
        Column("start", {"id": "Mulai", "en": "From"}, "time"),
        Column("end", {"id": "Pulih", "en": "Restored"}, "time"),
        Column("minutes", {"id": "Lama", "en": "Took"}, "minutes"),
        Column("customers", {"id": "Pelanggan terputus", "en": "Customers down"}, "count"),
        Column("user_minutes", {"id": "Menit pelanggan", "en": "User-minutes"}, "count"),
    ),
    _outages,
)
COMPLAINTS = by(
    "complaints",
    {"id": "Penanganan keluhan per layanan", "en": "Handling of complaints by product"},
    "complaint",
    group("Layanan", "Product", PRODUCTS),
    lambda cell, _: cell.product,
)
REGULATOR: Document[Recap] = Document(
    "regulator",
    {"id": "Laporan untuk regulator", "en": "Report for the regulator"},
    (OUTAGES, COMPLAINTS),
)
