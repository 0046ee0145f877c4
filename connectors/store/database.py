"""Opens the database, brings its tables up to date, and knows where SQLite and PostgreSQL differ.

SQLite (`docs/decisions/0010-sqlite-durability.md`): WAL. The fold's commits are not synced one by one, because the
journal is the truth; what the outbox writes is, because the world outside does not roll back.
"""

import sqlite3
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from itertools import repeat
from pathlib import Path
from typing import Any

from sqlalchemy import (
    URL,
    Column,
    ColumnElement,
    Connection,
    Delete,
    Engine,
    LargeBinary,
    Table,
    Text,
    Update,
    any_,
    bindparam,
    create_engine,
    event,
    func,
    inspect,
    literal,
    make_url,
    text,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as NoneFree
from sqlalchemy.types import TypeEngine

from connectors.ports import JournalFull, PortError, Refused, StoreDown, Unusable
from connectors.sqlite_file import PATIENCE_S, WAL_PAGES, Format, create_aside, translate, translated
from connectors.store import postgres
from connectors.store.schema import HEAD

STORE = Format("store", 0x53696D53, ((),))  # SimS; its tables are Alembic's business
# Of SQLite's pages, a connection. Rows are written all over the table, by one connection: the default of 2 MB is read
# again and again. There are as many readers as threads that ask at once, each for some rows that the system keeps too.
WRITER_KB, READER_KB = 32_768, 4_096
MIGRATIONS = Path(__file__).parent / "migrations"

Upsert = sqlite.Insert | postgresql.Insert
Given = Callable[[str], ColumnElement[Any]]
Each = Callable[[Connection, Sequence[Mapping[str, Any]]], None]


class TakenBack(Exception):
    """A rehearsal is over: raised within a transaction, so that nothing of it is kept."""


class Database:
    """One engine, and the three kinds of transaction. Raises StoreDown, Unusable or Refused, never a driver's error."""

    def __init__(self, url: str, patience_s: float = PATIENCE_S) -> None:
        target = make_url(url)
        self.where = target.render_as_string(hide_password=True)
        self._puts: dict[tuple[str, tuple[str, ...], tuple[str, ...]], Upsert] = {}  # built once
        self._sqlite = target.get_backend_name() == "sqlite"
        self._next, self._writer = threading.Lock(), threading.Lock()
        if self._sqlite:
            self._engine, self._writing = (_engine(target, patience_s, kb) for kb in (READER_KB, WRITER_KB))
        else:
            self._engine = self._writing = postgres.engine(target, patience_s)
        # made once: that takes as long as a small look at the store does
        view = {} if self._sqlite else {"isolation_level": "REPEATABLE READ"}
        alone = {"simpul_alone": True} if self._sqlite else {"isolation_level": "AUTOCOMMIT"}
        self._view, self._alone = (self._engine.execution_options(**options) for options in (view, alone))
        try:
            self._prepare()
        except BaseException:
            self.close()
            raise

    @contextmanager
    def writing(self, *, durable: bool = False) -> Iterator[Connection]:
        """One transaction; taken back where TakenBack is raised in it. `durable`: synced before it returns, with all
        that was committed before it.
        """
        options = {"simpul_begin": "immediate", "simpul_synchronous": "full" if durable else "normal"}
        writing = self._writing.execution_options(**options)
        with self._refusing(), self._in_turn(), self._translated(), writing.begin() as connection:
            yield connection

    @contextmanager
    def _refusing(self) -> Iterator[None]:
        """Also a driver may stumble over a value, with an error that is no database's: a number that is too big."""
        try:
            yield
        except TakenBack:
            return
        except (sqlite3.Error, OverflowError, UnicodeError) as error:
            raise refused(self.where, error) from error

    @contextmanager
    def _in_turn(self) -> Iterator[None]:
        """On SQLite our threads write one after the other, none twice while another waits.

        SQLite itself lets who comes back at once in before who tries again now and then.
        """
        if not self._sqlite:
            yield
            return
        with self._next:
            self._writer.acquire()
        try:
            yield
        finally:
            self._writer.release()

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """One view of what is committed, the same for each query in the block."""
        with self._translated(), self._view.connect() as connection:
            yield connection

    @contextmanager
    def summing(self) -> Iterator[Connection]:
        """As `reading`, for sums over a million rows: PostgreSQL then keeps the groups, and does not sort the rows."""
        with self.reading() as connection:
            if not self._sqlite:
                connection.exec_driver_sql(postgres.SUMMING)
            yield connection

    @contextmanager
    def asking(self) -> Iterator[Connection]:
        """For single statements, each by itself: half the ways to the server of a transaction, or a statement less."""
        with self._translated(), self._alone.connect() as connection:
            yield connection

    def insert(self, table: Table) -> Upsert:
        """An insert that knows `on_conflict_do_...`: both dialects have it, SQLAlchemy's common core does not."""
        return sqlite.insert(table) if self._sqlite else postgresql.insert(table)

    def put(self, connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]], *over: str) -> None:
        """Many rows. Where the primary key is there: overwrite the columns `over`, or leave all as it is."""
        if rows:
            made = (table.name, tuple(rows[0]), over)
            if made not in self._puts:
                self._puts[made] = self._putting(table, *made[1:])
            connection.execute(self._puts[made], rows if self._sqlite else postgres.columns_of(rows))

    def put_alike(
        self, connection: Connection, table: Table, alike: Mapping[str, Any], each: Mapping[str, Sequence[Any]]
    ) -> None:
        """Many new rows: columns `alike` have one value for all, the others one for each. What is there is left."""
        if not any(each.values()):
            return
        insert, made = self.insert(table), (table.name, tuple(each), tuple(alike))
        if isinstance(insert, postgresql.Insert):
            if made not in self._puts:
                self._puts[made] = postgres.by_columns(insert, table, *made[1:]).on_conflict_do_nothing()
            connection.execute(self._puts[made], {**alike, **each})
        else:  # past SQLAlchemy, which takes longer over a row than SQLite does
            names = [column.name for column in table.columns if column.name in each or column.name in alike]
            count = len(next(iter(each.values())))
            columns = [each[name] if name in each else repeat(alike[name], count) for name in names]
            given = insert.values({name: bindparam(name) for name in names}).on_conflict_do_nothing()
            rows = list(zip(*columns, strict=True))
            connection.exec_driver_sql(str(given.compile(dialect=sqlite.dialect())), rows)

    def among(self, column: Column[str], values: Sequence[str]) -> ColumnElement[bool]:
        """`column in (...)`; on PostgreSQL one array, so that it is planned once for any number of them."""
        return column.in_(values) if self._sqlite else column == any_(literal(list(values), postgresql.ARRAY(Text())))

    def one_of(self, column: Column[Any], values: Sequence[str]) -> ColumnElement[bool]:
        """The same, for values that most often are one: that is compared, as an index has it."""
        return column == values[0] if len(values) == 1 else self.among(column, values)

    def place_in(self, column: Column[str], words: str) -> ColumnElement[int]:
        """Where the words begin in the text, from 1; 0 where they are not in it."""
        return (func.instr if self._sqlite else func.strpos)(column, words)

    def bytes_in(self, column: Column[bytes], some: bytes) -> ColumnElement[bool]:
        """Whether these bytes are in it."""
        place = func.instr if self._sqlite else func.pg_catalog.position
        return place(column, literal(some, LargeBinary())) > 0

    def each(self, build: Callable[[Given], Update | Delete], **types: TypeEngine[Any]) -> Each:
        """One statement for many rows: `build` is handed what stands for a value of the row, by its name."""
        statement = build(lambda name: bindparam(name, type_=types[name]))
        if not self._sqlite:
            given = postgres.table_of(types)
            statement = build(lambda name: given.c[name])

        def run(connection: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
            if rows:
                connection.execute(statement, rows if self._sqlite else postgres.columns_of(rows))

        return run

    def _putting(self, table: Table, names: tuple[str, ...], over: tuple[str, ...]) -> Upsert:
        insert = self.insert(table)
        if isinstance(insert, postgresql.Insert):
            insert = postgres.by_columns(insert, table, names)
        if not over:
            return insert.on_conflict_do_nothing()
        changes = {name: insert.excluded[name] for name in over}
        return insert.on_conflict_do_update(index_elements=list(table.primary_key.columns), set_=changes)

    def close(self) -> None:
        self._engine.dispose()
        self._writing.dispose()

    def _prepare(self) -> None:
        try:
            with self.reading() as connection:
                if _version(connection, self.where) == HEAD:
                    return
        except StoreDown as error:
            if postgres.turned_away(error):
                raise Unusable(error.what, "Check database.url, and database.password") from error
            raise
        with self.writing(durable=True) as connection:
            if not self._sqlite:
                postgres.lock_migrations(connection)
            if _version(connection, self.where) != HEAD:  # another process may have been faster
                _migrate(connection)

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except DBAPIError as error:
            known = (_sqlite_error if self._sqlite else postgres.port_error)(error, self.where)
            raise known or refused(self.where, error) from error
        except NoneFree as error:
            raise StoreDown(f"The store {self.where}: all of our connections are in use", postgres.SOON) from error


def _engine(target: URL, patience_s: float, cache_kb: int) -> Engine:
    assert target.database, "the memory twin is connectors.store.memory"
    path = Path(target.database)
    with translated(path):
        if not path.exists():
            create_aside(path, STORE)
    engine = create_engine(target, connect_args={"timeout": patience_s}, pool_timeout=postgres.IN_USE * patience_s)
    event.listen(engine, "connect", partial(_connected, cache_kb))
    event.listen(engine, "begin", _begun)
    return engine


def _connected(cache_kb: int, connection: sqlite3.Connection, _: Any) -> None:
    connection.isolation_level = None  # sqlite3 shall not begin transactions by itself: `_begun` does
    found = connection.execute("pragma application_id").fetchone()[0]
    if found != STORE.application_id:
        raise Unusable("The store's path names a file that is no store", "Name another file, or move that one away")
    connection.execute(f"pragma wal_autocheckpoint = {WAL_PAGES}")
    connection.execute(f"pragma cache_size = -{cache_kb}")


def _begun(connection: Connection) -> None:
    options = connection.get_execution_options()
    if "simpul_alone" in options:
        return
    begin = options.get("simpul_begin", "")
    if begin:
        connection.exec_driver_sql(f"pragma synchronous = {options['simpul_synchronous']}")
    connection.exec_driver_sql(f"begin {begin}")


def _version(connection: Connection, where: str) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    found = connection.execute(text("select version_num from alembic_version")).scalar()
    if found is not None and found > HEAD:
        raise Unusable(
            f"The store {where} has tables of version {found}, this program knows them up to {HEAD}",
            "Start the version that wrote it, or a later one",
        )
    return found


def _migrate(connection: Connection) -> None:
    from alembic import command  # half a second to import, and only a new or an old database needs it
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def _sqlite_error(error: DBAPIError, where: str) -> PortError | None:
    known = translate(error.orig, Path(where)) if isinstance(error.orig, sqlite3.Error) else None
    return StoreDown(known.what, known.remedy) if isinstance(known, JournalFull) else known


def refused(where: str, error: Exception) -> Refused:
    """What a database says no with, where nobody knows why; without the values that it says it of."""
    own = error.orig if isinstance(error, DBAPIError) and error.orig is not None else error
    code = getattr(own, "sqlstate", None) or getattr(own, "sqlite_errorname", None)
    what = f"{type(own).__name__} {code}" if code else type(own).__name__
    return Refused(f"The store {where} does not take it: {what}", "Look for that word in the manual of the database")
