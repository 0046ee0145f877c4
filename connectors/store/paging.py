"""Lists in a database: a page costs what a page costs, however long the list is."""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Column, ColumnElement, Connection, Select, and_, bindparam, func, select, tuple_, union_all

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
    given: dict[str, str | int] = {"d": domain, "t": listing.table, "name": listing.name, "most": limit}
    if below is not None:
        given |= {"below_us": below.at_us, "below_key": below.key}
    with database.asking() as connection:
        found = connection.execute(_PAGES[listing.about, below is not None], given)
        return [(Place(at_us, key), body) for at_us, key, body in found]


def _page(about: bool, below: bool) -> Select[int, str, bytes]:
    """Which they are is found in the index; only these are read. Built once: that takes longer than to read a page."""
    where = [_LISTED.domain == bindparam("d"), _LISTED.tbl == bindparam("t"), _name(about) == bindparam("name")]
    if below:
        where.append(tuple_(_LISTED.at_us, _LISTED.key) < tuple_(bindparam("below_us"), bindparam("below_key")))
    which = select(_LISTED.at_us, _LISTED.key).where(*where).order_by(*_NEWEST).limit(bindparam("most")).subquery()
    its = (_ROWS.domain == bindparam("d"), _ROWS.tbl == bindparam("t"), _ROWS.key == which.c.key)
    query = select(which.c.at_us, which.c.key, _ROWS.body).select_from(which).join(rows, and_(*its))
    return query.order_by(which.c.at_us.desc(), which.c.key.desc())


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
    return _LISTED.domain == domain, _LISTED.tbl == listing.table, _name(listing.about) == listing.name


def _name(about: bool) -> Column[str]:
    return _LISTED.about if about else _LISTED.list


_PAGES = {(about, below): _page(about, below) for about in (False, True) for below in (False, True)}
