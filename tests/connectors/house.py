"""A small house to knock at: cities, a cut between them, rows as the kernel leaves them, doors with fakes behind."""

import threading
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from connectors.ports import Accepted, Commit, Contact, JournalFull
from connectors.store.memory import MemoryStore
from correlator.customers import pack
from correlator.deadlines import DeadlineRow, Deadlines
from correlator.effects import Effect, Noted, Reason
from correlator.events import HOUR_US, MINUTE_US, Alarm, ComplaintIn, Incoming
from correlator.policy import Policy
from correlator.rows.incidents import AlarmRow, IncidentRow, MemberRow, Verdict
from correlator.rows.service_desk import (
    AffectedRow,
    AudienceRow,
    Clock,
    ComplaintRow,
    Entry,
    NamedSpell,
    RcaRow,
    Spell,
    TicketRow,
)
from correlator.service_desk.notices.campaigns import UPDATE_KIND
from correlator.service_desk.rca import about_key
from correlator.service_desk.tickets import number_key
from correlator.state import Archived, TextRow
from correlator.wire import BadInput
from correlator.world import World
from topology.compile import compile_inventory
from topology.model import Conduit, Customer, Device, Inventory, Link, Service, Site, Span

DOMAIN = "national"
PATIENCE_S = 60  # for a real sender
NOW_US = 1_772_327_400_000_000  # 2026-03-01T01:10:00Z, 08:10 WIB
CUT_US = NOW_US - 8 * MINUTE_US

INVENTORY = Inventory(
    sites=(
        Site(id="JKT", kind="pop", name="Jakarta", region="DKI Jakarta", lat=-6.2, lon=106.8),
        Site(id="DPS", kind="pop", name="Denpasar", region="Bali", lat=-8.65, lon=115.2),
        Site(id="SBY", kind="pop", name="Surabaya", region="Jawa Timur", lat=-7.25, lon=112.75),
        Site(id="CAB", kind="cabinet", region="Bali"),
    ),
    conduits=(Conduit(id="C-77", name="Selat Bali"),),
    spans=(
        Span(id="S-1", a="JKT", b="SBY", tier="backbone", length_km=780),
        Span(id="S-2", a="SBY", b="DPS", tier="backbone", length_km=430, conduits=("C-77",)),
    ),
    devices=(
        Device(
            id="JKT-CR1",
            name="cr1.jakarta",
            site="JKT",
            role="core",
            tier="backbone",
            gateway=True,
            addresses=("10.0.0.1",),
        ),
        Device(id="SBY-CR1", site="SBY", role="core", tier="backbone", addresses=("10.0.0.2",)),
        Device(id="DPS-CR1", site="DPS", role="core", tier="backbone", addresses=("10.0.0.3",)),
        Device(id="DPS-OLT1", site="CAB", role="olt", tier="feeder"),
    ),
    links=(
        Link(id="L-1", a="JKT-CR1/1", b="SBY-CR1/1", tier="backbone", routes=(("S-1",),)),
        Link(id="L-2", a="SBY-CR1/2", b="DPS-CR1/1", tier="backbone", routes=(("S-2",),)),
        Link(id="L-3", a="DPS-CR1/2", b="DPS-OLT1/up", tier="feeder"),
    ),
    services=(
        Service(id="SV-1", customer="CU-1", product="broadband", attach=("DPS-OLT1/1",)),
        Service(id="SV-2", customer="CU-2", product="dia", attach=("DPS-CR1/9",)),
        Service(id="SV-3", customer="CU-2", product="vpn", attach=("JKT-CR1/9",)),
        Service(id="SV-4", customer="CU-3", product="dia", attach=("JKT-CR1/8",)),
    ),
    customers=(
        Customer(id="CU-1", segment="residential"),
        Customer(id="CU-2", segment="enterprise", language="en"),
        Customer(id="CU-3", segment="business"),
    ),
)
WORLD = World(compile_inventory(INVENTORY), Policy())
DOWN = pack(np.asarray([0, 1], dtype=np.int32))  # CU-1, CU-2; as services: SV-1, SV-2
HIT = NamedSpell(("CU-1", "CU-2"), ("SV-1", "SV-2"))


