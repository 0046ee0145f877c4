"""The ports: what the service asks of the outside, as Protocols. Every port has a memory twin in shipped code, and
one compliance suite in `tests/contracts` that every adapter must pass.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol, runtime_checkable

from correlator.effects import Alert, Campaign, Effect, Notice
from correlator.events import Alarm, Frame, Incoming

# Errors: typed as recoverable (try again later) or not.


class PortError(Exception):
    """An operating error at the rim; `remedy` is a sentence for the person on shift."""

    recoverable = True

    def __init__(self, what: str, remedy: str = "") -> None:
        super().__init__(f"{what}. {remedy}" if remedy else what)
        self.what = what
        self.remedy = remedy


class JournalFull(PortError):
    """The disk is full or the journal cannot be written: nothing is acknowledged until it can."""


class StoreDown(PortError):
    """The store cannot be written or reached: the disk is full, another process holds it, the server is away."""


class Fenced(PortError):
    """Another owner took the domain over: drop memory and load again."""


class Unusable(PortError):
    """What is stored cannot be read by this version, or is damaged."""

    recoverable = False


# Journal and store


class Journal(Protocol):
    """An append-only list of frames a domain. Offsets count from 1, without gaps."""

    def append(self, domain: str, frame: Frame) -> int:
        """Durable when it returns; the frame's offset. Raises JournalFull."""

    def read(self, domain: str, after: int, limit: int = 1000) -> list[tuple[int, Frame]]:
        """Frames with an offset above `after`, in order, at most `limit` (fewer where they are big; none: the end)."""

    def first(self, domain: str) -> int:
        """The first offset that is kept; 0 where there is none."""

    def end(self, domain: str) -> int:
        """The last offset; 0 where there is none."""

    def domains(self) -> list[str]:
        """Which domains it has frames of, sorted."""

    def prune(self, domain: str, before_us: int, applied: int) -> int:
        """Drop the oldest frames, while older than `before_us` and no newer than offset `applied`; how many went.

        The last frame always stays, so that offsets go on.
        """

    def close(self) -> None: ...


@dataclass(frozen=True, slots=True)
class Loaded:
    """What the store knows of a domain: the rows at `applied` are the snapshot."""

    applied: int  # offset of the last frame that was committed
    rows: dict[str, dict[str, Any]]  # table -> key -> row (typed by correlator.state.TABLES)


@dataclass(frozen=True, slots=True)
class Commit:
    """One frame's result: all of it in one database transaction, the only commit point."""

    domain: str
    expected: int  # `applied` as this owner knows it
    applied: int
    changes: Sequence[tuple[str, str, Any]]  # (table, key, row or None where dropped)
    effects: Sequence[Effect]


@dataclass(frozen=True, slots=True)
class Emitted:
    """An effect, and where it stands in its domain: the frame that it comes of, the place within it."""

    offset: int
    place: int
    effect: Effect


class Store(Protocol):
    """Rows, effects, applied offset, crash counts; and the outbox. Raises StoreDown, Unusable."""

    @property
    def outbox(self) -> "OutboxStore": ...

    def load(self, domain: str) -> Loaded: ...

    def commit(self, commit: Commit) -> None:
        """Raises Fenced where `expected` is no longer the applied offset."""

    def applied(self, domain: str) -> int: ...

    def rows(self, domain: str, table: str, prefix: str = "") -> Iterator[tuple[str, Any]]:
        """Rows whose key begins so, by key; for read models (another process may be writing)."""

    def newest(self, domain: str, table: str, last: int) -> list[tuple[str, Any]]:
        """The rows with the greatest keys, greatest first; where ids come from a counter these are the newest."""

    def row(self, domain: str, table: str, key: str) -> Any | None: ...

    def effects(self, domain: str, kinds: Sequence[str], last: int = 100) -> list[Effect]:
        """The newest effects of these kinds (tags: alert, campaign, notice, rejected, noted), oldest first."""

    def unpublished(self, domain: str, limit: int = 500) -> list[Emitted]:
        """The effects after the mark, in the order in which they were emitted."""

    def published(self, domain: str, last: Emitted) -> None:
        """Move the mark to this one; it never goes back."""

    def domains(self) -> list[str]:
        """Which domains it knows, sorted."""

    def prune(self, domain: str, before_us: int) -> int:
        """Forget effects and messages that are older and done with; how many went."""

    def crashed(self, domain: str, place: str) -> int:
        """Count a crash of the core at a place (`offset.index`, or a deadline); how often it crashed there."""

    def close(self) -> None: ...


