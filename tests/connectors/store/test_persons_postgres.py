"""Persons' keys and contacts that several processes share."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from pathlib import Path

import psycopg
import pytest

from connectors.ports import Contact, JournalFull, Unusable
from connectors.privacy.vault import MasterKey
from connectors.store.database import Database
from connectors.store.shared.directory import LOADING, PostgresDirectory
from connectors.store.shared.vault import PostgresVault
from tests.integration.house import until
from tests.services import empty_database

PROCESSES = 4
SECRET = b"k" * 32


@pytest.fixture
def url() -> str:
    return empty_database()


@pytest.fixture
def databases(url: str) -> Iterator[list[Database]]:
    """As many processes would have it open."""
    with ExitStack() as stack:
        yield [stack.enter_context(closing(Database(url, patience_s=60))) for _ in range(PROCESSES)]


@pytest.fixture
def master(tmp_path: Path) -> MasterKey:
    return MasterKey.of(tmp_path / "master.key")


def test_who_seals_for_the_same_persons_at_once_uses_one_key_each(databases: list[Database], master: MasterKey) -> None:
    vaults = [PostgresVault(database, master) for database in databases]
    persons = [f"customer:C-{n}" for n in range(500)]
    start = threading.Barrier(PROCESSES)

    def seal(number: int) -> list[tuple[str, bytes]]:
        mine = persons[number * 50 :] + persons[: number * 50]
        start.wait()
        return list(zip(mine, vaults[number].seal_many([(one, one.encode()) for one in mine]), strict=True))

    with ThreadPoolExecutor(PROCESSES) as pool:
        for sealed in pool.map(seal, range(PROCESSES)):
            assert [vaults[0].unseal(person, one) for person, one in sealed] == [one.encode() for one, _ in sealed]


def test_an_erasure_counts_for_all_at_once(databases: list[Database], master: MasterKey) -> None:
    one, other = (PostgresVault(database, master) for database in databases[:2])
    sealed = one.seal("customer:C-1", b"one")
    assert other.unseal("customer:C-1", sealed) == b"one"
    assert other.erase("customer:C-1")
    assert one.unseal("customer:C-1", sealed) is None
    assert not one.holds("customer:C-1")


def test_a_key_lies_wrapped(url: str, databases: list[Database], master: MasterKey) -> None:
    """So that a copy of the database alone tells nothing; and bound to its person."""
    vault = PostgresVault(databases[0], master)
    vault.seal("customer:C-1", b"one")
    with psycopg.connect(url) as connection:
        ((wrapped,),) = connection.execute("select wrapped from person_keys").fetchall()
        connection.execute("update person_keys set person = 'customer:C-2'")
    assert len(wrapped) == 12 + 32 + 16
    with pytest.raises(Unusable, match="damaged"):
        vault.holds("customer:C-2")


def test_another_master_key_is_refused(databases: list[Database], master: MasterKey, tmp_path: Path) -> None:
    PostgresVault(databases[0], master)
    PostgresVault(databases[1], MasterKey.of(tmp_path / "master.key"))
    with pytest.raises(Unusable, match="another master key"):
        PostgresVault(databases[1], MasterKey.of(tmp_path / "other.key"))


def test_a_mounted_master_key_is_never_made_and_its_group_may_read_it(tmp_path: Path) -> None:
    path = tmp_path / "master.key"
    with pytest.raises(Unusable, match="no master key"):
        MasterKey.of(path, given=True)
    made = MasterKey.of(path)
    path.chmod(0o440)
    assert MasterKey.of(path, given=True).derived("one") == made.derived("one")
    path.chmod(0o444)
    with pytest.raises(Unusable, match="read by others"):
        MasterKey.of(path, given=True)


def test_readers_see_the_old_contacts_until_all_new_ones_are_there(
    databases: list[Database], master: MasterKey
) -> None:
    writer, reader = (
        PostgresDirectory(database, PostgresVault(database, master), SECRET) for database in databases[:2]
    )
    old, new = Contact("Ani", "08123456789", None), Contact("Ani", "08110000000", None)
    writer.replace([("C-1", old), ("C-2", old)])
    seen = []

    def contacts() -> Iterator[tuple[str, Contact]]:
        for n in range(12_000):
            if n % 4000 == 0:
                seen.append((reader.contact("C-1"), reader.by_phone("08123456789"), reader.by_phone("08110000000")))
            yield f"C-{n}", new

    writer.replace(contacts())
    assert seen == [(old, ["C-1", "C-2"], [])] * 3
    assert reader.contact("C-1") == new
    assert len(reader.by_phone("08110000000")) == 100, "most_found"


def test_two_that_load_at_once_come_one_after_the_other(url: str, databases: list[Database], master: MasterKey) -> None:
    first, second = (PostgresDirectory(database, PostgresVault(database, master), SECRET) for database in databases[:2])
    ani, budi = Contact("Ani", "08123456789", None), Contact("Budi", None, None)
    waiting = "select count(*) from pg_locks where locktype = 'advisory' and objid = %s and not granted"
    with ThreadPoolExecutor(1) as pool, psycopg.connect(url, autocommit=True) as watcher:

        def contacts() -> Iterator[tuple[str, Contact]]:
            later.append(pool.submit(second.replace, [("C-2", budi)]))
            until("the second one's waiting", lambda: watcher.execute(waiting, (LOADING,)).fetchone() == (1,))
            yield "C-1", ani

        later = []
        first.replace(contacts())
        later[0].result()
    assert (first.contact("C-1"), first.contact("C-2")) == (None, budi)


def test_a_database_that_waits_for_another_is_a_journal_that_cannot_be_written(url: str, master: MasterKey) -> None:
    with closing(Database(url, patience_s=0.05)) as database, psycopg.connect(url) as other:
        vault = PostgresVault(database, master)
        other.execute("lock table person_keys in access exclusive mode")
        with pytest.raises(JournalFull, match="lock timeout"):
            vault.seal("customer:C-1", b"one")
