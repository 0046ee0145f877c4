"""The rows of one domain, with the incidents and their audiences kept in memory as read at one applied offset.

They are read anew when the store has moved on, at most every `FRESH_US`: under a storm each request would otherwise
read them again.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from threading import Lock
from typing import Any, Protocol

from connectors.ports import Store
from correlator.care.audience import Customers, unpack
from correlator.care.rows import TicketRow
from correlator.care.tickets import number_key
from correlator.effects import Effect
from correlator.faults.rows import IncidentRow

FRESH_US = 250_000


@dataclass(frozen=True, slots=True)
class Known:
    """The incidents as of one applied offset, and who is, or was, down under them (ascending customer numbers)."""

    applied: int
    read_us: int
    incidents: Mapping[str, IncidentRow]
    down: Mapping[str, Customers]
    ever: Mapping[str, Customers]


class Source(Protocol):
    """Rows to ask: the live ones, or an archived case's."""

    def one(self, table: str, key: str) -> Any | None: ...

    def each(self, table: str, prefix: str = "") -> Iterator[tuple[str, Any]]: ...


class Case:
    """An archived case (`correlator.cases`)."""

    def __init__(self, tables: Mapping[str, Mapping[str, Any]]) -> None:
        self._tables = tables

    def one(self, table: str, key: str) -> Any | None:
        return self._tables.get(table, {}).get(key)

    def each(self, table: str, prefix: str = "") -> Iterator[tuple[str, Any]]:
        return ((key, row) for key, row in self._tables.get(table, {}).items() if key.startswith(prefix))


@dataclass(frozen=True, slots=True)
class Found:
    """`row` is one of `source`."""

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


class Rows:
    """Safe to use from several threads."""

    def __init__(self, store: Store, domain: str, clock: Callable[[], int]) -> None:
        self._store = store
        self._domain = domain
        self.clock = clock
        self._known = Known(-1, 0, {}, {}, {})
        self._lock = Lock()

    def one(self, table: str, key: str) -> Any | None:
        return self._store.row(self._domain, table, key)

    def each(self, table: str, prefix: str = "") -> Iterator[tuple[str, Any]]:
        return self._store.rows(self._domain, table, prefix)

    def effects(self, kinds: Sequence[str], last: int) -> list[Effect]:
        return self._store.effects(self._domain, kinds, last)

    def find(self, table: str, key: str) -> Found | None:
        """A row, and the rows that it is among: the live ones, or those of its archived case."""
        row = self.one(table, key)
        if row is not None:
            return Found(self, row)
        case = self._case(table, key)
        return None if case is None else Found(case, case.one(table, key))

    def ticket(self, name: str | None) -> TicketRow | None:
        """By id or by number, also of an archived case."""
        row = ticket_in(self, name)
        if row is not None or name is None:
            return row
        case = self._case("tickets", name) or self._case("texts", number_key(name))
        return None if case is None else ticket_in(case, name)

    def _case(self, table: str, key: str) -> Case | None:
        case = self._store.case(self._domain, table, key)
        return None if case is None else Case(case)

    def known(self) -> Known:
        """The incidents; not older than `FRESH_US` where the store has moved on."""
        with self._lock:
            now_us = self.clock()
            if self._known.applied >= 0 and 0 <= now_us - self._known.read_us < FRESH_US:
                return self._known
            applied = self._store.applied(self._domain)
            if applied != self._known.applied:
                audiences = dict(self.each("audiences"))
                self._known = Known(
                    applied,
                    now_us,
                    dict(self.each("incidents")),
                    {name: unpack(row.down) for name, row in audiences.items()},
                    {name: unpack(row.ever) for name, row in audiences.items()},
                )
            return self._known
