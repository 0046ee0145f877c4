"""Lists in a database: a page costs what a page costs, however long the list is."""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, func, select, tuple_, union_all

from connectors.listed import LISTS
from connectors.ports import Change, Listing, Place
from connectors.store.database import Database, Each
from connectors.store.schema import listed, rows

_LISTED, _ROWS = listed.c, rows.c
_NEWEST = (_LISTED.at_us.desc(), _LISTED.key.desc())


def change(database: Database, connection: Connection, drop: Each, domain: str, changes: Iterable[Change]) -> None:
    """Where the rows that changed stand now."""
    put: list[dict[str, Any]] = []
    gone: list[dict[str, str]] = []
    for table, key, row in changes:
        if table in LISTS and row is None:
            gone.append({"d": domain, "t": table, "k": key})
        elif table in LISTS:
            name, about, at_us = LISTS[table](row)
            put.append({"domain": domain, "tbl": table, "key": key, "list": name, "about": about, "at_us": at_us})
    database.put(connection, listed, put, "list", "about", "at_us")
    drop(connection, gone)


def page(
    database: Database, domain: str, listing: Listing, below: Place | None, limit: int
) -> list[tuple[Place, bytes]]:
    query = select(_LISTED.at_us, _LISTED.key).where(*_of(domain, listing))
    if below is not None:
        query = query.where(tuple_(_LISTED.at_us, _LISTED.key) < tuple_(*below))
    query = query.order_by(*_NEWEST).limit(limit)
    with database.reading() as connection:
        places = [Place(at_us, key) for at_us, key in connection.execute(query)]
        bodies = _bodies(database, connection, (domain, listing.table), [place.key for place in places])
    return [(place, bodies[place.key]) for place in places if place.key in bodies]


def _bodies(database: Database, connection: Connection, of: tuple[str, str], keys: Sequence[str]) -> dict[str, bytes]:
    if not keys:
        return {}
    query = select(_ROWS.key, _ROWS.body).where(_ROWS.domain == of[0], _ROWS.tbl == of[1])
    return {row.key: row.body for row in connection.execute(query.where(database.among(_ROWS.key, keys)))}


def passed(database: Database, domains: Sequence[str], listings: Sequence[Listing], number: int) -> Place | None:
    """Each list is in order in an index, and they are merged; no more than so many places are looked at."""
    each = [select(_LISTED.at_us, _LISTED.key).where(*_of(domain, one)) for domain in domains for one in listings]
    first = [select(one.order_by(*_NEWEST).limit(number).subquery()) for one in each]
    merged = union_all(*first).subquery()
    query = select(merged).order_by(merged.c.at_us.desc(), merged.c.key.desc()).limit(1).offset(number - 1)
    with database.asking() as connection:
        found = connection.execute(query).first()
    return None if found is None else Place(*found)


def count(database: Database, domain: str, listing: Listing) -> int:
    with database.asking() as connection:
        return int(connection.execute(select(func.count()).where(*_of(domain, listing))).scalar_one())


def _of(domain: str, listing: Listing) -> tuple[ColumnElement[bool], ...]:
    name = _LISTED.about if listing.about else _LISTED.list
    return _LISTED.domain == domain, _LISTED.tbl == listing.table, name == listing.name
