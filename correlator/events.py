"""What can happen: the events of the journal (contract, section 2), as frozen rows.

A complaint and a reply come in two shapes: as they arrive (`ComplaintIn`, `ReplyIn`: free text, contact) and as they
are journaled (`Complaint`, `Reply`: classified, numbered, personal data sealed). The kernel sees the second only.
Times are aware datetimes here and integer microseconds since 1970 (`*_us`) from the kernel on.
"""

from datetime import UTC, datetime, timedelta
from typing import Annotated, Any, Literal

import msgspec

Time = Annotated[datetime, msgspec.Meta(tz=True)]
Id = Annotated[str, msgspec.Meta(min_length=1)]
Named = Annotated[tuple[Id, ...], msgspec.Meta(max_length=50)]

AlarmType = Literal[
    "loss_of_signal",
    "link_down",
    "neighbor_down",
    "device_unreachable",
    "protection_switch",
    "fiber_break",
    "power_failure",
    "on_battery",
    "dying_gasp",
    "card_failure",
    "service_down",
    "signal_degraded",
    "high_temperature",
    "device_restart",
    "other",
]
PRECURSORS = frozenset({"signal_degraded", "high_temperature"})  # nothing is down for them
EVENTS = frozenset({"device_restart", "other"})  # these tell of no state
Severity = Literal["critical", "major", "minor", "warning", "indeterminate"]
Channel = Literal["phone", "email", "portal", "walk_in"]
AnsweredBy = Literal["phone", "email", "portal", "walk_in", "sms", "link"]  # how a customer's answer came
StaffRole = Literal[
    "customer_care",
    "customer_support",
    "care_supervisor",
    "service_manager",
    "operations_director",
    "noc_operator",
    "technical",
    "billing_account",
    "customer_experience",
    "administrator",
]
OnTickets = Literal["set_category", "move_stage", "pause", "resume", "reopen", "repair", "send_again", "fill", "verify"]
OnQuality = Literal["plan", "cancel", "opt_out", "opt_in", "propose"]
Action = Literal[
    "acknowledge",
    "assign",
    "accept_root",
    "unpin",
    "merge",
    "split",
    "attach",
    "detach",
    "set_class",
    "set_estimate",
    "hold_notices",
    "release_notices",
    "note",
    "close",
    "shelve",
    "unshelve",
    "open",
    OnTickets,
    OnQuality,
]
TicketEvent = Literal[
    "TroubleTicketCreateEvent", "TroubleTicketStatusChangeEvent", "TroubleTicketAttributeValueChangeEvent"
]
AlarmEvent = Literal["AlarmCreateEvent", "AlarmStateChangeEvent", "AlarmAttributeValueChangeEvent"]
TmfEvent = Literal[TicketEvent, AlarmEvent]
Score = Annotated[int, msgspec.Meta(ge=1, le=5)]  # how satisfied: 5 is best (SOP 9)
Category = Literal["network", "billing", "account", "service"]
TicketSeverity = Literal["Minor", "Major", "Critical"]  # the class of a ticket (SOP 4.3)
Symptom = Literal["no_service", "slow", "tv", "other", "none"]  # what a complaint says of an outage; other: not clear
Breadth = Literal["line", "area", "wide"]  # how far a complaint says that it reaches: one's own, an area, everybody
Cause = Literal["network", "price", "fair_use", "app", "portal", "billing", "own", "other"]  # the first alone is ours

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
SECOND_US = 1_000_000
MINUTE_US = 60 * SECOND_US
HOUR_US = 60 * MINUTE_US
DAY_US = 24 * HOUR_US


def microseconds(time: datetime) -> int:
    """Microseconds since 1970-01-01T00:00Z of an aware time, exact."""
    return (time - EPOCH) // MICROSECOND


def moment(us: int) -> datetime:
    """The inverse of `microseconds`, in UTC."""
    return EPOCH + timedelta(microseconds=us)


class Alarm(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, tag="alarm", omit_defaults=True):
    """A source says that an alarm is raised or cleared on an object (X.733, TMF642)."""

    id: Id
    time: Time
    received: Time | None = None
    source: Id
    object: Id
    qualifier: Id | None = None
    alarm_type: AlarmType
    severity: Severity | None = None
    state: Literal["raised", "cleared"]
    text: str | None = None
    is_root_cause: bool | None = None  # what the source makes of it (TMF642 isRootCause); None: it does not say
    parent_alarms: Named = ()  # event ids of alarms of which it calls this one a consequence (parentAlarm)
    correlated_alarms: Named = ()  # ... that it says belong to it (correlatedAlarm, 3GPP correlatedNotifications)
    because: Literal["resync"] | None = None  # of a clear that nobody sent: the source does not hold it active any more


