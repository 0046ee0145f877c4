"""What rows add to the months' documents, kept as lines beside them (port `Store.totals`): written in the rows' commit,
added up by the database.
"""

from collections import Counter
from collections.abc import Sequence
from functools import partial
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    Connection,
    Delete,
    Select,
    Table,
    Text,
    case,
    delete,
    func,
    literal_column,
    select,
)

from connectors.ports import Commit
from connectors.store import schema
from connectors.store.database import Database, Given
from correlator.events import SECOND_US
from correlator.reports.lines import LINES, NEVER, Line
from correlator.reports.totals import (
    NOTICED,
    SUMMED,
    Cell,
    Months,
    RcaKey,
    RcaSums,
    Sums,
    Totals,
    rca_facts,
    ticket_facts,
)

SPANS: Final = ("response_us", "repair_us")
TABLES: Final = {
    "tickets": schema.counted_tickets,
    "rcas": schema.counted_rcas,
    "campaigns": schema.counted_notices,
}
_TICKETS, _RCAS, _NOTICES = (table.c for table in TABLES.values())


def _drop(table: Table, given: Given) -> Delete:
    return delete(table).where(table.c.domain == given("d"), table.c.id == given("k"))


def columns(domain: str, line: Line) -> dict[str, Any]:
    """A line as the database has it."""
    return {"domain": domain, **{name: getattr(line, name) for name in line.__slots__}}


def forget(database: Database, connection: Connection, domain: str, table: str, keys: Sequence[str]) -> None:
    """Rows that left the archive; a live one of that id, were there one, keeps its line."""
    if table in TABLES:
        line, row = TABLES[table].c, schema.rows.c
        live = select(row.key).where(row.domain == domain, row.tbl == table, database.among(row.key, keys))
        mine = (line.domain == domain, database.among(line.id, keys), line.id.not_in(live))
        connection.execute(delete(TABLES[table]).where(*mine))


