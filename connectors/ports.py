"""The ports: what the service asks of the outside. Each has a memory twin, and a suite in `tests/contracts` for all."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from connectors.desk_ports import DeskStore
from connectors.metrics import Counted
from connectors.port_errors import Fenced, JournalFull, PortError, Refused, StoreDown, Unusable
from connectors.sending_ports import (
    Addressed,
    Answer,
    Answering,
    Channel,
    Failed,
    Message,
    MessageState,
    OutboxStore,
    Pending,
    Queued,
    Renderer,
    Sendable,
    Sent,
    Settled,
    Unsure,
)
from correlator.effects import Effect
from correlator.events import Alarm, Frame, Incoming
from correlator.wire import BadInput

if TYPE_CHECKING:  # they bring the reports, the graph and numpy: a third of a second
    from correlator.reports.totals import Months, Totals
    from correlator.state import Archived

__all__ = [  # from `connectors.port_errors` and `connectors.sending_ports`
    "Addressed",
    "Answer",
    "Answering",
    "Channel",
    "Failed",
    "Fenced",
    "JournalFull",
    "Message",
    "MessageState",
    "OutboxStore",
    "Pending",
    "PortError",
    "Queued",
    "Refused",
    "Renderer",
    "Sendable",
    "Sent",
    "Settled",
    "StoreDown",
    "Unsure",
    "Unusable",
]

# Journal and store


class Journal(Protocol):
    """An append-only list of frames a domain. Offsets count from 1, without gaps."""

    def append(self, domain: str, frame: Frame) -> int:
        """Durable when it returns; the frame's offset. Raises JournalFull."""

    def append_all(self, domain: str, frames: Sequence[Frame]) -> list[int]:
        """As `append` of each, synced together. Fewer offsets: full from there on. JournalFull: none is there."""

    def read(self, domain: str, after: int, limit: int = 1000) -> list[tuple[int, Frame]]:
        """Frames with an offset above `after`, in order, at most `limit` (fewer where they are big; none: the end)."""

    def first(self, domain: str) -> int:
        """The first offset that is kept; 0 where there is none."""

    def end(self, domain: str) -> int:
        """The last offset; 0 where there is none."""

    def domains(self) -> list[str]:
        """Which domains it has frames of, sorted."""

    def prune(self, domain: str, before_us: int, applied: int) -> int:
        """Drop the oldest, while older than `before_us` and no newer than `applied`; how many. The last one stays."""

    def close(self) -> None: ...


@dataclass(frozen=True, slots=True)
class Loaded:
    """What the store knows of a domain: the rows at `applied` are the snapshot."""

    applied: int  # offset of the last frame that was committed
    rows: dict[str, dict[str, Any]]  # table -> key -> row (typed by correlator.state.TABLES)


Change = tuple[str, str, Any]  # table, key, row or None where dropped


class Listing(NamedTuple):
    """A list of rows of a table: by its name, or of all that are about something (`connectors.listed`)."""

    table: str
    name: str
    about: bool = False


class Place(NamedTuple):
    """Of a row in a list; the greatest comes first."""

    at_us: int
    key: str


@dataclass(frozen=True, slots=True)
class Commit:
    """What came of a frame, or of several: all of it in one database transaction, the only commit point."""

    domain: str
    expected: int  # `applied` as this owner knows it
    applied: int
    changes: Sequence[Change]
    effects: Sequence[Effect]
    archived: "Sequence[Archived]" = ()  # rows of cases that are over for long; `changes` drops them


@dataclass(frozen=True, slots=True)
class Emitted:
    """An effect, and where it stands in its domain: the last frame of its commit, the place within that."""

    offset: int
    place: int
    effect: Effect


@dataclass(frozen=True, slots=True)
class Held:
    """Which of the domains that were named have a row, in their order: among the live ones, or else in the archive."""

    live: tuple[str, ...]
    archived: tuple[str, ...]


