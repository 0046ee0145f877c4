"""The store in a database: rows, effects and the applied offset, committed together.

`connectors.store.outbox` has the outbox's side. Other processes may read while the owner of a domain commits.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from operator import attrgetter
from typing import Any

import msgspec
from sqlalchemy import Connection, Delete, Select, Text, bindparam, delete, select, update

from connectors.desk_ports import DeskStore
from connectors.ports import (
    Change,
    Commit,
    Emitted,
    Fenced,
    Held,
    Listing,
    Loaded,
    OutboxStore,
    Place,
    Sendable,
    Unusable,
)
from connectors.sqlite_file import PATIENCE_S
from connectors.store import archive, paging, published, retention, schema
from connectors.store.counted_rows import CountedRows
from connectors.store.database import Database, Given, TakenBack
from connectors.store.outbox import SqlOutbox
from connectors.store.ticket_lines import TicketLines
from correlator.effects import Effect
from correlator.reports.totals import Months, Totals
from correlator.state import TABLES

Decoder = msgspec.msgpack.Decoder[Any]
ROWS_AT_ONCE = 5_000  # a step may change each alarm that stands; as values to write they take much memory
EFFECTS_AT_ONCE = 5_000  # the same of effects: a storm has one for each alarm
LAST_KEY = "\U0010ffff"  # no key begins with it

_encode = msgspec.msgpack.Encoder().encode
_effect = msgspec.msgpack.Decoder(Effect)
_ROWS, _APPLIED, _EFFECTS, _LISTED = schema.rows.c, schema.applied.c, schema.effects.c, schema.listed.c


def _drop(given: Given) -> Delete:
    return delete(schema.rows).where(_ROWS.domain == given("d"), _ROWS.tbl == given("t"), _ROWS.key == given("k"))


def _unlist(given: Given) -> Delete:
    where = (_LISTED.domain == given("d"), _LISTED.tbl == given("t"), _LISTED.key == given("k"))
    return delete(schema.listed).where(*where)


def _begun(domain: str, table: str, prefix: str) -> Select[str, bytes]:
    """Rows whose key begins so."""
    query = select(_ROWS.key, _ROWS.body).where(_ROWS.domain == domain, _ROWS.tbl == table)
    return query.where(_ROWS.key >= prefix, _ROWS.key < prefix + LAST_KEY) if prefix else query


_ONE = select(_ROWS.body).where(  # built once: that takes longer than the look
    _ROWS.domain == bindparam("d"), _ROWS.tbl == bindparam("t"), _ROWS.key == bindparam("k")
)


def kind_of(effect: Effect) -> str:
    """An effect's tag: alert, campaign, notice, rejected, noted."""
    return str(effect.__struct_config__.tag)


