"""The recap's tables that count tickets by something: how many came and went, and how their clocks were kept."""

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from correlator.reports.figures import CATEGORIES, KINDS, SEVERITIES, minutes, ppm
from correlator.reports.recap.recap import Recap
from correlator.reports.recap.words import CHANNELS, DIVISIONS, ORDER, PRODUCTS, UNKNOWN, UNKNOWN_WORDS
from correlator.reports.report import Cell as Shown
from correlator.reports.report import Chart, Column, Period, Report, Row, Words
from correlator.reports.totals import Cell, Sums

Group = TypeVar("Group", bound=Hashable)
FIGURES: tuple[Column, ...] = (
    Column("opened", {"id": "Dibuka", "en": "Opened"}, "count"),
    Column("closed", {"id": "Ditutup", "en": "Closed"}, "count"),
    Column("open", {"id": "Masih terbuka", "en": "Still open"}, "count"),
    Column("response_kept", {"id": "Respons tepat waktu", "en": "Responded in time"}, "ppm"),
    Column("resolution_kept", {"id": "Selesai tepat waktu", "en": "Resolved in time"}, "ppm"),
    Column("mtta", {"id": "MTTA", "en": "MTTA"}, "minutes"),
    Column("mttr", {"id": "MTTR", "en": "MTTR"}, "minutes"),
)


@dataclass(slots=True)
class Flow:
    """A group of tickets in a month: the sums are of those that were opened in it."""

    came: Sums = field(default_factory=Sums)
    closed: int = 0
    open: int = 0  # at the end of the month

    def figures(self) -> dict[str, Shown]:
        """In time: in millionths, of those that are decided; None where none is."""
        came = self.came
        return {
            "opened": came.tickets,
            "closed": self.closed,
            "open": self.open,
            "response_kept": ppm(came.response_kept, came.response_kept + came.response_breached),
            "resolution_kept": ppm(came.resolution_kept, came.resolution_kept + came.resolution_breached),
            "mtta": minutes(came.mean_response_us),
            "mttr": minutes(came.mean_repair_us),
        }


def flows(cells: Mapping[Cell, Sums], month: int, of: Callable[[Cell], Group | None]) -> dict[Group, Flow]:
    """By group, those that had a ticket come, go or stay in the month. `of`: None leaves a cell out."""
    found: dict[Group, Flow] = {}
    for cell, sums in cells.items():
        if not cell.opened <= month <= cell.closed or (group := of(cell)) is None:
            continue
        flow = found.setdefault(group, Flow())
        if cell.closed == month:
            flow.closed += sums.tickets
        else:
            flow.open += sums.tickets
        if cell.opened == month:
            flow.came.add(sums)
    return found


def place(word: str) -> tuple[bool, int, str]:
    """Where it stands in a table: codes in their own order, what is not known last."""
    return word == UNKNOWN, ORDER.get(word, -1), word


def by(name: str, title: Words, kind: str, column: Column, of: Callable[[Cell, Recap], str | None]) -> Report[Recap]:
    """The table of one kind of ticket, a row for each group."""

    def rows(recap: Recap, period: Period) -> list[Row]:
        cells = recap.totals.cells
        found = flows(cells, period.number, lambda cell: (of(cell, recap) or UNKNOWN) if cell.kind == kind else None)
        return [{column.key: group, **found[group].figures()} for group in sorted(found, key=place)]

    return Report(name, title, (column, *FIGURES), rows, Chart("bars", column.key, ("opened", "closed")))


def group(indonesian: str, english: str, words: Mapping[str, Words]) -> Column:
    return Column("group", {"id": indonesian, "en": english}, values={**words, **UNKNOWN_WORDS})


def _kinds(recap: Recap, period: Period) -> list[Row]:
    found = flows(recap.totals.cells, period.number, lambda cell: cell.kind)
    return [{"kind": kind, **found[kind].figures()} for kind in KINDS if kind in found]


KIND = Report(
    "tickets",
    {"id": "Tiket", "en": "Tickets"},
    (Column("kind", {"id": "Jenis", "en": "Kind"}, values=KINDS), *FIGURES),
    _kinds,
    note={
        "id": "Tepat waktu, MTTA dan MTTR dihitung atas tiket yang dibuka pada bulan ini; MTTR tanpa jeda SLA.",
        "en": "In time, MTTA and MTTR: of tickets opened in the month; MTTR without the clock's pauses.",
    },
)
BY: tuple[Report[Recap], ...] = (
    by(
        "complaints_by_class",
        {"id": "Keluhan per tingkat", "en": "Complaints by class"},
        "complaint",
        group("Tingkat", "Class", SEVERITIES),
        lambda cell, _: cell.severity,
    ),
    by(
        "complaints_by_product",
        {"id": "Keluhan per layanan", "en": "Complaints by product"},
        "complaint",
        group("Layanan", "Product", PRODUCTS),
        lambda cell, _: cell.product,
    ),
    by(
        "complaints_by_channel",
        {"id": "Keluhan per kanal", "en": "Complaints by channel"},
        "complaint",
        group("Kanal", "Channel", CHANNELS),
        lambda cell, _: cell.channel,
    ),
    by(
        "complaints_by_region",
        {"id": "Keluhan per wilayah", "en": "Complaints by region"},
        "complaint",
        group("Wilayah", "Region", {}),
        lambda cell, _: cell.region,
    ),
    by(
        "complaints_by_category",
        {"id": "Keluhan per kategori", "en": "Complaints by category"},
        "complaint",
        group("Kategori", "Category", CATEGORIES),
        lambda cell, _: cell.category,
    ),
    by(
        "complaints_by_division",
        {"id": "Keluhan per divisi", "en": "Complaints by division"},
        "complaint",
        group("Divisi", "Division", DIVISIONS),
        lambda cell, recap: None if cell.category is None else recap.divisions.get(cell.category),
    ),
    by(
        "outages_by_class",
        {"id": "Gangguan per tingkat", "en": "Outages by class"},
        "outage",
        group("Tingkat", "Class", SEVERITIES),
        lambda cell, _: cell.severity,
    ),
    by(
        "outages_by_region",
        {"id": "Gangguan per wilayah", "en": "Outages by region"},
        "outage",
        group("Wilayah", "Region", {}),
        lambda cell, _: cell.region,
    ),
)
