"""`inventory.json`: read in one pass when it is good, and row by row, for every fault, when it is not."""

from collections.abc import Iterator
from operator import attrgetter
from typing import Any, Literal

import msgspec

from topology.english import Misfit, misfit
from topology.loaders.findings import Finding, bare, shown
from topology.loaders.reading import Reading, collector_paused, finish, refuse
from topology.loaders.rows import LISTS, Row, columns
from topology.loaders.shape import Slip, read_row
from topology.model import (
    Conduit,
    Customer,
    Device,
    Fault,
    Inventory,
    Link,
    RiskGroup,
    Service,
    Site,
    Span,
)

FORMAT = "simpul-inventory/1"
BOM = b"\xef\xbb\xbf"


class Document(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """The file as a whole: every list may be absent or null."""

    format: Literal["simpul-inventory/1"]
    sites: tuple[Site, ...] | None = None
    conduits: tuple[Conduit, ...] | None = None
    spans: tuple[Span, ...] | None = None
    devices: tuple[Device, ...] | None = None
    links: tuple[Link, ...] | None = None
    services: tuple[Service, ...] | None = None
    customers: tuple[Customer, ...] | None = None
    risk_groups: tuple[RiskGroup, ...] | None = None


WHOLE = msgspec.json.Decoder(Document)
PARTS = msgspec.json.Decoder(dict[str, msgspec.Raw])
ROWS = msgspec.json.Decoder(list[msgspec.Raw])
LOOSE = msgspec.json.Decoder(float_hook=float)  # 1e999 is then infinite, which the ranges refuse with the row named


def load_json(data: bytes) -> Inventory:
    """The inventory in the text of a JSON file (UTF-8, with or without a byte order mark).

    Raises `BadInventory` with every fault. An empty list or text counts as absent, as it does in CSV.
    """
    data = data.removeprefix(BOM)
    with collector_paused():
        try:
            document = WHOLE.decode(data)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            return finish(_row_by_row(data))
        if _given_again(data):
            return finish(_row_by_row(data))
        lists = {name: getattr(document, name) or () for name in LISTS}
        return finish(Reading(_without_empties(lists)))


def _row_by_row(data: bytes) -> Reading:
    parts = _parts(data)
    reading = Reading(Inventory())
    reading.faults += _document_faults(parts, _given_again(data))
    lists: dict[str, tuple[Row, ...]] = {}
    for name in LISTS:
        raws = _raw_rows(name, parts[name], reading) if name in parts else []
        lists[name] = tuple(_row(name, index, raw, reading) for index, raw in enumerate(raws))
    reading.inventory = _without_empties(lists)
    return reading


def _parts(data: bytes) -> dict[str, msgspec.Raw]:
    """The value of each top-level key, not yet read. This is where a file that is no JSON at all ends."""
    try:
        data.decode()
    except UnicodeDecodeError as error:
        raise refuse(_line_and_column(data, error.start), "this is not UTF-8", "Save the file as UTF-8") from error
    try:
        return PARTS.decode(data)
    except msgspec.ValidationError as error:
        raise refuse("the file", "an inventory is an object with lists in it", 'Write it as {"format": ...}') from error
    except msgspec.DecodeError as error:
        raise refuse(*_no_json(data, misfit(error))) from error
    except RecursionError as error:
        raise refuse(
            "the file", "lists or objects lie too deep in each other", "See the format's description"
        ) from error


def _given_again(data: bytes) -> list[str]:
    """Fields that the file has more than once, of which a reader keeps the last alone. `data`: sound JSON.

    More often than as a key of the file, and in what was kept: what was dropped is looked at no further.
    """
    keys = {name: f'"{name}"'.encode() for name in ("format", *LISTS)}
    often = {name: times for name, key in keys.items() if (times := data.count(key)) > 1}
    if not often:
        return []
    kept = [bytes(part) for part in PARTS.decode(data).values()]
    return [name for name, times in often.items() if times > 1 + sum(part.count(keys[name]) for part in kept)]


def _no_json(data: bytes, wrong: Misfit) -> tuple[str, str, str]:
    at = len(data) if wrong.byte is None else wrong.byte
    if at >= len(data):
        return _line_and_column(data, len(data)), "this is not JSON: it ends too early", "See that the file is complete"
    if data[at : at + 3] in (b"NaN", b"Inf") or data[at : at + 4] == b"-Inf":
        return (
            _line_and_column(data, at),
            "this is not JSON: NaN and Infinity are no numbers",
            "Write null, or leave it out",
        )
    return _line_and_column(data, at), f"this is not JSON: {wrong.reason}", "Correct the text there"


def _line_and_column(data: bytes, at: int) -> str:
    line = data.count(b"\n", 0, at) + 1
    start = data.rfind(b"\n", 0, at) + 1
    return f"line {line} column {len(data[start:at].decode(errors='replace')) + 1}"


def _document_faults(parts: dict[str, msgspec.Raw], again: list[str]) -> Iterator[Fault]:
    found = LOOSE.decode(parts["format"]) if "format" in parts else None
    if found != FORMAT:
        reason = "format is missing" if found is None else f"the format {shown(found)} is unknown"
        yield Fault(where="the file", field="format", reason=reason, remedy=f'Write "format": "{FORMAT}"')
    for name in again:
        reason, remedy = f"the field {name} is given more than once", "Write it once, with all that belongs in it"
        yield Fault(where="the file", field=name, reason=reason, remedy=remedy)
    for key in parts:
        if key != "format" and key not in LISTS:
            remedy = "Take it out; the lists are " + ", ".join(LISTS)
            yield Fault(where="the file", field=bare(key), reason=f"the field {bare(key)} is unknown", remedy=remedy)


def _raw_rows(name: str, part: msgspec.Raw, reading: Reading) -> list[msgspec.Raw]:
    if bytes(part) == b"null":
        return []
    try:
        return ROWS.decode(part)
    except msgspec.ValidationError:
        fault = Fault(where="the file", field=name, reason=f"{name} is not a list", remedy="Write it as [...], or null")
        reading.faults.append(fault)
        reading.unread.add(name)
        return []


def _row(name: str, index: int, raw: msgspec.Raw, reading: Reading) -> Row:
    kind = LISTS[name]
    try:
        return msgspec.json.decode(raw, type=kind)
    except msgspec.DecodeError:
        row, slips = _slow_row(raw, kind)
    reading.findings += [Finding(name, index, *slip) for slip in slips]
    return row


def _slow_row(raw: msgspec.Raw, kind: type[Row]) -> tuple[Row, list[Slip]]:
    try:
        return read_row(LOOSE.decode(raw), kind)
    except msgspec.DecodeError:  # a number of thousands of digits
        row, _ = read_row({}, kind)
        return row, [Slip(None, "the row holds a number that cannot be read", "Correct it")]


def _without_empties(lists: dict[str, tuple[Row, ...]]) -> Inventory:
    """An empty text or list says no more than an absent one, and CSV cannot tell them apart: both become None."""
    return Inventory(**{name: _filled(rows, LISTS[name]) for name, rows in lists.items()})


def _filled(rows: tuple[Row, ...], kind: type[Row]) -> tuple[Any, ...]:
    names = [c.name for c in columns(kind) if not c.required and c.form in ("text", "ids", "routes")]
    values_of = attrgetter("id", *names)
    if not any("" in values or () in values for values in map(values_of, rows)):
        return rows
    return tuple(msgspec.structs.replace(row, **{name: getattr(row, name) or None for name in names}) for row in rows)
