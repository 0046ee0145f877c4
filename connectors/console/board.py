"""What the page shows, read from the store's rows: bounded, whatever is in the store. No name, contact or text of a
customer is read here.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from connectors.console.readings import ORDER, SHOWN_ALERTS, SHOWN_TICKETS, STANDING, Readings, last_closed
from connectors.ports import MessageState, Store
from connectors.telemetry import tallies
from correlator.effects import Alert
from correlator.incidents.outputs import customers_if_so
from correlator.rows.incidents import IncidentRow
from correlator.rows.service_desk import TicketRow
from correlator.world import World
from topology.graph import Topology

SHOWN_INCIDENTS = 40
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
    ticket: TicketRow | None
    if_so: int | None = None  # customers that its root takes down by itself, while it is suspected

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

    @property
    def calm(self) -> bool:
        """No incident stands."""
        return self.open == self.suspected == 0


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
    """Reads boards of all domains as one."""

    def __init__(self, store: Store, worlds: Mapping[str, Callable[[], World]]) -> None:
        """`worlds`: by domain the one in force there, in the order of the policy's names, so that the place of each is
        the number in its ids."""
        self._store = store
        self._worlds = worlds
        domains = list(worlds)
        own = [f"IN-{number:02}-" for number in range(len(domains))] if len(domains) > 1 else [""]
        self._readings = {name: Readings(store, name, ids) for name, ids in zip(domains, own, strict=True)}
        self._world = next(iter(worlds.values()))

    def applied(self) -> int:
        """The offsets at which the domains stand, in one sum: another one means that there is something new."""
        return sum(self._store.offsets(list(self._readings)).values())

    def counts(self) -> Mapping[tuple[str, MessageState], int]:
        """Messages by channel word and state. Costs a look at each message: ask seldom."""
        found: Counter[tuple[str, MessageState]] = Counter()
        for domain in self._readings:
            found.update(self._store.outbox.counts(domain))
        return found

    def unexplained(self, now_us: int) -> int:
        """Major and critical alarms that no incident explains."""
        return tallies.unexplained(self._store, list(self._worlds), now_us)

    def read(self) -> Board:
        stand = self._store.offsets(list(self._readings))
        read = {domain: readings.read(stand[domain]) for domain, readings in self._readings.items()}
        rows = last_closed(row for one in read.values() for row in one.incidents)
        home = {row.id: domain for domain, one in read.items() for row in one.incidents}
        topology = self._world().topology
        chosen = sorted(rows, key=_place)[:SHOWN_INCIDENTS]
        lines = tuple(self._line(row, home[row.id], topology) for row in chosen)
        known = {line.ticket.id: line.ticket for line in lines if line.ticket}
        known |= {ticket.id: ticket for one in read.values() for ticket in one.tickets}
        tickets = [ticket for ticket in known.values() if ticket.stage != "closed"]
        down = tallies.customers((self._worlds[domain]().topology, one.down) for domain, one in read.items())
        alerts = sorted((one for part in read.values() for one in part.alerts), key=lambda one: one.at_us)
        return Board(
            applied=sum(stand.values()),
            at_us=max(one.at_us for one in read.values()),
            incidents=lines,
            more_incidents=len(rows) - len(lines),
            tickets=tuple(sorted(tickets, key=urgency)[:SHOWN_TICKETS]),
            alerts=tuple(reversed(alerts[-SHOWN_ALERTS:])),
            totals=_totals(rows, tickets, down),
        )

    def _line(self, row: IncidentRow, domain: str, topology: Topology) -> IncidentLine:
        ticket, root = self._readings[domain].ticket(row.ticket), root_of(topology, row.root)
        return IncidentLine(row, root, ticket, if_so=customers_if_so(topology, row))


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
    """The least running clock first; outage tickets before what hangs under them, light ones last."""
    due_us = min(
        (clock.due_us for clock in ticket.clocks if clock.due_us and clock.met_us is None and not clock.skipped),
        default=1 << 62,
    )
    rank = 2 if ticket.alarm is not None else 0 if ticket.kind == "outage" else 1
    return (rank, due_us, ticket.id)


def _place(row: IncidentRow) -> tuple[int, int, int, int, str]:
    """What needs a person first: open before suspected before resolved, by class, by customers, the newest first."""
    return (ORDER[row.status], WEIGHT[row.severity], -row.down_now, -(row.closed_us or row.suspected_us), row.id)


def _totals(rows: Iterable[IncidentRow], tickets: Iterable[TicketRow], down: int) -> Totals:
    standing = [row for row in rows if row.status in STANDING]
    opened = [row for row in standing if row.status != "suspected"]
    return Totals(
        open=len(opened),
        suspected=len(standing) - len(opened),
        critical=sum(row.severity == "Critical" for row in opened),
        customers_down=down,
        services_at_risk=sum(row.services_at_risk for row in opened),
        breached=sum(
            clock.breached and clock.met_us is None and not clock.skipped
            for ticket in tickets
            for clock in ticket.clocks
        ),
    )
