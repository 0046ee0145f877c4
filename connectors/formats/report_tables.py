"""A report's table: as JSON with codes and times for programs, as CSV (RFC 4180) with words for people."""

import csv
import io
from collections.abc import Mapping
from typing import Any, Final

from correlator.reports.report import Cell, Column, Report, Table
from correlator.times import rfc3339
from topology.model import Language

UNITS: Final[Mapping[Language, Mapping[str, str]]] = {
    "id": {"minutes": "menit", "time": "WIB"},
    "en": {"minutes": "minutes", "time": "WIB"},
}
FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")  # how a text begins that a spreadsheet would work out


def listed(report: Report, language: Language) -> dict[str, Any]:
    """What the report is, without its rows."""
    columns = [{"key": one.key, "title": one.words[language], "unit": one.unit} for one in report.columns]
    return {"name": report.name, "title": report.title[language], "columns": columns}


def as_json(table: Table, language: Language) -> dict[str, Any]:
    columns = table.report.columns
    rows = [{column.key: _plain(column, row[column.key]) for column in columns} for row in table.rows]
    return {**listed(table.report, language), "month": table.period.month, "rows": rows}


def as_csv(table: Table, language: Language) -> str:
    text, columns = io.StringIO(), table.report.columns
    lines = csv.writer(text)
    lines.writerow(_heading(column, language) for column in columns)
    lines.writerows([_shown(column, row[column.key], language) for column in columns] for row in table.rows)
    return text.getvalue()


def _heading(column: Column, language: Language) -> str:
    unit = UNITS[language].get(column.unit)
    return f"{column.words[language]} ({unit})" if unit else column.words[language]


def _plain(column: Column, cell: Cell) -> Cell:
    return rfc3339(cell) if column.unit == "time" and isinstance(cell, int) else cell


def _shown(column: Column, cell: Cell, language: Language) -> str:
    plain = _plain(column, cell)
    if column.unit == "time" and plain is not None:
        return str(plain)[:19].replace("T", " ")
    if isinstance(plain, str):
        word = column.word(plain, language)
        return f"'{word}" if word.startswith(FORMULA) else word
    return "" if plain is None else str(plain)
