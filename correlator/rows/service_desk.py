"""The rows that customer care keeps: complaints, tickets with their clocks and trail, campaigns, RCA/CAPA records."""

from typing import Any, Literal

import msgspec

from correlator.effects import NoticeFacts, NoticeKind
from correlator.events import AnsweredBy, Category, Channel, StaffRole, Symptom, TicketSeverity

Stage = Literal["receipt", "verification", "assignment", "investigation", "confirmation", "closed"]
ClosedAs = Literal["confirmed", "unconfirmed", "duplicate", "no_fault"]
RcaState = Literal["draft", "analysed", "actions", "verified", "closed"]
OwedWhat = Literal["filling", "corrective", "verification"]
CauseCategory = Literal[
    "fibre_cut_third_party",
    "power",
    "hardware",
    "software",
    "human_error",
    "capacity",
    "weather",
    "theft",
    "upstream",
    "unknown",
]

MATTERS: dict[Category, tuple[str, str]] = {  # Bahasa Indonesia, English
    "network": ("jaringan", "network"),
    "service": ("layanan", "service"),
    "billing": ("tagihan", "billing"),
    "account": ("akun", "account"),
}


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
    follows: str | None = None  # the complaint that this one repeats
    attached: bool = False  # a person put it under its incident
    detached: bool = False  # a person took it out; the machine leaves it alone
    repeat: bool = False  # not the customer's first contact of the day
    after: bool = False  # they have an outage by another service, or had one till shortly before
    planned: bool = False  # planned work took their service down when they called
    work_until_us: int = 0  # ... and accounts for what they say, till then
    counted: bool = False  # evidence, or would be if no incident explained it
    moved: int = 0  # the step that last changed it as evidence
    for_others: bool = False  # who complains did so lately for another customer
    past: bool = False  # it is of a time when an incident that has ended had them down
    has_mains: bool = False  # the house has power, as it says
    well: bool = False  # ... and that it works, since: no evidence any more
    still: bool = False  # it says that nothing works still, or again: they do not call of what is over
    works: bool = False  # it says that it works (again): no complaint of an outage


class Clock(msgspec.Struct, array_like=True):
    """An SLA or stage clock (SOP 4.2, 5): a budget of clock or working time, counted since the last pause ended."""

    name: str  # response, resolution, stage_verification ...
    start_us: int
    due_us: int | None
    met_us: int | None = None
    paused_us: int = 0
    breached: bool = False
    warned: list[int] = msgspec.field(default_factory=list)  # 50, 80, and 100 once the breach was told
    budget_us: int = 0
    working: bool = False  # the budget is working time
    started: bool = True
    since_us: int = 0
    spent_us: int = 0  # before since_us, pauses left out
    spent_working_us: int = 0  # ... in working time
    cap_us: int | None = None  # due no later than this: the SLA of a stage, the parent of a child
    paused_since_us: int | None = None
    skipped: bool = False  # a stage that the ticket passed over: neither met nor late
    unsaid: list[int] = msgspec.field(default_factory=list)  # of `warned`, what the parent's warnings spoke for

    @property
    def runs(self) -> bool:
        """It counts now: begun, and neither met, paused nor passed over."""
        return self.started and self.met_us is None and self.paused_since_us is None and not self.skipped


class Entry(msgspec.Struct, frozen=True, array_like=True):
    """A line of the trail."""

    at_us: int
    actor: str
    action: str
    was: Any
    now: Any
    reason: str | None


class Work(msgspec.Struct, frozen=True, array_like=True):
    """What somebody did about it, or what came of it, in their words (SOP 8, `hasil tindakan`)."""

    at_us: int
    actor: str
    text: str


class LineState(msgspec.Struct, frozen=True, array_like=True):
    """How the customer's service stood when the complaint was verified (SOP 4.2 stage 2), as far as was known."""

    at_us: int
    actor: str
    state: Literal["down", "nothing_known", "customer_unknown"]
    incident: str | None = None  # that took it down


class Answer(msgspec.Struct, frozen=True, array_like=True):
    """The customer's last word on whether it is settled (SOP 4.2 stages 5 and 6)."""

    at_us: int
    by: str  # the customer, or whoever heard it
    says: Literal["satisfied", "not_satisfied", "other"]
    how: AnsweredBy | None = None
    score: int | None = None  # 1 to 5
    words: bool = False  # they wrote something, which lies sealed


class Call(msgspec.Struct, array_like=True):
    """Calls to those on duty about a ticket, until somebody answers."""

    since_us: int
    sent: int = 0  # how often it went out again
    alerts: dict[str, StaffRole] = {}  # that ask for an answer -> to which role each went
    answered_by: str | None = None


