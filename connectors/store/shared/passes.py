"""Passes to the page on PostgreSQL (port `connectors.access.passes.PassList`), for the doors of several machines."""

from collections.abc import Iterable, Mapping
from typing import Any

import msgspec
from sqlalchemy import text

from connectors.access.passes import Pass, surplus
from connectors.ports import StoreDown
from connectors.store.database import Database
from connectors.store.shared.watched import Watched

_PUT = text("insert into passes (name, until_us, body) values (:name, :until_us, :body)")
_FIND = text("select until_us, body from passes where name = :name")
_TAKE = text("delete from passes where name = :name returning until_us, body")
_RENEW = text("update passes set until_us = :until_us where name = :name")
_ALL = text("select name, until_us, body from passes")
_FORGET = text("delete from passes where name = any(cast(:names as text[]))")

_encode = msgspec.msgpack.Encoder().encode
_pass = msgspec.msgpack.Decoder(Pass)


class PostgresPasses:
    """`every_s`: a door sees what ends at another one so much later; what it does not know it asks for at once.

    None: asked at each `find`, for a command.
    """

    def __init__(self, database: Database, every_s: float | None = None) -> None:
        self._database = database
        self._watched = Watched(self._all, every_s) if every_s is not None else None

    def put(self, name: str, made: Pass) -> None:
        row = {"name": name, "until_us": made.until_us, "body": _encode(made)}
        with self._database.writing(durable=True) as connection:
            connection.execute(_PUT, row)

    def find(self, name: str) -> Pass | None:
        if self._watched is None:
            return self._asked(name)
        known = self._watched.value.get(name)
        if known is None and not self._watched.current:
            raise StoreDown("The database is away, and this pass is not known here", "The service goes on by itself")
        return known or self._asked(name)

    def recall(self, name: str) -> Pass | None:
        return self._watched.value.get(name) if self._watched is not None else None

    def take(self, name: str) -> Pass | None:
        with self._database.writing(durable=True) as connection:
            row = connection.execute(_TAKE, {"name": name}).one_or_none()
        if self._watched is not None:
            self._watched.look()
        return None if row is None else _made(row)

    def renew(self, name: str, until_us: int) -> None:
        with self._database.writing() as connection:
            connection.execute(_RENEW, {"name": name, "until_us": until_us})
        if self._watched is not None:
            self._watched.look()

    def all(self) -> Mapping[str, Pass]:
        return self._all()

    def tidy(self, now_us: int, most: int) -> None:
        with self._database.asking() as connection:
            rows = connection.execute(_ALL).all()
        known = _readable(rows)
        names = [row.name for row in rows if row.name not in known] + surplus(known.items(), now_us, most)
        if names:
            with self._database.writing() as connection:
                connection.execute(_FORGET, {"names": names})

    def _asked(self, name: str) -> Pass | None:
        with self._database.asking() as connection:
            row = connection.execute(_FIND, {"name": name}).one_or_none()
        return None if row is None else _made(row)

    def _all(self) -> Mapping[str, Pass]:
        with self._database.asking() as connection:
            return _readable(connection.execute(_ALL).all())

    def close(self) -> None:
        if self._watched is not None:
            self._watched.close()


def _readable(rows: Iterable[Any]) -> dict[str, Pass]:
    return {row.name: made for row in rows if (made := _made(row)) is not None}


def _made(row: Any) -> Pass | None:
    """The column has until when it is good now. None: of another version of ours, which is as none."""
    try:
        return msgspec.structs.replace(_pass.decode(row.body), until_us=row.until_us)
    except msgspec.MsgspecError:
        return None
