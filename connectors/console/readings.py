"""What one domain adds to the board, read from the store's rows: bounded, whatever is in the store."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from heapq import nsmallest

from connectors.ports import Store
from connectors.telemetry import tallies
from correlator.customers import NOBODY, Customers, unpack
from correlator.effects import Alert
from correlator.rows.incidents import LIVE, IncidentRow
from correlator.rows.service_desk import TicketRow
from correlator.service_desk.clocks import KIND as CLOCK_KIND

NEWEST = 300  # incidents looked at, besides those that stand
MOST_STANDING = 500
SHOWN_TICKETS = 30
SHOWN_ALERTS = 25
NEWEST_TICKETS = 60
URGENT_EVERY = 5  # readings

STANDING = ("suspected", "open", "clearing")
ORDER = {"open": 0, "clearing": 1, "suspected": 2, "resolved": 3, "closed": 4}
SHOWN_CLOSED = 5  # of those that were open, the last: what the next shift asks about first


@dataclass(frozen=True, slots=True)
class Reading:
    """One domain, as it stood at one offset; of what another domain decides on nothing."""

    applied: int = -1
    at_us: int = 0  # the state's own clock: the last thing that it took in
    incidents: tuple[IncidentRow, ...] = ()
    tickets: tuple[TicketRow, ...] = ()  # the newest, and those whose clocks strike next
    alerts: tuple[Alert, ...] = ()
    down: Customers = field(default_factory=lambda: NOBODY, compare=False)  # who is down under any of the incidents


class Readings:
    """Reads one domain. Remembers which incidents stood, so that an old one that still stands is not lost to view."""

    def __init__(self, store: Store, domain: str, own: str = "") -> None:
        """`own`: how the ids of its own incidents begin, where others' are mirrored among its rows."""
        self._store = store
        self._domain = domain
        self._own = own
        self._last = Reading()
        self._standing: set[str] | None = None
        self._urgent: list[str] = []  # tickets whose clocks strike next
        self._reads = 0

    def read(self, applied: int) -> Reading:
        """As it stands at this offset; looked at again only where it has moved."""
        if applied != self._last.applied:
            alerts = self._store.effects(self._domain, ("alert",), SHOWN_ALERTS)
            clock = self._store.row(self._domain, "counters", "now_us")
            incidents = self._incidents()
            self._last = Reading(
                applied,
                clock.value if clock else 0,
                tuple(incidents),
                tuple(self._tickets()),
                tuple(one for one in alerts if isinstance(one, Alert)),
                self._down(incidents),
            )
        return self._last

    def _down(self, incidents: Iterable[IncidentRow]) -> Customers:
        names = [row.id for row in incidents if row.status in LIVE and row.down_now]
        audiences = (self._store.row(self._domain, "audiences", name) for name in names)
        return tallies.together(unpack(row.down) for row in audiences if row is not None)

    def ticket(self, name: str | None) -> TicketRow | None:
        """A live one, by id."""
        row: TicketRow | None = self._store.row(self._domain, "tickets", name) if name else None
        return row

    def _incidents(self) -> list[IncidentRow]:
        """The newest, and older ones that stand; of closed ones the last few, of merged ones none."""
        store, domain = self._store, self._domain
        if self._standing is None:  # the first time: all of them
            found = dict(store.rows(domain, "incidents"))
        else:
            found = dict(store.newest(domain, "incidents", NEWEST, self._own))
            for name in sorted(self._standing - found.keys())[:MOST_STANDING]:
                row = store.row(domain, "incidents", name)
                if row is not None:
                    found[name] = row
        self._standing = {name for name, row in found.items() if row.status in STANDING and not row.home}
        newest = sorted(found, reverse=True)[:NEWEST]
        rows = [row for name in {*newest, *self._standing} if (row := found[name]).status in ORDER and not row.home]
        return last_closed(rows)

    def _tickets(self) -> list[TicketRow]:
        found = dict(self._store.newest(self._domain, "tickets", NEWEST_TICKETS))
        for name in self._striking_next():
            if name not in found and (row := self.ticket(name)) is not None:
                found[name] = row
        return list(found.values())

    def _striking_next(self) -> list[str]:
        """Looked up at every few readings only: each open ticket has a deadline, and a storm has many."""
        if self._reads % URGENT_EVERY == 0:
            due = (row for _, row in self._store.rows(self._domain, "deadlines", f"{CLOCK_KIND}\x1f"))
            least = nsmallest(SHOWN_TICKETS, due, key=lambda row: (row.due_us, row.subject))
            self._urgent = [row.subject for row in least]
        self._reads += 1
        return self._urgent


def last_closed(rows: Iterable[IncidentRow]) -> list[IncidentRow]:
    """All that are not closed, and the last few that are."""
    found = list(rows)
    closed = [row for row in found if row.status == "closed" and row.opened_us is not None]
    closed.sort(key=lambda row: (-(row.closed_us or 0), row.id))
    return [row for row in found if row.status != "closed"] + closed[:SHOWN_CLOSED]