def incident(**more: Any) -> IncidentRow:
    return IncidentRow(
        **{
            "id": "IN-000001",
            "status": "open",
            "root": "C-77",
            "root_since_us": CUT_US + MINUTE_US,
            "suspected_us": CUT_US + MINUTE_US,
            "opened_us": CUT_US + 2 * MINUTE_US,
            "first_event_us": CUT_US,
            "down_since_us": CUT_US,
            "equivalent": ("C-77", "S-2"),
            "alternatives": (("DPS-CR1", 40_000),),
            "confidence_ppm": 950_000,
            "severity": "Critical",
            "services_down": 2,
            "customers_down": 2,
            "down_now": 2,
            "ticket": "TK-1",
            "verdicts": [
                Verdict(CUT_US + MINUTE_US, "suspected", "C-77"),
                Verdict(CUT_US + 2 * MINUTE_US, "open", "C-77"),
            ],
            "explanation": ("conduit C-77 explains 2 of 2 alarms",),
            **more,
        }
    )


def alarm(name: str, after_us: int = 0, **more: Any) -> AlarmRow:
    """`name`: of the object."""
    return AlarmRow(
        **{
            "key": f"{name}\x1flink_down",
            "object": name,
            "alarm_type": "link_down",
            "qualifier": None,
            "severity": "major",
            "raised": True,
            "active": True,
            "changed_us": CUT_US + after_us,
            "told": None,
            "source": "snmp:10.0.0.2",
            "first_id": f"a-{name}",
            "first_us": CUT_US + after_us,
            "cleared_us": 0,
            **more,
        }
    )


ALARMS = (
    alarm("SBY-CR1/2", 1, incident="IN-000001"),
    alarm("DPS-CR1/1", 2, incident="IN-000001", flapping=True, repeats=4),
    alarm("SBY-CR1/23", 3, shelved_until_us=NOW_US + HOUR_US, text="[admin] down"),
    alarm("SBY-CR12", 4, known=False, shelved_until_us=NOW_US - 1),
    alarm("SBY-CR1", 5, active=False, raised=False, cleared_us=CUT_US + MINUTE_US),
)


def outage_ticket(**more: Any) -> TicketRow:
    return TicketRow(
        **{
            "id": "TK-1",
            "number": "NT-20260301-900000",
            "kind": "outage",
            "category": "network",
            "severity": "Critical",
            "class_reason": "backbone_fibre",
            "classed_by": "machine",
            "stage": "investigation",
            "owner": "noc_operator",
            "opened_us": CUT_US + 2 * MINUTE_US,
            "incident": "IN-000001",
            "clocks": [
                Clock("response", CUT_US, CUT_US + 32 * MINUTE_US),
                Clock("resolution", CUT_US, CUT_US + 8 * HOUR_US),
            ],
            "trail": [Entry(CUT_US, "machine", "opened", None, "Critical", "backbone_fibre")],
            **more,
        }
    )


def complaint_ticket() -> TicketRow:
    return outage_ticket(
        id="TK-2",
        number="NT-20260301-000007",
        kind="complaint",
        severity="Major",
        parent="TK-1",
        complaint="c-1",
        customer="CU-1",
        service="SV-1",
        channel="phone",
        product="broadband",
        clocks=[],
        trail=[],
    )


def complaint() -> ComplaintRow:
    return ComplaintRow("c-1", CUT_US + 3 * MINUTE_US, 0, "CU-1", "SV-1", "network", "no_service", "TK-2", "IN-000001")


def rows_of(row: IncidentRow, down: bytes = DOWN) -> list[tuple[str, str, Any]]:
    """What the kernel leaves of the cut, as changes to commit."""
    due = DeadlineRow(UPDATE_KIND, row.id, CUT_US + 122 * MINUTE_US)
    return [
        ("incidents", row.id, row),
        ("audiences", row.id, AudienceRow(row.id, down, DOWN, spells=(Spell(DOWN),))),
        ("members", f"{row.id}\x1fa", MemberRow(row.id, "DPS-CR1\x1fdevice_unreachable", "a-2", CUT_US, True)),
        ("members", f"{row.id}\x1fb", MemberRow(row.id, "SBY-CR1/2\x1flink_down", "a-1", CUT_US, True)),
        ("tickets", "TK-1", outage_ticket()),
        ("tickets", "TK-2", complaint_ticket()),
        ("texts", number_key("NT-20260301-900000"), TextRow("TK-1")),
        ("texts", number_key("NT-20260301-000007"), TextRow("TK-2")),
        ("complaints", "c-1", complaint()),
        ("texts", about_key(row.id), TextRow("RCA-000001")),
        ("rcas", "RCA-000001", RcaRow("RCA-000001", row.id, None, CUT_US + 2 * MINUTE_US)),
        ("deadlines", Deadlines.key(UPDATE_KIND, row.id), due),
    ]


