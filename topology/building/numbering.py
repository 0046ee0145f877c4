"""Which number each row gets. Rows are sorted by id first: inventories of the same hash get the same numbers."""

from dataclasses import dataclass
from itertools import accumulate, count
from operator import attrgetter
from typing import Protocol, TypeVar

from topology.graph import KINDS, SPLITTER, Firsts
from topology.model import Conduit, Device, Inventory, Site


class Named(Protocol):
    @property
    def id(self) -> str: ...


Row = TypeVar("Row", bound=Named)


@dataclass(frozen=True, slots=True)
class Numbered:
    """The rows in order of id, and the number of each id."""

    rows: Inventory
    ids: tuple[str, ...]
    index: dict[str, int]
    ports: dict[str, int]  # in order of number
    first: Firsts


def number(inventory: Inventory) -> Numbered:
    rows = sorted_by_id(inventory)
    lists = (rows.sites, rows.conduits, rows.spans, rows.devices, rows.links, rows.services, rows.risk_groups)
    ids = [row.id for part in lists for row in part]
    conduit, span, device, link, service, risk_group, port = accumulate(len(part) for part in lists)
    index = dict(zip(ids, range(len(ids)), strict=True))
    named = dict.fromkeys(row.b for row in rows.links)  # in runs of order, which sort quickly; a set has none
    named.update(dict.fromkeys(row.a for row in rows.links))
    named.update((point, None) for row in rows.services for point in row.attach if point not in index)
    ports = dict(zip(sorted(named), count(len(ids)), strict=False))
    ids += ports
    index.update({name: element for name, element in ports.items() if name not in index})  # a row keeps its name
    first = Firsts(conduit, span, device, link, service, risk_group, port, len(ids))
    return Numbered(rows, tuple(ids), index, ports, first)


def sorted_by_id(inventory: Inventory) -> Inventory:
    return Inventory(
        sites=by_id(inventory.sites),
        conduits=by_id(inventory.conduits),
        spans=by_id(inventory.spans),
        devices=by_id(inventory.devices),
        links=by_id(inventory.links),
        services=by_id(inventory.services),
        customers=by_id(inventory.customers),
        risk_groups=by_id(inventory.risk_groups),
    )


def by_id(rows: tuple[Row, ...]) -> tuple[Row, ...]:
    return tuple(sorted(rows, key=attrgetter("id")))


def kinds(numbered: Numbered) -> bytes:
    """By element; a device with role splitter is a kind of its own, because it never speaks."""
    first = numbered.first
    bounds = (0, first.conduit, first.span, first.device, first.link, first.service, first.risk_group, first.port)
    codes = [code for code in range(len(KINDS)) if code != SPLITTER]
    made = bytearray()
    for code, low, high in zip(codes, bounds, (*bounds[1:], first.end), strict=True):
        made += bytes([code]) * (high - low)
    for element, row in enumerate(numbered.rows.devices, first.device):
        if row.role == "splitter":
            made[element] = SPLITTER
    return bytes(made)


def names(numbered: Numbered) -> dict[int, str]:
    first, rows = numbered.first, numbered.rows
    named: list[tuple[int, Site | Conduit | Device]] = [
        *enumerate(rows.sites),
        *enumerate(rows.conduits, first.conduit),
        *enumerate(rows.devices, first.device),
    ]
    return {element: row.name for element, row in named if row.name and row.name != row.id}


def addresses(numbered: Numbered) -> dict[str, int]:
    """The device of least id keeps an address that two of them claim."""
    found: dict[str, int] = {}
    for element, row in enumerate(numbered.rows.devices, numbered.first.device):
        for address in row.addresses or ():
            found.setdefault(address, element)
    return found
