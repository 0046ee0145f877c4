"""A document as an XLSX workbook: a sheet a table, with its chart. The same tables give the same bytes."""

import io
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from connectors.formats.documents.page import Imprint
from connectors.formats.report_tables import FORMULA, heading
from correlator.events import moment
from correlator.reports.report import Cell, Chart, Column, Document, Table
from correlator.times import OFFSET_US
from topology.model import Language

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.worksheet import Worksheet

MOST_SIGNS: Final = 31  # of a sheet's name
FORBIDDEN: Final = str.maketrans(dict.fromkeys("[]:*?/\\", " "))
MOST_ROWS: Final = 1_000_000  # of a sheet; what is more stays in the CSV
FIRST: Final = 4  # row of the headings, below the document's head
FORMATS: Final = {"count": "#,##0", "minutes": "#,##0", "ppm": "0.00##%", "time": "yyyy-mm-dd hh:mm"}


def as_xlsx(document: Document[Any], tables: Sequence[Table], imprint: Imprint, subtitle: str) -> bytes:
    """`subtitle`: of when it tells, as `March 2026`. Figures stay figures: minutes, shares as percent, times of WIB."""
    import xlsxwriter

    data = io.BytesIO()
    book = xlsxwriter.Workbook(data, {"in_memory": True, "constant_memory": False, "strings_to_formulas": False})
    local = _local(imprint.moment_us)
    book.set_properties({"title": document.title[imprint.language], "company": imprint.company.name, "created": local})
    title = f"{document.title[imprint.language]}, {subtitle}"
    for number, table in enumerate(tables, 1):
        _sheet(book, (title, number), table, imprint)
    book.close()
    return data.getvalue()


def _sheet(book: "Workbook", of: tuple[str, int], table: Table, imprint: Imprint) -> None:
    """`of`: the title of the book, and the number of the sheet in it."""
    language, report = imprint.language, table.report
    title, number = of
    name = f"{number} {report.title[language]}".translate(FORBIDDEN)[:MOST_SIGNS].rstrip()
    sheet = book.add_worksheet(name)
    sheet.write_string(0, 0, imprint.company.name, book.add_format({"bold": True, "font_color": "#0f4c81"}))
    sheet.write_string(1, 0, title, book.add_format({"bold": True, "font_size": 14}))
    sheet.write_string(2, 0, (table.note or {}).get(language, ""), book.add_format({"font_color": "#6b7280"}))
    bold = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
    formats = {unit: book.add_format({"num_format": told}) for unit, told in FORMATS.items()}
    rows = table.rows[:MOST_ROWS]
    for place, column in enumerate(report.columns):
        sheet.write_string(FIRST, place, heading(column, language), bold)
        sheet.set_column(place, place, 18 if column.unit in ("text", "time") else 12)
        for line, row in enumerate(rows, FIRST + 1):
            _cell(sheet, (line, place), column, row[column.key], (language, formats))
    sheet.freeze_panes(FIRST + 1, 1)
    if rows:
        sheet.autofilter(FIRST, 0, FIRST + len(rows), len(report.columns) - 1)
    if table.chart is not None and rows:
        _chart(book, sheet, name, table, table.chart)


def _cell(
    sheet: "Worksheet", where: tuple[int, int], column: Column, cell: Cell, look: tuple[Language, Mapping[str, Any]]
) -> None:
    language, formats = look
    if cell is None:
        return
    if isinstance(cell, str):
        word = column.word(cell, language)
        sheet.write_string(*where, f"'{word}" if word.startswith(FORMULA) else word)
    elif column.unit == "time":
        sheet.write_datetime(*where, _local(cell), formats["time"])
    elif column.unit == "ppm":
        sheet.write_number(*where, cell / 1_000_000, formats["ppm"])
    else:
        sheet.write_number(*where, cell, formats[column.unit])


def _chart(book: "Workbook", sheet: "Worksheet", name: str, table: Table, chart: Chart) -> None:
    keys = [column.key for column in table.report.columns]
    drawn = book.add_chart({"type": "column" if chart.shape == "bars" else "line"})
    last = FIRST + len(table.rows)
    label = keys.index(chart.label)
    for key in chart.values:
        place = keys.index(key)
        drawn.add_series(
            {
                "name": [name, FIRST, place],
                "categories": [name, FIRST + 1, label, last, label],
                "values": [name, FIRST + 1, place, last, place],
            }
        )
    drawn.set_legend({"position": "bottom"})
    sheet.insert_chart(FIRST, len(keys) + 1, drawn)


def _local(us: int) -> datetime:
    """WIB, as a spreadsheet has it: without a zone."""
    return (moment(us) + timedelta(microseconds=OFFSET_US["WIB"])).replace(tzinfo=None)
