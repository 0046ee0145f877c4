"""A network while it is drawn: the rows of its inventory, in the words of the file format."""

from __future__ import annotations

from collections import Counter
from random import Random
from typing import Any

Row = dict[str, Any]

PREFIXES = {  # of ids, by the role of a device
    "core": "cr",
    "edge": "pe",
    "aggregation": "ag",
    "olt": "ol",
    "splitter": "sl",
    "ont": "on",
    "bts": "bt",
    "optical": "rd",
    "cpe": "ce",
}
ROUTERS = ("core", "edge", "aggregation")
MUTE = ("splitter", "ont", "cpe")  # they tell nothing of their ports
LIGHT, PORT = "loss_of_signal", "link_down"
MAKERS = ((LIGHT,), (LIGHT,), (PORT,), (LIGHT, PORT))  # what a maker's devices say of a dark port


def device_of(port: str) -> str:
    """The device of a port, or of an attach point."""
    return port.partition("/")[0]


class Network:
    """Rows by id, in the order in which they were drawn; one counter numbers them all."""

    def __init__(self, seed: int) -> None:
        self.rng = Random(seed)
        self.sites: dict[str, Row] = {}
        self.conduits: dict[str, Row] = {}
        self.spans: dict[str, Row] = {}
        self.devices: dict[str, Row] = {}
        self.links: dict[str, Row] = {}
        self.services: dict[str, Row] = {}
        self.customers: dict[str, Row] = {}
        self.dark_words: dict[str, tuple[str, ...]] = {}  # by device: what it says of a dark port
        self._count = 0
        self._ports: Counter[str] = Counter()

    def site(self, kind: str, region: str, place: tuple[float, float] | None = None) -> str:
        """`place` as longitude and latitude; left out where it is not on Earth."""
        name = self._next("st")
        self.sites[name] = {"id": name, "kind": kind, "region": region}
        if place is not None and abs(place[1]) <= 90 and abs(place[0]) <= 180:
            self.sites[name] |= {"lat": place[1], "lon": place[0]}
        return name

    def conduit(self) -> str:
        name = self._next("cd")
        self.conduits[name] = {"id": name}
        return name

    def span(self, ends: tuple[str, str], tier: str, conduits: list[str] | None = None, km: float = 0.0) -> str:
        """Without a length it draws one: some kilometres."""
        name = self._next("sp")
        row = {"id": name, "a": ends[0], "b": ends[1], "tier": tier, "conduits": list(conduits or [])}
        self.spans[name] = {**row, "length_km": km or round(self.rng.lognormvariate(1, 1), 2)}
        return name

    def device(self, site: str, role: str, tier: str, *, gateway: bool = False) -> str:
        name = self._next(PREFIXES[role])
        self.devices[name] = {"id": name, "site": site, "role": role, "tier": tier, "gateway": gateway}
        self.dark_words[name] = self.rng.choice(MAKERS)
        return name

    def link(self, a: str, b: str, tier: str, *routes: list[str]) -> str:
        """Between two devices, at the next free port of each."""
        name = self._next("lk")
        self.links[name] = {"id": name, "a": self._port(a), "b": self._port(b), "tier": tier}
        if routes:
            self.links[name]["routes"] = [list(route) for route in routes]
        return name

    def customer(self, segment: str) -> str:
        name = self._next("cu")
        row = {"id": name, "name": name, "segment": segment, "language": self.rng.choice(["id", "en"])}
        phone = f"+6281{self.rng.randrange(10**8):08d}"
        self.customers[name] = {**row, "phone": phone, "email": f"{name}@x.example"}
        return name

    def service(self, customer: str, product: str, attach: list[str], need: int | None = None) -> str:
        name = self._next("sc")
        self.services[name] = {"id": name, "customer": customer, "product": product, "attach": list(attach)}
        if need is not None:
            self.services[name]["need"] = need
        return name

    def role(self, port_or_device: str) -> str:
        role: str = self.devices[device_of(port_or_device)]["role"]
        return role

    def region(self, device: str) -> str:
        region: str = self.sites[self.devices[device]["site"]]["region"]
        return region

    def inventory(self) -> Row:
        lists = ("sites", "conduits", "spans", "devices", "links", "services", "customers")
        rows = {name: list(getattr(self, name).values()) for name in lists}
        return {"format": "simpul-inventory/1", **rows, "risk_groups": []}

    def _next(self, prefix: str) -> str:
        self._count += 1
        return f"{prefix}{self._count:04d}"

    def _port(self, device: str) -> str:
        """Four ports a slot."""
        self._ports[device] += 1
        slot, place = divmod(self._ports[device], 4)
        return f"{device}/xe-0/{slot}/{place}"
