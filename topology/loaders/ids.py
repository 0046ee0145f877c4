"""Ids: there, readable, unique across all kinds, and not to be taken for the name of a port."""

import re
from collections.abc import Iterator, Sequence

from topology.loaders.findings import Finding, Place, bare
from topology.loaders.rows import ABSENT, LISTS, Row
from topology.model import Inventory, device_of

CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
EXTERNAL = "external"  # the root of a fault outside the network (contract, section 3)


def id_findings(inventory: Inventory, place: Place) -> Iterator[Finding]:
    """What is wrong with the ids themselves, and with the names of ports; `place` says where an id was seen first.

    A list is looked through row by row only when something about all its ids together is suspect: a million ids are
    read by one search in C.
    """
    lists: dict[str, Sequence[Row]] = {name: getattr(inventory, name) for name in LISTS}
    devices = {device.id for device in inventory.devices}
    for name, rows in lists.items():
        ids = [row.id for row in rows]
        together = "".join(ids)
        if "" in ids or EXTERNAL in ids or "/" in together or CONTROL.search(together):
            yield from _unfit(name, ids, devices)
    distinct: set[str] = set()
    distinct.update(*({row.id for row in rows} for rows in lists.values()))
    if len(distinct) != sum(len(rows) for rows in lists.values()):
        yield from _repeated(lists, place)
    yield from _unfit_ports(inventory)


def _unfit(name: str, ids: Sequence[str], devices: set[str]) -> Iterator[Finding]:
    for index, row_id in enumerate(ids):
        if row_id == ABSENT:
            continue
        if row_id == "":
            yield Finding(name, index, "id", "the id is empty", "Give the row an id of its own")
        elif CONTROL.search(row_id):
            yield Finding(
                name, index, "id", f"the id {bare(row_id)} holds a control character", "Take it out of the id"
            )
        elif row_id == EXTERNAL:
            reason = "the id external is reserved for faults outside the network"
            yield Finding(name, index, "id", reason, "Choose another id")
        elif "/" in row_id and name == "devices":
            reason = f"the id {bare(row_id)} holds a slash, and a port name ends its device's id at the first slash"
            yield Finding(name, index, "id", reason, "Take the slash out of the id, and of what names it")
        elif "/" in row_id and device_of(row_id) in devices:
            reason = f"the id {bare(row_id)} is also the name of a port of the device {bare(device_of(row_id))}"
            yield Finding(name, index, "id", reason, "Choose an id without that slash")


def _repeated(lists: dict[str, Sequence[Row]], place: Place) -> Iterator[Finding]:
    first: dict[str, str] = {}
    for name, rows in lists.items():
        for index, row in enumerate(rows):
            if row.id in first:
                reason = f"the id {bare(row.id)} is already that of {first[row.id]}"
                yield Finding(name, index, "id", reason, "Give each row, of whatever kind, an id of its own")
            elif row.id not in ("", ABSENT):
                first[row.id] = place(name, index)


def _unfit_ports(inventory: Inventory) -> Iterator[Finding]:
    """Any port of a known device exists, but its name too is written in lines and files."""
    if CONTROL.search("".join([link.a + link.b for link in inventory.links])):
        for index, link in enumerate(inventory.links):
            yield from _unfit_port("links", index, "a", link.a)
            yield from _unfit_port("links", index, "b", link.b)
    if CONTROL.search("".join(["".join(service.attach) for service in inventory.services])):
        for index, service in enumerate(inventory.services):
            for number, point in enumerate(service.attach):
                yield from _unfit_port("services", index, f"attach[{number}]", point)


def _unfit_port(list_name: str, index: int, field: str, name: str) -> Iterator[Finding]:
    if "/" in name and CONTROL.search(name):
        reason = f"the port name {bare(name)} holds a control character"
        yield Finding(list_name, index, field, reason, "Take it out of the name")
