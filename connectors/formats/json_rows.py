"""Bytes to rows of the contract, for every door that takes JSON: bad input comes back as data, with the field's path.

A shared seam beside `ports`: connectors do not import one another, but they refuse in the same words.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, TypeVar

import msgspec
from msgspec import inspect

from correlator.wire import BadInput
from topology.english import Misfit, misfit

T = TypeVar("T")

LONGEST_NAME = 300  # characters of an id, a source, an object's name
DEEPEST = 32  # levels of lists and objects; the contract needs five
MOST_OPENED = 20_000  # lists and objects in one body: 100,000 brackets take a fifth of a second to read
MOST_VALUES = 50_000  # commas in one body, and its lines where it is JSON lines
MOST_FIELDS = 1000  # of one object; the contract has 30
LEAST, GREATEST = -(2**63), 2**64 - 1
FIRST_YEAR, LAST_YEAR = 1970, 9998

_QUOTED = re.compile(r"(['\"]).*\1", re.DOTALL)
_NUMBER = re.compile(r"\d+")
_STEP = re.compile(r"\w+")
_SAYS = {"unknown": "unknown field", "missing": "this field is needed"}


@dataclass(frozen=True, slots=True)
class Envelope:
    """What is known of a body before it is opened."""

    received: datetime  # aware, the service's clock
    sender: str  # name of the token, or of the peer
    most: int = 1000  # rows that one body may hold
    known: Callable[[str], bool] = lambda _: False  # whether the inventory has a device of this id, name or address


@dataclass(frozen=True, slots=True)
class Item:
    """One value of a body, with its place as a person would name it: ``, `[2]`, `line 3`."""

    place: str
    value: Any


def items(body: bytes, most: int) -> Sequence[Item | BadInput] | BadInput:
    """The values of a body that is one JSON object, a list, or JSON lines, of which some may be none."""
    if not body.strip():
        return BadInput(None, "the body is empty")
    full = overfull(body)
    if full is not None:
        return full
    whole = _decoded(body)
    if isinstance(whole, BadInput):
        first, more, _ = body.strip().partition(b"\n")
        return _lines(body, most) if more and not isinstance(_decoded(first), BadInput) else whole
    values: Sequence[Any] = whole.value if isinstance(whole.value, list) else [whole.value]
    if len(values) > most:
        return BadInput(None, f"{len(values)} rows in one body, at most {most} are taken")
    if not values:
        return BadInput(None, "the list is empty")
    return [Item(f"[{n}]" if isinstance(whole.value, list) else "", value) for n, value in enumerate(values)]


def _lines(body: bytes, most: int) -> list[Item | BadInput] | BadInput:
    found: list[Item | BadInput] = []
    if body.count(b"\n") > MOST_VALUES:
        return BadInput(None, f"more than {MOST_VALUES} lines in one body")
    for number, line in enumerate(body.split(b"\n"), 1):
        if not line.strip():
            continue
        if len(found) == most:
            return BadInput(None, f"more than {most} rows in one body")
        one = _decoded(line)
        place = f"line {number}"
        found.append(BadInput(place, one.reason) if isinstance(one, BadInput) else Item(place, one.value))
    return found


def decoded(body: bytes) -> Item | BadInput:
    """JSON as plain values; not more than `MOST_OPENED` and `MOST_VALUES`, not deeper than `DEEPEST`, whole numbers of
    64 bits."""
    return overfull(body) or _decoded(body)


def overfull(body: bytes) -> BadInput | None:
    """What a body holds too many of. Marks are counted, also those in texts: that costs 2 ms of 1 MB, and to decode
    1 MB of brackets would cost hundreds."""
    if body.count(b"[") + body.count(b"{") > MOST_OPENED:
        return BadInput(None, f"more than {MOST_OPENED} lists and objects in one body")
    if body.count(b",") > MOST_VALUES:
        return BadInput(None, f"more than {MOST_VALUES} values in one body")
    return None


def _decoded(body: bytes) -> Item | BadInput:
    try:
        value = msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        return BadInput(None, f"this is no JSON: {error}")
    except RecursionError:
        return BadInput(None, f"nested deeper than {DEEPEST} levels")
    misfit = _misfit(value)
    return Item("", value) if misfit is None else BadInput(None, misfit)


def _misfit(value: Any) -> str | None:
    """What cannot be kept: too many levels or fields, or whole numbers that the journal (msgpack) has no room for."""
    level = [value]
    for _ in range(DEEPEST + 1):
        inners: list[Any] = []
        for outer in level:
            if isinstance(outer, dict):
                if len(outer) > MOST_FIELDS:
                    return f"more than {MOST_FIELDS} fields in one object"
                inners += outer.values()
            elif isinstance(outer, list):
                inners += outer
            elif isinstance(outer, int) and not LEAST <= outer <= GREATEST:
                return "a whole number of more than 64 bits"
        if not inners:
            return None
        level = inners
    return f"nested deeper than {DEEPEST} levels"


def coded(reason: str) -> str:
    """A reason without what the sender put in it, so that reasons can be counted: quotes and numbers are left out."""
    return _NUMBER.sub("N", _QUOTED.sub("...", reason).partition(": ")[0])[:80]


def converted(item: Item, into: type[T]) -> T | BadInput:
    """A plain value as a row of the contract; unknown fields and wrong values are refused with their path."""
    row = shaped(item, into)
    field = None if isinstance(row, BadInput) else _out_of_time(row)
    return row if field is None else BadInput(joined(item.place, field), "a time before 1970 or after 9998")


def shaped(item: Item, into: type[T]) -> T | BadInput:
    """The same, where a time that no calendar has says that there is none."""
    if not isinstance(item.value, dict):
        return BadInput(item.place or None, f"an object is expected here, not {_kind(item.value)}")
    try:
        return msgspec.convert(item.value, into)
    except msgspec.ValidationError as error:
        return _refusal(misfit(error), item, into)


def _out_of_time(row: Any) -> str | None:
    """The path of a time that no calendar can shift to another zone, or that was before the first computer clock."""
    for name in row.__struct_fields__:
        value = getattr(row, name)
        if isinstance(value, datetime) and not FIRST_YEAR <= value.year <= LAST_YEAR:
            return str(name)
        if isinstance(value, msgspec.Struct) and (inner := _out_of_time(value)) is not None:
            return f"{name}.{inner}"
    return None


def _refusal(wrong: Misfit, item: Item, into: Any) -> BadInput:
    """As a field and a reason: `Expected `str` - at `$.object`` -> object, expected `str`."""
    reason = _SAYS.get(wrong.kind, wrong.reason[:1].lower() + wrong.reason[1:])
    if wrong.kind == "enumeration":
        reason += _instead(wrong.path, item.value, into)
    return BadInput(joined(item.place, wrong.where), reason)


def _instead(path: str, value: dict[str, Any], into: Any) -> str:
    """The good values of an enumeration."""
    kinds = [kind for kind in _kinds(into) if not _is_other(kind, value)]
    for step in _STEP.findall(path):
        kinds = [inner for kind in kinds for inner in _inside(kind, step)]
    words = [str(word) for kind in kinds if isinstance(kind, inspect.LiteralType) for word in kind.values]
    return f": it is {'one of ' if len(words) > 1 else ''}{', '.join(words)}" if words else ""


@cache
def _kinds(into: Any) -> tuple[inspect.Type, ...]:
    return _flat(inspect.type_info(into))


def _flat(kind: inspect.Type) -> tuple[inspect.Type, ...]:
    return kind.types if isinstance(kind, inspect.UnionType) else (kind,)


def _is_other(kind: inspect.Type, value: dict[str, Any]) -> bool:
    """A row of another type than the value says that it is."""
    if not isinstance(kind, inspect.StructType) or kind.tag_field is None:
        return False
    return bool(value.get(kind.tag_field, kind.tag) != kind.tag)


def _inside(kind: inspect.Type, step: str) -> tuple[inspect.Type, ...]:
    """What a field's name, or a place in a list, leads to."""
    match kind:
        case inspect.StructType():
            return tuple(inner for field in kind.fields if field.encode_name == step for inner in _flat(field.type))
        case inspect.ListType() | inspect.VarTupleType():
            return _flat(kind.item_type)
    return ()


def joined(place: str, path: str) -> str | None:
    """`[2]` and `severity` -> `[2].severity`; `line 3` and `severity` -> `line 3, severity`."""
    if not place or not path:
        return place or path or None
    return f"{place}, {path}" if place.startswith("line") else f"{place}.{path}"


def unfit(row: msgspec.Struct, names: Sequence[str], place: str = "") -> BadInput | None:
    """The first of these fields that is no name: too long, or with characters that cannot be printed."""
    for name in names:
        value = getattr(row, name)
        if value is None:
            continue
        if len(value) > LONGEST_NAME:
            return BadInput(joined(place, name), f"longer than {LONGEST_NAME} characters")
        if not value.isprintable() or value != value.strip():
            return BadInput(joined(place, name), "has control characters, or blanks at an end")
    return None


def _kind(value: Any) -> str:
    match value:
        case None:
            return "null"
        case bool():
            return "a boolean"
        case int() | float():
            return "a number"
        case str():
            return "a string"
        case _:
            return "a list"
