"""Persons' keys on PostgreSQL: one key a person for all processes, and gone for all of them at once."""

from collections.abc import Iterable, Sequence

from sqlalchemy import text

from connectors.privacy.vault import Key, MasterKey, SealingVault, Wrapping, fresh_key
from connectors.store.database import Database
from connectors.store.postgres import unwritten

_MARK = text('insert into master ("only", wrapped) values (1, :wrapped) on conflict do nothing')
_MARKED = text("select wrapped from master")
_FIND = text("select person, name, wrapped from person_keys where person = any(cast(:persons as text[]))")
_ADD = text("""
    insert into person_keys (person, name, wrapped)
    select * from unnest(cast(:persons as text[]), cast(:names as bytea[]), cast(:wrapped as bytea[]))
    on conflict do nothing returning person""")
_ERASE = text("delete from person_keys where person = :person and (cast(:key as bytea) is null or name = :key)")
_ALL = text("select person, wrapped from person_keys for update")
_REWRAP = text("""
    update person_keys set wrapped = given.wrapped
    from unnest(cast(:persons as text[]), cast(:wrapped as bytea[])) as given (person, wrapped)
    where person_keys.person = given.person""")
_REMARK = text("update master set wrapped = :wrapped")
_ALONE = text("lock table person_keys in exclusive mode")  # nobody makes one meanwhile


class PostgresKeys:
    """Raises Unusable where the keys in the database are another master's."""

    def __init__(self, database: Database, master: MasterKey) -> None:
        self._database = database
        self._wrapping = Wrapping(master)
        with self._database.writing(durable=True) as connection:
            connection.execute(_MARK, {"wrapped": self._wrapping.mark()})
            mark = connection.execute(_MARKED).scalar_one()
        self._wrapping.know(mark, self._database.where)

    def erase(self, person: str, key: bytes | None = None) -> bool:
        """What PostgreSQL keeps of a dead row until it is vacuumed, and in its log, is wrapped; so a copy of the
        database tells nothing without the master key."""
        with unwritten(), self._database.writing(durable=True) as connection:
            return connection.execute(_ERASE, {"person": person, "key": key}).rowcount == 1

    def swept(self) -> bool:
        return True

    def rewrap(self, master: MasterKey) -> int:
        new = Wrapping(master)
        with unwritten(), self._database.writing(durable=True) as connection:
            connection.execute(_ALONE)
            rows = connection.execute(_ALL).all()
            again = [new.wrapped(row.person, self._wrapping.unwrapped(row.person, row.wrapped)) for row in rows]
            connection.execute(_REWRAP, {"persons": [row.person for row in rows], "wrapped": again})
            connection.execute(_REMARK, {"wrapped": new.mark()})
        self._wrapping = new
        return len(rows)

    def made(self, persons: Sequence[str]) -> dict[str, Key]:
        """In the order of their names: so none waits in a circle."""
        keys = {person: fresh_key() for person in persons}
        wrapped = [self._wrapping.wrapped(person, key.secret) for person, key in keys.items()]
        rows = {"persons": list(persons), "names": [key.name for key in keys.values()], "wrapped": wrapped}
        with unwritten(), self._database.writing(durable=True) as connection:
            return {person: keys[person] for person in connection.scalars(_ADD, rows)}

    def known(self, persons: Iterable[str]) -> dict[str, Key]:
        asked = list(persons)
        if not asked:
            return {}
        with unwritten(), self._database.asking() as connection:
            found = connection.execute(_FIND, {"persons": asked}).all()
        return {person: Key(name, self._wrapping.unwrapped(person, wrapped)) for person, name, wrapped in found}

    def close(self) -> None:
        """The database is others' too."""


class PostgresVault(SealingVault):
    """Keys in the database that all processes share."""

    def __init__(self, database: Database, master: MasterKey) -> None:
        super().__init__(PostgresKeys(database, master))
