"""A small network of routers that log, and a reader of their lines."""

from datetime import UTC, datetime
from ipaddress import ip_network
from typing import Any

from connectors.listeners.places import TopologyPlaces
from connectors.listeners.port import Context
from connectors.listeners.remarks import Relays
from connectors.resolver import InventoryResolver
from connectors.syslog.patterns import Patterns, load
from connectors.syslog.reader import LineReader
from connectors.syslog.senders import Senders
from connectors.syslog.translate import Translator
from connectors.telemetry.metrics import MemoryCounter
from streams.listener_settings import Sender
from topology.compile import compile_inventory
from topology.model import Customer, Device, Inventory, Link, Service, Site

NOW = datetime(2026, 3, 1, 1, 10, tzinfo=UTC)
SHIPPED = load()

RELAYS = Relays([ip_network("10.0.0.99"), ip_network("127.0.0.0/8")])

# R1 calls its one port to R2 as each vendor would
PORTS = ("ge-0/0/1", "Gi0/1", "Et1/1", "Ethernet1", "10GE1/0/1", "1/1/c1/1", "1/1/1", "ether9", "eth0", "gei-0/1/0/1")
INVENTORY = Inventory(
    sites=(Site(id="JKT", kind="pop"), Site(id="SBY", kind="pop")),
    devices=(
        Device(id="R1", site="JKT", role="core", tier="backbone", gateway=True, addresses=("10.0.0.1",)),
        Device(id="R2", site="SBY", role="core", tier="backbone", addresses=("10.0.0.2",)),
        *(Device(id=f"N{n}", site="SBY", role="core", tier="backbone") for n in range(1, len(PORTS))),
    ),
    links=(
        Link(id="L1", a="R1/ge-0/0/1", b="R2/ge-0/0/1", tier="backbone"),
        *(Link(id=f"LN{n}", a=f"R1/{port}", b=f"N{n}/1", tier="backbone") for n, port in enumerate(PORTS) if n),
    ),
    services=(Service(id="V1", customer="C1", product="dia", attach=("R2/cust-1",)),),
    customers=(Customer(id="C1", segment="business"),),
)
TOPOLOGY = compile_inventory(INVENTORY)


def resolver() -> InventoryResolver:
    return InventoryResolver(TOPOLOGY, {device.id: device.name or device.id for device in INVENTORY.devices})


def context(counter: MemoryCounter | None = None) -> Context:
    return Context("syslog", TOPOLOGY, resolver(), counter or MemoryCounter())


def reader(patterns: Patterns = SHIPPED, around: Context | None = None, **sender: Any) -> LineReader:
    """`sender`: what the settings say of everybody: `zone`, `vendor`."""
    around = around or context()
    translator = Translator(patterns, around.resolver, TopologyPlaces(TOPOLOGY), RELAYS)
    given = {"all": Sender(sources=(ip_network("0.0.0.0/0"),), **sender)} if sender else {}
    return LineReader(around, translator, Senders(given, None))
