"""A network while it is drawn: rows of an inventory, and the habits of who speaks in it."""

from collections import Counter
from dataclasses import dataclass, field
from random import Random
from typing import Any

LISTS = ("sites", "conduits", "spans", "devices", "links", "services", "customers", "risk_groups")
PORT_NAMES = {
    "loud": "GigabitEthernet0/{}",
    "terse": "xe-0/0/{}",
    "plain": "eth{}",
    "pon": "gpon-olt_1/2/{}",
}
SPEAKS_NEIGHBOURS = ("core", "edge", "aggregation")


@dataclass
class Habits:
    """How well a network is told of. Times in seconds, shares 0..1."""

    loss: float = 0.02  # of what should be told
    lost_clears: float = 0.02
    poll_s: int = 60
    poll_misses: int = 2  # so many polls fail before a device counts as unreachable
    managed: set[str] = field(default_factory=set)  # links that an optical manager watches
    monitored: set[str] = field(default_factory=set)  # spans that a fibre monitor watches
    probed: set[str] = field(default_factory=set)  # services
    mute_port: set[str] = field(default_factory=set)  # devices that tell nothing of their ports
    doubled: bool = False  # trap and syslog both tell
    late: bool = False  # what was cut off tells its own afterwards, with the old time


class Net:
    """Rows are added in order; ids are unique across all lists."""

    def __init__(self, rng: Random) -> None:
        self.rng = rng
        self.rows: dict[str, list[dict[str, Any]]] = {name: [] for name in LISTS}
        self.vendor: dict[str, str] = {}  # by device
        self.address: dict[str, str] = {}
        self.sites: dict[str, str] = {}  # by device
        self.habits = Habits()
        self._ports: Counter[str] = Counter()
        self._drawn: Counter[str] = Counter()

    def next(self, prefix: str, width: int = 3) -> str:
        self._drawn[prefix] += 1
        return f"{prefix}{self._drawn[prefix]:0{width}d}"

    def site(self, name: str, kind: str = "pop", region: str | None = None) -> str:
        self.rows["sites"].append({"id": name, "kind": kind, "region": region})
        return name

    def conduit(self, name: str) -> str:
        self.rows["conduits"].append({"id": name})
        return name

    def span(self, a: str, b: str, tier: str, *conduits: str) -> str:
        name = self.next("FO-", 4)
        length = round(self.rng.uniform(0.3, 60), 1)
        row = {"id": name, "a": a, "b": b, "tier": tier, "length_km": length, "conduits": list(conduits)}
        self.rows["spans"].append(row)
        return name

    def device(self, name: str, site: str, role: str, tier: str, vendor: str = "loud", *, gateway: bool = False) -> str:
        number = len(self.rows["devices"]) + 1
        address = f"10.{number // 65536}.{number // 256 % 256}.{number % 256}"
        self.vendor[name], self.address[name], self.sites[name] = vendor, address, site
        addresses = [] if role in ("splitter", "ont") else [address]
        row = {"id": name, "site": site, "role": role, "tier": tier, "gateway": gateway, "addresses": addresses}
        self.rows["devices"].append(row)
        return name

    def port(self, device: str, kind: str | None = None) -> str:
        self._ports[device] += 1
        return f"{device}/" + PORT_NAMES[kind or self.vendor[device]].format(self._ports[device])

    def link(self, a: str, b: str, tier: str, *routes: list[str], pon: bool = False) -> str:
        """Between two devices, each with its next free port."""
        name = self.next("L-", 4)
        ports = self.port(a, "pon" if pon else None), self.port(b)
        self.rows["links"].append({"id": name, "a": ports[0], "b": ports[1], "tier": tier, "routes": list(routes)})
        return name

    def fibre(self, a: str, b: str, tier: str, *conduits: str, pon: bool = False) -> tuple[str, str]:
        """A link over one span of its own: (link, span)."""
        span = self.span(self.sites[a], self.sites[b], tier, *conduits)
        return self.link(a, b, tier, [span], pon=pon), span

    def customer(self, segment: str = "residential") -> str:
        name = self.next("C-", 5)
        language = "en" if self.rng.random() < 0.1 else "id"
        phone = f"+62812{len(self.rows['customers']):08d}"
        self.rows["customers"].append({"id": name, "segment": segment, "language": language, "phone": phone})
        return name

    def service(self, customer: str, product: str, *attach: str, need: int | None = None) -> str:
        name = self.next("SVC-", 5)
        row = {"id": name, "customer": customer, "product": product, "attach": list(attach), "need": need}
        self.rows["services"].append(row)
        return name

    def group(self, name: str, kind: str, members: list[str]) -> str:
        self.rows["risk_groups"].append({"id": name, "kind": kind, "members": members})
        return name

    def ids(self, name: str, **where: str) -> list[str]:
        """Of a list, those whose columns are so: `ids("devices", role="olt")`."""
        return [row["id"] for row in self.rows[name] if all(row[key] == value for key, value in where.items())]

    def inventory(self) -> dict[str, Any]:
        return {"format": "simpul-inventory/1", **self.rows}
