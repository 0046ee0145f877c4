"""Minutes that each customer's services were down in a month, with the evidence for each: what restitution rests on.

It names customers and services by their ids. What is paid for a minute is the contract's to say, not ours.
"""

from collections import defaultdict

from correlator.reports.downtime import Evidence
from correlator.reports.recap.document import available
from correlator.reports.recap.recap import Recap
from correlator.reports.recap.words import PRODUCTS, UNKNOWN, UNKNOWN_WORDS
from correlator.reports.report import Column, Document, Period, Report, Row, Words

KEY = (
    Column("customer", {"id": "Pelanggan", "en": "Customer"}),
    Column("service", {"id": "Layanan", "en": "Service"}),
)
ENDED: dict[str, Words] = {"yes": {"id": "ya", "en": "yes"}, "no": {"id": "belum", "en": "not yet"}}


def _totals(recap: Recap, period: Period) -> list[Row]:
    whole = period.minutes(recap.moment_us)
    found: dict[tuple[str, str], list[Evidence]] = defaultdict(list)
    for one in recap.evidence:
        found[one.customer, one.service].append(one)
    rows: list[Row] = []
    for (customer, service), told in found.items():
        minutes = sum(one.minutes for one in told)
        row: Row = {"customer": customer, "service": service or None, "product": told[0].product or UNKNOWN}
        rows.append({**row, "evidence": len(told), "minutes": minutes, "availability": available(minutes, whole)})
    return rows


def _evidence(recap: Recap, period: Period) -> list[Row]:
    del period
    return [
        {
            "customer": one.customer,
            "service": one.service or None,
            "number": one.number,
            "root": one.root,
            "start": one.start_us,
            "end": one.end_us,
            "over": "yes" if one.over else "no",
            "minutes": one.minutes,
        }
        for one in recap.evidence
    ]


TOTALS = Report(
    "totals",
    {"id": "Restitusi per pelanggan dan layanan", "en": "Restitution by customer and service"},
    (
        *KEY,
        Column("product", {"id": "Produk", "en": "Product"}, values={**PRODUCTS, **UNKNOWN_WORDS}),
        Column("evidence", {"id": "Bukti", "en": "Pieces of evidence"}, "count"),
        Column("minutes", {"id": "Lama terputus", "en": "Down"}, "minutes"),
        Column("availability", {"id": "Ketersediaan", "en": "Availability"}, "ppm"),
    ),
    _totals,
    note={
        "id": "Jumlah menit tiap layanan adalah jumlah menit buktinya. Layanan kosong: tidak diketahui layanan mana.",
        "en": "A service's minutes are the sum over its evidence. No service: it is not known which one.",
    },
)
EVIDENCE = Report(
    "evidence",
    {"id": "Bukti", "en": "Evidence"},
    (
        *KEY,
        Column("number", {"id": "Nomor tiket", "en": "Ticket number"}),
        Column("root", {"id": "Akar penyebab", "en": "Root"}),
        Column("start", {"id": "Mulai", "en": "From"}, "time"),
        Column("end", {"id": "Sampai", "en": "To"}, "time"),
        Column("over", {"id": "Sudah pulih", "en": "Restored"}, values=ENDED),
        Column("minutes", {"id": "Dihitung", "en": "Counted"}, "minutes"),
    ),
    _evidence,
    note={
        "id": "Waktu di dalam bulan ini. Waktu yang sama hanya dihitung pada bukti yang lebih dahulu.",
        "en": "Times within the month. The same time is counted once, by the evidence that began earlier.",
    },
)
RESTITUTION: Document[Recap] = Document(
    "restitution",
    {"id": "Restitusi per bulan", "en": "Restitution of a month"},
    (TOTALS, EVIDENCE),
    personal=True,
)
