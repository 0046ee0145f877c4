"""The store on a real PostgreSQL: migrations, owners and dispatchers that meet, a server that goes away."""

import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from itertools import count
from pathlib import Path

import psycopg
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import create_engine, make_url
from sqlalchemy.exc import DBAPIError

from connectors.ports import Commit, Fenced, PortError, Settled, StoreDown, Unusable
from connectors.store import schema
from connectors.store.postgres import MIGRATING, port_error
from connectors.store.shared import tables
from connectors.store.sql import SqlStore
from correlator.state import CounterRow
from tests.connectors.channels.peers import unused_port
from tests.contracts.test_outbox_store import ME, queue_some
from tests.contracts.test_store import alert, commit
from tests.integration.house import until
from tests.services import WORKER, empty_database, kill, new_database, own, services

OPENER = """
import sys
from connectors.store.sql import SqlStore
store = SqlStore(sys.argv[1], patience_s=60)
store.crashed("java", "1.0")
store.close()
"""


@pytest.fixture
def url() -> str:
    return empty_database()


@pytest.fixture
def fresh() -> str:
    return new_database(f"simpul_{WORKER}_fresh")


@contextmanager
def opened(url: str, number: int = 2) -> Iterator[list[SqlStore]]:
    """As many processes would open it; patient, whatever else the machine does."""
    stores = [SqlStore(url, patience_s=60) for _ in range(number)]
    try:
        yield stores
    finally:
        for store in stores:
            store.close()


def test_migrations_lead_to_the_schema(fresh: str) -> None:
    SqlStore(fresh).close()
    engine = create_engine(make_url(fresh).set(drivername="postgresql+psycopg"))
    with engine.connect() as connection:
        wanted = [schema.metadata, tables.metadata]
        assert compare_metadata(MigrationContext.configure(connection), wanted) == []
    engine.dispose()


def test_processes_that_start_at_once_make_the_tables_one_after_the_other(fresh: str) -> None:
    with psycopg.connect(fresh) as first:
        first.execute("select pg_advisory_lock(%s)", [MIGRATING])
        children = [subprocess.Popen([sys.executable, "-c", OPENER, fresh]) for _ in range(3)]
        until("three that wait", lambda: len(waiting(fresh)) == 3)
    assert [child.wait() for child in children] == [0] * 3
    with opened(fresh, 1) as (store,):
        assert store.crashed("java", "1.0") == 4


# Two owners


@pytest.mark.parametrize(("end", "taken"), [("commit", False), ("rollback", True)])
def test_a_commit_waits_for_the_other_owners_and_is_fenced_if_that_one_comes_through(
    url: str, end: str, taken: bool
) -> None:
    with opened(url, 1) as (store,), psycopg.connect(url) as other:
        commit(store, 0, 1, [("counters", "a", CounterRow(1))])
        other.execute('update applied set "offset" = 2 where domain = \'java\' and "offset" = 1')
        with ThreadPoolExecutor() as pool:
            mine = pool.submit(commit, store, 1, 2, [("counters", "a", CounterRow(2))], alert(2))
            until("commit that waits", lambda: waiting(url))
            other.execute(end)
        assert succeeded(mine) is taken
        assert store.row("java", "counters", "a") == CounterRow(2 if taken else 1)
        assert store.effects("java", ["alert"]) == ([alert(2)] if taken else [])


def waiting(url: str) -> list[int]:
    """Backends of this database that wait for a lock."""
    query = "select pid from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'"
    with psycopg.connect(url) as connection:
        return [pid for (pid,) in connection.execute(query)]


def succeeded(mine: Future[None]) -> bool:
    try:
        mine.result()
    except Fenced:
        return False
    return True


