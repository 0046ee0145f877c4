"""A small network that speaks SNMP, and an inlet that keeps what it is given."""

import asyncio
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from functools import cache
from ipaddress import ip_network

from connectors.listeners.places import TopologyPlaces
from connectors.listeners.remarks import Relays, Remarks
from connectors.ports import Accepted, JournalFull
from connectors.resolver import InventoryResolver
from connectors.snmp import catalogue
from connectors.snmp.translate import Spoken, Translator
from connectors.telemetry.metrics import MemoryCounter
from correlator.events import Alarm, Incoming
from correlator.wire import BadInput
from topology.compile import compile_inventory
from topology.model import Customer, Device, Inventory, Link, Service, Site

NOW = datetime(2026, 3, 1, 1, 10, tzinfo=UTC)

INVENTORY = Inventory(
    sites=(Site(id="JKT", kind="pop"), Site(id="SBY", kind="pop")),
    devices=(
        Device(id="R1", site="JKT", role="core", tier="backbone", gateway=True, addresses=("10.0.0.1", "2001:db8::1")),
        Device(id="R2", site="SBY", role="core", tier="backbone", addresses=("10.0.0.2",)),
        Device(id="R3", site="SBY", role="core", tier="backbone", addresses=("10.0.0.3",)),
        Device(id="OLT1", site="SBY", role="olt", tier="feeder", addresses=("10.0.0.4",)),
        Device(id="ONT-1", name="ABCD12345678", site="SBY", role="ont", tier="drop"),
        Device(id="UPS1", site="SBY", role="server", tier="metro", addresses=("10.0.0.9",)),
    ),
    links=(
        Link(id="L1", a="R1/ge-0/0/1", b="R2/GigabitEthernet0/1", tier="backbone"),
        Link(id="L2", a="R2/7", b="OLT1/uplink-1", tier="metro"),
        Link(id="L3", a="R2/Gi0/2", b="R3/Gi0/2", tier="metro"),
        Link(id="L4", a="R2/Gi0/3", b="R3/Gi0/3", tier="metro"),
        Link(id="L5", a="R3/8", b="UPS1/eth0", tier="metro"),
    ),
    services=(Service(id="V1", customer="C1", product="dia", attach=("R3/cust-1",)),),
    customers=(Customer(id="C1", segment="business"),),
)
TOPOLOGY = compile_inventory(INVENTORY)
RELAYS = Relays([ip_network("10.9.9.9"), ip_network("127.0.0.0/8"), ip_network("::1")])


def resolver() -> InventoryResolver:
    return InventoryResolver(TOPOLOGY, {device.id: device.name or device.id for device in INVENTORY.devices})


@cache
def shipped() -> catalogue.Catalogue:
    """Read once: it never changes, and to read it takes longer than most of what is done with it."""
    return catalogue.load()


def translator(counter: MemoryCounter, shelf: catalogue.Catalogue | None = None) -> Translator:
    spoken = Spoken(RELAYS, Remarks("snmp", counter))
    return Translator(shelf or shipped(), resolver(), counter, TopologyPlaces(TOPOLOGY), spoken)


class MemoryInlet:
    """Set `full` and it acts as an inlet whose journal has no room; `refuses` and it takes no inform."""

    def __init__(self) -> None:
        self.full = False
        self.refuses = False
        self.waiting = 0
        self.taken: list[Alarm] = []
        self.asked = 0  # how often it was called, also in vain
        self._news = asyncio.Condition()
        self._tasks: set[asyncio.Task[None]] = set()

    def post(self, alarms: Iterable[Alarm]) -> None:
        self.asked += 1
        self._tell()
        if self.full:
            raise JournalFull("No space is left for the journal")
        self.taken += alarms

    async def put(self, event: Incoming, _: str | None = None) -> Accepted | BadInput:
        self.asked += 1
        self._tell()
        if self.full:
            raise JournalFull("No space is left for the journal")
        if self.refuses:
            return BadInput("object", "too long")
        assert isinstance(event, Alarm)
        self.taken.append(event)
        return Accepted(event.id)

    async def put_all(self, events: Sequence[Incoming], sender: str | None = None) -> list[Accepted | BadInput]:
        return [await self.put(event, sender) for event in events]

    async def until(self, taken: int = 0, asked: int = 0) -> None:
        """Wait until it has so many alarms, and was called so often."""
        async with asyncio.timeout(20), self._news:
            await self._news.wait_for(lambda: len(self.taken) >= taken and self.asked >= asked)

    def _tell(self) -> None:
        async def tell() -> None:
            async with self._news:
                self._news.notify_all()

        task = asyncio.get_running_loop().create_task(tell())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
