"""What doors read of a database at every request: seen soon, and answered also while it is away."""

import threading
from collections.abc import Iterator
from contextlib import closing

import psycopg
import pytest
from sqlalchemy import text

from connectors.access.passes import Pass
from connectors.access.token_list import Listed, Token
from connectors.ports import StoreDown, Unusable
from connectors.store.database import Database
from connectors.store.shared.passes import PostgresPasses
from connectors.store.shared.process_status import PostgresProcessStatus
from connectors.store.shared.tokens import PostgresTokens
from connectors.store.shared.watched import Watched
from correlator.events import moment
from tests.integration.house import until
from tests.services import empty_database

SOON_S = 0.01
NMS = Token(id="1", name="nms", role="source", hash="h", created=moment(1))


class Source:
    """What is read; it may fail."""

    def __init__(self) -> None:
        self.content = ["a"]
        self.away = False
        self.looked = threading.Semaphore(0)

    def read(self) -> list[str]:
        self.looked.release()
        if self.away:
            raise StoreDown("away")
        return list(self.content)

    def looked_at(self, times: int) -> None:
        for _ in range(times):
            assert self.looked.acquire(timeout=60)


def test_a_change_is_seen_and_the_same_is_the_same_object() -> None:
    source = Source()
    with closing(Watched(source.read, SOON_S)) as watched:
        before = watched.value
        source.looked_at(5)
        assert watched.value is before
        source.content.append("b")
        until("the change", lambda: watched.value == ["a", "b"])


def test_what_was_known_stays_while_it_is_away() -> None:
    source = Source()
    with closing(Watched(source.read, SOON_S)) as watched:
        source.away = True
        until("the word that it is away", lambda: not watched.current)
        assert watched.value == ["a"]
        source.content, source.away = ["b"], False
        until("the word that it is back", lambda: watched.current)
        assert watched.value == ["b"]


def test_the_first_look_tells_what_is_wrong() -> None:
    source = Source()
    source.away = True
    with pytest.raises(StoreDown):
        Watched(source.read, SOON_S)


# The doors of two machines, on PostgreSQL


@pytest.fixture
def databases() -> Iterator[tuple[Database, Database]]:
    url = empty_database()
    with closing(Database(url, patience_s=60)) as one, closing(Database(url, patience_s=60)) as other:
        yield one, other


def test_another_door_sees_a_token_and_its_end(databases: tuple[Database, Database]) -> None:
    here = PostgresTokens(databases[0])
    with closing(PostgresTokens(databases[1], SOON_S)) as there:
        here.change(lambda known: (*known, NMS))
        until("the token there", lambda: there.read() == (NMS,))
        assert there.read() is there.read()
        here.change(lambda _: ())
        until("its end there", lambda: there.read() == ())


def test_a_pass_that_cannot_be_read_keeps_no_other_one_alive(databases: tuple[Database, Database]) -> None:
    """As a door of another version would write it: what is revoked here ends there all the same."""
    here, made = PostgresPasses(databases[0]), Pass(id="", name="nms", role="noc_operator", until_us=2)
    with closing(PostgresPasses(databases[1], SOON_S)) as there:
        here.put("session-a", made)
        until("the pass there", lambda: there.recall("session-a") == made)
        with databases[0].writing() as connection:
            connection.execute(text("insert into passes (name, until_us, body) values ('session-b', 2, 'x')"))
        here.take("session-a")
        until("its end there", lambda: there.recall("session-a") is None)
        assert there.find("session-b") is None
        there.tidy(1, 10)
        here.put("session-b", made)


def test_its_own_change_is_seen_at_once(databases: tuple[Database, Database]) -> None:
    with closing(PostgresTokens(databases[0], 3600)) as tokens:
        tokens.change(lambda known: (*known, NMS))
        assert tokens.read() == (NMS,)


def test_a_change_that_is_refused_changes_nothing(databases: tuple[Database, Database]) -> None:
    tokens = PostgresTokens(databases[0])
    tokens.change(lambda known: (*known, NMS))

    def refuse(known: Listed) -> Listed:
        raise ValueError(known[0].name)

    with pytest.raises(ValueError, match="nms"):
        tokens.change(refuse)
    assert tokens.read() == (NMS,)


def test_two_that_change_at_once_come_one_after_the_other(databases: tuple[Database, Database]) -> None:
    names = [f"s{n}" for n in range(20)]

    def issue(number: int) -> None:
        tokens = PostgresTokens(databases[number % 2])
        for name in names[number::4]:
            made = Token(id=name, name=name, role="source", hash="h", created=moment(1))
            tokens.change(lambda known: (*known, made))  # noqa: B023  # called at once

    threads = [threading.Thread(target=issue, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(token.name for token in PostgresTokens(databases[0]).read()) == sorted(names)


def test_a_token_that_this_version_cannot_read_is_said(databases: tuple[Database, Database]) -> None:
    with databases[0].writing() as connection:
        connection.exec_driver_sql("insert into tokens values ('x', '\\x00')")
    with pytest.raises(Unusable, match="cannot be read"):
        PostgresTokens(databases[0]).read()


def test_words_are_read_from_memory_while_the_table_is_locked(databases: tuple[Database, Database]) -> None:
    url = empty_database()
    PostgresProcessStatus(databases[0]).write("worker java", b"one")
    with closing(PostgresProcessStatus(databases[1], SOON_S)) as process_status, psycopg.connect(url) as other:
        other.execute("lock table words in access exclusive mode")
        assert process_status.read() == {"worker java": b"one"}
