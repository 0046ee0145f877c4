"""What a report is: the cases of a month in, a table out. Pure: the same rows and month give the same table.

A report holds no personal data: whose a ticket is, who works on it and its trail stay out of `figures`. A document is
several such tables of one source; the one that names customers says so (`personal`).
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, Literal, NamedTuple, TypeVar

from correlator.events import MINUTE_US
from correlator.reports.lines import month_number
from correlator.rows.incidents import IncidentRow
from correlator.rows.service_desk import RcaRow, TicketRow
from correlator.times import parse_rfc3339
from topology.model import Language

Words = Mapping[Language, str]
Unit = Literal["text", "count", "minutes", "time", "ppm"]  # ppm: a share in millionths, shown in percent
Shape = Literal["bars", "lines"]
Source = TypeVar("Source")
Cell = str | int | None  # a time is in microseconds since 1970; None: there is nothing to say
Row = Mapping[str, Cell]  # key of a column -> cell
MONTH = re.compile(r"[0-9]{4}-(0[1-9]|1[0-2])")


class Cases(NamedTuple):
    """All tickets that lived in the month, with their incidents and RCA/CAPA records."""

    tickets: Sequence[TicketRow] = ()
    incidents: Sequence[IncidentRow] = ()
    rcas: Sequence[RcaRow] = ()


class Period(NamedTuple):
    """A month in WIB, in microseconds since 1970; the end is not in it."""

    month: str  # as 2026-03
    start_us: int
    end_us: int

    @property
    def number(self) -> int:
        """Of the month, as lines of rows have it."""
        return month_number(int(self.month[:4]), int(self.month[5:]))

    def holds(self, at_us: int) -> bool:
        return self.start_us <= at_us < self.end_us

    def minutes(self, moment_us: int) -> int:
        """How many of it have passed by then."""
        return max(0, min(self.end_us, moment_us) - self.start_us) // MINUTE_US


@dataclass(frozen=True, slots=True)
class Column:
    key: str  # for programs
    words: Words  # for people
    unit: Unit = "text"
    values: Mapping[str, Words] = field(default_factory=dict)  # words for the codes that stand in its cells

    def word(self, cell: str, language: Language) -> str:
        return self.values[cell][language] if cell in self.values else cell


class Chart(NamedTuple):
    """Which columns are drawn: a group of bars, or a point of each line, a row."""

    shape: Shape
    label: str  # key of the column that names a row
    values: tuple[str, ...]  # keys of columns with one unit


@dataclass(frozen=True, slots=True)
class Report(Generic[Source]):
    name: str
    title: Words
    columns: Sequence[Column]
    rows: Callable[[Source, Period], list[Row]]
    chart: Chart | None = None
    note: Words | None = None  # what a reader must know to read it right
    alone: Words | None = None  # what is said instead where there is one row only, of rows that are to be compared

    def table(self, source: Source, period: Period) -> "Table":
        return Table(self, period, self.rows(source, period))


class Table(NamedTuple):
    """What a report says of a month; each row has every column."""

    report: Report[Any]
    period: Period
    rows: Sequence[Row]

    @property
    def note(self) -> Words | None:
        return self.report.note if self.report.alone is None or len(self.rows) > 1 else self.report.alone

    @property
    def chart(self) -> Chart | None:
        """A line has two points at least."""
        found = self.report.chart
        return None if found is not None and found.shape == "lines" and len(self.rows) < 2 else found


@dataclass(frozen=True, slots=True)
class Document(Generic[Source]):
    """Several tables of one source. `months`: how many it tells of, the last one in full. `personal`: it names
    customers and their services."""

    name: str
    title: Words
    sections: Sequence[Report[Source]]
    months: int = 1
    personal: bool = False

    def tables(self, source: Source, period: Period) -> "list[Table]":
        return [section.table(source, period) for section in self.sections]


def months_before(period: Period, number: int) -> list[Period]:
    """So many months that end with this one, the eldest first."""
    year, month = int(period.month[:4]), int(period.month[5:])
    places = [divmod(12 * year + month - 1 - back, 12) for back in range(number - 1, -1, -1)]
    found = [month_of(f"{its_year:04}-{its_month + 1:02}") for its_year, its_month in places]
    return [one for one in found if one is not None]


def month_of(text: str) -> Period | None:
    """The month that is written so, as 2026-03; None where it is none."""
    if not MONTH.fullmatch(text):
        return None
    year, number = int(text[:4]), int(text[5:])
    after = f"{year:04}-{number + 1:02}" if number < 12 else f"{year + 1:04}-01"
    start_us, end_us = (parse_rfc3339(f"{begin}-01T00:00:00+07:00") for begin in (text, after))
    return None if start_us is None or end_us is None else Period(text, start_us, end_us)