class CountedRows:
    """The writing and the reading side."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._drops = {name: database.each(partial(_drop, table), d=Text(), k=Text()) for name, table in TABLES.items()}

    def write(self, connection: Connection, commit: Commit) -> None:
        """In the transaction that writes the rows."""
        for name, line_of in LINES.items():
            rows: dict[str, tuple[Any, int | None]] = {
                key: (row, None) for table, key, row in commit.changes if table == name
            }
            rows |= {one.key: (one.row, one.at_us) for one in commit.archived if one.table == name}
            put = [columns(commit.domain, line_of(*found)) for found in rows.values() if found[0] is not None]
            gone = [{"d": commit.domain, "k": key} for key, (row, _) in rows.items() if row is None]
            if put:
                over = [column for column in put[0] if column not in ("domain", "id")]
                self._database.put(connection, TABLES[name], put, *over)
            self._drops[name](connection, gone)

    def totals(self, domains: Sequence[str], months: Months) -> Totals:
        found = Totals()
        with self._database.summing() as connection:
            self._cells(connection, domains, months, found)
            self._one_by_one(connection, domains, months, found)
            self._rcas(connection, domains, months.last, found)
            self._notices(connection, domains, months.last, found)
        return found

    def _cells(self, connection: Connection, domains: Sequence[str], months: Months, found: Totals) -> None:
        first, last = months
        mine = (self._database.one_of(_TICKETS.domain, domains), _TICKETS.tickets == 1)
        opened = case((_TICKETS.opened == last, last), else_=last - 1).label("came")
        closed = case((_TICKETS.closed == last, last), else_=NEVER).label("went")
        by = [_TICKETS.kind, _TICKETS.severity, _TICKETS.category, _TICKETS.channel, _TICKETS.product, _TICKETS.region]
        cells = _summed(*by, opened, closed).where(*mine, _TICKETS.closed >= last, _TICKETS.opened <= last)
        for row in connection.execute(cells.group_by(*by, "came", "went")):
            found.cells[Cell(*row[:8])] = _sums(row[8:])
        if first < last:
            kinds = [_TICKETS.kind, _TICKETS.opened, _TICKETS.closed]
            trend = _summed(*kinds).where(*mine, _TICKETS.closed >= first, _TICKETS.opened < last)
            for kind, came, went, *sums in connection.execute(trend.group_by(*kinds)):
                found.trend[Cell(kind, opened=came, closed=went)] = _sums(sums)

    def _one_by_one(self, connection: Connection, domains: Sequence[str], months: Months, found: Totals) -> None:
        """What is no sum over cells."""
        first, last = months
        mine = self._database.one_of(_TICKETS.domain, domains)
        came = (mine, _TICKETS.closed >= last, _TICKETS.opened == last)  # the former for the index
        clocks = (_TICKETS.kind, _TICKETS.severity, _TICKETS.clocks)
        query = select(*clocks, func.count()).where(*came, _TICKETS.tickets == 1).group_by(*clocks)
        found.clocks = Counter({(kind, severity, became): n for kind, severity, became, n in connection.execute(query)})
        query = select(_TICKETS.caller, func.count()).where(*came, _TICKETS.caller.is_not(None))
        for caller, calls in connection.execute(query.group_by(_TICKETS.caller)):
            found.callers[caller] = calls
        scores = (_TICKETS.product, _TICKETS.score)
        query = select(*scores, func.count()).where(mine, _TICKETS.scored == last).group_by(*scores)
        found.scores = Counter({(product, score): number for product, score, number in connection.execute(query)})
        told = select(_TICKETS.told).where(mine, _TICKETS.told.is_not(None), _TICKETS.opened <= last)
        for kind, since, bodies in (("complaint", last, found.complaints), ("outage", first, found.outages)):
            query = told.where(_TICKETS.kind == kind, _TICKETS.until >= since)
            bodies += [ticket_facts(body) for body in connection.scalars(query)]
        moved = select(_TICKETS.moved).where(mine, _TICKETS.moved.is_not(None), _TICKETS.closed >= last)
        found.moved = list(connection.scalars(moved))

    def _rcas(self, connection: Connection, domains: Sequence[str], last: int, found: Totals) -> None:
        of_month = (_RCAS.opened == last).label("of_month")
        of_ours = self._database.one_of(_RCAS.domain, domains)
        mine = (of_ours, (_RCAS.opened == last) | (_RCAS.open == literal_column("1")))
        by = [_RCAS.state, _RCAS.cause, _RCAS.outage]
        query = select(*by, of_month, func.count(), func.sum(_RCAS.steps), func.sum(_RCAS.done)).where(*mine)
        for state, cause, outage, came, *sums in connection.execute(query.group_by(*by, "of_month")):
            found.rcas[RcaKey(state, cause, bool(outage), bool(came))] = RcaSums(*sums)
        told = select(_RCAS.told).where(*mine, _RCAS.told.is_not(None))
        found.rca_facts = [rca_facts(body) for body in connection.scalars(told)]

    def _notices(self, connection: Connection, domains: Sequence[str], last: int, found: Totals) -> None:
        query = select(_NOTICES.kind, *(func.sum(_NOTICES[name]) for name in NOTICED)).group_by(_NOTICES.kind)
        query = query.where(self._database.one_of(_NOTICES.domain, domains), _NOTICES.month == last)
        for kind, *sums in connection.execute(query):
            found.notices[kind] = Counter(dict(zip(NOTICED, sums, strict=True)))


def _summed(*by: ColumnElement[Any]) -> Select[Any]:
    """Spans as seconds and what is beyond them: the sum of as many microseconds is more than 63 bits hold."""
    sums: list[ColumnElement[Any]] = []
    for name in SUMMED:
        parts = (_TICKETS[name] // SECOND_US, _TICKETS[name] % SECOND_US) if name in SPANS else (_TICKETS[name],)
        sums += [func.sum(part) for part in parts]
    return select(*by, *sums)


def _sums(given: Sequence[Any]) -> Sums:
    parts = map(int, given)
    return Sums(*(next(parts) * SECOND_US + next(parts) if name in SPANS else next(parts) for name in SUMMED))
