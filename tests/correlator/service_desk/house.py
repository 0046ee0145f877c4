"""A small network and a shift that works on it through the kernel's one door: records in, rows and effects to look at.

    CORE (gateway) - AGG    over SP-A, distribution: a cut is Major; AGG serves CU-1..CU-4 (WIB), BALI CU-5 (WITA),
                            PAPUA CU-6 (WIT); BALI and PAPUA hang below AGG
    CORE - HUB              over SP-M, metro: a cut is Critical; HUB serves CU-7 and CU-8 (strategic)

CU-2 reads English; CU-3 has no phone, CU-4 neither phone nor mail.
"""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import msgspec

from correlator import kernel
from correlator.effects import Alert, Campaign, Effect, Noted, Notice, Rejected
from correlator.events import (
    Action,
    Alarm,
    Category,
    Channel,
    Command,
    Complaint,
    Event,
    Heartbeat,
    Receipt,
    Record,
    Reply,
    StaffRole,
    Symptom,
    WorldChange,
    microseconds,
)
from correlator.policy import Policy
from correlator.policy.care import CarePolicy
from correlator.rows.incidents import IncidentRow
from correlator.rows.service_desk import Clock, TicketRow
from correlator.service_desk.notices import notices
from correlator.state import State
from correlator.world import World
from topology.compile import compile_inventory
from topology.graph import Topology
from topology.model import Customer, Device, Inventory, Language, Link, Service, Site, Span

WIB = timezone(timedelta(hours=7))
TUESDAY = datetime(2026, 3, 3, 10, 0, tzinfo=WIB)

PHONE, MAIL = "+62215550100", "someone@example.com"
INVENTORY = Inventory(
    sites=(
        Site(id="JKT", kind="pop", region="DKI Jakarta"),
        Site(id="BGR", kind="pop", region="Jawa Barat"),
        Site(id="DPS", kind="pop", region="Bali"),
        Site(id="DJJ", kind="pop", region="Papua"),
        Site(id="BDG", kind="pop", region="Jawa Barat"),
    ),
    spans=(
        Span(id="SP-A", a="JKT", b="BGR", tier="distribution", length_km=40),
        Span(id="SP-B", a="BGR", b="DPS", tier="distribution", length_km=40),
        Span(id="SP-P", a="BGR", b="DJJ", tier="distribution", length_km=40),
        Span(id="SP-M", a="JKT", b="BDG", tier="metro", length_km=40),
    ),
    devices=(
        Device(id="CORE", site="JKT", role="core", tier="backbone", gateway=True),
        Device(id="AGG", site="BGR", role="aggregation", tier="distribution"),
        Device(id="BALI", site="DPS", role="aggregation", tier="distribution"),
        Device(id="PAPUA", site="DJJ", role="aggregation", tier="distribution"),
        Device(id="HUB", site="BDG", role="aggregation", tier="metro"),
    ),
    links=(
        Link(id="LK-A", a="CORE/a", b="AGG/up", tier="distribution", routes=(("SP-A",),)),
        Link(id="LK-A2", a="CORE/a2", b="AGG/up2", tier="distribution", routes=(("SP-A",),)),
        Link(id="LK-B", a="AGG/b", b="BALI/up", tier="distribution", routes=(("SP-B",),)),
        Link(id="LK-P", a="AGG/p", b="PAPUA/up", tier="distribution", routes=(("SP-P",),)),
        Link(id="LK-M", a="CORE/m", b="HUB/up", tier="metro", routes=(("SP-M",),)),
        Link(id="LK-M2", a="CORE/m2", b="HUB/up2", tier="metro", routes=(("SP-M",),)),
    ),
    services=(
        *(Service(id=f"SV-{n}", customer=f"CU-{n}", product="broadband", attach=(f"AGG/{n}",)) for n in (1, 2, 3, 4)),
        Service(id="SV-5", customer="CU-5", product="vpn", attach=("BALI/1",)),
        Service(id="SV-6", customer="CU-6", product="dia", attach=("PAPUA/1",)),
        *(Service(id=f"SV-{n}", customer=f"CU-{n}", product="dia", attach=(f"HUB/{n}",)) for n in (7, 8)),
        Service(id="SV-9", customer="CU-9", product="cloud", attach=("CORE/9",)),
    ),
    customers=(
        Customer(id="CU-1", segment="residential", phone=PHONE, email=MAIL),
        Customer(id="CU-2", segment="residential", language="en", phone=PHONE),
        Customer(id="CU-3", segment="residential", email=MAIL),
        Customer(id="CU-4", segment="residential"),
        *(Customer(id=f"CU-{n}", segment="business", phone=PHONE) for n in (5, 6, 7)),
        Customer(id="CU-8", segment="enterprise", phone=PHONE, strategic=True),
        Customer(id="CU-9", segment="enterprise", phone=PHONE),
    ),
)
TOPOLOGY: Topology = compile_inventory(INVENTORY)
BELOW_A = ("CU-1", "CU-2", "CU-3", "CU-4", "CU-5", "CU-6")
BELOW_M = ("CU-7", "CU-8")

