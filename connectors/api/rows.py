"""The rows of the domains, with the incidents and their audiences kept in memory as read where each stood.

They are read anew where a domain has moved on, at most every `FRESH_US`: under a storm each request would otherwise
read them again. What a domain only mirrors is left out: the one that decides on it has it.
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from threading import Lock
from typing import Any, Protocol, TypeVar

from connectors.ports import Listing, Place, Store
from correlator.customers import Customers, unpack
from correlator.effects import Effect
from correlator.reports.totals import Months, Totals
from correlator.rows.incidents import IncidentRow, WindowRow
from correlator.rows.service_desk import AudienceRow, TicketRow
from correlator.service_desk.tickets import number_key

FRESH_US = 250_000

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Known:
    """The incidents as they stood, and who is, or was, down under them (ascending customer numbers; by service)."""

    incidents: Mapping[str, IncidentRow]
    down: Mapping[str, Customers]
    ever: Mapping[str, Customers]
    audiences: Mapping[str, AudienceRow]
    domain: Mapping[str, str]  # that decides on it
    windows: Mapping[str, WindowRow]  # planned work that is not over


class Source(Protocol):
    """Rows to ask: the live ones, or an archived case's."""

    def one(self, table: str, key: str) -> Any | None: ...

    def each(self, table: str, prefix: str = "") -> Iterator[tuple[str, Any]]: ...

    def naming(self, table: str, word: str) -> Iterator[tuple[str, Any]]:
        """Rows with this word in any of their texts, and maybe others."""


class Case:
    """An archived case (`correlator.cases`)."""

    def __init__(self, tables: Mapping[str, Mapping[str, Any]]) -> None:
        self._tables = tables

    def one(self, table: str, key: str) -> Any | None:
        return self._tables.get(table, {}).get(key)

    def each(self, table: str, prefix: str = "") -> Iterator[tuple[str, Any]]:
        return ((key, row) for key, row in self._tables.get(table, {}).items() if key.startswith(prefix))

    def naming(self, table: str, word: str) -> Iterator[tuple[str, Any]]:
        del word  # a case is small
        return self.each(table)


class Live:
    """The live rows of one domain."""

    def __init__(self, store: Store, domain: str) -> None:
        self._store = store
        self._domain = domain

    def one(self, table: str, key: str) -> Any | None:
        return self._store.row(self._domain, table, key)

    def each(self, table: str, prefix: str = "") -> Iterator[tuple[str, Any]]:
        return self._store.rows(self._domain, table, prefix)

    def naming(self, table: str, word: str) -> Iterator[tuple[str, Any]]:
        return iter(self._store.naming(self._domain, table, word))


@dataclass(frozen=True, slots=True)
class Found:
    """`row` is one of `source`, which is of `domain`."""

    domain: str
    source: Source
    row: Any


def ticket_in(source: Source, name: str | None) -> TicketRow | None:
    """By id or by number."""
    if name is None:
        return None
    row: TicketRow | None = source.one("tickets", name)
    if row is None and (numbered := source.one("texts", number_key(name))) is not None:
        row = source.one("tickets", numbered.value)
    return row


def is_mirror(row: Any) -> bool:
    """An incident on which another domain decides."""
    return isinstance(row, IncidentRow) and bool(row.home)


def by_one(lock: Lock, work: Callable[[], None], *, wait: bool) -> None:
    """Who comes while another does it goes on with what there was; `wait`: there is nothing yet."""
    if lock.acquire(blocking=wait):
        try:
            work()
        finally:
            lock.release()


