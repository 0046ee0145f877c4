"""References: what a row names must be there, and be of the kind that can stand in that place."""

from collections.abc import Iterator
from dataclasses import dataclass

from topology.loaders.findings import Finding, bare
from topology.loaders.rows import ABSENT, LISTS
from topology.model import Inventory

SINGULAR = {name: name[:-1].replace("_", " ") for name in LISTS}


class Everything(set[str]):
    """Holds every id: stands for a list that could not be read, so that what names its rows is not called wrong."""

    def __contains__(self, item: object) -> bool:
        return True


@dataclass(frozen=True, slots=True)
class Known:
    """The ids of each list, as sets."""

    sets: dict[str, set[str]]

    def has_port(self, name: str) -> bool:
        """Any port of a known device exists."""
        device, _, port = name.partition("/")
        return port != "" and device in self.sets["devices"]

    def home(self, name: str) -> str | None:
        """The list in which an id really is."""
        return next(
            (found for found, ids in self.sets.items() if not isinstance(ids, Everything) and name in ids), None
        )


def reference_findings(inventory: Inventory, unread: frozenset[str]) -> Iterator[Finding]:
    """Every reference to an id that is missing or of the wrong kind; lists in `unread` are taken to hold all ids."""
    rows = {name: getattr(inventory, name) for name in LISTS}
    known = Known({n: Everything() if n in unread else {ABSENT, *(row.id for row in rows[n])} for n in LISTS})
    yield from _spans(inventory, known)
    yield from _devices(inventory, known)
    yield from _links(inventory, known)
    yield from _services(inventory, known)
    yield from _groups(inventory, known)


def _spans(inventory: Inventory, known: Known) -> Iterator[Finding]:
    sites, conduits = known.sets["sites"], known.sets["conduits"]
    for index, span in enumerate(inventory.spans):
        if span.a not in sites:
            yield _missing(("spans", index, "a"), span.a, "sites", known)
        if span.b not in sites:
            yield _missing(("spans", index, "b"), span.b, "sites", known)
        for number, conduit in enumerate(span.conduits or ()):
            if conduit not in conduits:
                yield _missing(("spans", index, f"conduits[{number}]"), conduit, "conduits", known)


def _devices(inventory: Inventory, known: Known) -> Iterator[Finding]:
    sites = known.sets["sites"]
    for index, device in enumerate(inventory.devices):
        if device.site not in sites:
            yield _missing(("devices", index, "site"), device.site, "sites", known)


def _links(inventory: Inventory, known: Known) -> Iterator[Finding]:
    spans = known.sets["spans"]
    for index, link in enumerate(inventory.links):
        if not known.has_port(link.a):
            yield from _not_a_port("links", index, "a", link.a, known)
        if not known.has_port(link.b):
            yield from _not_a_port("links", index, "b", link.b, known)
        for number, route in enumerate(link.routes or ()):
            for step, span in enumerate(route):
                if span not in spans:
                    yield _missing(("links", index, f"routes[{number}][{step}]"), span, "spans", known)


def _services(inventory: Inventory, known: Known) -> Iterator[Finding]:
    customers, devices = known.sets["customers"], known.sets["devices"]
    for index, service in enumerate(inventory.services):
        if service.customer not in customers:
            yield _missing(("services", index, "customer"), service.customer, "customers", known)
        for number, point in enumerate(service.attach):
            if point not in devices and not known.has_port(point):
                yield from _not_a_point(index, f"attach[{number}]", point, known)


def _groups(inventory: Inventory, known: Known) -> Iterator[Finding]:
    for index, group in enumerate(inventory.risk_groups):
        for number, member in enumerate(group.members):
            if not any(member in ids for ids in known.sets.values()) and not known.has_port(member):
                yield _no_member(index, f"members[{number}]", member)


def _missing(place: tuple[str, int, str], name: str, target: str, known: Known) -> Finding:
    """`place`: the list, the index of its row, and the field."""
    kind, home = SINGULAR[target], known.home(name)
    if home is not None:
        reason = f"{bare(name)} is a {SINGULAR[home]}, and a {kind} must stand here"
        return Finding(*place, reason, f"Name a row of {target}")
    reason = f"the {kind} {_quoted(name)} is not in the inventory"
    return Finding(*place, reason, _remedy(name, target, known))


def _remedy(name: str, target: str, known: Known) -> str:
    """Most often an id is not missing but written otherwise."""
    for meant in (name.strip(), name.upper(), name.lower()):
        if meant and meant in known.sets[target]:
            return f"Write it as {bare(meant)}"
    return f"Add it to {target}, or correct the id"


def _not_a_port(list_name: str, index: int, field: str, name: str, known: Known) -> Iterator[Finding]:
    if name == ABSENT:
        return
    device, _, port = name.partition("/")
    if device not in known.sets["devices"]:
        yield _missing((list_name, index, field), device, "devices", known)
    if not port:
        reason = f"{_quoted(name)} names no port"
        yield Finding(list_name, index, field, reason, "Write device-id/port-name, as in CORE-1/ge-0/0/1")


def _not_a_point(index: int, field: str, name: str, known: Known) -> Iterator[Finding]:
    device, slash, _ = name.partition("/")
    if slash and device in known.sets["devices"]:
        reason = f"{_quoted(name)} names no port"
        yield Finding("services", index, field, reason, "Write device-id/port-name, or the id of the device alone")
        return
    yield _missing(("services", index, field), device if known.home(name) is None else name, "devices", known)


def _no_member(index: int, field: str, name: str) -> Finding:
    reason = f"{_quoted(name)} is not in the inventory"
    if "/" in name:
        reason = f"{_quoted(name)} is no row of the inventory, nor a port of a device in it"
    return Finding("risk_groups", index, field, reason, "Add it, correct the id, or take it out of the group")


def _quoted(name: str) -> str:
    """Bare as a rule; quoted where a blank or nothing would be overlooked."""
    return bare(name) if name and name == name.strip() else f'"{bare(name)}"'
