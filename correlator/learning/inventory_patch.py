"""A suspicion as a change of the inventory: JSON Patch (RFC 6902), which people read and apply to the JSON file."""

from collections.abc import Iterable
from typing import Any, NamedTuple

import msgspec

from correlator.learning.suspicions import Suspicion
from topology.model import Inventory, Link, RiskGroup, Service, Span, device_of


class Change(NamedTuple):
    """A row as it would be. `place`: in its list; None: it is new."""

    rows: str  # the list
    place: int | None
    row: Link | RiskGroup | Service | Span
    column: str  # what is different in it


def change(inventory: Inventory, one: Suspicion) -> Change:
    """The least that lets the root explain the thing; where the rows have no place for it, a risk group of both."""
    where = {row.id: (name, place) for name in LISTS for place, row in enumerate(getattr(inventory, name))}
    root, thing = where.get(one.root), where.get(one.thing)
    if root is not None and thing is not None:
        place = thing[1]
        match root[0], thing[0]:
            case "spans", "links":
                link = inventory.links[place]
                routes = tuple(_with(inventory, link, route, one.root) for route in link.routes or ((),))
                return Change("links", place, msgspec.structs.replace(link, routes=routes), "routes")
            case "conduits", "spans":
                span = inventory.spans[place]
                conduits = (*(span.conduits or ()), one.root)
                return Change("spans", place, msgspec.structs.replace(span, conduits=conduits), "conduits")
            case "devices", "services":
                service = inventory.services[place]
                attach = (*service.attach, one.root)
                return Change("services", place, msgspec.structs.replace(service, attach=attach), "attach")
            case "risk_groups", _:
                group = inventory.risk_groups[root[1]]
                members = (*group.members, one.thing)
                return Change("risk_groups", root[1], msgspec.structs.replace(group, members=members), "members")
    name = f"RG-{one.root}-{one.thing}".replace("/", "-")
    return Change("risk_groups", None, RiskGroup(id=name, kind="other", members=(one.root, one.thing)), "members")


LISTS = ("spans", "conduits", "devices", "links", "services", "risk_groups", "sites")


def _with(inventory: Inventory, link: Link, route: tuple[str, ...], span: str) -> tuple[str, ...]:
    """The route with the span where it joins what is there, else at its end."""
    if span in route:
        return route
    ends = {row.id: (row.a, row.b) for row in inventory.spans}
    site = {row.id: row.site for row in inventory.devices}
    first, last = (site.get(device_of(port)) for port in (link.a, link.b))
    for place in range(len(route) + 1):
        tried = (*route[:place], span, *route[place:])
        here = first
        for name in tried:
            a, b = ends.get(name, (None, None))
            here = b if here == a else a if here == b else None
        if here is not None and here == last:
            return tried
    return (*route, span)


def operations(inventory: Inventory, changes: Iterable[Change]) -> list[dict[str, Any]]:
    """JSON Patch; each change first asks whether the row is still the one that it is about."""
    found: list[dict[str, Any]] = []
    groups = bool(inventory.risk_groups)
    for one in changes:
        if one.place is not None:
            path = f"/{one.rows}/{one.place}"
            found.append({"op": "test", "path": f"{path}/id", "value": one.row.id})
            found.append({"op": "add", "path": f"{path}/{one.column}", "value": getattr(one.row, one.column)})
            continue
        if not groups:
            found.append({"op": "add", "path": "/risk_groups", "value": []})
            groups = True
        found.append({"op": "add", "path": "/risk_groups/-", "value": msgspec.to_builtins(one.row)})
    return found


def changed(inventory: Inventory, changes: Iterable[Change]) -> Inventory:
    """The inventory as it would be."""
    for one in changes:
        rows = list(getattr(inventory, one.rows))
        if one.place is None:
            rows.append(one.row)
        else:
            rows[one.place] = one.row
        inventory = msgspec.structs.replace(inventory, **{one.rows: tuple(rows)})
    return inventory
