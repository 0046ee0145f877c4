"""A document as data: a head, and blocks one below the other. What a text says is decided here, how it looks is not."""

from collections.abc import Mapping, Sequence
from typing import Any, Final, Literal, NamedTuple

import msgspec

from correlator.events import moment
from correlator.reports.report import Cell, Chart, Column, Document, Row, Table
from correlator.times import MONTHS_ID, OFFSET_US
from topology.model import Language

MONTHS_EN: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
MONTH_NAMES: Final[Mapping[Language, str]] = {
    "id": "Januari Februari Maret April Mei Juni Juli Agustus September Oktober November Desember",
    "en": "January February March April May June July August September October November December",
}
MADE: Final[Mapping[Language, str]] = {"id": "Dibuat {}", "en": "Made {}"}
PAGE: Final[Mapping[Language, str]] = {"id": "Halaman {} dari {}", "en": "Page {} of {}"}
NOTHING: Final[Mapping[Language, str]] = {"id": "Tidak ada data.", "en": "Nothing to show."}
MORE: Final[Mapping[Language, str]] = {
    "id": "{} baris pertama dari {}; selebihnya ada di CSV dan XLSX.",
    "en": "The first {} rows of {}; CSV and XLSX have the rest.",
}
MOST_ROWS: Final = 500  # of a table on paper
MOST_BARS: Final = 12
LINE: Final = 95  # signs that a line of a table has room for


class Company(msgspec.Struct, frozen=True):
    """Whose documents they are: the head of each. Without more, the operator that the SOP names."""

    name: str = "PT. Nusantara Telekomindo"
    address: str = "Jl. Gatot Subroto No. 123, Jakarta Selatan, Indonesia"
    contact: str = "(021) 555-6789 · support@nusantaratelekomindo.co.id · www.nusantaratelekomindo.co.id"


OPERATOR: Final = Company()


class Heading(msgspec.Struct, frozen=True, tag="heading"):
    text: str


class Paragraph(msgspec.Struct, frozen=True, tag="paragraph"):
    text: str


class Pairs(msgspec.Struct, frozen=True, tag="pairs"):
    """What is what, a line each."""

    rows: Sequence[tuple[str, str]]


class Figures(msgspec.Struct, frozen=True, tag="figures"):
    """Few figures, large, each with its name."""

    rows: Sequence[tuple[str, str]]


class Grid(msgspec.Struct, frozen=True, tag="grid"):
    """A table. `right`: whether a column holds figures; `grow`: which one takes the room that the others leave."""

    heads: Sequence[str]
    right: Sequence[bool]
    rows: Sequence[Sequence[str]]
    grow: int | None


class Series(msgspec.Struct, frozen=True):
    name: str
    values: Sequence[int | None]


class Drawing(msgspec.Struct, frozen=True, tag="drawing"):
    """A chart; `top`: the greatest value of its scale, `ticks`: what stands there, from 0 on."""

    shape: Literal["bars", "lines"]
    labels: Sequence[str]
    series: Sequence[Series]
    top: int
    ticks: Sequence[str]


Block = Heading | Paragraph | Pairs | Figures | Grid | Drawing


class Page(msgspec.Struct, frozen=True):
    """A document that can be typeset. Two equal ones give the same bytes."""

    language: Language
    company: Company
    title: str
    subtitle: str
    made: str
    page: str  # as `Page {} of {}`
    blocks: Sequence[Block]


class Imprint(NamedTuple):
    """Whose a document is, in which language, and as things stood when (microseconds since 1970)."""

    company: Company
    language: Language
    moment_us: int


def page_of(document: Document[Any], tables: Sequence[Table], imprint: Imprint) -> Page:
    """Every table of a document, with its chart and note."""
    language = imprint.language
    blocks = [block for table in tables for block in blocks_of(table, language)]
    return titled(document.title[language], month_name(tables[0].period.month, language), imprint, blocks)


def titled(title: str, subtitle: str, imprint: Imprint, blocks: Sequence[Block]) -> Page:
    company, language, moment_us = imprint
    made = MADE[language].format(time_shown(moment_us, language))
    return Page(language, company, title, subtitle, made, PAGE[language], blocks)