class Rows:
    """Safe to use from several threads."""

    def __init__(self, store: Store, domains: Sequence[str], clock: Callable[[], int]) -> None:
        self._store = store
        self._live = {domain: Live(store, domain) for domain in domains}
        self.clock = clock
        self._stood: dict[str, int] = {}
        self._read_us = 0
        self._parts: dict[str, Known] = {}
        self._known = Known({}, {}, {}, {}, {}, {})
        self._reading = Lock()

    @property
    def domains(self) -> Sequence[str]:
        return list(self._live)

    def live(self, domain: str) -> Source:
        return self._live[domain]

    def some(self, domain: str, table: str, keys: Collection[str]) -> dict[str, Any]:
        """Those live rows of these keys that there are."""
        return self._store.some(domain, table, keys)

    def effects(self, domain: str, kinds: Sequence[str], last: int) -> list[Effect]:
        return self._store.effects(domain, kinds, last)

    def holders(self, *places: tuple[str, str]) -> list[str]:
        """Which domains may have a row at one of these (table, key); where there is one, it is not asked."""
        if len(self._live) == 1:
            return list(self._live)
        found = self._store.holders(list(self._live), places)
        return [domain for domain in self._live if any(domain in (*one.live, *one.archived) for one in found.values())]

    def listed(self, domain: str, listing: Listing, below: Place | None, limit: int) -> list[tuple[Place, Any]]:
        return self._store.listed(domain, listing, below, limit)

    def passed(self, listings: Sequence[Listing], number: int) -> Place | None:
        """Of all domains."""
        return self._store.passed(self.domains, listings, number)

    def counted(self, domain: str, *listings: Listing) -> int:
        return self._store.counted(domain, *listings)

    def having(self, table: str, keys: Sequence[str]) -> dict[str, Sequence[str]]:
        """Key -> which domains have a live row of it; one look for all."""
        found = self._store.holders(list(self._live), [(table, key) for key in keys])
        return {key: held.live for (_, key), held in found.items()}

    def totals(self, months: Months) -> Totals:
        """What the rows of all domains add to these months."""
        return self._store.totals(self.domains, months)

    def ever(self, table: str, since_us: int) -> Iterator[Any]:
        """Rows of all domains: the live ones, then those archived since; one that leaves meanwhile comes twice."""
        for domain in self._live:
            for found in (self._store.rows(domain, table), self._store.archived(domain, table, since_us)):
                for _, row in found:
                    yield row

    def briefly(self, table: str, shape: type[T]) -> Iterator[T]:
        """Live rows of all domains, of which only what the shape has is read."""
        for domain in self._live:
            for _, row in self._store.rows(domain, table, shape=shape):
                yield row

    def archived(self, domain: str, table: str, since_us: int) -> Iterator[tuple[str, Any]]:
        return self._store.archived(domain, table, since_us)

    def find(self, table: str, key: str) -> Found | None:
        """A row, and the rows that it is among: the live ones, or those of its archived case."""
        for domain in self.holders((table, key)):
            live = self._live[domain]
            row = live.one(table, key)
            case = self._case(domain, table, key) if row is None else None
            row = case.one(table, key) if case is not None else row
            if row is not None and not is_mirror(row):
                return Found(domain, case or live, row)
        return None

    def ticket(self, name: str | None, domain: str | None = None) -> TicketRow | None:
        """By id or by number, also of an archived case. `domain`: the one that has it, where that is known.

        One that went over to another domain is found there; while it is on its way, as it left.
        """
        if name is None:
            return None
        domains = [domain] if domain else self.holders(("tickets", name), ("texts", number_key(name)))
        for one in domains:
            if (row := ticket_in(self._live[one], name)) is not None:
                return row
        rows = [row for one in domains if (row := self._archived(one, name)) is not None]
        found = min(rows, key=lambda row: row.moved_to is not None, default=None)
        if found is not None and found.moved_to is not None and name != found.number:  # it has another id there
            return self.ticket(found.number) or found
        return found

    def _archived(self, domain: str, name: str) -> TicketRow | None:
        case = self._case(domain, "tickets", name) or self._case(domain, "texts", number_key(name))
        return None if case is None else ticket_in(case, name)

    def _case(self, domain: str, table: str, key: str) -> Case | None:
        case = self._store.case(domain, table, key)
        return None if case is None else Case(case)

    def known(self) -> Known:
        """The incidents; not older than `FRESH_US` where a domain has moved on, or as they were read before that while
        another reads them. The first time all wait."""
        by_one(self._reading, self._read_if_old, wait=not self._stood)
        return self._known

    def _read_if_old(self) -> None:
        now_us = self.clock()
        if self._stood and 0 <= now_us - self._read_us < FRESH_US:
            return
        stand = self._store.offsets(list(self._live))
        moved = [domain for domain, offset in stand.items() if self._stood.get(domain) != offset]
        for domain in moved:
            self._parts[domain] = self._part(domain)
        if moved:
            self._known = _together(list(self._parts.values()))
        self._stood, self._read_us = stand, now_us

    def _part(self, domain: str) -> Known:
        live = self._live[domain]
        incidents = {name: row for name, row in live.each("incidents") if not is_mirror(row)}
        audiences = {name: row for name, row in live.each("audiences") if name in incidents}
        return Known(
            incidents,
            {name: unpack(row.down) for name, row in audiences.items()},
            {name: unpack(row.ever) for name, row in audiences.items()},
            audiences,
            dict.fromkeys(incidents, domain),
            dict(live.each("windows")),
        )


def _together(parts: Sequence[Known]) -> Known:
    if len(parts) == 1:
        return parts[0]
    return Known(
        {name: row for part in parts for name, row in part.incidents.items()},
        {name: down for part in parts for name, down in part.down.items()},
        {name: ever for part in parts for name, ever in part.ever.items()},
        {name: row for part in parts for name, row in part.audiences.items()},
        {name: domain for part in parts for name, domain in part.domain.items()},
        {name: window for part in parts for name, window in part.windows.items()},  # each domain is told of all
    )
