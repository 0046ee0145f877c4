"""What the kernel wants done, as data: every effect carries its id (the idempotency key downstream) and a reason.

An effect's id is made of its cause and a number, never drawn. References only: no name, phone, mail or text of a
person; what a customer reads is rendered at dispatch (`notices.notice_words`).
"""

from typing import Literal

import msgspec

from correlator.events import Alarm, Category, Channel, Command, Moved, Reply, Ruling, StaffRole, TmfEvent

AlertKind = Literal[
    "critical",
    "major",
    "minor",
    "clock_50",
    "clock_80",
    "breach",
    "escalation",
    "follow_up",
    "unanswered",
    "given",
    "reopened",
    "notices_wait",
    "unconfirmed",
    "unexplained_calls",
    "reply",
    "undelivered",
    "quarantine",
    "domain_stopped",
    "survey_planned",
    "survey_result",
    "rca_unfilled",
    "corrective_late",
    "rca_unverified",
    "improvement_due",
    "improvement_late",
    "improvement_done",
    "report",
    "report_undelivered",
    "unexplained",
    "management_lost",
    "work_void",
    "source_quiet",
    "source_back",
    "source_clock_wrong",
    "source_clock_right",
    "alarm_flood",
    "alarm_flood_over",
    "intake_shed",
    "intake_shed_over",
    "backup_restored",
]
NoticeKind = Literal["ack", "outage", "update", "restored", "correction", "question", "survey"]


class Reason(msgspec.Struct, frozen=True):
    """Why, in one word for machines and one line for people; `source` cites the rule (SOP 4.3, X.733 ...)."""

    code: str
    text: str
    source: str = ""


class ReportFacts(msgspec.Struct, frozen=True, array_like=True):
    """A report that goes by itself: which, of when. It is made from the rows when it is sent."""

    name: str
    start_us: int
    at_us: int  # when it was decided
    label: str  # as 2026-10
    formats: tuple[Literal["pdf", "xlsx"], ...]
    language: Literal["id", "en"]


class Alert(msgspec.Struct, frozen=True, kw_only=True, tag="alert"):
    """A warning to staff of one role."""

    id: str
    at_us: int
    role: StaffRole
    kind: str  # an `AlertKind`, or that of an older version
    about: str | None  # a ticket's, incident's or object's id
    text: str  # Bahasa Indonesia and English, one line
    reason: Reason
    place: int | None = (
        None  # among those on duty for the role, who alone is called: 0 is the first; None: all are told
    )
    answer: bool = False  # somebody has to say that they are on it; else the next one is called
    report: ReportFacts | None = None  # goes with it, as files
    matter: str = ""  # of a ticket: what it is of, in a few words of both languages


class NoticeFacts(msgspec.Struct, frozen=True, kw_only=True):
    """What a message says, frozen when it was decided; ids and times only."""

    number: str  # the ticket number that the customer reads
    since_us: int | None = None
    until_us: int | None = None
    over: bool = False  # it works again
    past: bool = False  # ... and they hear of it only now
    again: bool = False  # it was over, they heard so, and it is back since then
    estimate_us: int | None = None
    next_us: int | None = None  # when we speak next
    known_incident: bool = False  # an ack: this complaint belongs to an outage that is known
    repeat: int = 0
    product: str | None = None
    category: Category | None = None  # whose matter the complaint is: what is said of its result
    result: str | None = None  # what was done, in the words of whoever did it, for the customer to read
    no_fault: bool = False  # it was looked into, and no fault was found
    unstable: bool = False  # it comes and goes
    planned_work: bool = False  # an ack: planned work takes it down, which shall end at `until_us`
    services: tuple[str, ...] = ()  # those that are meant, where the customer has others besides


class Campaign(msgspec.Struct, frozen=True, kw_only=True, tag="campaign"):
    """One message to many customers: the audience is frozen; the outbox fans it out in chunks.

    A single message's id is `{id}:{customer id}`. Unique per (customer, outage, kind, update), also after merges.
    """

    id: str
    at_us: int
    incident: str  # empty: about none
    ticket: str  # or the survey
    kind: NoticeKind
    update: int
    inventory: str  # hash of the inventory that numbers the customers
    audience: bytes  # int32, little endian, ascending: customer numbers in that inventory
    services: bytes = b""  # of those of them who have several: numbers of the services that it is about
    facts: NoticeFacts
    reason: Reason
    again: str = ""  # the campaign whose messages these are, once more


class Notice(msgspec.Struct, frozen=True, kw_only=True, tag="notice"):
    """One message to one person, about a complaint ticket."""

    id: str
    at_us: int
    incident: str | None
    ticket: str
    customer: str | None  # None: the person is known by the complaint's sealed contact only
    kind: NoticeKind
    update: int
    language: Literal["id", "en"]
    via: Channel  # the channel on which the complaint came
    facts: NoticeFacts
    reason: Reason
    complaint: str | None = None  # whose sealed contact reaches the person, where the customer is not known
    again: str = ""  # the notice that it is, once more


class Rejected(msgspec.Struct, frozen=True, kw_only=True, tag="rejected"):
    """An event that changes nothing, and why; it is shown, counted, never fatal."""

    id: str
    at_us: int
    event: str | None
    field: str | None
    reason: Reason


class Noted(msgspec.Struct, frozen=True, kw_only=True, tag="noted"):
    """A decision worth keeping that asks for no message: why (not) something was done."""

    id: str
    at_us: int
    about: str
    reason: Reason


class Announced(msgspec.Struct, frozen=True, kw_only=True, tag="announced"):
    """A ticket or an alarm changed, for the systems that subscribed to it: one message each, `{id}:{hub}`."""

    id: str
    at_us: int
    kind: TmfEvent
    about: str  # the ticket, or the alarm's key
    row: bytes  # as it was then, msgpack; a ticket without its trail
    hubs: tuple[str, ...]
    reason: Reason


class Handed(msgspec.Struct, frozen=True, kw_only=True, tag="handed"):
    """For the journal of another domain, where it becomes a `Handover`."""

    id: str
    at_us: int
    to: str
    number: int  # counts what goes to that domain
    what: Alarm | Moved | Ruling | Command | Reply
    reason: Reason


OutsideEffect = Alert | Campaign | Notice | Announced | Rejected | Noted  # whom it concerns is outside
Effect = OutsideEffect | Handed
