"""Last words on PostgreSQL (port `ProcessStatus`): what each worker says of itself, for the doors of other machines."""

from collections.abc import Mapping

from sqlalchemy import text

from connectors.store.database import Database
from connectors.store.shared.watched import Watched

_WRITE = text("""
    insert into words (name, body) values (:name, :body)
    on conflict (name) do update set body = excluded.body""")
_READ = text("select name, body from words order by name")


class PostgresProcessStatus:
    """`every_s`: readers see a word so much later, and never wait for the database. None: asked at each `read`."""

    def __init__(self, database: Database, every_s: float | None = None) -> None:
        self._database = database
        self._watched = Watched(self._all, every_s) if every_s is not None else None

    def write(self, name: str, body: bytes) -> None:
        with self._database.writing() as connection:  # said again in a second: not worth a sync
            connection.execute(_WRITE, {"name": name, "body": body})

    def read(self) -> Mapping[str, bytes]:
        return self._watched.value if self._watched else self._all()

    def _all(self) -> Mapping[str, bytes]:
        with self._database.asking() as connection:
            return {row.name: row.body for row in connection.execute(_READ)}

    def close(self) -> None:
        if self._watched:
            self._watched.close()