class SqlStore:
    """`url` is SQLAlchemy's: `sqlite:////var/lib/simpul/store.db`. `tables` types the rows."""

    outbox: OutboxStore
    desk: DeskStore

    def __init__(
        self, url: str, tables: Mapping[str, type[msgspec.Struct]] = TABLES, patience_s: float = PATIENCE_S
    ) -> None:
        self._database = Database(url, patience_s)
        self.outbox = SqlOutbox(self._database)
        self._decoders = {name: msgspec.msgpack.Decoder(row) for name, row in tables.items()}
        self.desk = self._lines = TicketLines(self._database, lambda body: self._row("tickets", "", body))
        self._counted = CountedRows(self._database)
        self._advance = (
            update(schema.applied)
            .where(_APPLIED.domain == bindparam("d"), _APPLIED.offset == bindparam("expected"))
            .values(offset=bindparam("new"))
        )
        self._drop = self._database.each(_drop, d=Text(), t=Text(), k=Text())
        self._unlist = self._database.each(_unlist, d=Text(), t=Text(), k=Text())

    def load(self, domain: str) -> Loaded:
        query = select(_ROWS.tbl, _ROWS.key, _ROWS.body).where(_ROWS.domain == domain)
        query = query.order_by(_ROWS.tbl, _ROWS.key).execution_options(yield_per=5000)
        rows: dict[str, dict[str, Any]] = defaultdict(dict)
        with self._database.reading() as connection:
            applied = self._applied(connection, domain)
            for table, key, body in connection.execute(query):
                rows[table][key] = self._row(table, key, body)
        return Loaded(applied, dict(rows))

    def commit(self, commit: Commit) -> None:
        with self._database.writing() as connection:
            self._write(connection, commit)

    def rehearse(self, commit: Commit) -> None:
        with self._database.writing() as connection:
            self._write(connection, commit)
            raise TakenBack

    def _write(self, connection: Connection, commit: Commit) -> None:
        assert commit.applied > commit.expected, "an offset that does not grow"
        self._fence(connection, commit)
        for start in range(0, len(commit.changes), ROWS_AT_ONCE):
            self._change(connection, commit.domain, commit.changes[start : start + ROWS_AT_ONCE])
        for start in range(0, len(commit.effects), EFFECTS_AT_ONCE):
            self._add_effects(connection, commit, start)
        for start in range(0, len(commit.archived), ROWS_AT_ONCE):
            some = commit.archived[start : start + ROWS_AT_ONCE]
            archive.add(self._database, connection, commit.domain, some, _encode)
            self._lines.archive(connection, commit.domain, some)
        self._counted.write(connection, commit)

    def applied(self, domain: str) -> int:
        with self._database.asking() as connection:
            return self._applied(connection, domain)

    def offsets(self, domains: Sequence[str]) -> dict[str, int]:
        query = select(_APPLIED.domain, _APPLIED.offset).where(self._database.among(_APPLIED.domain, domains))
        with self._database.asking() as connection:
            known = dict.fromkeys(domains, 0)
            for domain, offset in connection.execute(query):
                known[domain] = offset
        return known

    def domains(self) -> list[str]:
        with self._database.reading() as connection:
            return list(connection.scalars(select(_APPLIED.domain).order_by(_APPLIED.domain)))

    def rows(self, domain: str, table: str, prefix: str = "", shape: type | None = None) -> Iterator[tuple[str, Any]]:
        query = _begun(domain, table, prefix).order_by(_ROWS.key)
        with self._database.asking() as connection:
            found = connection.execute(query).all()
        return self._decoded(table, [[(key, body) for key, body in found]], shape)

    def naming(self, domain: str, table: str, word: str) -> list[tuple[str, Any]]:
        # a body has the bytes of each text as they are
        query = _begun(domain, table, "").where(self._database.bytes_in(_ROWS.body, word.encode()))
        with self._database.asking() as connection:
            found = connection.execute(query.order_by(_ROWS.key)).all()
        return [(key, self._row(table, key, body)) for key, body in found]

    def newest(self, domain: str, table: str, last: int, prefix: str = "") -> list[tuple[str, Any]]:
        query = _begun(domain, table, prefix).order_by(_ROWS.key.desc()).limit(last)
        with self._database.asking() as connection:
            found = connection.execute(query).all()
        return [(key, self._row(table, key, body)) for key, body in found]

    def listed(self, domain: str, listing: Listing, below: Place | None, limit: int) -> list[tuple[Place, Any]]:
        found = paging.page(self._database, domain, listing, below, limit)
        return [(place, self._row(listing.table, place.key, body)) for place, body in found]

    def passed(self, domains: Sequence[str], listings: Sequence[Listing], number: int) -> Place | None:
        return paging.passed(self._database, domains, listings, number)

    def counted(self, domain: str, *listings: Listing) -> int:
        return sum(paging.count(self._database, domain, listing) for listing in listings)

    def row(self, domain: str, table: str, key: str) -> Any | None:
        with self._database.asking() as connection:
            body = connection.execute(_ONE, {"d": domain, "t": table, "k": key}).scalar()
        return None if body is None else self._row(table, key, body)

    def some(self, domain: str, table: str, keys: Collection[str]) -> dict[str, Any]:
        asked = list(keys)
        found: dict[str, bytes] = {}
        with self._database.reading() as connection:
            for start in range(0, len(asked), archive.AT_ONCE):
                query = select(_ROWS.key, _ROWS.body).where(
                    _ROWS.domain == domain,
                    _ROWS.tbl == table,
                    self._database.among(_ROWS.key, asked[start : start + archive.AT_ONCE]),
                )
                found.update((key, body) for key, body in connection.execute(query))
        return {key: self._row(table, key, body) for key, body in found.items()}

    def holders(self, domains: Sequence[str], places: Collection[tuple[str, str]]) -> dict[tuple[str, str], Held]:
        return archive.holders(self._database, domains, places)

    def case(self, domain: str, table: str, key: str) -> dict[str, dict[str, Any]] | None:
        return archive.by_table(archive.case(self._database, domain, table, key), self._row)

    def archived(self, domain: str, table: str, since_us: int) -> Iterator[tuple[str, Any]]:
        return self._decoded(table, archive.since(self._database, domain, table, since_us))

    def totals(self, domains: Sequence[str], months: Months) -> Totals:
        return self._counted.totals(domains, months)

    def effects(self, domain: str, kinds: Sequence[str], last: int = 100) -> list[Effect]:
        found: list[Any] = []
        with self._database.reading() as connection:
            for kind in kinds:  # one look-up each: the index serves it, whatever the other kinds fill the table with
                query = select(_EFFECTS.offset, _EFFECTS.place, _EFFECTS.body)
                query = query.where(_EFFECTS.domain == domain, _EFFECTS.kind == kind)
                query = query.order_by(_EFFECTS.offset.desc(), _EFFECTS.place.desc()).limit(last)
                found += connection.execute(query)
        found.sort(key=attrgetter("offset", "place"))
        return [_effect.decode(body) for _, _, body in found[-last:]]

    def unpublished(self, domain: str, limit: int = 500) -> list[Emitted]:
        return published.unpublished(self._database, domain, limit)

    def published(self, domain: str, last: Emitted) -> None:
        published.published(self._database, domain, last)

    def crashed(self, domain: str, place: str) -> int:
        counted = self._database.insert(schema.crashes).values(domain=domain, place=place, count=1)
        counted = counted.on_conflict_do_update(
            index_elements=["domain", "place"], set_={"count": schema.crashes.c.count + 1}
        )
        with self._database.writing(durable=True) as connection:
            return int(connection.execute(counted.returning(schema.crashes.c.count)).scalar_one())

    def prune(self, domain: str, before_us: int) -> int:
        return retention.prune(self._database, domain, before_us)

    def forget_cases(self, domain: str, before_us: int) -> int:
        return archive.forget(self._database, domain, before_us)

    def close(self) -> None:
        self._database.close()

    def _applied(self, connection: Connection, domain: str) -> int:
        return connection.execute(select(_APPLIED.offset).where(_APPLIED.domain == domain)).scalar() or 0

    def _decoded(
        self, table: str, found: Iterable[Sequence[tuple[str, bytes]]], shape: type | None = None
    ) -> Iterator[tuple[str, Any]]:
        """Some at a time."""
        decoder = self._decoders.get(table) if shape is None else msgspec.msgpack.Decoder(shape)
        for some in found:
            yield from self._page(table, some, decoder)

    def _page(self, table: str, some: Sequence[tuple[str, bytes]], decoder: Decoder | None) -> list[tuple[str, Any]]:
        if decoder is not None:
            decode = decoder.decode
            try:
                return [(key, decode(body)) for key, body in some]
            except msgspec.DecodeError:
                pass  # one by one it is found out which
        return [(key, self._row(table, key, body, decoder)) for key, body in some]

    def _row(self, table: str, key: str, body: bytes, decoder: Decoder | None = None) -> Any:
        try:
            return (decoder or self._decoders[table]).decode(body)
        except KeyError:
            reason = f"The store has rows of {table}, which this version does not know"
        except msgspec.DecodeError as error:
            reason = f"Row {key} of {table} cannot be read: {error}"
        raise Unusable(reason, "Start the version that wrote it, or put the last back-up in its place")

    def _fence(self, connection: Connection, commit: Commit) -> None:
        step = {"d": commit.domain, "expected": commit.expected, "new": commit.applied}
        if connection.execute(self._advance, step).rowcount == 1:
            return
        if commit.expected == 0:
            first = self._database.insert(schema.applied).values(domain=commit.domain, offset=commit.applied)
            if connection.execute(first.on_conflict_do_nothing().returning(_APPLIED.offset)).first():
                return
        found = self._applied(connection, commit.domain)
        raise Fenced(f"Domain {commit.domain} stands at {found}, not at {commit.expected}: another owner has it")

    def _change(self, connection: Connection, domain: str, changes: Sequence[Change]) -> None:
        put = [
            {"domain": domain, "tbl": table, "key": key, "body": _encode(row)}
            for table, key, row in changes
            if row is not None
        ]
        drop = [{"d": domain, "t": table, "k": key} for table, key, row in changes if row is None]
        self._database.put(connection, schema.rows, put, "body")
        self._drop(connection, drop)
        paging.change(self._database, connection, self._unlist, domain, changes)
        self._lines.change(connection, domain, changes)

    def _add_effects(self, connection: Connection, commit: Commit, start: int) -> None:
        """So many from there on."""
        some = list(enumerate(commit.effects[start : start + EFFECTS_AT_ONCE], start))
        emitted = [
            {
                "domain": commit.domain,
                "id": effect.id,
                "kind": kind_of(effect),
                "offset": commit.applied,
                "place": place,
                "at_us": effect.at_us,
                "body": _encode(effect),
            }
            for place, effect in some
        ]
        self._database.put(connection, schema.effects, emitted)
        pending = [
            {"domain": commit.domain, "offset": commit.applied, "place": place, "effect": effect.id, "done": 0}
            for place, effect in some
            if isinstance(effect, Sendable)
        ]
        self._database.put(connection, schema.pending, pending)