CUTS: dict[str, tuple[tuple[str, str], ...]] = {
    "SP-A": (
        *((port, "loss_of_signal") for port in ("CORE/a", "CORE/a2")),
        *((device, "device_unreachable") for device in ("AGG", "BALI", "PAPUA")),
    ),
    "SP-B": (("AGG/b", "loss_of_signal"), ("BALI", "device_unreachable")),
    "SP-P": (("AGG/p", "loss_of_signal"), ("PAPUA", "device_unreachable")),
    "SP-M": (*((port, "loss_of_signal") for port in ("CORE/m", "CORE/m2")), ("HUB", "device_unreachable")),
}


@dataclass
class Shift:
    """Time goes on by minutes; what is done is folded at that time."""

    care: dict[str, Any] = field(default_factory=dict)
    start: datetime = TUESDAY
    topology: Topology = TOPOLOGY

    def __post_init__(self) -> None:
        self.world = World(self.topology, Policy(care=CarePolicy(**self.care)))
        self.worlds = {self.topology.hash: self.world}  # by inventory
        self.state = State()
        self.effects: list[Effect] = []
        self.now = self.start
        self.lines = 0
        kernel.wake(self.state, self.world)

    # Time

    def fold(self, event: Event) -> list[Effect]:
        """What this record, and the deadlines before it, came to."""
        self.lines += 1
        step = kernel.advance(self.state, Record(self.lines, 0, microseconds(self.now), event), self.world)
        self.effects += step.effects
        return step.effects

    def wait(self, minutes: float = 0, *, hours: float = 0, days: float = 0) -> None:
        self.now += timedelta(minutes=minutes, hours=hours, days=days)
        self.fold(Heartbeat(time=self.now))

    def until(self, hour: int, minute: int = 0, days: int = 0) -> None:
        """Until that time of the day, WIB."""
        self.now = (self.now + timedelta(days=days)).astimezone(WIB).replace(hour=hour, minute=minute, second=0)
        self.fold(Heartbeat(time=self.now))

    # What happens

    def alarm(self, element: str, kind: str, state: str = "raised") -> None:
        self.lines += 1
        content = {
            "id": f"al-{self.lines}",
            "time": self.now,
            "source": "nms",
            "object": element,
            "alarm_type": kind,
            "severity": "critical",
            "state": state,
        }
        self.fold(msgspec.convert(content, Alarm))

    def cut(self, *spans: str) -> IncidentRow:
        """Cut, and let it settle for two minutes; the incident of the last one."""
        for span in spans:
            for element, kind in CUTS[span]:
                self.alarm(element, kind)
        self.wait(2)
        return self.incident(spans[-1])

    def only_bali(self, incident: IncidentRow) -> None:
        """A person says that BALI alone failed; what else told of it is shelved, as a loose agent's."""
        for row in list(self.state.alarms.values()):
            if row.object != "BALI":
                self.order("shelve", row.first_id, until="2030-01-01T00:00:00+07:00")
        self.order("accept_root", incident.id, root="BALI")

    def move_to(self, world: World) -> None:
        """The inventory changes; what comes of it is done when time goes on."""
        self.lines += 1
        change = WorldChange(id=f"w-{self.lines}", time=self.now, inventory=world.topology.hash)
        record = Record(self.lines, 0, microseconds(self.now), change)
        self.effects += kernel.advance(self.state, record, self.world, world).effects
        self.world = self.worlds[world.topology.hash] = world

    def mend(self, *spans: str, wait: float = 7) -> None:
        """All clears; after the hold of five minutes it is resolved."""
        for span in spans:
            for element, kind in CUTS[span]:
                self.alarm(element, kind, "cleared")
        self.wait(wait)

    def complain(
        self,
        customer: str | None,
        *,
        category: Category = "network",
        symptom: Symptom = "no_service",
        service: str | None = None,
        channel: Channel = "phone",
        name: str = "",
        language: Language = "id",
        works: bool = False,
    ) -> TicketRow:
        self.lines += 1
        name = name or f"co-{self.lines}"
        if service is None and customer is not None and customer.startswith("CU-"):
            service = f"SV-{customer[3:]}"
        self.fold(
            Complaint(
                id=name,
                time=self.now,
                channel=channel,
                customer=customer,
                service=service,
                number=f"NT-20260303-{self.lines:06}",
                category=category,
                symptom=symptom,
                classifier="test",
                language=language,
                works=works,
            )
        )
        self.wait()  # what is due now is done: the bare acknowledgement
        return self.state.tickets[self.state.complaints[name].ticket]

    def order(
        self, action: Action, target: str, role: StaffRole = "administrator", *, name: str = "", **arguments: Any
    ) -> list[Effect]:
        """`class_` and the like stand for words that Python keeps for itself."""
        self.lines += 1
        return self.fold(
            Command(
                id=name or f"cm-{self.lines}",
                time=self.now,
                actor=f"the-{role}",
                role=role,
                action=action,
                target=target,
                arguments={key.rstrip("_"): value for key, value in arguments.items()},
                reason="the shift decided so",
            )
        )

    def reply(self, ticket: TicketRow, says: str, customer: str | None = None, name: str = "") -> list[Effect]:
        self.lines += 1
        content = {
            "id": name or f"re-{self.lines}",
            "time": self.now,
            "customer": customer or ticket.customer,
            "ticket": ticket.number,
            "says": says,
        }
        return self.fold(msgspec.convert(content, Reply))

    def receipt(self, notice: str, state: str, name: str = "") -> list[Effect]:
        self.lines += 1
        content = {"id": name or f"rc-{self.lines}", "time": self.now, "notice": notice, "state": state}
        return self.fold(msgspec.convert(content, Receipt))

    # What is seen

    def incident(self, root: str) -> IncidentRow:
        rows = [row for row in self.state.incidents.values() if row.opened_us is not None]
        found = [row for row in rows if root in (row.root, *row.equivalent)]
        roots = [(row.id, row.root, row.status, row.equivalent) for row in rows]
        assert found, f"no opened incident with root {root}, but {roots}"
        return found[-1]

    def outage(self, root: str) -> TicketRow:
        return self.state.tickets[self.incident(root).ticket or ""]

    def alerts(self, kind: str, about: str | None = None) -> list[Alert]:
        rows = (effect for effect in self.effects if isinstance(effect, Alert) and effect.kind == kind)
        return [row for row in rows if about is None or row.about == about]

    def messages(self, kind: str | None = None, customer: str | None = None) -> list[notices.CustomerMessage]:
        """What customers got, in order."""
        found: list[notices.CustomerMessage] = []
        for effect in self.effects:
            if isinstance(effect, Campaign):
                found += notices.fan_out(self.worlds[effect.inventory], effect)
            elif isinstance(effect, Notice):
                found.append(notices.single(self.world, effect))
        return [
            told for told in found if (kind in (None, told.kind)) and (customer is None or told.customer == customer)
        ]

    def told(self, kind: str) -> list[str]:
        """Who got messages of this kind, sorted, as often as they did."""
        return sorted(str(told.customer) for told in self.messages(kind))

    def noted(self, code: str) -> list[Noted]:
        return [effect for effect in self.effects if isinstance(effect, Noted) and effect.reason.code == code]

    def rejected(self) -> list[Rejected]:
        return [effect for effect in self.effects if isinstance(effect, Rejected)]