class TicketRow(msgspec.Struct):
    """A Tiket Komplain, or the outage ticket that the service raises by itself."""

    id: str
    number: str
    kind: Literal["outage", "complaint"]
    category: Category
    severity: TicketSeverity = msgspec.field(name="klass")  # as journals of complaints that moved have it
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
    occurred_us: int | None = None  # since when it fails, as the customer says (SOP 4.2 stage 1, `waktu kejadian`)
    responded_us: int | None = None
    repaired_us: int | None = None
    closed_us: int | None = None
    closed_as: ClosedAs | None = None
    follows: str | None = None  # the ticket that is worked on instead: the same customer called again
    assigned_to: str | None = None
    paused_for: str | None = None  # what is waited for, a word of the policy's `pauses`
    work_until_us: int = 0  # planned work, of which its customer was told, took the service down till then
    clocks: list[Clock] = msgspec.field(default_factory=list)
    trail: list[Entry] = msgspec.field(default_factory=list)
    rung: int = 0  # of the ladder (SOP 6): 0 the owner, 1 the supervisor ...
    climbed_us: int = 0  # when it last went up a rung
    reviews: int = 0  # how often its customer was not satisfied, or asked for a review
    language: Literal["id", "en"] = "id"
    asked: int = 0  # questions sent to the customer since the first repair
    asks_for: int = 0  # other tickets of the same customer under the same outage for which this one asked
    asked_via: str | None = None  # the ticket that asked for this one
    reminders: int = 0  # of them, reminders since the last repair
    silent: bool = False  # all reminders went unanswered: the supervisor decides
    confirmed: int = 0  # an outage's: children closed on the customer's word
    children: int = 0  # an outage's: complaint tickets under it that are not closed
    denied: int = 0  # an outage's: complaints set free of it since their customers say that it is not repaired
    denies: str | None = None  # a complaint's: the outage ticket that waits for it so
    machine_root: str | None = None  # an outage's: the root that the class and the notices rest on
    updates: int = 0  # an outage's: the last number of an update
    spoke_us: int = 0  # an outage's: when its customers were last told something
    spoke_size: int = 0  # ... and how many were down then
    returned_us: int = 0  # an outage's: when customers last heard that it is back for them
    unstable_us: int = 0  # an outage's: it comes and goes since then, and its customers heard of no end; 0: it does not
    heard_under: dict[str, bytes] = msgspec.field(default_factory=dict)  # an outage's: who knows it by another's number
    strategic: bool = False  # an outage's: the second rung knows that a strategic customer is down
    alarm: str | None = None  # a light one's: key of the alarm that nothing explains; it has no incident
    moved_to: str | None = None  # in the archive: the domain that has it now
    region: str | None = None  # of the service, the customer, or what broke
    verified: LineState | None = None
    temporary: Work | None = None  # the repair for now, which restores (SOP 4.2 stage 4)
    permanent: Work | None = None  # ... and the one for good
    result: Work | None = None  # what came of it, when the customer was asked whether it is settled
    told: str | None = None  # ... in the words that were written for the customer
    no_fault: bool = False  # ... and that no fault was found
    answer: Answer | None = None
    notices: list[str] = msgspec.field(default_factory=list)  # ids of the messages that went, by campaign or alone
    call: Call | None = None  # of a class that cannot wait for office hours
    machine_reason: str = ""  # why the machine would give it a class; where it did: `class_reason`

    @property
    def description(self) -> str:
        """What broke, or what the customer has: why the machine gave it a class, also where a person gave another."""
        return self.machine_reason or self.class_reason

    @property
    def matter(self) -> str:
        """What it is of, in a few words of Bahasa Indonesia and English."""
        if self.machine_root is not None:
            return f"gangguan {self.machine_root} / outage of {self.machine_root}"
        if self.alarm is not None:
            return "alarm yang belum dijelaskan / an alarm that nothing explains"
        indonesian, english = MATTERS[self.category]
        return f"keluhan {indonesian} / {english} complaint"

    @property
    def down_from_us(self) -> int:
        """From when on a complaint counts its customer as down: what planned work takes is none of it."""
        return max(self.opened_us, self.work_until_us)

    def clock(self, name: str) -> Clock | None:
        return next((clock for clock in self.clocks if clock.name == name), None)


class CampaignRow(msgspec.Struct):
    """A message that was released, to many or to one; its receipts are counted."""

    id: str
    incident: str  # empty: about a ticket alone
    kind: str
    update: int
    at_us: int
    size: int
    ticket: str = ""
    customer: str | None = None  # a single message's
    sent: int = 0
    delivered: int = 0
    failed: int = 0
    uncertain: int = 0