class Store(Protocol):
    """Rows, effects, applied offset, crash counts; and the outbox. Raises StoreDown, Unusable."""

    @property
    def outbox(self) -> "OutboxStore": ...

    @property
    def desk(self) -> DeskStore: ...

    def load(self, domain: str) -> Loaded: ...

    def commit(self, commit: Commit) -> None:
        """Raises Fenced where `expected` is no longer the applied offset; Refused."""

    def rehearse(self, commit: Commit) -> None:
        """As `commit`, and all of it is taken back: raises what that would raise."""

    def applied(self, domain: str) -> int: ...

    def offsets(self, domains: Sequence[str]) -> dict[str, int]:
        """The applied offset of each, in one look."""

    def rows(self, domain: str, table: str, prefix: str = "", shape: type | None = None) -> Iterator[tuple[str, Any]]:
        """Rows whose key begins so, by key; another process may be writing. `shape`: a struct of the fields wanted."""

    def naming(self, domain: str, table: str, word: str) -> list[tuple[str, Any]]:
        """Rows with this word in any of their texts, by key. The store looks through all; only these are read."""

    def newest(self, domain: str, table: str, last: int, prefix: str = "") -> list[tuple[str, Any]]:
        """Rows with the greatest keys that begin so, greatest first; where a counter gives ids, the newest."""

    def listed(self, domain: str, listing: Listing, below: Place | None, limit: int) -> list[tuple[Place, Any]]:
        """Rows of a list (`connectors.listed`), the newest first, from below a place on; only these are read."""

    def passed(self, domains: Sequence[str], listings: Sequence[Listing], number: int) -> Place | None:
        """The place of the row that is so many from the newest of these lists together; None where there are fewer. A
        look at the index, not at the rows."""

    def counted(self, domain: str, *listings: Listing) -> int:
        """How many rows these lists have; a look at the index, not at the rows."""

    def row(self, domain: str, table: str, key: str) -> Any | None: ...

    def some(self, domain: str, table: str, keys: Collection[str]) -> dict[str, Any]:
        """Those of these rows that there are, by key; few looks, however many are asked for."""

    def holders(self, domains: Sequence[str], places: Collection[tuple[str, str]]) -> dict[tuple[str, str], Held]:
        """(table, key) -> which of these domains have such a row; few looks, however many are asked for."""

    def case(self, domain: str, table: str, key: str) -> dict[str, dict[str, Any]] | None:
        """All rows of the archived case that holds this one, table -> key -> row; None where the archive lacks it."""

    def archived(self, domain: str, table: str, since_us: int) -> Iterator[tuple[str, Any]]:
        """Rows of a table that were archived then or later, in the order of that; few at a time are in memory."""

    def totals(self, domains: Sequence[str], months: "Months") -> "Totals":
        """What the rows of these domains, live and archived, add to these months' documents; in one view."""

    def effects(self, domain: str, kinds: Sequence[str], last: int = 100) -> list[Effect]:
        """The newest effects of these kinds (tags: alert, campaign, notice, rejected, noted), oldest first."""

    def unpublished(self, domain: str, limit: int = 500) -> list[Emitted]:
        """The effects after the mark, in the order in which they were emitted."""

    def published(self, domain: str, last: Emitted) -> None:
        """Move the mark to this one; it never goes back."""

    def domains(self) -> list[str]:
        """Which domains it knows, sorted."""

    def prune(self, domain: str, before_us: int) -> int:
        """Forget older effects and messages that are done with; how many. Once there is a mark, no effect beyond it."""

    def forget_cases(self, domain: str, before_us: int) -> int:
        """Forget what was archived before a time; how many rows went."""

    def crashed(self, domain: str, place: str) -> int:
        """Count a crash of the core at a place (`offset.index`, or a deadline); how often it crashed there."""

    def close(self) -> None: ...


# Inlet: where listeners put what they heard


@dataclass(frozen=True, slots=True)
class Accepted:
    """In the journal, durably, under this id. `number`: of a complaint's ticket; `repeated`: seen before, no effect."""

    id: str
    number: str | None = None
    repeated: bool = False


