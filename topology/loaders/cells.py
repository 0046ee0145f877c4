"""What a CSV cell says, as the value that JSON would have there.

A cell that holds nothing of its column's kind stays text: the careful reading of the row then refuses it by name.
"""

import re
from collections.abc import Callable, Sequence
from typing import Any

from topology.loaders.rows import Column, Form

NUMBER = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:e[+-]?[0-9]+)?|[+-]?(?:nan|inf|infinity)", re.IGNORECASE)
WHOLE = re.compile(r"[+-]?[0-9]{1,18}")
FLAGS = {"true": True, "false": False}


def raw_row(cells: Sequence[str], takes: Sequence[Column | None]) -> dict[str, Any]:
    """One row by column name; `takes` is the column of each cell. An empty cell is absent."""
    return {
        column.name: VALUES[column.form](cell) if column.form in VALUES else cell
        for cell, column in zip(cells, takes, strict=False)
        if cell and column
    }


def _number(cell: str) -> float | str:
    return float(cell) if NUMBER.fullmatch(cell) else cell


def _count(cell: str) -> float | str:
    return int(cell) if WHOLE.fullmatch(cell) else _number(cell)


def _flag(cell: str) -> bool | str:
    return FLAGS.get(cell.lower(), cell)  # spreadsheets write TRUE


def _ids(cell: str) -> list[str]:
    return cell.split(";")


def _routes(cell: str) -> list[list[str]]:
    return [_ids(route) if route else [] for route in cell.split("|")]


VALUES: dict[Form, Callable[[str], Any]] = {
    "number": _number,
    "count": _count,
    "flag": _flag,
    "ids": _ids,
    "routes": _routes,
}
