"""The store's file: migrations, a kill, two owners, a full disk, other versions."""

import sqlite3
import subprocess
import sys
from collections.abc import Callable, Sequence
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Any

import msgspec
import pytest
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Table, create_engine

from connectors.ports import Commit, Fenced, Listing, StoreDown, Unusable
from connectors.store.database import MIGRATIONS, Database
from connectors.store.schema import HEAD, metadata
from connectors.store.sql import EFFECTS_AT_ONCE, SqlStore
from correlator.rows.service_desk import CapaAction, RcaRow
from correlator.state import Archived, CounterRow, TextRow
from tests.contracts.test_store import alarm_row, alert, commit, noted

COMMITTER = """
import sys
from pathlib import Path
from connectors.ports import Commit
from connectors.store.sql import SqlStore
from correlator.state import CounterRow
from tests.contracts.test_store import alarm_row, alert
store = SqlStore(f"sqlite:///{sys.argv[1]}")
for n in range(100_000):
    rows = [("alarms", str(i), alarm_row(n)) for i in range(50)]
    store.commit(Commit("java", n, n + 1, [*rows, ("counters", "n", CounterRow(n + 1))], [alert(n + 1)]))
    print(n + 1, flush=True)
"""

OPENER = """
import sys
from connectors.store.sql import SqlStore
print("ready", flush=True)
sys.stdin.read()
store = SqlStore(f"sqlite:///{sys.argv[1]}")
store.crashed("java", "1.0")
store.close()
"""

FULL = """
import resource, sys
from connectors.ports import Commit, StoreDown
from connectors.store.sql import SqlStore
from tests.contracts.test_store import alarm_row
store = SqlStore(f"sqlite:///{sys.argv[1]}")
_, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
resource.setrlimit(resource.RLIMIT_FSIZE, (400_000, hard))
n = 0
def rows(n):
    return [("alarms", f"{n}.{i}", alarm_row(n)) for i in range(50)]
try:
    while n < 1000:
        store.commit(Commit("java", n, n + 1, rows(n), []))
        n += 1
except StoreDown as error:
    assert error.recoverable and error.remedy, error
else:
    sys.exit("the disk never got full")
assert store.applied("java") == n
resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))
store.commit(Commit("java", n, n + 1, rows(n), []))
assert len(store.load("java").rows["alarms"]) == 50 * (n + 1)
"""


def open_store(folder: Path) -> SqlStore:
    return SqlStore(f"sqlite:///{folder}/store.db")


def test_what_was_committed_survives_sigkill_whole(tmp_path: Path) -> None:
    child = subprocess.Popen(
        [sys.executable, "-c", COMMITTER, str(tmp_path / "store.db")], stdout=subprocess.PIPE, text=True
    )
    assert child.stdout is not None
    last = 0
    for line in child.stdout:
        last = int(line)
        if last == 60:
            child.kill()
    child.wait()
    child.stdout.close()

    store = open_store(tmp_path)
    loaded = store.load("java")
    assert loaded.applied >= last >= 60
    assert loaded.rows["counters"]["n"] == CounterRow(loaded.applied)
    assert set(map(msgspec.msgpack.encode, loaded.rows["alarms"].values())) == {
        msgspec.msgpack.encode(alarm_row(loaded.applied - 1))
    }
    assert len(store.effects("java", ["alert"], 100_000)) == loaded.applied
    assert len(store.outbox.pending("java", 100_000)) == loaded.applied
    store.close()


def test_of_two_owners_only_one_commits(tmp_path: Path) -> None:
    first, second = open_store(tmp_path), open_store(tmp_path)
    commit(first, 0, 1, [("counters", "a", CounterRow(1))])
    assert second.load("java").applied == 1
    commit(second, 1, 2, [("counters", "a", CounterRow(2))])
    with pytest.raises(Fenced, match="stands at 2, not at 1"):
        commit(first, 1, 2, [("counters", "a", CounterRow(9))])
    assert first.row("java", "counters", "a") == CounterRow(2)
    first.close()
    second.close()


