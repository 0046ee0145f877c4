"""A small network, its World, and hands to feed a host with: Jakarta, Surabaya and Denpasar on one fibre."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from connectors.journal.memory import MemoryJournal
from connectors.ports import Store
from connectors.store.memory import MemoryStore
from correlator.events import Alarm, Complaint, Event, Frame, microseconds
from correlator.policy import Policy
from correlator.world import World
from streams.host.host import Host, Ports
from streams.host.worlds import Worlds
from topology.compile import compile_inventory
from topology.model import Conduit, Customer, Device, Inventory, Link, Service, Site, Span

START = datetime(2026, 3, 1, 1, 0, tzinfo=UTC)
DOMAIN = "id"

INVENTORY = Inventory(
    sites=(
        Site(id="JKT", kind="pop", region="DKI Jakarta"),
        Site(id="SBY", kind="pop", region="Jawa Timur"),
        Site(id="DPS", kind="pop", region="Bali"),
    ),
    conduits=(Conduit(id="CD-BALI", name="Selat Bali"),),
    spans=(
        Span(id="SP-1", a="JKT", b="SBY", tier="backbone"),
        Span(id="SP-2", a="SBY", b="DPS", tier="backbone", length_km=430, conduits=("CD-BALI",)),
    ),
    devices=(
        Device(id="JKT-1", site="JKT", role="core", tier="backbone", gateway=True, addresses=("10.0.0.1",)),
        Device(id="SBY-1", site="SBY", role="core", tier="backbone", addresses=("10.0.0.2",)),
        Device(id="DPS-1", site="DPS", role="core", tier="backbone", addresses=("10.0.0.3",)),
    ),
    links=(
        Link(id="LK-1", a="JKT-1/1", b="SBY-1/1", tier="backbone", routes=(("SP-1",),)),
        Link(id="LK-2", a="SBY-1/2", b="DPS-1/1", tier="backbone", routes=(("SP-2",),)),
    ),
    services=(
        Service(id="SV-1", customer="CU-1", product="dia", attach=("DPS-1/9",)),
        Service(id="SV-2", customer="CU-2", product="vpn", attach=("SBY-1/9",)),
    ),
    customers=(
        Customer(id="CU-1", segment="enterprise", language="en", phone="+62811111", email="noc@cu-1.example"),
        Customer(id="CU-2", segment="business", phone="+62811222"),
    ),
)


def world() -> World:
    return World(compile_inventory(INVENTORY), Policy())


def at(seconds: float) -> datetime:
    return START + timedelta(seconds=seconds)


def alarm(name: str, seconds: float, element: str, kind: str = "link_down", state: str = "raised") -> Alarm:
    return Alarm(
        id=name,
        time=at(seconds),
        source="snmp:10.0.0.2",
        object=element,
        alarm_type=kind,  # type: ignore[arg-type]  # a table's words
        severity="critical" if state == "raised" else None,
        state=state,  # type: ignore[arg-type]  # as above
    )


def cut(seconds: float = 0) -> list[Event]:
    """The fibre to Denpasar is cut: one end speaks, a poller misses the other."""
    return [
        alarm("a-1", seconds, "SBY-1/2"),
        alarm("a-2", seconds + 2, "DPS-1", "device_unreachable"),
    ]


def complaint(name: str, seconds: float, customer: str = "CU-1", number: int = 1) -> Complaint:
    return Complaint(
        id=name,
        time=at(seconds),
        channel="phone",
        customer=customer,
        number=f"NT-20260301-{number:06}",
        category="network",
        symptom="no_service",
        classifier="test",
    )


@dataclass
class Bench:
    """A host over memory, and its clock."""

    folder: Path
    journal: MemoryJournal = field(default_factory=MemoryJournal)
    store: Store = field(default_factory=MemoryStore)
    now_us: int = microseconds(START)

    def __post_init__(self) -> None:
        self.world = world()
        self.worlds = Worlds(self.folder, self.world)

    def clock(self) -> int:
        return self.now_us

    def host(self) -> Host:
        host = Host(DOMAIN, Ports(self.journal, self.store, self.worlds, self.clock))
        host.start(self.world)
        return host

    def append(self, *events: Event) -> None:
        self.journal.append(DOMAIN, Frame(self.now_us, events))

    def past(self, seconds: float) -> None:
        self.now_us = max(self.now_us, microseconds(at(seconds)))