def test_of_owners_that_race_one_commits_each_frame(url: str) -> None:
    frames, owners = 40, 3

    def own(store: SqlStore, name: int, start: threading.Barrier) -> list[int]:
        won = []
        for n in range(frames):
            start.wait()
            row = ("counters", f"{n:02}", CounterRow(name))
            with_effects = Commit("java", n, n + 1, [row], [alert(100 * name + n)])
            try:
                store.commit(with_effects)
                won.append(n)
            except Fenced:
                pass  # another one has it
        return won

    start = threading.Barrier(owners)
    with opened(url, owners) as stores, ThreadPoolExecutor(owners) as pool:
        won = list(pool.map(own, stores, range(owners), [start] * owners))
        assert sorted(n for mine in won for n in mine) == list(range(frames)), "each frame once"
        loaded = stores[0].load("java")
        assert loaded.applied == frames
        rows = {key: row.value for key, row in loaded.rows["counters"].items()}
        assert rows == {f"{n:02}": name for name, mine in enumerate(won) for n in mine}
        emitted = [effect.id for effect in stores[0].effects("java", ["alert"], 999)]
        assert emitted == [f"AL-{100 * rows[f'{n:02}'] + n}" for n in range(frames)]


# Many dispatchers


def test_what_another_dispatcher_is_about_to_begin_is_left_to_it(url: str) -> None:
    with opened(url, 1) as (store,), psycopg.connect(url) as other:
        queue_some(store, 3)
        other.execute("update messages set state = 'trying' where id = 'CA-1:C-1'")
        begun = store.outbox.begin("java", ["CA-1:C-0", "CA-1:C-1", "CA-1:C-2"], 11, ME)
        assert begun == {"CA-1:C-0": 1, "CA-1:C-2": 1}
        other.rollback()
        assert store.outbox.begin("java", ["CA-1:C-0", "CA-1:C-1"], 12, ME) == {"CA-1:C-1": 1}


def test_of_dispatchers_that_race_one_begins_each_message(url: str) -> None:
    number, dispatchers = 600, 3

    def begin(store: SqlStore, turn: int) -> list[str]:
        begun: list[str] = []
        while ids := store.outbox.due("java", "phone", 10, 50):
            mine = sorted(message.id for message in ids)
            some = store.outbox.begin("java", mine[::-1] if turn % 2 else mine, 11, ME)
            store.outbox.settle("java", [Settled(one, "sent", 12, 1) for one in sorted(some)])
            begun += some
        return begun

    with opened(url, dispatchers) as stores, ThreadPoolExecutor(dispatchers) as pool:
        queue_some(stores[0], number)
        every = [one for begun in pool.map(begin, stores, range(dispatchers)) for one in begun]
        assert Counter(every) == Counter(f"CA-1:C-{n}" for n in range(number))
        assert stores[0].outbox.counts("java") == {("phone", "sent"): number}


def test_a_channels_words_are_kept_whatever_they_hold(url: str) -> None:
    with opened(url, 1) as (store,):
        queue_some(store, 1)
        store.outbox.settle("java", [Settled("CA-1:C-0", "failed", 12, 0, why="451 \0\ud800", reference="\0")])
        (failed,) = store.outbox.messages("java", ["failed"])
        assert (failed.why, failed.reference) == ("451 \ufffd?", "\ufffd")


# A server that goes away


def test_a_session_that_the_server_ended_is_replaced(url: str) -> None:
    with opened(url, 1) as (store,):
        commit(store, 0, 1)
        end_sessions(url)
        commit(store, 1, 2)
        assert store.applied("java") == 2


def test_a_commit_whose_session_ends_is_rolled_back_and_can_be_tried_again(url: str) -> None:
    with opened(url, 1) as (store,), psycopg.connect(url) as other:
        commit(store, 0, 1)
        other.execute("select 1 from applied for update")
        with ThreadPoolExecutor() as pool:
            mine = pool.submit(commit, store, 1, 2, [("counters", "a", CounterRow(2))])
            until("commit that waits", lambda: waiting(url))
            end_sessions(url, waiting(url))
            with pytest.raises(StoreDown, match="terminat") as caught:
                mine.result()
        other.rollback()
        assert caught.value.recoverable
        assert caught.value.remedy
        commit(store, 1, 2, [("counters", "a", CounterRow(2))])
        assert store.load("java").rows == {"counters": {"a": CounterRow(2)}}


