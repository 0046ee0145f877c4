"""What one look at the store asks of SQLite: the statement that it is, and no transaction around it."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event

from connectors.ports import Commit, Listing
from connectors.store.sql import SqlStore
from tests.contracts.test_store import alarm_row


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqlStore]:
    made = SqlStore(f"sqlite:///{tmp_path}/store.db")
    rows = [("alarms", row.key, row) for row in (alarm_row(1), alarm_row(2))]
    made.commit(Commit("java", 0, 1, rows, []))
    yield made
    made.close()


@pytest.mark.parametrize(
    "look",
    [
        lambda store: store.row("java", "alarms", alarm_row(1).key),
        lambda store: list(store.rows("java", "alarms")),
        lambda store: store.newest("java", "alarms", 1),
        lambda store: store.naming("java", "alarms", "a1"),
        lambda store: store.applied("java"),
        lambda store: store.listed("java", Listing("alarms", "standing"), None, 9),
    ],
)
def test_a_look_is_one_statement(store: SqlStore, look: Callable[[SqlStore], Any]) -> None:
    said: list[str] = []
    event.listen(store._database._engine, "before_cursor_execute", lambda _c, _u, statement, *_: said.append(statement))
    look(store)
    assert len(said) == 1, said