def test_a_full_disk_refuses_and_goes_on_when_there_is_space(tmp_path: Path) -> None:
    ran = subprocess.run(
        [sys.executable, "-c", FULL, str(tmp_path / "store.db")], capture_output=True, text=True, check=False
    )
    assert (ran.returncode, ran.stderr) == (0, "")


def test_a_locked_file_is_waited_for_and_then_refused(tmp_path: Path) -> None:
    store = SqlStore(f"sqlite:///{tmp_path}/store.db", patience_s=0.01)
    other = sqlite3.connect(tmp_path / "store.db", isolation_level=None)
    other.execute("begin immediate")
    with pytest.raises(StoreDown, match="locked"):
        commit(store, 0, 1)
    assert store.applied("java") == 0  # readers do not mind
    other.execute("rollback")
    other.close()
    commit(store, 0, 1)
    store.close()


def test_who_finds_all_connections_in_use_is_told_so(tmp_path: Path) -> None:
    def ask(database: Database, times: int) -> None:
        with ExitStack() as asking:
            for _ in range(times):
                asking.enter_context(database.reading())

    with closing(Database(f"sqlite:///{tmp_path}/store.db", patience_s=0.01)) as database:
        ask(database, 10)
        with pytest.raises(StoreDown, match="in use"):
            ask(database, 100)