def test_a_lock_is_waited_for_and_then_refused(url: str) -> None:
    store = SqlStore(url, patience_s=0.05)
    commit(store, 0, 1)
    with psycopg.connect(url) as other:
        other.execute("select 1 from applied for update")
        with pytest.raises(StoreDown, match="lock timeout"):
            commit(store, 1, 2)
        assert store.applied("java") == 1  # readers do not mind
        other.rollback()
    commit(store, 1, 2)
    store.close()


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (psycopg.OperationalError("the connection is lost"), StoreDown),
        (psycopg.errors.AdminShutdown(), StoreDown),
        (psycopg.errors.StatementTooComplex(), None),  # it is about what was asked: waiting does not help
        (psycopg.errors.NumericValueOutOfRange(), None),
        (psycopg.errors.UndefinedTable(), Unusable),
    ],
)
def test_of_the_databases_words_it_is_known_which_are_worth_waiting_for(
    error: psycopg.Error, kind: type[PortError] | None
) -> None:
    found = port_error(DBAPIError.instance("select", {}, error, psycopg.Error), "here")  # type: ignore[arg-type]
    assert (None if found is None else type(found)) is kind


def test_a_server_that_is_killed_stands_at_a_whole_frame_and_knows_every_attempt(tmp_path: Path) -> None:
    """What it forgets was not synced, and is folded again from the journal."""
    with opened(own("postgres", tmp_path), 1) as (store,):
        queue_some(store, 1)
        given = count(1)

        def next_frame() -> int:
            n = next(given)
            commit(store, n, n + 1, [("counters", "n", CounterRow(n + 1))], alert(n + 1))
            return n

        def away() -> bool:
            try:
                next_frame()
            except StoreDown:
                return True
            return False

        assert [next_frame() for _ in range(30)] == list(range(1, 31))
        assert store.outbox.begin("java", ["CA-1:C-0"], 11, ME) == {"CA-1:C-0": 1}
        assert [next_frame() for _ in range(30)] == list(range(31, 61))
        kill("postgres", tmp_path)
        until("end of the session, which may outlive the server a little", away)
        own("postgres", tmp_path)
        applied = store.applied("java")
        assert 31 <= applied <= next(given)
        assert store.row("java", "counters", "n") == CounterRow(applied)
        assert [effect.id for effect in store.effects("java", ["alert"], 999)] == [
            f"AL-{n}" for n in range(2, applied + 1)
        ]
        assert [one.id for one in store.outbox.messages("java", ["trying"])] == ["CA-1:C-0"]
        commit(store, applied, applied + 1)
    services("stop", "--forget", folder=tmp_path)


def end_sessions(url: str, pids: list[int] | None = None) -> None:
    """Of this database; none given: all but ours."""
    others = "datname = current_database() and pid <> pg_backend_pid()"
    query = f"select pg_terminate_backend(pid) from pg_stat_activity where {others}"
    with psycopg.connect(url) as connection:
        connection.execute(query if pids is None else f"{query} and pid = any(%s)", None if pids is None else [pids])


def elsewhere(url: str) -> str:
    return make_url(url).set(port=unused_port()).render_as_string(hide_password=False)


def wrong_password(url: str) -> str:
    return make_url(url).set(password="hunter2").render_as_string(hide_password=False)


@pytest.mark.parametrize(
    ("change", "says", "waiting_helps"),
    [
        (elsewhere, "Connection refused", True),
        (wrong_password, "password authentication failed", False),
        (lambda url: f"{url}_none", "does not exist", False),
    ],
)
def test_a_server_that_does_not_let_us_in_is_named_without_the_password(
    url: str, change: Callable[[str], str], says: str, waiting_helps: bool
) -> None:
    with pytest.raises(PortError, match=says) as caught:
        SqlStore(change(url))
    assert caught.value.recoverable == waiting_helps
    assert str(make_url(url).password) not in str(caught.value)
    assert "hunter2" not in str(caught.value)
    assert caught.value.remedy
