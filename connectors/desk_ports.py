"""The port of the desk: the tickets of all domains as lines, by what is due next, asked a page at a time."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final, Literal, NamedTuple, Protocol

from correlator.rows.service_desk import TicketRow

NEVER_US: Final = 2**62  # when a ticket without a clock that runs is due: after all others
CLOSED, OPEN, ARCHIVED, MOVED = range(4)  # archived: over for long; moved: it went to another domain, which lists it
State = Literal["open", "closed", "all", "archived"]  # all: that are not archived
STATES: Final[Mapping[State, tuple[int, ...]]] = {
    "open": (OPEN,),
    "closed": (CLOSED,),
    "all": (CLOSED, OPEN),
    "archived": (ARCHIVED,),
}
Sort = Literal["due", "newest"]
WAITS_FOR_CUSTOMER: Final = "waiting_customer"  # a word of `paused_for`
NAME_AT_MOST, SAID_AT_MOST = 200, 300  # characters: an index of PostgreSQL has room for 2,700 octets of a line
FILTERS: Final = (
    *("owner", "assigned_to", "stage", "severity", "category", "region", "channel", "product", "kind"),
    *("customer", "incident"),
)


@dataclass(frozen=True, slots=True)
class TicketLine:
    """What a list says of a ticket; names of persons are in it only as staff are called.

    `open`: `CLOSED`, `OPEN`, `ARCHIVED` or `MOVED`. `due_us`: when the first of its clocks that run is, or was, due
    (`clock`). `said`: to look for words in. What people may write as long as they like is cut (`assigned_to`, `said`).
    """

    domain: str
    id: str
    number: str
    kind: str
    open: int
    stage: str
    severity: str
    category: str
    owner: str
    assigned_to: str | None
    region: str | None
    channel: str | None
    customer: str | None
    service: str | None
    product: str | None
    incident: str | None
    parent: str | None
    paused_for: str | None
    children: int
    opened_us: int
    due_us: int
    clock: str | None
    said: str


class Standing(NamedTuple):
    """How a ticket stands: in any of these stages, and what it waits for; `pause` None: whether it waits or not."""

    stages: tuple[str, ...]
    pause: Literal["none", "customer", "other"] | None = None


@dataclass(frozen=True, slots=True)
class TicketsAsked:
    """Which lines: all of these must hold. `equal`: a column of `FILTERS` -> any of these values; `stands`: any of
    these; `after`: the place (`place_of`) of the line before the first one wanted; `offset`: so many are passed over.
    """

    domains: Sequence[str]
    equal: Mapping[str, Sequence[str]] = field(default_factory=dict)
    state: State = "open"
    due_before_us: int | None = None
    words: str = ""
    sort: Sort = "due"
    after: tuple[int, str] | None = None
    limit: int = 100
    stands: Sequence[Standing] = ()
    offset: int = 0


class TicketCount(NamedTuple):
    """Open tickets of one owner, stage and class."""

    owner: str
    stage: str
    severity: str
    tickets: int
    overdue: int
    unassigned: int


class DeskStore(Protocol):
    """The desk's side of the store: made of the rows as they are committed. Raises StoreDown."""

    def tickets(self, asked: TicketsAsked) -> list[TicketLine]:
        """What is due first at first, or the newest at first; ties by id. What comes and goes between two pages neither
        repeats nor hides what stays as it was."""

    def how_many(self, asked: TicketsAsked) -> int:
        """Lines for which it holds, whatever place and offset it names; counted up to its limit."""

    def counts(self, domains: Sequence[str], now_us: int) -> list[TicketCount]:
        """Of the open ones; `now_us`: what was due before is overdue."""


def archived_line(domain: str, row: TicketRow) -> TicketLine:
    """One that the kernel knows no more."""
    return replace(line_of(domain, row), open=ARCHIVED if row.moved_to is None else MOVED)


def line_of(domain: str, row: TicketRow) -> TicketLine:
    """A ticket as the desk lists it. A clock that is paused, met or passed over is due to nobody."""
    running = [
        (clock.due_us, clock.name)
        for clock in row.clocks
        if clock.due_us is not None and clock.met_us is None and not clock.skipped and clock.paused_since_us is None
    ]
    due_us, clock = min(running, default=(NEVER_US, None)) if row.stage != "closed" else (NEVER_US, None)
    words = (row.number, row.customer, row.service, row.product)
    return TicketLine(
        domain=domain,
        id=row.id,
        number=row.number,
        kind=row.kind,
        open=CLOSED if row.stage == "closed" else OPEN,
        stage=row.stage,
        severity=row.severity,
        category=row.category,
        owner=row.owner,
        assigned_to=row.assigned_to and row.assigned_to[:NAME_AT_MOST],
        region=row.region,
        channel=row.channel,
        customer=row.customer,
        service=row.service,
        product=row.product,
        incident=row.incident,
        parent=row.parent,
        paused_for=row.paused_for,
        children=row.children,
        opened_us=row.opened_us,
        due_us=due_us,
        clock=clock,
        said=" ".join(word for word in words if word).casefold()[:SAID_AT_MOST],
    )


def place_of(line: TicketLine, sort: Sort) -> tuple[int, str]:
    """Where a line stands in this order: ascending where it is by what is due, else descending."""
    return (line.due_us if sort == "due" else line.opened_us), line.id
