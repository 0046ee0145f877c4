"""What a format's reader hands on: rows, what was wrong so far, and how to name a place. `finish` judges it."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from topology.loaders.checks import check
from topology.loaders.findings import Finding, Place, json_place, to_faults
from topology.model import BadInventory, Fault, Inventory


@dataclass(slots=True)
class Reading:
    """An inventory as far as it could be read. Rows with faults are in it, so that what names them finds them."""

    inventory: Inventory
    place: Place = json_place
    faults: list[Fault] = field(default_factory=list)  # about the whole, or a whole list
    findings: list[Finding] = field(default_factory=list)  # about one row
    unread: set[str] = field(default_factory=set)  # lists whose rows are not all known


def finish(reading: Reading) -> Inventory:
    """The inventory, or `BadInventory` with every fault: those of the reading, and those of ids, references, ranges."""
    findings = [*reading.findings, *check(reading.inventory, frozenset(reading.unread), reading.place)]
    faults = (*reading.faults, *to_faults(findings, reading.inventory, reading.place))
    if faults:
        raise BadInventory(faults)
    return reading.inventory


def refuse(where: str, reason: str, remedy: str, field: str | None = None) -> BadInventory:
    """To raise when nothing can be read at all."""
    return BadInventory((Fault(where=where, field=field, reason=reason, remedy=remedy),))


@contextmanager
def collector_paused() -> Iterator[None]:
    """No garbage collection meanwhile: a load makes millions of rows and no cycles, so each pass finds nothing."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
