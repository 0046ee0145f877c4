"""A folder of CSV files, one a list, read to the same inventory as the JSON of the same content."""

import csv
import io
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import msgspec

from topology.english import counted
from topology.loaders.cells import raw_row
from topology.loaders.findings import Finding, bare
from topology.loaders.reading import Reading, collector_paused, finish
from topology.loaders.rows import LISTS, Row, columns
from topology.loaders.shape import missing_field, read_row, unknown_field
from topology.model import Fault, Inventory

SUFFIX = ".csv"
LONGEST = 2**31 - 1  # what the csv module can count to on every platform

Line = tuple[int, list[str]]
"""The number of a row's first line in the file, and its cells."""


def load_csv(files: Mapping[str, bytes]) -> Inventory:
    """The inventory in the texts of CSV files, by file name (`sites.csv`, ...; a list without a file is empty).

    UTF-8 with or without a byte order mark, commas, a header row, the columns in any order. Raises `BadInventory`
    with every fault.
    """
    with collector_paused(), _cells_of_any_length():
        lines: dict[str, list[int]] = {}
        reading = Reading(Inventory(), place=lambda name, index: f"{name}{SUFFIX} line {lines[name][index]}")
        reading.faults += [_unknown_file(name) for name in sorted(files) if name.removesuffix(SUFFIX) not in LISTS]
        lists: dict[str, Any] = {}
        for name in LISTS:
            table = _parse(name, files.get(name + SUFFIX, b""), reading)
            lines[name] = [line for line, _ in table[1:]]
            lists[name] = _rows(name, table, reading)
        reading.inventory = Inventory(**lists)
        _note_missing(files, reading)
        return finish(reading)


@contextmanager
def _cells_of_any_length() -> Iterator[None]:
    """The csv module stops at cells of 128 kB; the members of a large risk group are longer."""
    limit = csv.field_size_limit(LONGEST)
    try:
        yield
    finally:
        csv.field_size_limit(limit)


def _unknown_file(name: str) -> Fault:
    remedy = "Rename it or take it out; the files are " + ", ".join(known + SUFFIX for known in LISTS)
    return Fault(where=bare(name), field=None, reason="no list of the inventory has this name", remedy=remedy)


def _note_missing(files: Mapping[str, bytes], reading: Reading) -> None:
    """A list without a file, whose rows others name: told once, and not again at each row that names one."""
    for name, namers in _named_by(reading.inventory).items():
        if namers and name + SUFFIX not in files:
            who = " and ".join(namer + SUFFIX for namer in namers)
            reason = f"the file is missing, and {who} {'name' if len(namers) > 1 else 'names'} its rows"
            reading.faults.append(_unreadable(name + SUFFIX, reason, "Put it into the folder, under this name"))
            reading.unread.add(name)


def _named_by(rows: Inventory) -> dict[str, list[str]]:
    """By list, which others name rows that can only be in it."""
    return {
        "sites": [name for name in ("spans", "devices") if getattr(rows, name)],
        "conduits": ["spans"] if any(span.conduits for span in rows.spans) else [],
        "spans": ["links"] if any(link.routes for link in rows.links) else [],
        "devices": [name for name in ("links", "services") if getattr(rows, name)],
        "customers": ["services"] if rows.services else [],
    }


def _parse(name: str, data: bytes, reading: Reading) -> list[Line]:
    """Header and rows without the blank ones, up to where the file cannot be read."""
    where = name + SUFFIX
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        reading.faults.append(_unreadable(f"{where} line {line}", "this is not UTF-8", "Save the file as CSV UTF-8"))
        reading.unread.add(name)
        return []
    cells = csv.reader(io.StringIO(text, newline=""), strict=True)
    table: list[Line] = []
    before = 0
    try:
        for row in cells:
            if any(row):
                table.append((before + 1, row))
            before = cells.line_num
    except csv.Error as error:
        remedy = "A quote inside a quoted cell is written twice, and the cell ends with one"
        reading.faults.append(_unreadable(f"{where} line {before + 1}", f"this is not CSV: {error}", remedy))
        reading.unread.add(name)
    return table


def _unreadable(where: str, reason: str, remedy: str) -> Fault:
    return Fault(where=where, field=None, reason=reason, remedy=remedy)


def _rows(name: str, table: list[Line], reading: Reading) -> tuple[Row, ...]:
    """The typed rows of one file."""
    if not table:
        return ()
    kind = LISTS[name]
    line, cells = table[0]
    header = [cell.strip() for cell in cells]
    reading.faults += _header_faults(f"{name}{SUFFIX} line {line}", header, kind)
    if "id" not in header:
        reading.unread.add(name)
    known = {column.name: column for column in columns(kind)}
    takes = [known.get(cell) for cell in header]
    reading.findings += _overlong(name, table, len(header))
    raws = [raw_row(cells, takes) for _, cells in table[1:]]
    try:
        rows: tuple[Row, ...] = msgspec.convert(raws, type=tuple[kind, ...])  # type: ignore[valid-type]  # made at run time
    except msgspec.ValidationError:
        absent = known.keys() - set(header)
        rows = tuple(_careful_row(name, index, raw, absent, reading) for index, raw in enumerate(raws))
    return rows


def _header_faults(where: str, header: list[str], kind: type[Row]) -> Iterator[Fault]:
    """A column that is unknown, missing or doubled is told once, here, and not at each row."""
    if len(header) == 1 and (";" in header[0] or "\t" in header[0]):
        yield _unreadable(where, "the columns are not divided by commas", "Save the file with commas")
        return
    known = {column.name for column in columns(kind)}
    for cell in dict.fromkeys(header):
        if cell not in known:
            field, reason, remedy = unknown_field(cell, kind)
            yield Fault(where=where, field=field, reason=reason, remedy=remedy)
        elif header.count(cell) > 1:
            yield Fault(where=where, field=cell, reason=f"the column {cell} is there twice", remedy="Take one out")
    for column in columns(kind):
        if column.required and column.name not in header:
            field, reason, remedy = missing_field(column)
            yield Fault(where=where, field=field, reason=f"the column {reason}", remedy=remedy)


def _overlong(name: str, table: list[Line], width: int) -> Iterator[Finding]:
    for index, (_, cells) in enumerate(table[1:]):
        if len(cells) > width and any(cells[width:]):
            reason = f"the row has {counted(len(cells), 'cell')}, and the header {width}"
            yield Finding(name, index, None, reason, "Quote a cell that holds a comma")


def _careful_row(name: str, index: int, raw: dict[str, Any], absent: set[str], reading: Reading) -> Row:
    row, slips = read_row(raw, LISTS[name])
    reading.findings += [Finding(name, index, *slip) for slip in slips if slip.field not in absent]
    return row