def test_processes_that_start_at_once_share_one_new_file(tmp_path: Path) -> None:
    children = [
        subprocess.Popen(
            [sys.executable, "-c", OPENER, str(tmp_path / "store.db")], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        for _ in range(3)
    ]
    for child in children:
        assert child.stdout is not None
        assert child.stdout.readline() == b"ready\n"
    assert [child.communicate(b"go")[0] for child in children] == [b""] * 3
    assert [child.returncode for child in children] == [0] * 3
    store = open_store(tmp_path)
    assert store.crashed("java", "1.0") == 4
    store.close()


def test_migrations_lead_to_the_schema(tmp_path: Path) -> None:
    """Every table and index, word for word."""
    open_store(tmp_path).close()
    engine = create_engine(f"sqlite:///{tmp_path}/made.db")
    metadata.create_all(engine)
    engine.dispose()
    assert made_by(tmp_path / "store.db") == made_by(tmp_path / "made.db")


def made_by(path: Path) -> list[str]:
    connection = sqlite3.connect(path)
    query = "select sql from sqlite_master where sql is not null and tbl_name <> 'alembic_version' order by name"
    found = [" ".join(sql.split()) for (sql,) in connection.execute(query)]
    connection.close()
    return found


def test_head_is_the_newest_migration() -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    assert ScriptDirectory.from_config(config).get_heads() == [HEAD]


LATER = ("counted_tickets", "counted_rcas", "counted_notices", "sent_again")
UNCOUNTED = [f"drop table {name}" for name in LATER]  # as it was before 0007


def edit(path: Path, *statements: str) -> None:
    connection = sqlite3.connect(path)
    with connection:
        for statement in statements:
            connection.execute(statement)
    connection.close()


def newer(path: Path) -> None:
    edit(path, "update alembic_version set version_num = '9999'")


def other_kind(path: Path) -> None:
    edit(path, "pragma application_id = 7")


def no_database(path: Path) -> None:
    path.write_bytes(b"a text that somebody put here\n" * 500)


@pytest.mark.parametrize(
    ("spoil", "says"), [(newer, "version 9999"), (other_kind, "no store"), (no_database, "damaged")]
)
def test_a_file_that_cannot_be_used_says_why(tmp_path: Path, spoil: Callable[[Path], None], says: str) -> None:
    open_store(tmp_path).close()
    for rest in tmp_path.glob("store.db-*"):
        rest.unlink()
    spoil(tmp_path / "store.db")
    with pytest.raises(Unusable, match=says) as caught:
        open_store(tmp_path)
    assert caught.value.remedy


@pytest.mark.parametrize(
    ("statement", "says"),
    [
        ("update rows set tbl = 'novelties'", "rows of novelties"),
        ("update rows set body = x'c1'", "Row a of counters cannot be read"),
        ("update rows set body = x'a161'", "Row a of counters cannot be read"),
    ],
)
def test_a_row_that_cannot_be_read_stops_the_load(tmp_path: Path, statement: str, says: str) -> None:
    store = open_store(tmp_path)
    commit(store, 0, 1, [("counters", "a", CounterRow(1))])
    edit(tmp_path / "store.db", statement)
    with pytest.raises(Unusable, match=says):
        store.load("java")
    store.close()


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(Unusable, match="cannot be opened"):
        open_store(tmp_path / "none")


def test_the_file_is_for_its_owner_only(tmp_path: Path) -> None:
    store = open_store(tmp_path)
    store.commit(Commit("java", 0, 1, [], [alert(1)]))
    assert {file.stat().st_mode & 0o777 for file in tmp_path.glob("store.db*")} == {0o600}
    store.close()


def test_alarms_of_an_older_version_are_listed_too(tmp_path: Path) -> None:
    store = open_store(tmp_path)
    rows = [msgspec.structs.replace(alarm_row(n), first_us=n, incident="IN-1" if n == 2 else None) for n in range(4)]
    store.commit(Commit("java", 0, 1, [("alarms", row.key, row) for row in rows], ()))
    loose = store.listed("java", Listing("alarms", "loose"), None, 10)
    store.close()
    edit(
        tmp_path / "store.db",
        "drop table listed",
        "drop table ticket_lines",
        *UNCOUNTED,
        "update alembic_version set version_num = '0003'",
    )
    store = open_store(tmp_path)
    assert [place.at_us for place, _ in loose] == [3, 1, 0]
    assert store.listed("java", Listing("alarms", "loose"), None, 10) == loose
    assert [row.first_us for _, row in store.listed("java", Listing("alarms", "IN-1", about=True), None, 10)] == [2]
    store.close()


def test_records_of_an_older_version_are_listed_too(tmp_path: Path) -> None:
    store = open_store(tmp_path)
    step = CapaAction("mark the duct", "budi", 9)
    rows = [
        RcaRow("RCA-1", "IN-1", None, 1, preventive=(step,)),
        RcaRow("RCA-2", None, "TK-2", 2, state="verified"),
        RcaRow("RCA-3", "IN-3", None, 3, corrective=(msgspec.structs.replace(step, done_us=8),)),
    ]
    store.commit(Commit("java", 0, 1, [("rcas", row.id, row) for row in rows], ()))
    store.close()
    edit(tmp_path / "store.db", "delete from listed", *UNCOUNTED, "update alembic_version set version_num = '0005'")
    store = open_store(tmp_path)

    def listed(name: str, *, about: bool = False) -> list[str]:
        return [row.id for _, row in store.listed("java", Listing("rcas", name, about), None, 10)]

    assert listed("outage draft") == ["RCA-3", "RCA-1"]
    assert listed("complaint verified") == ["RCA-2"]
    assert listed("due", about=True) == ["RCA-1"]
    store.close()


def test_a_commit_of_very_many_builds_its_values_some_at_a_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    built: list[int] = []
    real = Database.put

    def put(self: Database, connection: Connection, table: Table, rows: Sequence[Any], *over: str) -> None:
        built.append(len(rows))
        real(self, connection, table, rows, *over)

    monkeypatch.setattr(Database, "put", put)
    many = 2 * EFFECTS_AT_ONCE + 1
    archived = [Archived(1, "I-1", "texts", str(n), TextRow("x")) for n in range(many)]
    effects = [noted(n) for n in range(many)]
    with closing(SqlStore(f"sqlite:///{tmp_path}/store.db")) as store:
        store.commit(Commit("id", 0, 1, [("texts", str(n), TextRow("x")) for n in range(many)], effects, archived))
        assert len(dict(store.rows("id", "texts"))) == many
        assert len(store.effects("id", ("noted",), many + 1)) == many
        assert len(list(store.archived("id", "texts", 0))) == many
    assert max(built) <= EFFECTS_AT_ONCE
