"""Lines that are added and never changed, on PostgreSQL (port `connectors.privacy.erasure_log.ErasureLog`)."""

from sqlalchemy import Table, insert, select

from connectors.store.database import Database
from connectors.store.shared.tables import erasures


class PostgresErasureLog:
    """One table of lines: `erasures`, `issued`."""

    def __init__(self, database: Database, table: Table = erasures) -> None:
        self._database = database
        self._table = table

    @property
    def where(self) -> str:
        return f"{self._database.where}, table {self._table.name}"

    def add(self, line: bytes) -> None:
        with self._database.writing(durable=True) as connection:
            connection.execute(insert(self._table).values(line=line.decode()))

    def lines(self) -> list[bytes]:
        kept = self._table.c
        with self._database.asking() as connection:
            return [line.encode() for line in connection.scalars(select(kept.line).order_by(kept.number))]

    def close(self) -> None:
        """The database is others' too."""
