"""The rows of an inventory, as the operator writes them (contract "simpul-inventory/1").

All rows are frozen. Ids are unique across all kinds. A port is named `device-id/port-name`: the device id ends at the
first slash. Personal data (a customer's name, phone, mail) is in the rows as read, but never in the compiled
`Topology` nor in its hash.
"""

from typing import Literal

import msgspec

from topology.english import counted

SiteKind = Literal["pop", "datacenter", "tower", "cabinet", "customer"]
Tier = Literal["backbone", "metro", "feeder", "distribution", "drop"]
Role = Literal["core", "edge", "aggregation", "olt", "splitter", "ont", "bts", "optical", "server", "cpe"]
Product = Literal["dia", "broadband", "vpn", "fiber", "tower", "wireless", "cloud", "uc", "iot"]
Segment = Literal["residential", "business", "enterprise", "wholesale"]
Language = Literal["id", "en"]
GroupKind = Literal["power", "building", "bridge", "other"]

TIERS: tuple[Tier, ...] = ("backbone", "metro", "feeder", "distribution", "drop")  # highest first


class Site(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    id: str
    kind: SiteKind
    name: str | None = None
    region: str | None = None
    lat: float | None = None
    lon: float | None = None


class Conduit(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A duct, trench, bridge or submarine system: cutting it cuts every span in it."""

    id: str
    name: str | None = None


class Span(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One length of fibre between two sites. Passive: it never speaks."""

    id: str
    a: str
    b: str
    tier: Tier
    length_km: float | None = None
    conduits: tuple[str, ...] | None = None


class Device(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    id: str
    site: str
    role: Role
    tier: Tier
    name: str | None = None
    gateway: bool | None = None
    addresses: tuple[str, ...] | None = None


class Link(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Joins two ports. No route: a patch inside a site; one: every span in it is needed; more: protected."""

    id: str
    a: str
    b: str
    tier: Tier
    routes: tuple[tuple[str, ...], ...] | None = None


class Service(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Works while at least `need` (default: all) of its attach points work and are reachable."""

    id: str
    customer: str
    product: Product
    attach: tuple[str, ...]
    need: int | None = None


class Customer(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    id: str
    segment: Segment
    name: str | None = None
    strategic: bool | None = None
    language: Language | None = None
    phone: str | None = None
    email: str | None = None


class RiskGroup(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Things that fail together for a reason the network does not show: mains, a building, a bridge."""

    id: str
    kind: GroupKind
    members: tuple[str, ...]


class Inventory(msgspec.Struct, frozen=True, kw_only=True):
    """All rows, in the order they were written. Checked: every reference resolves, every id is unique."""

    sites: tuple[Site, ...] = ()
    conduits: tuple[Conduit, ...] = ()
    spans: tuple[Span, ...] = ()
    devices: tuple[Device, ...] = ()
    links: tuple[Link, ...] = ()
    services: tuple[Service, ...] = ()
    customers: tuple[Customer, ...] = ()
    risk_groups: tuple[RiskGroup, ...] = ()


class Fault(msgspec.Struct, frozen=True, kw_only=True):
    """One thing wrong with an inventory: where, what, and what to do about it."""

    where: str  # the list and the row's id or place, as `spans S-1`, or `spans[3]`, or `devices.csv line 7`
    field: str | None
    reason: str
    remedy: str

    def __str__(self) -> str:
        place = f"{self.where}, {self.field}" if self.field else self.where
        return f"{place}: {self.reason}. {self.remedy}"


class BadInventory(Exception):
    """Raised with every fault found, not only the first."""

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        super().__init__(f"the inventory has {counted(len(faults), 'fault')}")
        self.faults = faults


def device_of(port: str) -> str:
    """The device that a port name begins with: the id ends at the first slash."""
    return port.partition("/")[0]
