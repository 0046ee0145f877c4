"""A report's table: as JSON with codes and times for programs, as CSV (RFC 4180) with words for people."""

import csv
import io
from collections.abc import Mapping, Sequence
from typing import Any, Final

from correlator.reports.report import Cell, Column, Document, Report, Table
from correlator.times import rfc3339
from topology.model import Language

UNITS: Final[Mapping[Language, Mapping[str, str]]] = {
    "id": {"minutes": "menit", "time": "WIB", "ppm": "%"},
    "en": {"minutes": "minutes", "time": "WIB", "ppm": "%"},
}
FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")  # how a text begins that a spreadsheet would work out


def listed(report: Report[Any], language: Language) -> dict[str, Any]:
    """What the report is, without its rows."""
    columns = [{"key": one.key, "title": one.words[language], "unit": one.unit} for one in report.columns]
    return {"name": report.name, "title": report.title[language], "columns": columns}


def as_json(table: Table, language: Language) -> dict[str, Any]:
    return {**listed(table.report, language), "month": table.period.month, "rows": _rows(table)}


def section_json(table: Table, language: Language) -> dict[str, Any]:
    """A table of a document that is of no month."""
    return {**listed(table.report, language), "rows": _rows(table)}


def _rows(table: Table) -> list[dict[str, Cell]]:
    columns = table.report.columns
    return [{column.key: _plain(column, row[column.key]) for column in columns} for row in table.rows]


def documented(document: Document[Any], language: Language) -> dict[str, Any]:
    """What the document is, without its rows."""
    sections = [listed(one, language) for one in document.sections]
    return {"name": document.name, "title": document.title[language], "sections": sections}


def document_json(document: Document[Any], tables: Sequence[Table], language: Language) -> dict[str, Any]:
    """`sections`: each as `as_json` has it."""
    head = {"name": document.name, "title": document.title[language], "month": tables[0].period.month}
    return {**head, "sections": [as_json(table, language) for table in tables]}


def document_csv(tables: Sequence[Table], language: Language) -> str:
    """One table as it is; several with the title of each above it, and an empty line between."""
    if len(tables) == 1:
        return as_csv(tables[0], language)
    return "\r\n".join(f"{table.report.title[language]}\r\n{as_csv(table, language)}" for table in tables)


def as_csv(table: Table, language: Language) -> str:
    text, columns = io.StringIO(), table.report.columns
    lines = csv.writer(text)
    lines.writerow(heading(column, language) for column in columns)
    lines.writerows([_shown(column, row[column.key], language) for column in columns] for row in table.rows)
    return text.getvalue()


def heading(column: Column, language: Language) -> str:
    """With its unit, where it has one."""
    unit = UNITS[language].get(column.unit)
    return f"{column.words[language]} ({unit})" if unit else column.words[language]


def _plain(column: Column, cell: Cell) -> Cell:
    return rfc3339(cell) if column.unit == "time" and isinstance(cell, int) else cell


def _shown(column: Column, cell: Cell, language: Language) -> str:
    plain = _plain(column, cell)
    if column.unit == "time" and plain is not None:
        return str(plain)[:19].replace("T", " ")
    if column.unit == "ppm" and isinstance(plain, int):
        return f"{plain / 10_000:.4f}"
    if isinstance(plain, str):
        word = column.word(plain, language)
        return f"'{word}" if word.startswith(FORMULA) else word
    return "" if plain is None else str(plain)