def blocks_of(table: Table, language: Language) -> list[Block]:
    report, rows = table.report, table.rows
    found: list[Block] = [Heading(report.title[language])]
    if table.note is not None:
        found.append(Paragraph(table.note[language]))
    if not rows:
        return [*found, Paragraph(NOTHING[language])]
    if len(rows) == 1 and all(column.unit != "text" for column in report.columns):
        return [
            *found,
            Figures(
                [(column.words[language], shown(column, rows[0][column.key], language)) for column in report.columns]
            ),
        ]
    if table.chart is not None and (drawn := drawing(table, table.chart, language)) is not None:
        found.append(drawn)
    found.append(grid(report.columns, rows[:MOST_ROWS], language))
    if len(rows) > MOST_ROWS:
        found.append(Paragraph(MORE[language].format(MOST_ROWS, number(len(rows), language))))
    return found


def grid(columns: Sequence[Column], rows: Sequence[Row], language: Language) -> Grid:
    texts = [column.unit == "text" for column in columns]
    figures = [column.unit not in ("text", "time") for column in columns]
    rows_shown = [[shown(column, row[column.key], language) for column in columns] for row in rows]
    return laid_out([column.words[language] for column in columns], rows_shown, texts, figures)


def laid_out(
    heads: Sequence[str],
    rows: Sequence[Sequence[str]],
    texts: Sequence[bool] | None = None,
    figures: Sequence[bool] | None = None,
) -> Grid:
    """The widest column of texts takes the room that is left; where there is none, all share what there is."""
    right = figures or [False] * len(heads)
    widths = [max(len(cell) for cell in column) for column in zip(heads, *rows, strict=True)]
    candidates = [place for place in range(len(heads)) if texts is None or texts[place]]
    grow = max(candidates, key=lambda place: widths[place], default=None) if sum(widths) <= LINE else None
    return Grid(heads, right, rows, grow)


def drawing(table: Table, chart: Chart, language: Language) -> Drawing | None:
    """None where there is nothing to draw."""
    columns = {column.key: column for column in table.report.columns}
    rows = table.rows if chart.shape == "lines" else table.rows[:MOST_BARS]
    series = [Series(columns[key].words[language], [_number(row[key]) for row in rows]) for key in chart.values]
    most = max((value or 0 for one in series for value in one.values), default=0)
    if most <= 0:
        return None
    step = _step(most)
    top = -(-most // step) * step
    labels = [shown(columns[chart.label], row[chart.label], language) for row in rows]
    return Drawing(chart.shape, labels, series, top, [number(value, language) for value in range(0, top + 1, step)])


def _number(cell: Cell) -> int | None:
    return cell if isinstance(cell, int) else None


def _step(most: int) -> int:
    """A round distance between lines of a scale, so that there are two to five of them."""
    ten = 1
    while True:
        for step in (ten, 2 * ten, 5 * ten):
            if most <= 5 * step:
                return step
        ten *= 10


# What people read


def shown(column: Column, cell: Cell, language: Language) -> str:
    """A cell as it stands on paper."""
    if cell is None:
        return "–"
    if isinstance(cell, str):
        return column.word(cell, language)
    match column.unit:
        case "time":
            return time_shown(cell, language)
        case "ppm":
            return percent(cell, language)
        case "minutes":
            return span(cell, language)
        case _:
            return number(cell, language)


def number(value: int, language: Language) -> str:
    """With points between thousands in Bahasa Indonesia, with commas in English."""
    text = f"{value:,}"
    return text.replace(",", ".") if language == "id" else text


def percent(ppm: int, language: Language) -> str:
    """Two digits after the point; four where two would say that nothing ever failed."""
    digits = 4 if 999_900 <= ppm < 1_000_000 else 2
    text = f"{ppm / 10_000:.{digits}f}"
    return f"{text.replace('.', ',') if language == 'id' else text} %"


def span(minutes: int, language: Language) -> str:
    """As `2 h 05 min`; minutes alone below an hour."""
    hours, rest = divmod(minutes, 60)
    words = ("j", "mnt") if language == "id" else ("h", "min")
    return f"{number(hours, language)} {words[0]} {rest:02} {words[1]}" if hours else f"{rest} {words[1]}"


def time_shown(us: int, language: Language) -> str:
    """As `9 Mar 2026 10:00 WIB`."""
    local = moment(us + OFFSET_US["WIB"])
    names = MONTHS_ID if language == "id" else MONTHS_EN
    return f"{local.day} {names[local.month - 1]} {local.year} {local:%H:%M} WIB"


def month_name(month: str, language: Language) -> str:
    """As `Maret 2026`, of `2026-03`."""
    return f"{MONTH_NAMES[language].split()[int(month[5:]) - 1]} {month[:4]}"
