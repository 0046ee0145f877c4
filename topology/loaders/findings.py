"""What the checks say of a row, and how that becomes a fault with a place in the source."""

from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

from topology.loaders.rows import ABSENT, LISTS
from topology.model import Fault, Inventory

Place = Callable[[str, int], str]
"""(list, index of the row) -> the place as the source has it: `spans[3]`, or `spans.csv line 5`."""


class Finding(NamedTuple):
    """One thing wrong with a row, which is counted from 0 in its list."""

    list_name: str
    row: int
    field: str | None
    reason: str
    remedy: str


def json_place(list_name: str, index: int) -> str:
    return f"{list_name}[{index}]"


def to_faults(findings: Iterable[Finding], inventory: Inventory, place: Place) -> tuple[Fault, ...]:
    """Faults in the order of the lists and rows; each names its row by place and, where it has one, by id."""
    order = {name: number for number, name in enumerate(LISTS)}
    ordered = sorted(findings, key=lambda finding: (order[finding.list_name], finding.row))
    return tuple(
        Fault(
            where=_where(finding, inventory, place), field=finding.field, reason=finding.reason, remedy=finding.remedy
        )
        for finding in ordered
    )


def _where(finding: Finding, inventory: Inventory, place: Place) -> str:
    row_id: str = getattr(inventory, finding.list_name)[finding.row].id
    at = place(finding.list_name, finding.row)
    return at if row_id in ("", ABSENT) else f"{at} {bare(row_id)}"


def bare(text: str, limit: int = 80) -> str:
    """An id or a key as it can stand in a line: printable and not endless."""
    printable = text if text.isprintable() else ascii(text)[1:-1]
    return printable if len(printable) <= limit else printable[: limit - 1] + "…"


def shown(value: Any) -> str:
    """A refused value as a person recognises it."""
    match value:
        case None:
            return "null"
        case bool():
            return str(value).lower()
        case str():
            return f'"{bare(value)}"'
        case int() | float():
            return bare(str(value), 30)
        case list() | tuple():
            return "a list"
        case _:
            return "an object"