class Inlet(Protocol):
    """The one way in. The intake numbers, classifies, seals, frames and appends."""

    @property
    def waiting(self) -> int:
        """Events that are not written yet. Who can let its senders wait does, where it is much."""

    def post(self, alarms: Iterable[Alarm]) -> None:
        """From datagrams, which nobody waits for: framed and appended within 20 ms. Raises JournalFull."""

    async def put(self, event: Incoming, sender: str | None = None) -> Accepted | BadInput:
        """From doors that answer: returns when the event is durable in the journal. Raises JournalFull. `sender`: whose
        its id is, where two senders may use the same one."""

    async def put_all(self, events: Sequence[Incoming], sender: str | None = None) -> Sequence[Accepted | BadInput]:
        """The same of several that came together: they share frames, in their order. JournalFull: nothing of them is
        acknowledged."""


class Unresolved(NamedTuple):
    """A name that no row of the inventory has."""

    name: str
    source: str  # how it was asked: `address` or `name`; `port`: of a known device, but no row names it
    times: int
    last_seen_us: int | None  # None where no clock was handed in


class Resolver(Protocol):
    """Names and addresses to inventory ids, in one place; counts what did not resolve."""

    def device_at(self, address: str) -> str | None:
        """The device that has this management address; None and counted where none has."""

    def object_named(self, name: str) -> str | None:
        """The inventory id for a name that a source uses (an id, a name, an address, `device/port`)."""

    def listed_port(self, device: str, names: Sequence[str], up_us: int | None = None) -> str | None:
        """The port of a device that a row has by one of these names, or by one that the device itself has for it; None
        where none has. Counts nothing. `up_us`: for how long the device says it has been up."""

    @property
    def version(self) -> int:
        """It grows when names may resolve otherwise than before."""

    def knows(self, name: str) -> bool:
        """Whether a device has this id, name or address; counts nothing."""

    def lists(self, object_id: str) -> bool:
        """Whether a row names it: a port of a known device has an id, and may be in no row."""

    def unresolved(self, last: int = 1000) -> list[Unresolved]:
        """What did not resolve, the newest first."""


class Counter(Protocol):
    """Counts what `connectors.metrics` names; `/metrics` shows it."""

    def count(self, metric: Counted, *labels: str, n: int = 1) -> None:
        """Add `n` under these values of the metric's labels. Raises ValueError where it has others."""


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

    def unseal_many(self, texts: Sequence[tuple[str, bytes]]) -> list[bytes | None]:
        """(person, sealed) each; the keys are read together."""

    def holds(self, person: str) -> bool:
        """Whether there is a key of this person."""

    def key_of(self, person: str) -> bytes | None:
        """The name of this person's key; it tells it from one made after it was destroyed."""

    def erase(self, person: str, key: bytes | None = None) -> bool:
        """False where there is none. `key`: only the one of this name."""

    def swept(self) -> bool:
        """Whether no copy of a key that was destroyed is left in our files; False while somebody reads them."""


class Directory(Protocol):
    """Customers' contacts, sealed at rest; found by a keyed hash."""

    def replace(self, contacts: Iterable[tuple[str, Contact]]) -> None:
        """All customers of the inventory in force: (customer id, contact)."""

    def contact(self, customer: str) -> Contact | None: ...

    def contacts(self, customers: Sequence[str]) -> dict[str, Contact]:
        """Those of them who are there and were not erased, looked up together."""

    def by_phone(self, phone: str) -> list[str]: ...

    def by_email(self, email: str) -> list[str]: ...


# What the processes of several machines tell each other beside journal and store


class ProcessStatus(Protocol):
    """The last word of each process that has one to say; the next one wipes it. Raises StoreDown."""

    def write(self, name: str, body: bytes) -> None: ...

    def read(self) -> Mapping[str, bytes]:
        """All words by name; perhaps as they were a moment ago."""

    def close(self) -> None: ...


class BlobStore(Protocol):
    """Large pieces of bytes, each kept once under a name that tells its content. Raises StoreDown."""

    def holds(self, name: str) -> bool: ...

    def keep(self, name: str, data: bytes) -> None:
        """Whole or not at all; what is there already stays."""

    def find(self, name: str) -> bytes | None: ...

    def forget(self, prefix: str, most: int) -> None:
        """Of those whose name begins so, only so many stay: the newest."""

    def close(self) -> None: ...
