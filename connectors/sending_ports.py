"""The ports of the way out: the outbox's side of the store, who dispatches, and channels. `connectors.ports` has all.

What goes round between them is here too.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, Protocol, get_args, runtime_checkable

from correlator.effects import Alert, Announced, Campaign, Notice

if TYPE_CHECKING:
    from connectors.ports import Contact

MessageState = Literal["queued", "trying", "sent", "delivered", "failed", "dead", "uncertain"]
WrongState = Literal["failed", "dead", "uncertain"]
WRONG: tuple[WrongState, ...] = get_args(WrongState)
Sendable = Alert | Announced | Campaign | Notice  # the effects that become messages


def is_again(effect: Sendable) -> bool:
    """Whether its messages are there already, and are sent once more."""
    return isinstance(effect, Campaign | Notice) and bool(effect.again)


@dataclass(frozen=True, slots=True)
class Addressed:
    """One message of an effect, before it has an address and a text."""

    id: str  # the idempotency key: `{campaign id}:{customer id}`, or the id of the notice or alert
    recipient: str  # `customer:ID`, `complaint:ID`, `staff:ROLE`, `staff:ROLE/PERSON` or `hub:ID`; never an address
    word: str  # the channel word: phone, email, portal, walk_in, staff, report, hub
    language: Literal["id", "en"]


class Renderer(Protocol):
    """What an effect says, and to whom. The outbox asks for the text only when it sends."""

    def fan_out(self, effect: Sendable, start: int) -> Iterator[Addressed]:
        """Its messages from number `start` on, always in the same order."""

    def text(self, effect: Sendable, message: Addressed) -> tuple[str | None, str]:
        """Subject (None where there is none) and body."""

    def files(self, effect: Sendable) -> Sequence["Attachment"]:
        """What goes with its messages; may take seconds. Raises PortError."""


@dataclass(frozen=True, slots=True)
class Pending:
    """An effect that is not wholly fanned out; `done` messages of it are queued."""

    effect: Sendable
    done: int


@dataclass(frozen=True, slots=True)
class Again:
    """That a message was sent again on a person's word, the last time."""

    at_us: int
    tried: int  # attempts before; those since count anew
    doubted: bool  # it had been uncertain: it may have been received before


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
    changed_us: int = field(default=0, compare=False)
    again: Again | None = None

    @property
    def tried_before(self) -> int:
        """Attempts that count no more."""
        return self.again.tried if self.again else 0


@dataclass(frozen=True, slots=True)
class Settled:
    """What became of a message: `queued` again (at `due_us`, perhaps under another word), or a final state.

    `attempt`: how often it had been begun when this was seen. What was begun anew since is not ours to settle.
    """

    id: str
    state: MessageState
    at_us: int
    attempt: int
    due_us: int = 0
    word: str | None = None  # None: as it was
    why: str | None = None
    reference: str | None = None


class OutboxStore(Protocol):
    """The outbox's side of the store. Each call is one transaction, durable (also against power loss) on return.

    Each may raise StoreDown; each that writes, Refused.
    """

    def pending(self, domain: str, limit: int = 10) -> list[Pending]:
        """Effects that are not wholly fanned out, oldest first."""

    def queue(self, domain: str, pending: Pending, messages: Sequence[Addressed], at_us: int, last: bool) -> None:
        """The next messages of an effect; `last`: with these it is wholly fanned out.

        Of one that is sent again (`is_again`), those that went wrong are queued anew (`Again`), and no others.
        """

    def pass_over(self, domain: str, pending: Pending, last: bool) -> None:
        """Its next message is not queued, and counts as done; `last`: then it is wholly fanned out."""

    def campaigns(self, domain: str, word: str) -> list[str]:
        """Campaigns of which messages of this word are queued, by id: the oldest first."""

    def due(self, domain: str, word: str, now_us: int, limit: int, stopped: Collection[str] = ()) -> list[Queued]:
        """Messages of a channel word that are queued and due: single ones, then those of one campaign after the other.

        `stopped`: campaigns that are left out.
        """

    def next_due_us(self, domain: str) -> int | None:
        """When the next queued message is due; None where none is queued."""

    def begin(self, domain: str, ids: Sequence[str], at_us: int, name: str) -> dict[str, int]:
        """Record an attempt at each, BEFORE it is sent: of those that were still queued, how many attempts it makes.

        `name`: the dispatcher's. Raises Fenced where it is not enlisted.
        """

    def settle(self, domain: str, results: Sequence[Settled]) -> None:
        """What became of them. One that is over, or was begun anew since, stays as it is."""

    def rehearse(self, domain: str) -> None:
        """Write what each message needs, and take it back. Raises Refused where not even that is taken."""

    def orphans(self, domain: str) -> list[Queued]:
        """Attempts that are open, of dispatchers that are not enlisted: nobody knows what became of them."""

    def enlist(self, domain: str, name: str) -> None:
        """This dispatcher begins attempts from now on."""

    def beat(self, domain: str, name: str) -> Mapping[str, int]:
        """Say that we live; each dispatcher's beats so far, ours too. Raises Fenced where we were struck off."""

    def strike(self, domain: str, name: str, beats: int | None = None) -> bool:
        """A dispatcher has gone; `beats`: only where it has not said more since. Whether it was enlisted."""

    def effect(self, domain: str, effect_id: str) -> Sendable | None:
        """One effect that becomes messages, by id."""

    def messages(
        self, domain: str, states: Sequence[MessageState], last: int = 100, of: Sequence[str] | None = None
    ) -> list[Queued]:
        """The last ones in these states, by the time that they changed, newest first; `of`: of these campaigns and
        single messages alone, by id."""

    def repeated(self, domain: str, last: int = 100, of: Sequence[str] | None = None) -> list[Queued]:
        """The last ones that were sent again, in whatever state, in the same order."""

    def counts(self, domain: str) -> dict[tuple[str, MessageState], int]:
        """How many messages by (channel word, state)."""


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that goes with a message."""

    name: str
    form: Literal["pdf", "xlsx"]
    data: bytes = field(repr=False)


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
    files: tuple[Attachment, ...] = ()


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

    @property
    def knows_all(self) -> bool:
        """Whether it knows of every dispatcher's attempts: what it has not then, nobody has sent."""

    async def took(self, ids: Sequence[str]) -> set[str]:
        """Which of these messages it has."""


class OnDuty(Protocol):
    """Who is on duty, and where they are reached (`connectors.rota`)."""

    def on_duty(self, role: str, at_us: int) -> Sequence[str]:
        """Persons' ids, who is called first at first; none: the role's own address counts."""

    def contact(self, person: str) -> "Contact | None":
        """None where the person is not, or no longer, known. Personal data: never logged."""
