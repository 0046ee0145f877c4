"""What a report is: the cases of a month in, a table out. Pure: the same rows and month give the same table.

A report holds no personal data: whose a ticket is, who works on it and its trail stay out of `figures`.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from correlator.rows.incidents import IncidentRow
from correlator.rows.service_desk import RcaRow, TicketRow
from correlator.times import parse_rfc3339
from topology.model import Language

Words = Mapping[Language, str]
Unit = Literal["text", "count", "minutes", "time"]
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

    def holds(self, at_us: int) -> bool:
        return self.start_us <= at_us < self.end_us


@dataclass(frozen=True, slots=True)
class Column:
    key: str  # for programs
    words: Words  # for people
    unit: Unit = "text"
    values: Mapping[str, Words] = field(default_factory=dict)  # words for the codes that stand in its cells

    def word(self, cell: str, language: Language) -> str:
        return self.values[cell][language] if cell in self.values else cell


@dataclass(frozen=True, slots=True)
class Report:
    name: str
    title: Words
    columns: Sequence[Column]
    rows: Callable[[Cases, Period], list[Row]]

    def table(self, cases: Cases, period: Period) -> "Table":
        return Table(self, period, self.rows(cases, period))


class Table(NamedTuple):
    """What a report says of a month; each row has every column."""

    report: Report
    period: Period
    rows: Sequence[Row]


def month_of(text: str) -> Period | None:
    """The month that is written so, as 2026-03; None where it is none."""
    if not MONTH.fullmatch(text):
        return None
    year, number = int(text[:4]), int(text[5:])
    after = f"{year:04}-{number + 1:02}" if number < 12 else f"{year + 1:04}-01"
    start_us, end_us = (parse_rfc3339(f"{begin}-01T00:00:00+07:00") for begin in (text, after))
    return None if start_us is None or end_us is None else Period(text, start_us, end_us)
