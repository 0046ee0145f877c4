"""The desk's lines in the database (port `DeskStore`): written with the rows that they are made of, in one transaction.

A store of an earlier version has none, or none of the archive: they are made when it is opened.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import fields
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Delete,
    Select,
    Table,
    Text,
    and_,
    case,
    func,
    literal,
    or_,
    select,
    tuple_,
    union_all,
)

from connectors.desk_ports import (
    FILTERS,
    OPEN,
    STATES,
    WAITS_FOR_CUSTOMER,
    TicketCount,
    TicketLine,
    TicketsAsked,
    archived_line,
    line_of,
)
from connectors.store import schema
from connectors.store.database import Database, Given
from correlator.rows.service_desk import TicketRow
from correlator.state import Archived

FILLED_AT_ONCE = 2000
NAMES = tuple(one.name for one in fields(TicketLine))
_LINES = schema.ticket_lines.c
_CHANGING = tuple(name for name in NAMES if name not in ("domain", "id"))


PAUSES: Mapping[str | None, Sequence[ColumnElement[bool]]] = {
    None: (),
    "none": (_LINES.paused_for.is_(None),),
    "customer": (_LINES.paused_for == WAITS_FOR_CUSTOMER,),
    "other": (_LINES.paused_for != WAITS_FOR_CUSTOMER,),  # and not null
}


def _ordered(at: ColumnElement[int], name: ColumnElement[str], rising: bool) -> tuple[ColumnElement[Any], ...]:
    return (at, name) if rising else (at.desc(), name.desc())


def _drop(given: Given) -> Delete:
    return schema.ticket_lines.delete().where(_LINES.domain == given("d"), _LINES.id == given("k"))


class TicketLines:
    """The writing and the reading side. `decode`: a ticket's row from its bytes."""

    def __init__(self, database: Database, decode: Callable[[bytes], TicketRow]) -> None:
        self._database = database
        self._drop = database.each(_drop, d=Text(), k=Text())
        self._fill(decode)

    def change(self, connection: Connection, domain: str, changes: Sequence[tuple[str, str, Any]]) -> None:
        """In the transaction that writes the rows."""
        mine = [(key, row) for table, key, row in changes if table == "tickets"]
        if mine:
            self._put(connection, [line_of(domain, row) for _, row in mine if row is not None])
            self._drop(connection, [{"d": domain, "k": key} for key, row in mine if row is None])

    def archive(self, connection: Connection, domain: str, archived: Sequence[Archived]) -> None:
        """In the same transaction, after its rows were dropped."""
        mine = [archived_line(domain, one.row) for one in archived if one.table == "tickets"]
        if mine:
            self._put(connection, mine)

    def tickets(self, asked: TicketsAsked) -> list[TicketLine]:
        """Which they are is found within an index; only what is told of is read."""
        which = self._places(asked)
        with self._database.asking() as connection:
            found = [(place.domain, place.id) for place in connection.execute(which)]
            lines = {(row.domain, row.id): TicketLine(*row) for row in self._whole(connection, found)}
        return [lines[place] for place in found if place in lines]

    def _whole(self, connection: Connection, places: Sequence[tuple[str, str]]) -> Iterator[Any]:
        query = select(*(_LINES[name] for name in NAMES))
        for domain in sorted({domain for domain, _ in places}):
            ids = [name for its_domain, name in places if its_domain == domain]
            yield from connection.execute(query.where(_LINES.domain == domain, self._database.among(_LINES.id, ids)))

    def _places(self, asked: TicketsAsked) -> Select[Any]:
        """In order. An index has each state's in order: of several the first ones are found in each, and merged."""
        rising, most = asked.sort == "due", asked.offset + asked.limit
        at, holds = _LINES.due_us if rising else _LINES.opened_us, self._holds(asked)
        if asked.after is not None:
            here, last = tuple_(at, _LINES.id), tuple_(*(literal(one) for one in asked.after))
            holds.append(here > last if rising else here < last)
        query = select(_LINES.domain, _LINES.id, at.label("at")).where(*holds)
        each = [query.where(_LINES.open == state) for state in STATES[asked.state]]
        each = [one.order_by(*_ordered(at, _LINES.id, rising)).limit(most) for one in each]
        if len(each) == 1:
            return each[0].limit(asked.limit).offset(asked.offset)
        merged = union_all(*(select(one.subquery()) for one in each)).subquery()
        order = _ordered(merged.c.at, merged.c.id, rising)
        return select(merged.c.domain, merged.c.id).order_by(*order).limit(asked.limit).offset(asked.offset)

    def how_many(self, asked: TicketsAsked) -> int:
        which = select(_LINES.id).where(*self._holds(asked), _LINES.open.in_(STATES[asked.state])).limit(asked.limit)
        with self._database.asking() as connection:
            return int(connection.execute(select(func.count()).select_from(which.subquery())).scalar_one())

    def counts(self, domains: Sequence[str], now_us: int) -> list[TicketCount]:
        by = (_LINES.owner, _LINES.stage, _LINES.severity)
        overdue = func.sum(case((_LINES.due_us < now_us, 1), else_=0))
        query = select(*by, func.count(), overdue, func.count() - func.count(_LINES.assigned_to))
        query = query.where(_LINES.open == OPEN, self._database.one_of(_LINES.domain, domains)).group_by(*by)
        with self._database.asking() as connection:
            return [TicketCount(*row) for row in connection.execute(query.order_by(*by))]

    def _holds(self, asked: TicketsAsked) -> list[ColumnElement[bool]]:
        """But for the state."""
        found = [self._database.one_of(_LINES.domain, asked.domains)]
        if asked.due_before_us is not None:
            found.append(_LINES.due_us < asked.due_before_us)
        for name, values in asked.equal.items():
            assert name in FILTERS, f"{name} is not filtered by"
            found.append(self._database.one_of(_LINES[name], values))
        if asked.words:
            found.append(self._database.place_in(_LINES.said, asked.words.casefold()) > 0)
        if asked.stands:
            found.append(or_(*(and_(_LINES.stage.in_(one.stages), *PAUSES[one.pause]) for one in asked.stands)))
        return found

    def _put(self, connection: Connection, lines: Sequence[TicketLine]) -> None:
        rows = [{name: getattr(line, name) for name in NAMES} for line in lines]
        self._database.put(connection, schema.ticket_lines, rows, *_CHANGING)

    def _fill(self, decode: Callable[[bytes], TicketRow]) -> None:
        with self._database.reading() as connection:
            known, every = self._any(connection, schema.ticket_lines), self._domains(connection)
            old = [domain for domain in every if self._lacks(connection, domain)]
        lacking = ((schema.rows, [] if known else every, line_of), (schema.archive, old, archived_line))
        for table, domains, line in lacking:
            for domain in domains:
                last: str | None = None
                while some := self._some(table, domain, last):
                    with self._database.writing() as connection:
                        self._put(connection, [line(domain, decode(body)) for _, body in some])
                    last = some[-1][0]

    def _lacks(self, connection: Connection, domain: str) -> bool:
        """Whether the archive's lines are missing: the least is written last."""
        kept = schema.archive.c
        least = select(func.min(kept.key)).where(kept.domain == domain, kept.tbl == "tickets").scalar_subquery()
        line = select(_LINES.id).where(_LINES.domain == domain, _LINES.id == least)
        found = connection.execute(select(least, line.scalar_subquery())).one()
        return found[0] is not None and found[1] is None

    def _any(self, connection: Connection, table: Any) -> bool:
        return connection.execute(select(literal(1)).select_from(table).limit(1)).first() is not None

    def _domains(self, connection: Connection) -> list[str]:
        return list(connection.scalars(select(schema.applied.c.domain)))

    def _some(self, table: Table, domain: str, below: str | None) -> list[tuple[str, bytes]]:
        """The greatest first."""
        rows = table.c
        query = select(rows.key, rows.body).where(rows.domain == domain, rows.tbl == "tickets")
        if below is not None:
            query = query.where(rows.key < below)
        with self._database.reading() as connection:
            found = connection.execute(query.order_by(rows.key.desc()).limit(FILLED_AT_ONCE)).all()
        return [(key, body) for key, body in found]