class ComplaintIn(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, tag="complaint"):
    """A complaint as it arrives."""

    id: Id
    time: Time
    received: Time | None = None
    occurred: Time | None = None
    channel: Channel
    customer: Id | None = None
    service: Id | None = None
    contact: str | None = None
    number: Annotated[str, msgspec.Meta(pattern=r"^NT-\d{8}-\d{6}$")] | None = None
    text: str


class Complaint(msgspec.Struct, frozen=True, kw_only=True, tag="complaint_received", omit_defaults=True):
    """A complaint as journaled: numbered, its text classified and sealed (SOP 4.2, stage 1)."""

    id: Id
    time: Time
    received: Time | None = None
    occurred: Time | None = None
    channel: Channel
    customer: Id | None = None
    service: Id | None = None
    number: str
    category: Category
    symptom: Symptom
    classifier: str  # the version of what classified the text
    cause: Cause = "other"  # what it is about, as the text says
    breadth: Breadth = "line"  # how far it reaches, as the text says
    words: tuple[str, ...] = ()  # by which the text was read so, the heaviest first; of the model's, nobody's name
    language: Literal["id", "en"] = "id"  # the language of the text, for one whose customer is unknown
    sealed: bytes | None = None  # text and contact under the person's key; None where nothing was to be kept
    for_others: bool = False  # who complains did so lately for another customer: one witness, whoever is meant
    has_mains: bool = False  # the house has power, as the text says: a lamp of the modem glows
    still: bool = False  # nothing works still, or again, as the text says: it is of no outage that is over
    works: bool = False  # it works (again), as the text says: no complaint


class Maintenance(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, tag="maintenance"):
    """Planned work on some objects, from start to end."""

    id: Id
    time: Time
    objects: tuple[Id, ...]
    start: Time
    end: Time
    reason: str


class SourceState(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, tag="source_state"):
    """A source no longer sees these objects (lost: what it does not say is unknown), or sees them again."""

    id: Id
    time: Time
    source: Id
    objects: tuple[Id, ...]
    state: Literal["lost", "restored"]


class SourceHeard(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, tag="source_heard"):
    """A source lives, and has nothing to tell. What it asks, and how often, where it says so."""

    id: Id
    time: Time
    source: Id
    polls: Annotated[tuple[Id, ...], msgspec.Meta(max_length=1000)] = ()  # devices that it asks
    anew: bool = False  # they are all of them; else they come beside those that it named before
    every_s: Annotated[int, msgspec.Meta(ge=1)] | None = None  # it speaks so often; None: it is learned
    resynced: bool = False  # what it holds active was compared with what stands


class Restored(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, tag="restored"):
    """The field crew confirms a repair: the element is known up from `time` on."""

    id: Id
    time: Time
    object: Id


class Subscription(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, tag="subscription"):
    """Another system wants to be told of tickets or alarms as they change (TMF630, hub); or no longer does."""

    id: Id
    time: Time
    actor: Id  # who said so
    hub: Id
    callback: Id | None = None  # where it is told, by https; None: no longer
    events: tuple[TmfEvent, ...] = ()


class Heartbeat(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, tag="heartbeat"):
    """Only moves time."""

    time: Time


class Command(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, tag="command"):
    """What a person tells the service to do, with who and why."""

    id: Id
    time: Time
    actor: Id
    role: StaffRole
    action: Action
    target: Id
    arguments: dict[str, Any] = msgspec.field(default_factory=dict)
    reason: Id


class ReplyIn(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, tag="reply", omit_defaults=True):
    """A customer's answer to a question, as it arrives."""

    id: Id
    time: Time
    customer: Id | None = None
    ticket: Id
    says: Literal["satisfied", "not_satisfied", "other"]
    text: str | None = None
    via: AnsweredBy | None = None
    score: Score | None = None
    complaint: Id | None = None  # under whose key the words are sealed, where the customer is not known
    stop: bool = False  # to a survey, whose id stands as the ticket: ask me no more


