"""The lists of an inventory and their columns, read off the row types of `topology.model` and nowhere repeated."""

from functools import cache
from types import NoneType, UnionType
from typing import Any, Literal, Union, assert_never, get_args, get_origin

import msgspec

from topology.model import Conduit, Customer, Device, Link, RiskGroup, Service, Site, Span

Row = Site | Conduit | Span | Device | Link | Service | Customer | RiskGroup

LISTS: dict[str, type[Row]] = {
    "sites": Site,
    "conduits": Conduit,
    "spans": Span,
    "devices": Device,
    "links": Link,
    "services": Service,
    "customers": Customer,
    "risk_groups": RiskGroup,
}

Form = Literal["text", "words", "flag", "number", "count", "ids", "routes"]
FORMS: dict[Any, Form] = {
    str: "text",
    bool: "flag",
    float: "number",
    int: "count",
    tuple[str, ...]: "ids",
    tuple[tuple[str, ...], ...]: "routes",
}

ABSENT = "\udc00"
"""Stands in a row for a value that was refused, so that the other fields of the row can still be checked. Half a
character: no file can have it.

No id can be this (control characters are refused), and every set of known ids holds it."""


class Column(msgspec.Struct, frozen=True):
    """One field of a row: what it holds, and the words allowed where there is a list of them."""

    name: str
    type: Any
    form: Form
    required: bool
    words: tuple[str, ...] = ()

    def expected(self) -> str:
        match self.form:
            case "text":
                return "a text"
            case "words":
                return "one of " + ", ".join(self.words)
            case "flag":
                return "true or false"
            case "number":
                return "a number"
            case "count":
                return "a whole number"
            case "ids":
                return "a list of ids"
            case "routes":
                return "a list of routes, each a list of span ids"
            case _:
                assert_never(self.form)


@cache
def columns(kind: type[Row]) -> tuple[Column, ...]:
    """The columns of one kind of row, in the order of the model."""
    return tuple(_column(info) for info in msgspec.structs.fields(kind))


def _column(info: msgspec.structs.FieldInfo) -> Column:
    parts = get_args(info.type) if get_origin(info.type) in (Union, UnionType) else (info.type,)
    core = next(part for part in parts if part is not NoneType)
    words = get_args(core) if get_origin(core) is Literal else ()
    form = "words" if words else FORMS[core]
    return Column(info.name, info.type, form, info.required, words)
