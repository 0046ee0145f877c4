"""What the page shows, read from the store's rows: bounded, whatever is in the store. No name, contact or text of a
customer is read here.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from heapq import nsmallest

from connectors.ports import MessageState, Store
from correlator.care.campaigns import since_us
from correlator.care.clocks import KIND as CLOCK_KIND
from correlator.care.rows import TicketRow
from correlator.effects import Alert
from correlator.faults.rows import IncidentRow
from correlator.world import World
from topology.graph import Topology

NEWEST = 300  # incidents looked at, besides those that stand
MOST_STANDING = 500
SHOWN_INCIDENTS = 40
SHOWN_TICKETS = 30
SHOWN_ALERTS = 25
NEWEST_TICKETS = 60
URGENT_EVERY = 5  # readings

STANDING = ("suspected", "open", "clearing")
ORDER = {"open": 0, "clearing": 1, "suspected": 2, "resolved": 3, "closed": 4}
SHOWN_CLOSED = 5  # of those that were open, the last: what the next shift asks about first
WEIGHT = {"Critical": 0, "Major": 1, "Minor": 2}


@dataclass(frozen=True, slots=True)
class Root:
    """An element as people name it."""

    id: str
    name: str | None  # where the inventory gives another than the id
    kind: str | None
    tier: str | None


@dataclass(frozen=True, slots=True)
class IncidentLine:
    """One incident with its outage ticket, where it has one."""

    row: IncidentRow
    root: Root
    since_us: int
    ticket: TicketRow | None

    @property
    def complaints(self) -> int:
        """Complaint tickets under it that are not closed."""
        return self.ticket.children if self.ticket else 0


@dataclass(frozen=True, slots=True)
class Totals:
    """The figures of the head: they count everything that stands, also what is not shown."""

    open: int = 0
    suspected: int = 0
    critical: int = 0
    customers_down: int = 0
    services_at_risk: int = 0
    breached: int = 0  # running clocks past their time, among the tickets looked at


@dataclass(frozen=True, slots=True)
class Board:
    """One reading of the store."""

    applied: int
    at_us: int  # the state's own clock: the last thing that it took in
    incidents: tuple[IncidentLine, ...] = ()
    more_incidents: int = 0
    tickets: tuple[TicketRow, ...] = ()
    alerts: tuple[Alert, ...] = ()
    totals: Totals = field(default_factory=Totals)


class Boards:
    """Reads boards. Remembers which incidents stood, so that an old one that still stands is not lost to view."""

    def __init__(self, store: Store, domain: str, world: Callable[[], World]) -> None:
        self._store = store
        self._domain = domain
        self._world = world
        self._standing: set[str] | None = None
        self._urgent: list[str] = []  # tickets whose clocks strike next
        self._reads = 0

    def applied(self) -> int:
        """The offset that the store stands at: another one means that there is something new."""
        return self._store.applied(self._domain)

    def counts(self) -> dict[tuple[str, MessageState], int]:
        """Messages by channel word and state. Costs a look at each message: ask seldom."""
        return self._store.outbox.counts(self._domain)

    def read(self) -> Board:
        applied = self.applied()
        rows = self._incidents()
        topology = self._world().topology
        chosen = sorted(rows, key=_place)[:SHOWN_INCIDENTS]
        lines = tuple(self._line(row, topology) for row in chosen)
        tickets = self._tickets(lines)
        clock = self._store.row(self._domain, "counters", "now_us")
        alerts = [one for one in self._store.effects(self._domain, ("alert",), SHOWN_ALERTS) if isinstance(one, Alert)]
        return Board(
            applied=applied,
            at_us=clock.value if clock else 0,
            incidents=lines,
            more_incidents=len(rows) - len(lines),
            tickets=tuple(sorted(tickets, key=urgency)[:SHOWN_TICKETS]),
            alerts=tuple(reversed(alerts)),
            totals=_totals(rows, tickets),
        )

    def _incidents(self) -> list[IncidentRow]:
        """The newest, and older ones that stand; of closed ones the last few, of merged ones none."""
        store, domain = self._store, self._domain
        if self._standing is None:  # the first time: all of them
            found = dict(store.rows(domain, "incidents"))
        else:
            found = dict(store.newest(domain, "incidents", NEWEST))
            for name in sorted(self._standing - found.keys())[:MOST_STANDING]:
                row = store.row(domain, "incidents", name)
                if row is not None:
                    found[name] = row
        self._standing = {name for name, row in found.items() if row.status in STANDING}
        newest = sorted(found, reverse=True)[:NEWEST]
        rows = [found[name] for name in {*newest, *self._standing} if found[name].status in ORDER]
        closed = [row for row in rows if row.status == "closed" and row.opened_us is not None]
        closed.sort(key=lambda row: (-(row.closed_us or 0), row.id))
        return [row for row in rows if row.status != "closed"] + closed[:SHOWN_CLOSED]

    def _line(self, row: IncidentRow, topology: Topology) -> IncidentLine:
        ticket = self._store.row(self._domain, "tickets", row.ticket) if row.ticket else None
        return IncidentLine(row, root_of(topology, row.root), since_us(row), ticket)

    def _tickets(self, lines: Iterable[IncidentLine]) -> list[TicketRow]:
        """Those of the incidents, the newest, and those whose clocks strike next."""
        store, domain = self._store, self._domain
        found = {line.ticket.id: line.ticket for line in lines if line.ticket}
        found |= dict(store.newest(domain, "tickets", NEWEST_TICKETS))
        for name in self._striking_next():
            if name not in found and (row := store.row(domain, "tickets", name)) is not None:
                found[row.id] = row
        return [row for row in found.values() if row.stage != "closed"]

    def _striking_next(self) -> list[str]:
        """Looked up at every few readings only: each open ticket has a deadline, and a storm has many."""
        if self._reads % URGENT_EVERY == 0:
            due = (row for _, row in self._store.rows(self._domain, "deadlines", f"{CLOCK_KIND}\x1f"))
            least = nsmallest(SHOWN_TICKETS, due, key=lambda row: (row.due_us, row.subject))
            self._urgent = [row.subject for row in least]
        self._reads += 1
        return self._urgent


def root_of(topology: Topology, name: str) -> Root:
    """What the inventory lacks is shown under its own name."""
    number = topology.find(name)
    if number is not None:
        kind = topology.kind_of(number)
        private = kind == "site" and topology.site_kind(number) == "customer"  # its name may be a person's
        called = name if private else topology.name_of(number)
        return Root(name, called if called != name else None, kind, topology.tier_of(number))
    if (port := topology.find_port(name)) is not None:
        return Root(name, None, "port", topology.tier_of(port))
    return Root(name, None, "external" if name == "external" else None, None)


def urgency(ticket: TicketRow) -> tuple[int, int, str]:
    """The least running clock first; outage tickets before what hangs under them."""
    due_us = min((clock.due_us for clock in ticket.clocks if clock.due_us and clock.met_us is None), default=1 << 62)
    return (0 if ticket.kind == "outage" else 1, due_us, ticket.id)


def _place(row: IncidentRow) -> tuple[int, int, int, int, str]:
    """What needs a person first: open before suspected before resolved, by class, by customers, the newest first."""
    return (ORDER[row.status], WEIGHT[row.severity], -row.down_now, -(row.closed_us or row.suspected_us), row.id)


def _totals(rows: Iterable[IncidentRow], tickets: Iterable[TicketRow]) -> Totals:
    standing = [row for row in rows if row.status in STANDING]
    opened = [row for row in standing if row.status != "suspected"]
    return Totals(
        open=len(opened),
        suspected=len(standing) - len(opened),
        critical=sum(row.severity == "Critical" for row in opened),
        customers_down=sum(row.down_now for row in opened),
        services_at_risk=sum(row.services_at_risk for row in opened),
        breached=sum(clock.breached and clock.met_us is None for ticket in tickets for clock in ticket.clocks),
    )
