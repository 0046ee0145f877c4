"""Lines that are added and never changed, on PostgreSQL (port `connectors.ledger.Ledger`)."""

from sqlalchemy import text

from connectors.store.database import Database

_ADD = text("insert into erasures (line) values (:line)")
_LINES = text("select line from erasures order by number")


class PostgresLedger:
    """The table `erasures`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @property
    def where(self) -> str:
        return f"{self._database.where}, table erasures"

    def add(self, line: bytes) -> None:
        with self._database.writing(durable=True) as connection:
            connection.execute(_ADD, {"line": line.decode()})

    def lines(self) -> list[bytes]:
        with self._database.asking() as connection:
            return [line.encode() for line in connection.scalars(_LINES)]

    def close(self) -> None:
        """The database is others' too."""
