"""Where PostgreSQL differs: how we connect, many rows in one statement, and which of its errors mean what.

Only what is durable waits for the disk, as on SQLite (`docs/decisions/0010-sqlite-durability.md`).
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from sqlalchemy import (
    URL,
    Connection,
    Engine,
    FromClause,
    Table,
    Text,
    bindparam,
    column,
    create_engine,
    event,
    func,
    select,
)
from sqlalchemy.dialects import postgresql
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.types import TypeEngine

from connectors.ports import JournalFull, PortError, StoreDown, Unusable

if TYPE_CHECKING:
    import psycopg  # a tenth of a process's start, and one on SQLite does without it

IDLE_MOST_S = 60  # in a transaction: an owner that hangs must not hold its domain's row for ever
IN_USE = 6  # times the patience for a lock: so long who asks waits for one of our own connections
LIVE_S = 10  # a peer that says nothing for so long has gone
# with the usual 4 MB a million rows are sorted on disk; and few queries are not worth compiling
SUMMING = "set local work_mem = '64MB'; set local jit = off"
MIGRATING = 0x53696D53  # SimS: the lock of whoever makes the tables

ON_ITS_OWN = "the service goes on by itself"
SOON = "Look whether the database is slow, or much is asked of it at once; " + ON_ITS_OWN
GONE = "Its tables are not as this program made them: put the last back-up in their place"
# Class of SQLSTATE (PostgreSQL, appendix A): what it is to us, what to do.
KNOWN: dict[str, tuple[type[PortError], str]] = {
    "08": (StoreDown, f"Check the database server, and what its URL names; {ON_ITS_OWN}"),  # connection exception
    "25": (StoreDown, f"It does not take writes: name the primary, not a standby; {ON_ITS_OWN}"),
    "40": (StoreDown, f"Two transactions met; {ON_ITS_OWN}"),  # rollback: deadlock, serialization
    "28": (StoreDown, f"It does not let us in: check database.url, and database.password; {ON_ITS_OWN}"),
    "42501": (Unusable, "Give its user the rights on the tables (it creates them itself, once)"),
    "42P01": (Unusable, GONE),  # undefined table
    "42703": (Unusable, GONE),  # undefined column
    "53": (StoreDown, f"Free space, memory or connections on the database server; {ON_ITS_OWN}"),
    "55": (StoreDown, f"Another session holds it locked: close shells and back-ups; {ON_ITS_OWN}"),
    "57": (StoreDown, f"The server ended the session, or is starting; {ON_ITS_OWN}"),
    "58": (StoreDown, f"Check the database server's disk; {ON_ITS_OWN}"),
    "XX001": (Unusable, GONE),  # data corrupted
    "XX002": (Unusable, GONE),  # index corrupted
}

TURNED_AWAY = re.compile("FATAL: +(password authentication failed|no pg_hba|(role|database) .* does not exist)")


def engine(url: URL, patience_s: float) -> Engine:
    """`patience_s`: how long to wait for another session's lock."""
    sessions = {"lock_timeout": int(patience_s * 1000), "idle_in_transaction_session_timeout": IDLE_MOST_S * 1000}
    connecting = {
        "connect_timeout": LIVE_S,
        "options": " ".join(f"-c {name}={value}" for name, value in sessions.items()),
        "tcp_user_timeout": LIVE_S * 1000,
        "keepalives_idle": LIVE_S,
        "client_encoding": "utf8",
        "application_name": "simpul",
    }
    made = create_engine(
        url.set(drivername="postgresql+psycopg"),
        pool_pre_ping=True,
        pool_timeout=IN_USE * patience_s,
        connect_args=connecting,
    )
    event.listen(made, "connect", _connected)
    event.listen(made, "begin", _begun)
    return made


def _connected(connection: "psycopg.Connection[Any]", _: Any) -> None:
    """Arrays go as they are: as text a row of 4 MB is escaped byte by byte, which takes ten times as long."""
    from psycopg.types.array import ListBinaryDumper

    from connectors.store.postgres_text import ManyTexts, OneText

    connection.adapters.register_dumper(list, ListBinaryDumper)
    connection.adapters.register_dumper(str, ManyTexts)
    connection.adapters.register_dumper(str, OneText)


def _begun(connection: Connection) -> None:
    if connection.get_execution_options().get("simpul_synchronous") == "normal":
        connection.exec_driver_sql("set local synchronous_commit = off")


def lock_migrations(connection: Connection) -> None:
    """Until the transaction ends: two processes that start at once make the tables one after the other."""
    connection.execute(select(func.pg_advisory_xact_lock(MIGRATING)))


def by_columns(
    insert: postgresql.Insert, table: Table, names: Sequence[str], alike: Sequence[str] = ()
) -> postgresql.Insert:
    """The same insert, of many rows in one statement; columns `alike` have one value for all.

    Half the client's work of a statement a row, and one plan for the server.
    """
    given = table_of({name: table.c[name].type for name in names})
    same = (bindparam(name, type_=plain(table.c[name].type)) for name in alike)
    return insert.from_select([*names, *alike], select(*(given.c[name] for name in names), *same))


def plain(kind: TypeEngine[Any]) -> TypeEngine[Any]:
    """Without collation."""
    return Text() if isinstance(kind, Text) else kind


def table_of(types: Mapping[str, TypeEngine[Any]]) -> FromClause:
    """Rows that are handed in as an array a column (`columns_of`), to select from."""
    kinds = {name: plain(kind) for name, kind in types.items()}
    arrays = [bindparam(name, type_=postgresql.ARRAY(kind)) for name, kind in kinds.items()]
    columns = [column(name, kind) for name, kind in kinds.items()]
    return func.unnest(*arrays).table_valued(*columns, name="given").render_derived()


def columns_of(rows: Sequence[Mapping[str, Any]]) -> dict[str, list[Any]]:
    """Rows as `table_of` takes them."""
    return {name: [row[name] for row in rows] for name in rows[0]}


def port_error(error: DBAPIError, where: str) -> PortError | None:
    """The port's error for PostgreSQL's; None where nobody knows it: it is about what was asked."""
    state = getattr(error.orig, "sqlstate", None) or ""
    known = KNOWN.get(state) or KNOWN.get(state[:2])
    if not state and isinstance(error, OperationalError | InterfaceError):
        known = KNOWN["08"]  # the driver's own word: nobody answers, or does not let us in; or the connection is lost
    if known is None:
        return None
    kind, remedy = known
    said = str(error.orig).strip().splitlines()
    return kind(f"The store {where}: {said[0] if said else 'no answer'}", remedy)


def turned_away(error: StoreDown) -> bool:
    """Whether waiting does not help who cannot connect: the wrong user, password or database. The driver has the
    server's words only; a server of another language than English is waited for.
    """
    return TURNED_AWAY.search(str(error.__cause__)) is not None  # of all addresses that it tried


@contextmanager
def unwritten() -> Iterator[None]:
    """What the intake cannot do without: to it a database that is away is a journal that cannot be written."""
    try:
        yield
    except StoreDown as down:
        raise JournalFull(down.what, down.remedy) from down