# Outbox and channels


MessageState = Literal["queued", "trying", "sent", "delivered", "failed", "dead", "uncertain"]
Sendable = Alert | Campaign | Notice  # the effects that become messages


@dataclass(frozen=True, slots=True)
class Addressed:
    """One message of an effect, before it has an address and a text."""

    id: str  # the idempotency key: `{campaign id}:{customer id}`, or the id of the notice or alert
    recipient: str  # `customer:ID`, `complaint:ID` or `staff:ROLE`; never an address
    word: str  # the channel word: phone, email, portal, walk_in, staff
    language: Literal["id", "en"]


class Renderer(Protocol):
    """What an effect says, and to whom. The outbox asks for the text only when it sends."""

    def fan_out(self, effect: Sendable, start: int) -> Iterator[Addressed]:
        """Its messages from number `start` on, always in the same order."""

    def text(self, effect: Sendable, message: Addressed) -> tuple[str | None, str]:
        """Subject (None where there is none) and body."""


@dataclass(frozen=True, slots=True)
class Pending:
    """An effect that is not wholly fanned out; `done` messages of it are queued."""

    effect: Sendable
    done: int


@dataclass(frozen=True, slots=True)
class Queued:
    """A message of the outbox, as it stands."""

    id: str
    effect: str  # id of the effect
    recipient: str
    word: str
    language: Literal["id", "en"]
    state: MessageState
    attempts: int
    due_us: int  # when to try next
    why: str | None = None  # the last failure, without personal data
    reference: str | None = None  # the channel's own id


@dataclass(frozen=True, slots=True)
class Settled:
    """What became of a message: `queued` again (at `due_us`, perhaps under another word), or a final state."""

    id: str
    state: MessageState
    at_us: int
    due_us: int = 0
    word: str | None = None  # None: as it was
    why: str | None = None
    reference: str | None = None


class OutboxStore(Protocol):
    """The outbox's side of the store. Each call is one transaction, durable (also against power loss) on return."""

    def pending(self, domain: str, limit: int = 10) -> list[Pending]:
        """Effects that are not wholly fanned out, oldest first."""

    def queue(self, domain: str, pending: Pending, messages: Sequence[Addressed], at_us: int, last: bool) -> None:
        """The next messages of an effect; `last`: with these it is wholly fanned out."""

    def due(self, domain: str, words: Sequence[str], now_us: int, limit: int) -> list[Queued]:
        """Messages of these channel words that are queued and due: single ones first, then those of campaigns."""

    def next_due_us(self, domain: str) -> int | None:
        """When the next queued message is due; None where none is queued."""

    def begin(self, domain: str, ids: Sequence[str], at_us: int) -> set[str]:
        """Record an attempt at each, BEFORE it is sent; which ones were still queued."""

    def settle(self, domain: str, results: Sequence[Settled]) -> None:
        """What became of them."""

    def trying(self, domain: str) -> list[Queued]:
        """Attempts that are open: after a crash, nobody knows what became of them."""

    def effect(self, domain: str, effect_id: str) -> Sendable | None:
        """One effect that becomes messages, by id."""

    def messages(self, domain: str, states: Sequence[MessageState], last: int = 100) -> list[Queued]:
        """The last ones in these states, by the time that they changed, newest first."""

    def counts(self, domain: str) -> dict[tuple[str, MessageState], int]:
        """How many messages by (channel word, state)."""


