"""The rows that customer care keeps: complaints, tickets with their clocks and trail, campaigns, RCA/CAPA records."""

from typing import Any, Literal

import msgspec

from correlator.events import Category, Channel, StaffRole, Symptom
from correlator.faults.rows import Klass

Stage = Literal["receipt", "verification", "assignment", "investigation", "confirmation", "closed"]


class ComplaintRow(msgspec.Struct):
    """A complaint, as evidence and as somebody's worry."""

    id: str
    at_us: int  # min(time, received)
    customer: int  # number in the inventory in force; -1 where unknown
    customer_id: str | None
    service: str | None  # a service that the inventory has, else None
    category: Category
    symptom: Symptom
    ticket: str
    incident: str | None = None
    detached: bool = False  # a person took it out; the machine leaves it alone


class Clock(msgspec.Struct, array_like=True):
    """An SLA or stage clock (SOP 4.2, 5)."""

    name: str  # response, resolution, stage_verification ...
    start_us: int
    due_us: int | None
    met_us: int | None = None
    paused_us: int = 0
    breached: bool = False
    warned: list[int] = msgspec.field(default_factory=list)


class Entry(msgspec.Struct, frozen=True, array_like=True):
    """A line of the trail."""

    at_us: int
    actor: str
    action: str
    was: Any
    now: Any
    reason: str | None


class TicketRow(msgspec.Struct):
    """A Tiket Komplain, or the outage ticket that the service raises by itself."""

    id: str
    number: str
    kind: Literal["outage", "complaint"]
    category: Category
    klass: Klass
    class_reason: str
    classed_by: str
    stage: Stage
    owner: StaffRole
    opened_us: int
    incident: str | None = None
    parent: str | None = None
    complaint: str | None = None
    customer: str | None = None
    service: str | None = None
    channel: Channel | None = None
    product: str | None = None
    responded_us: int | None = None
    repaired_us: int | None = None
    closed_us: int | None = None
    closed_as: Literal["confirmed", "unconfirmed", "duplicate", "no_fault"] | None = None
    assigned_to: str | None = None
    clocks: list[Clock] = msgspec.field(default_factory=list)
    trail: list[Entry] = msgspec.field(default_factory=list)


class CampaignRow(msgspec.Struct):
    """A bulk message that was released; its receipts are counted."""

    id: str
    incident: str
    kind: str
    update: int
    at_us: int
    size: int


class ToldRow(msgspec.Struct):
    """Who was told what about an outage, so that nobody is told twice, also after a merge."""

    incident: str
    kind: str
    update: int
    customers: bytes  # int32, little endian, ascending


class AudienceRow(msgspec.Struct):
    """Who is down under an incident, now and ever."""

    incident: str
    down: bytes  # int32, little endian, ascending: customers down now
    ever: bytes  # ... and at any time since suspected, under the final root


class HeldRow(msgspec.Struct):
    """A notice that waits: quiet hours, a window, the NOC's word."""

    incident: str
    kind: str
    until_us: int
    why: str


class RcaRow(msgspec.Struct):
    """An RCA/CAPA record (SOP 7)."""

    id: str
    incident: str | None
    ticket: str | None
    opened_us: int
    state: Literal["draft", "analysed", "actions", "verified", "closed"] = "draft"
