"""The bearer tokens on PostgreSQL (port `TokenList`), for the doors of several machines."""

from collections.abc import Callable

import msgspec
from sqlalchemy import Connection, text

from connectors.access.token_list import Listed, Token
from connectors.ports import Unusable
from connectors.store.database import Database
from connectors.store.shared.watched import Watched

_LOCK = text("lock table tokens in share row exclusive mode")  # one change after the other; all may read
_ALL = text("select body from tokens")
_GONE = text("delete from tokens where id = any(cast(:ids as text[]))")
_NEW = text("insert into tokens (id, body) select * from unnest(cast(:ids as text[]), cast(:bodies as bytea[]))")

_encode = msgspec.msgpack.Encoder().encode
_token = msgspec.msgpack.Decoder(Token)


class PostgresTokens:
    """`every_s`: doors see another's change so much later, and while the database is away, what was known is good.

    None: asked at each `read`, for a command.
    """

    def __init__(self, database: Database, every_s: float | None = None) -> None:
        self._database = database
        self._watched = Watched(self._listed, every_s) if every_s is not None else None

    def read(self) -> Listed:
        return self._watched.value if self._watched else self._listed()

    def change(self, edit: Callable[[Listed], Listed]) -> None:
        with self._database.writing(durable=True) as connection:
            connection.execute(_LOCK)
            known = _all(connection)
            edited = edit(known)
            gone = [token.id for token in known if token not in edited]
            new = [token for token in edited if token not in known]
            if gone:
                connection.execute(_GONE, {"ids": gone})
            if new:
                connection.execute(_NEW, {"ids": [one.id for one in new], "bodies": [_encode(one) for one in new]})
        if self._watched:
            self._watched.look()

    def _listed(self) -> Listed:
        with self._database.asking() as connection:
            return _all(connection)

    def close(self) -> None:
        if self._watched:
            self._watched.close()


def _all(connection: Connection) -> Listed:
    try:
        found = [_token.decode(body) for body in connection.scalars(_ALL)]
    except msgspec.MsgspecError as error:
        raise Unusable(f"A token in the database cannot be read: {error}", "Start the version that wrote it") from error
    return tuple(sorted(found, key=lambda token: (token.created, token.id)))
