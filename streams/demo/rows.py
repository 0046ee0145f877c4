"""Rows of an inventory while it is being drawn."""

from itertools import count
from typing import Any

from topology.model import Conduit, Customer, Device, Inventory, Link, RiskGroup, Service, Site, Span

KINDS = (Site, Conduit, Span, Device, Link, Service, Customer, RiskGroup)
Row = Site | Conduit | Span | Device | Link | Service | Customer | RiskGroup


class Rows:
    """Collects rows by kind, and numbers customers and management addresses."""

    def __init__(self) -> None:
        self._lists: dict[type, list[Any]] = {kind: [] for kind in KINDS}
        self._hosts = count(1)
        self.customers = count(1)

    def add(self, *rows: Row) -> None:
        for row in rows:
            self._lists[type(row)].append(row)

    def address(self) -> tuple[str]:
        """The next management address, in 10.0.0.0/8."""
        host = next(self._hosts)
        return (f"10.{host >> 16 & 255}.{host >> 8 & 255}.{host & 255}",)

    def count(self, kind: type[Row]) -> int:
        return len(self._lists[kind])

    def __len__(self) -> int:
        return sum(map(len, self._lists.values()))

    def inventory(self) -> Inventory:
        sites, conduits, spans, devices, links, services, customers, groups = map(tuple, self._lists.values())
        return Inventory(
            sites=sites,
            conduits=conduits,
            spans=spans,
            devices=devices,
            links=links,
            services=services,
            customers=customers,
            risk_groups=groups,
        )
