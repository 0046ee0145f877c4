"""An inventory back to the files it can be read from; reading them gives the same inventory."""

import csv
import io
from typing import Any

import msgspec

from topology.loaders.from_csv import SUFFIX
from topology.loaders.from_json import FORMAT
from topology.loaders.rows import LISTS, Row, columns
from topology.model import Inventory

MARKS = frozenset(";|")


def to_json(inventory: Inventory) -> bytes:
    """`inventory.json`, one row a line; what is absent is left out."""
    parts = [b'{"format": %s' % msgspec.json.encode(FORMAT)]
    for name in LISTS:
        rows = [msgspec.json.encode(_present(row)) for row in getattr(inventory, name)]
        if rows:
            parts.append(b'"%s": [\n  %s\n]' % (name.encode(), b",\n  ".join(rows)))
    return b",\n".join(parts) + b"}\n"


def to_csv(inventory: Inventory) -> dict[str, bytes]:
    """The files of a CSV folder by name, a list without rows as a header alone.

    Raises `ValueError` for an id that holds `;` or `|` and stands in a list: a cell cannot hold it.
    """
    return {name + SUFFIX: _table(name, getattr(inventory, name)) for name in LISTS}


def _present(row: Row) -> dict[str, Any]:
    return {name: value for name in row.__struct_fields__ if (value := getattr(row, name)) is not None}


def _table(name: str, rows: tuple[Row, ...]) -> bytes:
    names = [column.name for column in columns(LISTS[name])]
    text = io.StringIO(newline="")
    table = csv.writer(text)
    table.writerow(names)
    table.writerows([_cell(getattr(row, column)) for column in names] for row in rows)
    return text.getvalue().encode()


def _cell(value: Any) -> str:
    match value:
        case None:
            return ""
        case bool():
            return str(value).lower()
        case tuple():
            return "|".join(map(_ids, value)) if value and isinstance(value[0], tuple) else _ids(value)
        case _:
            return str(value)


def _ids(ids: tuple[str, ...]) -> str:
    for name in ids:
        if not MARKS.isdisjoint(name):
            raise ValueError(f"{name} holds a sign that divides the ids in a CSV cell; write JSON, or rename it")
    return ";".join(ids)