class Reply(msgspec.Struct, frozen=True, kw_only=True, tag="reply_received", omit_defaults=True):
    """A customer's answer as journaled: its text sealed."""

    id: Id
    time: Time
    customer: Id | None = None
    ticket: Id
    says: Literal["satisfied", "not_satisfied", "other"]
    sealed: bytes | None = None
    via: AnsweredBy | None = None
    score: Score | None = None
    complaint: Id | None = None  # under whose key it is sealed, where the customer is not known; None: the ticket's
    stop: bool = False  # to a survey: the customer wants none any more
    symptom: Symptom | None = None  # of one who is not satisfied, what the words tell of; None: of what they had said


class Receipt(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, tag="receipt"):
    """A channel says what became of a notice."""

    id: Id
    time: Time
    notice: Id
    state: Literal["sent", "delivered", "failed", "uncertain"]
    detail: str | None = None


class WorldChange(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, tag="world"):
    """From here on this inventory and this policy are in force; None: unchanged."""

    id: Id
    time: Time
    inventory: str | None = None
    policy: str | None = None


class DueDeadline(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    kind: str
    subject: str
    due: Time


class Quarantine(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, tag="quarantine"):
    """Every fold skips the event at (offset, index), or the deadline where one is named, and shows it. Offset 0 is
    none: the outbox set a message aside. `command`: the event's id, where it is one: its giver hears "refused"."""

    id: Id
    time: Time
    offset: int
    index: int
    deadline: DueDeadline | None = None
    reason: str
    command: Id | None = None


class IntakeShed(msgspec.Struct, frozen=True, kw_only=True, tag="intake_shed"):
    """More came than could be written: alarms were shed, of the sources with most. `over`: no more for some time."""

    id: Id
    time: Time
    state: Literal["begins", "over"]
    number: int  # of alarms that were shed, since it began
    sources: tuple[tuple[str, int], ...]  # of which most were shed


class KernelVersion(msgspec.Struct, frozen=True, kw_only=True, tag="kernel"):
    """Which version folds from here on; a worker of another version does not go past it."""

    time: Time
    version: str


class BackupRestored(msgspec.Struct, frozen=True, kw_only=True, tag="backup_restored"):
    """At `time` a back-up was put in the place of what was lost; the journal goes on from what it held when `taken`.

    What was decided since then is known outside, and here no more: numbers and ids leap over it. `counters`: how far
    each had been drawn at least; `exact`: and no further, else each leaps by a fixed gap more.
    """

    id: Id
    time: Time
    taken: Time
    counters: dict[str, int] = {}
    exact: bool = False


class Moved(msgspec.Struct, frozen=True, kw_only=True, tag="moved"):
    """A complaint and its ticket go over to the domain that has the outage; they leave the one that had them."""

    id: Id  # of the complaint
    complaint: bytes  # its row, msgpack
    ticket: bytes  # ... and that of its ticket, with clocks and trail
    due: dict[str, int]  # what was armed for the ticket: kind -> microseconds since 1970


class Ruling(msgspec.Struct, frozen=True, kw_only=True, tag="ruling"):
    """What another domain says of an incident of its own that reaches into this one."""

    incident: Id
    status: Literal["suspected", "open", "clearing", "resolved", "closed", "merged"]
    root: Id
    besides: tuple[Id, ...] = ()
    since: Time  # its first event
    opened: Time
    into: Id | None = None  # where it is merged
    inventory: str = ""  # hash of the inventory that numbers the customers
    informed: bytes = b""  # int32, little endian, ascending: who was told of it, where it is merged into another's
    held: bool = False  # ... and that the NOC holds its messages back


class Handover(msgspec.Struct, frozen=True, kw_only=True, tag="handover"):
    """What one domain passes on: evidence for the other's elements, a word about its own, what tickets there get.

    A command or reply names that ticket by number.
    """

    time: Time
    domain: Id  # whose it was
    number: int  # from 1, one more each time: what comes again is dropped
    what: Alarm | Moved | Ruling | Command | Reply


Both = (  # as it arrives, and in the journal
    Alarm
    | Maintenance
    | SourceState
    | SourceHeard
    | Restored
    | Subscription
    | Heartbeat
    | Command
    | Receipt
    | WorldChange
    | Quarantine
)
Incoming = Both | ComplaintIn | ReplyIn
Event = Both | Complaint | Reply | IntakeShed | KernelVersion | BackupRestored | Handover


class Record(msgspec.Struct, frozen=True):
    """One event in its place: the frame's offset in the journal, the index within it, when it was appended."""

    offset: int
    index: int
    at_us: int
    event: Event


class Frame(msgspec.Struct, frozen=True, array_like=True):
    """The unit of append and of commit: 1 to 500 events that arrived together."""

    at_us: int
    events: tuple[Event, ...]
