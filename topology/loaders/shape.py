"""One row, field by field: the careful reading for what the fast one refused. It names every field that is wrong."""

from typing import Any, NamedTuple

import msgspec

from topology.english import misfit
from topology.loaders.findings import bare, shown
from topology.loaders.rows import ABSENT, Column, Row, columns

PERSONAL = frozenset({"name", "phone", "email"})  # a refused value of these is not repeated in a message


class Slip(NamedTuple):
    """One field of a row that cannot be read."""

    field: str | None
    reason: str
    remedy: str


def read_row(raw: object, kind: type[Row]) -> tuple[Row, list[Slip]]:
    """The row, with `ABSENT` or None where a value was refused, and what was wrong with it (nothing: it is whole)."""
    slips: list[Slip] = []
    if not isinstance(raw, dict):
        slips.append(Slip(None, f"a row is an object with fields, this is {shown(raw)}", "Write it as {...}"))
        return kind(**{column.name: _stand_in(column) for column in columns(kind)}), slips
    values = {column.name: _read_field(raw.get(column.name), column, slips) for column in columns(kind)}
    slips += [unknown_field(key, kind) for key in raw if key not in values]
    return kind(**values), slips


def unknown_field(name: str, kind: type[Row]) -> Slip:
    known = ", ".join(column.name for column in columns(kind))
    return Slip(bare(name), f"the field {bare(name)} is unknown", f"Take it out; the fields here are {known}")


def missing_field(column: Column) -> Slip:
    return Slip(column.name, f"{column.name} is missing", f"Give {column.expected()}")


def _read_field(value: object, column: Column, slips: list[Slip]) -> Any:
    if value is None:
        if not column.required:
            return None
        slips.append(missing_field(column))
        return _stand_in(column)
    if column.form == "count" and isinstance(value, float) and value.is_integer():
        value = int(value)  # 2.0 is a whole number; JSON knows only numbers
    try:
        return msgspec.convert(value, column.type)
    except msgspec.ValidationError as error:
        slips.append(_wrong(value, column, misfit(error).path))
        return _stand_in(column)


def _wrong(value: object, column: Column, path: str) -> Slip:
    """`path`: inside the value, as `[0]`."""
    what = "this value" if column.name in PERSONAL else shown(value)
    if column.form == "words":
        reason = f"{what} is no {column.name} that is known"
    else:
        reason = f"{what} is not{' all through' if path else ''} {column.expected()}"
    return Slip(column.name + path, reason, f"Give {column.expected()}")


def _stand_in(column: Column) -> Any:
    if not column.required:
        return None
    return (ABSENT,) if column.form == "ids" else ABSENT
