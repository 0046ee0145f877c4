"""Rows of an inventory while it is made, in the words of the file format, and how sources speak of them."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

Row = dict[str, Any]
LISTS = ("sites", "conduits", "spans", "devices", "links", "services", "customers", "risk_groups")


@dataclass(slots=True)
class Voices:
    """Who tells what, drawn once a plant."""

    words: dict[str, tuple[str, ...]] = field(default_factory=dict)  # device: what it says of a dark port
    neighbours: set[str] = field(default_factory=set)  # routers that tell a lost neighbour
    switches: set[str] = field(default_factory=set)  # devices that tell a protection switch
    monitored: set[str] = field(default_factory=set)  # spans under a fibre monitor
    probed: set[str] = field(default_factory=set)  # services
    gasps: set[str] = field(default_factory=set)  # devices whose last gasp the one above tells
    powered: set[str] = field(default_factory=set)  # sites with a power monitor
    batteries: dict[str, list[str]] = field(default_factory=dict)  # power group: sites that go on on their batteries


@dataclass(slots=True)
class Plant:
    """An inventory and its voices."""

    graph: str
    shape: str
    seed: int
    rows: dict[str, list[Row]] = field(default_factory=lambda: {name: [] for name in LISTS})
    voices: Voices = field(default_factory=Voices)

    def count(self) -> int:
        return sum(len(rows) for rows in self.rows.values())

    def site(self, name: str, kind: str, region: str, place: tuple[float, float]) -> str:
        lat, lon = round(place[0], 4), round(place[1], 4)
        self.rows["sites"].append({"id": name, "kind": kind, "region": region, "lat": lat, "lon": lon})
        return name

    def span(self, name: str, ends: tuple[str, str], tier: str, km: float) -> str:
        row = {"id": name, "a": ends[0], "b": ends[1], "tier": tier, "length_km": round(km, 2), "conduits": []}
        self.rows["spans"].append(row)
        return name

    def device(self, name: str, site: str, role: str, tier: str, gateway: bool = False) -> str:
        row: Row = {"id": name, "site": site, "role": role, "tier": tier}
        if gateway:
            row["gateway"] = True
        self.rows["devices"].append(row)
        return name

    def link(self, name: str, ports: tuple[str, str], tier: str, routes: list[list[str]]) -> str:
        self.rows["links"].append({"id": name, "a": ports[0], "b": ports[1], "tier": tier, "routes": routes})
        return name

    def customer(self, name: str, segment: str) -> str:
        contact = {"phone": f"+62811{len(self.rows['customers']):07}", "email": f"{name}@example.net"}
        self.rows["customers"].append({"id": name, "name": name, "segment": segment, **contact})
        return name

    def service(self, customer: str, product: str, attach: list[str], need: int | None = None) -> str:
        name = f"svc-{len(self.rows['services'])}"
        row: Row = {"id": name, "customer": customer, "product": product, "attach": attach}
        if need is not None:
            row["need"] = need
        self.rows["services"].append(row)
        return name


def as_json(rows: dict[str, list[Row]]) -> bytes:
    """The file that the service reads."""
    return json.dumps({"format": "simpul-inventory/1", **rows}, separators=(",", ":")).encode()
