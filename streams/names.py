"""Ids and names of an inventory by which no source finds its row: accepted, and the check warns of them."""

from collections.abc import Iterator

from topology.building.holes import cut, some
from topology.loaders.findings import bare
from topology.loaders.rows import LISTS
from topology.model import Device, Inventory


def name_warnings(inventory: Inventory) -> tuple[str, ...]:
    return (*cut(_blank_ends(inventory)), *cut(_shared(inventory)))


def _blank_ends(inventory: Inventory) -> Iterator[str]:
    """What a source says is read without blanks at its ends."""
    for name in LISTS:
        for row in getattr(inventory, name):
            if row.id != row.id.strip():
                kind = name[:-1].replace("_", " ")
                yield f'{kind} "{bare(row.id)}": the id has a blank at an end: no source can name it. Take it away'


def _shared(inventory: Inventory) -> Iterator[str]:
    """Of devices, as the resolver compares them: a name that two share is neither's."""
    by_name: dict[str, list[Device]] = {}
    for row in inventory.devices:
        by_name.setdefault((row.name or row.id).casefold(), []).append(row)
    for rows in by_name.values():
        if len(rows) > 1:
            name, ids = bare(rows[0].name or rows[0].id), some([bare(row.id) for row in rows])
            yield f"the name {name} is that of {ids}: no source finds one of them by it. Give each a name of its own"