class House:
    """A store that can be written to, and a clock that can be moved."""

    def __init__(self, store: MemoryStore | None = None, world: World = WORLD) -> None:
        self.store = store or MemoryStore()
        self.now_us = NOW_US
        self._world = world

    def clock(self) -> int:
        return self.now_us

    def world(self) -> World:
        return self._world

    def commit(self, changes: Sequence[tuple[str, str, Any]], effects: Sequence[Effect] = ()) -> None:
        applied = self.store.applied(DOMAIN)
        self.store.commit(Commit(DOMAIN, applied, applied + 1, sorted(changes, key=lambda c: c[:2]), effects))
        self.now_us += 1_000_000

    def archive(self) -> None:
        """The cut is over for long."""
        rows = [one for one in rows_of(incident()) if one[0] not in ("deadlines", "audiences")]
        rows.append(("affected", "IN-000001", AffectedRow(HIT.customers, (HIT,))))
        kept = [Archived(self.now_us, "IN-000001", *one) for one in rows]
        gone = sorted((table, key, None) for table, key, _ in rows_of(incident()))
        applied = self.store.applied(DOMAIN)
        self.store.commit(Commit(DOMAIN, applied, applied + 1, gone, [], kept))
        self.now_us += 1_000_000

    def cut(self) -> None:
        """The conduit under the strait is cut."""
        said = Reason("attached", "complaint c-1 belongs to the outage", "SOP 4.2")
        noted = Noted(id="NT-000001", at_us=CUT_US, about="IN-000001", reason=said)
        other = Noted(id="NT-000002", at_us=CUT_US, about="IN-000002", reason=said)
        self.commit(rows_of(incident()), [noted, other])


class IntakeRegister:
    """A directory of three phones and a mail; CU-1 and CU-3 share a house."""

    def __init__(self) -> None:
        self.phones = {"+62811": ["CU-1", "CU-3"], "+62812": ["CU-3"], "+62813": ["CU-1"]}

    def replace(self, contacts: object) -> None: ...

    def contact(self, _: str) -> Contact | None:
        return None

    def by_phone(self, phone: str) -> list[str]:
        return self.phones.get(phone, [])

    def by_email(self, email: str) -> list[str]:
        return ["CU-1"] if email == "cu-1@example.com" else []


class Inbox:
    """An inlet that keeps what it was given, numbers complaints, knows repeats, and can be full."""

    def __init__(self) -> None:
        self.events: list[Incoming] = []
        self.seen: dict[str, Accepted] = {}
        self.full = False
        self.waiting = 0
        self.refuses: str | None = None  # an object that it does not take
        self.then: Callable[[Incoming], None] | None = None  # what the worker makes of it
        self._arrived = threading.Condition()

    def wait(self, number: int) -> Incoming:
        """The event of this number, counted from 1, once it is there: a real sender takes its time."""
        with self._arrived:
            assert self._arrived.wait_for(lambda: len(self.events) >= number, PATIENCE_S), "nothing came"
        return self.events[number - 1]

    def post(self, alarms: object) -> None: ...

    async def put(self, event: Incoming, _: str | None = None) -> Accepted | BadInput:
        if self.full:
            raise JournalFull("the journal's disk is full", "Free some space.")
        if isinstance(event, Alarm) and event.object == self.refuses:
            return BadInput("object", "not taken here")
        name = getattr(event, "id", "heartbeat")
        if name in self.seen:
            return repeated(self.seen[name])
        number = f"NT-20260301-{len(self.events) + 1:06}" if isinstance(event, ComplaintIn) else None
        self.seen[name] = Accepted(name, number)
        with self._arrived:
            self.events.append(event)
            self._arrived.notify_all()
        if self.then is not None:
            self.then(event)
        return self.seen[name]

    async def put_all(self, events: Sequence[Incoming], sender: str | None = None) -> list[Accepted | BadInput]:
        return [await self.put(event, sender) for event in events]


def repeated(first: Accepted) -> Accepted:
    return Accepted(first.id, first.number, repeated=True)