def clock(ticket: TicketRow, name: str) -> Clock:
    return next(clock for clock in ticket.clocks if clock.name == name)


def minutes(us: int | None, since: datetime) -> float | None:
    """A time of a row, as minutes since then."""
    return None if us is None else (us - microseconds(since)) / 60e6


def when(us: int | None) -> str | None:
    """A time of a row, in WIB."""
    return None if us is None else datetime.fromtimestamp(us / 1e6, UTC).astimezone(WIB).strftime("%a %H:%M")


def said(ticket: TicketRow) -> list[tuple[str, str, Any, Any]]:
    """The trail: who, what, from, to."""
    return [(entry.actor, entry.action, entry.was, entry.now) for entry in ticket.trail]


def kinds(shift: Shift, customer: str) -> list[tuple[str, int]]:
    return [(told.kind, told.update) for told in shift.messages(customer=customer)]


def assert_each_once(shift: Shift) -> None:
    """The contract's law, by the survivor of each merge."""
    seen: set[tuple[str | None, str, str, int]] = set()
    for told in shift.messages():
        outage = told.incident or told.ticket
        while outage in shift.state.incidents and shift.state.incidents[outage].merged_into:
            outage = shift.state.incidents[outage].merged_into or ""
        key = (told.customer, outage, told.kind, told.update)
        assert key not in seen, f"{key} twice"
        seen.add(key)