class ReceiptsRow(msgspec.Struct, frozen=True, array_like=True):
    """Whose receipts of one kind were heard (table `receipts`); forgotten when `until_us` is past."""

    bits: bytes
    until_us: int


class InformedRow(msgspec.Struct):
    """Who was told what about an outage, so that nobody is told twice, also after a merge."""

    incident: str
    kind: str
    update: int
    customers: bytes  # int32, little endian, ascending
    services: bytes = b""  # of those of them who have several: which ones they heard are down; of an outage, also later
    back: bytes = b""  # of an end or a correction: who heard after it that it is down again
    absent: dict[str, bool] = {}  # ids of those whom the inventory lacks now -> whether they were among `back`


class Spell(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """Services that went down together under an incident, and came back together."""

    services: bytes  # int32, little endian, ascending
    since_us: int = 0  # 0: since the incident's customers are down
    until_us: int = 0  # 0: they are down, or were till the incident ended


class AudienceRow(msgspec.Struct):
    """Who is down under an incident, now and ever."""

    incident: str
    down: bytes  # int32, little endian, ascending: customers down now
    ever: bytes  # ... and at any time since suspected, under the final root
    unsure: bytes = b""  # of those down now: the root may be another, under which they are not; told when it is sure
    services: bytes = b""  # down now, of those customers who have several
    spells: tuple[Spell, ...] = ()  # under the final root (`correlator.audiences`)


class SaidWellRow(msgspec.Struct):
    """A customer who says that it works: told of no outage, till something says otherwise of their own line."""

    at_us: int
    services: tuple[str, ...] = ()  # of these alone; (): of all that they hold


class NamedSpell(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A spell by ids: in the archive, and for reports. To each service its customer."""

    customers: tuple[str, ...]
    services: tuple[str, ...]
    since_us: int = 0
    until_us: int = 0


class AffectedRow(msgspec.Struct, frozen=True):
    """Who was ever down under an incident, by id: in the archive, where inventories come and go."""

    customers: tuple[str, ...]
    spells: tuple[NamedSpell, ...] = ()


class WaitingNoticeRow(msgspec.Struct):
    """A notice that waits: night, its size, the NOC's word, other domains, a service that is still down, an end."""

    incident: str  # empty: about a ticket alone
    kind: NoticeKind
    until_us: int  # 0: until the NOC releases it
    why: Literal["quiet", "size", "noc", "others", "dark", "clearing"]
    update: int = 0
    audience: bytes = b""  # int32, little endian, ascending; empty for a single message
    ticket: str = ""  # of a single message
    facts: NoticeFacts | None = None


class CapaAction(msgspec.Struct, frozen=True):
    """One corrective or preventive action (SOP 7: CAPA)."""

    what: str
    owner: str | None = None
    due_us: int | None = None
    done_us: int | None = None
    verified_by: str | None = None
    effect: str | None = None
    told_us: int | None = None  # when somebody said that it is done, by our clock


class Owed(msgspec.Struct, array_like=True):
    """What an RCA/CAPA record waits for, and who has heard that it is late (SOP 7)."""

    what: OwedWhat
    due_us: int
    role: StaffRole  # whose it is
    action: str | None = None  # the corrective action, in its own words
    owner: str | None = None  # ... and the person
    heard: int = 0  # 1: whose it is, 2: the first rung of the ladder too ...
    told_us: int = 0  # when the last of them heard
    said: int = 0  # so many were sent a message of it


class Moment(msgspec.Struct, frozen=True, array_like=True):
    """A line of an RCA's timeline."""

    at_us: int
    what: str


class RcaRow(msgspec.Struct):
    """An RCA/CAPA record (SOP 7). What the machine knows by itself is read from the incident when it is shown."""

    id: str
    incident: str | None
    ticket: str | None
    opened_us: int
    state: RcaState = "draft"
    cause_category: CauseCategory | None = None
    cause_by: str = "machine"
    timeline: list[Moment] = msgspec.field(default_factory=list)
    similar: tuple[str, ...] = ()
    five_whys: tuple[str, ...] = ()
    corrective: tuple[CapaAction, ...] = ()
    preventive: tuple[CapaAction, ...] = ()
    filled_by: tuple[str, ...] = ()  # whoever filled something verifies nothing of it
    owed: list[Owed] = msgspec.field(default_factory=list)
    trail: list[Entry] = msgspec.field(default_factory=list)
