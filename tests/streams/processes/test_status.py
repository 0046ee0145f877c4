"""The worker's last word: what every place for it must do, asked of each."""

from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import psycopg
import pytest

from connectors.store.database import Database
from connectors.store.shared.memory import MemoryProcessStatus
from connectors.store.shared.process_status import PostgresProcessStatus
from streams.processes.status import LastWord, SharedStatus, Status, StatusFile
from tests.services import empty_database, shared_database

MAKERS: dict[str, Callable[[Path], LastWord]] = {
    "file": lambda folder: StatusFile(folder / "worker.json"),
    "memory": lambda _: SharedStatus(MemoryProcessStatus(), "java"),
    "postgres": lambda _: SharedStatus(PostgresProcessStatus(shared_database()), "java"),
}
WORD = Status(at_us=1, applied=2, end=3, trouble=None, metrics="# HELP x\n")


@pytest.fixture(params=MAKERS)
def word(request: pytest.FixtureRequest, tmp_path: Path) -> LastWord:
    return MAKERS[request.param](tmp_path)


def test_the_last_one_is_read(word: LastWord) -> None:
    assert word.read() is None
    word.write(WORD)
    assert word.read() == WORD
    later = Status(at_us=4, applied=5, end=5, trouble="the disk is full", metrics="", note="the core crashed")
    word.write(later)
    assert word.read() == later


def test_a_damaged_file_says_nothing(tmp_path: Path) -> None:
    (tmp_path / "worker.json").write_text("{")
    assert StatusFile(tmp_path / "worker.json").read() is None


def test_each_domain_has_its_own_word() -> None:
    process_status = MemoryProcessStatus()
    SharedStatus(process_status, "java").write(WORD)
    assert SharedStatus(process_status, "bali").read() is None


@pytest.fixture
def locked() -> Iterator[PostgresProcessStatus]:
    url = empty_database()
    with closing(Database(url, patience_s=0.05)) as database, psycopg.connect(url) as other:
        other.execute("lock table words in access exclusive mode")
        yield PostgresProcessStatus(database)


def test_a_word_that_cannot_be_written_stops_nobody(locked: PostgresProcessStatus) -> None:
    word = SharedStatus(locked, "java")
    word.write(WORD)
    assert word.read() is None
