"""The hash that names a network: over its content, whatever the order of the rows or the format they came in.

Customers' names, phones and mail are left out, so that a changed phone number does not change the world and no personal
data can be guessed from the hash; whether there is a phone or a mail counts, because notices depend on it.
"""

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import islice
from operator import attrgetter
from typing import Any

import msgspec

from topology.model import Conduit, Customer, Device, Inventory, Link, RiskGroup, Service, Site, Span

FORMAT = "simpul-inventory/1"
CHUNK = 20_000  # rows that are encoded at once: keeps the text small where the inventory is large

Plain = tuple[object, ...]


def content_hash(digests: Mapping[str, str]) -> str:
    """SHA-256 (hex) of the content, from the digest of each list."""
    digest = hashlib.sha256(FORMAT.encode())
    for name in PLAIN:
        digest.update(f"\n{name}:{digests[name]}".encode())
    return digest.hexdigest()


def list_digests(inventory: Inventory) -> dict[str, str]:
    """SHA-256 (hex) of each list, by its name. What is absent and what is written as its default count as the same."""
    return {name: list_digest(name, getattr(inventory, name)) for name in PLAIN}


def list_digest(name: str, rows: Sequence[Any]) -> str:
    plain = PLAIN[name]
    digest = hashlib.sha256(f"{len(rows)}\n".encode())
    for text in encoded(plain(row) for row in sorted(rows, key=attrgetter("id"))):
        digest.update(text)
    return digest.hexdigest()


def encoded(rows: Iterable[Plain]) -> Iterable[bytes]:
    rest = iter(rows)
    while chunk := list(islice(rest, CHUNK)):
        yield msgspec.json.encode(chunk)


def site(row: Site) -> Plain:
    return (row.id, row.name or row.id, row.kind, row.region, row.lat, row.lon)


def conduit(row: Conduit) -> Plain:
    return (row.id, row.name or row.id)


def span(row: Span) -> Plain:
    length_km = None if row.length_km is None else float(row.length_km)  # 430 is 430.0
    return (row.id, row.a, row.b, row.tier, length_km, unordered(row.conduits))


def device(row: Device) -> Plain:
    known = (row.id, row.name or row.id, row.site, row.role, row.tier)
    return (*known, bool(row.gateway), row.addresses or ())


def link(row: Link) -> Plain:
    return (row.id, row.a, row.b, row.tier, whole_routes(row))


def service(row: Service) -> Plain:
    need = len(row.attach) if row.need is None else row.need
    return (row.id, row.customer, row.product, row.attach, need)


def customer(row: Customer) -> Plain:
    known = (row.id, row.segment, bool(row.strategic), row.language or "id")
    return (*known, bool(row.phone), bool(row.email))


def risk_group(row: RiskGroup) -> Plain:
    return (row.id, row.kind, unordered(row.members))


def whole_routes(row: Link) -> tuple[tuple[str, ...], ...]:
    """The routes that name a span; an empty one says nothing."""
    return tuple(route for route in row.routes or () if route)


def unordered(ids: Sequence[str] | None) -> list[str]:
    return sorted(set(ids or ()))


PLAIN: dict[str, Callable[..., Plain]] = {
    "sites": site,
    "conduits": conduit,
    "spans": span,
    "devices": device,
    "links": link,
    "services": service,
    "customers": customer,
    "risk_groups": risk_group,
}
