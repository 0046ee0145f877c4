"""Cases that are over for long: their last rows, to be read by any id or number of theirs, and changed by nobody."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Sequence
from typing import Any

from sqlalchemy import Connection, delete, select, tuple_

from connectors.desk_ports import ARCHIVED
from connectors.ports import Held
from connectors.store import counted_rows, schema
from connectors.store.database import Database
from correlator.state import Archived

AT_ONCE = 500
READ_AT_ONCE = 5000
_ARCHIVE = schema.archive.c


def add(
    database: Database, connection: Connection, domain: str, rows: Sequence[Archived], encode: Callable[[Any], bytes]
) -> None:
    """In the transaction that drops them."""
    put = [
        {
            "domain": domain,
            "tbl": one.table,
            "key": one.key,
            "case": one.case,
            "at_us": one.at_us,
            "body": encode(one.row),
        }
        for one in rows
    ]
    database.put(connection, schema.archive, put)


def case(database: Database, domain: str, table: str, key: str) -> list[tuple[str, str, bytes]]:
    """(table, key, body) of the whole case that holds this row."""
    mine = (_ARCHIVE.domain == domain, _ARCHIVE.tbl == table, _ARCHIVE.key == key)
    with database.asking() as connection:
        name = connection.execute(select(_ARCHIVE.case).where(*mine)).scalar()
        if name is None:
            return []
        whole = select(_ARCHIVE.tbl, _ARCHIVE.key, _ARCHIVE.body)
        whole = whole.where(_ARCHIVE.domain == domain, _ARCHIVE.case == name).order_by(_ARCHIVE.tbl, _ARCHIVE.key)
        return [(found.tbl, found.key, found.body) for found in connection.execute(whole)]


def since(database: Database, domain: str, table: str, since_us: int) -> Iterator[Sequence[tuple[str, bytes]]]:
    """(key, body) of the rows of a table that were archived then or later, in the order of that, some at a time."""
    mine = select(_ARCHIVE.at_us, _ARCHIVE.key, _ARCHIVE.body).where(_ARCHIVE.domain == domain, _ARCHIVE.tbl == table)
    mine = mine.order_by(_ARCHIVE.at_us, _ARCHIVE.key).limit(READ_AT_ONCE)
    at_us, last = since_us, ""
    while True:
        with database.asking() as connection:
            some = connection.execute(mine.where(tuple_(_ARCHIVE.at_us, _ARCHIVE.key) > (at_us, last))).all()
        yield [(key, body) for _, key, body in some]
        if len(some) < READ_AT_ONCE:
            return
        at_us, last = some[-1].at_us, some[-1].key


def holders(
    database: Database, domains: Sequence[str], places: Collection[tuple[str, str]]
) -> dict[tuple[str, str], Held]:
    """(table, key) -> which of the domains have such a row, among the live ones or here."""
    keys: dict[str, list[str]] = defaultdict(list)
    for table, key in places:
        keys[table].append(key)
    live: set[tuple[str, str, str]] = set()
    old: set[tuple[str, str, str]] = set()
    with database.asking() as connection:
        for table, mine in keys.items():
            for start in range(0, len(mine), AT_ONCE):
                for kept, held in ((schema.rows.c, live), (_ARCHIVE, old)):
                    query = select(kept.key, kept.domain).where(
                        database.among(kept.domain, domains),
                        kept.tbl == table,
                        database.among(kept.key, mine[start : start + AT_ONCE]),
                    )
                    held.update((table, key, domain) for key, domain in connection.execute(query))
    return {
        place: Held(*(tuple(domain for domain in domains if (*place, domain) in held) for held in (live, old - live)))
        for place in {(table, key) for table, key, _ in live | old}
    }


def by_table(rows: Sequence[tuple[str, str, bytes]], read: Callable[[str, str, bytes], Any]) -> dict[str, Any] | None:
    """table -> key -> row; None where there is none."""
    found: dict[str, dict[str, Any]] = defaultdict(dict)
    for table, key, body in rows:
        found[table][key] = read(table, key, body)
    return dict(found) or None


def forget(database: Database, domain: str, before_us: int) -> int:
    """Drop what was archived before a time, some rows at a time; how many went."""
    old = select(_ARCHIVE.tbl, _ARCHIVE.key).where(_ARCHIVE.domain == domain, _ARCHIVE.at_us < before_us)
    gone = 0
    while True:
        with database.writing() as connection:
            some = connection.execute(old.limit(AT_ONCE)).all()
            for table in sorted({table for table, _ in some}):
                keys = [key for its_table, key in some if its_table == table]
                mine = (_ARCHIVE.domain == domain, _ARCHIVE.tbl == table, database.among(schema.archive.c.key, keys))
                connection.execute(delete(schema.archive).where(*mine))
                if table == "tickets":  # a live one of that id, were there one, keeps its line
                    lines = schema.ticket_lines.c
                    gone_too = (lines.domain == domain, database.among(lines.id, keys), lines.open >= ARCHIVED)
                    connection.execute(delete(schema.ticket_lines).where(*gone_too))
                counted_rows.forget(database, connection, domain, table, keys)
        gone += len(some)
        if len(some) < AT_ONCE:
            return gone