@dataclass(frozen=True, slots=True)
class Message:
    """One message to one address, ready to send. `id` is the idempotency key, the same at each attempt."""

    id: str
    channel: str  # name of the channel: file, smtp, webhook
    to: str  # an address of that channel; personal data: never logged
    subject: str | None
    body: str
    language: Literal["id", "en"]
    about: str | None = None  # incident or ticket
    kind: str = ""
    headers: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Sent:
    """The channel took it; `reference` is the channel's own id, where it gives one."""

    reference: str | None = None


@dataclass(frozen=True, slots=True)
class Failed:
    """The channel refused it; recoverable: try again later, else it goes to the dead letters."""

    why: str
    recoverable: bool


@dataclass(frozen=True, slots=True)
class Unsure:
    """Nobody knows whether the channel took it: the answer did not come."""

    why: str


Answer = Sent | Failed | Unsure


class Channel(Protocol):
    """Sends one message. May raise nothing but PortError; anything else is a programmer's error."""

    @property
    def name(self) -> str: ...

    @property
    def repeats_safely(self) -> bool:
        """Whether an attempt whose end nobody knows may be repeated (mail, with the same Message-ID)."""

    async def send(self, message: Message) -> Answer: ...

    async def close(self) -> None: ...


@runtime_checkable
class Answering(Protocol):
    """A channel that can say afterwards what it took."""

    async def took(self, ids: Sequence[str]) -> set[str]:
        """Which of these messages it has."""


# Inlet: where listeners put what they heard


@dataclass(frozen=True, slots=True)
class Accepted:
    """In the journal, durably. `number`: the ticket number of a complaint; `repeated`: seen before, no effect."""

    id: str
    number: str | None = None
    repeated: bool = False


@dataclass(frozen=True, slots=True)
class Refused:
    """Bad input is data: the field, what is wrong, what to do."""

    field: str | None
    reason: str


class Inlet(Protocol):
    """The one way in. The intake numbers, classifies, seals, frames and appends."""

    def post(self, alarms: Iterable[Alarm]) -> None:
        """From datagrams, which nobody waits for: framed and appended within 20 ms. Raises JournalFull."""

    async def put(self, event: Incoming) -> Accepted | Refused:
        """From doors that answer: returns when the event is durable in the journal. Raises JournalFull."""


class Resolver(Protocol):
    """Names and addresses to inventory ids, in one place; counts what did not resolve."""

    def device_at(self, address: str) -> str | None:
        """The device that has this management address; None and counted where none has."""

    def object_named(self, name: str) -> str | None:
        """The inventory id for a name that a source uses (an id, a name, an address, `device/port`)."""


class Counter(Protocol):
    """Counts what listeners took and refused, by reason; `/metrics` shows it."""

    def count(self, what: str, reason: str = "", n: int = 1) -> None: ...


# Personal data


@dataclass(frozen=True, slots=True)
class Contact:
    """Where a person can be reached. Never logged, never in the journal but sealed."""

    name: str | None
    phone: str | None
    email: str | None


class Vault(Protocol):
    """A key a person: seals what the journal keeps of them. Destroying the key erases them (UU PDP 27/2022)."""

    def seal(self, person: str, plain: bytes) -> bytes:
        """`person`: `customer:ID`, or `complaint:ID` where the customer is unknown."""

    def seal_many(self, texts: Sequence[tuple[str, bytes]]) -> list[bytes]:
        """(person, plain) each; keys that are missing are made in one transaction."""

    def unseal(self, person: str, sealed: bytes) -> bytes | None:
        """None where the key is gone."""

    def holds(self, person: str) -> bool:
        """Whether there is a key of this person."""

    def erase(self, person: str) -> bool: ...


class Directory(Protocol):
    """Customers' contacts, sealed at rest; found by a keyed hash."""

    def replace(self, contacts: Iterable[tuple[str, Contact]]) -> None:
        """All customers of the inventory in force: (customer id, contact)."""

    def contact(self, customer: str) -> Contact | None: ...

    def by_phone(self, phone: str) -> list[str]: ...

    def by_email(self, email: str) -> list[str]: ...
