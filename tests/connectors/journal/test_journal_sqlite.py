"""The journal's file: other processes, a kill, a full disk, damage, other versions."""

import random
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from connectors.journal.sqlite import SqliteJournal
from connectors.ports import JournalFull, Unusable
from connectors.sqlite_file import translate
from correlator.events import Frame
from tests.contracts.test_journal import EVENTS, T0, frame

APPENDER = """
import sys
from pathlib import Path
from connectors.journal.sqlite import SqliteJournal
from tests.contracts.test_journal import alarm
from correlator.events import Frame
journal = SqliteJournal(Path(sys.argv[1]))
for n in range(100_000):
    print(journal.append("java", Frame(n, tuple(alarm(n * 50 + i) for i in range(50)))), flush=True)
"""

FULL = """
import resource, sys
from pathlib import Path
from connectors.journal.sqlite import SqliteJournal
from connectors.ports import JournalFull
from tests.contracts.test_journal import frame
journal = SqliteJournal(Path(sys.argv[1]))
_, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
resource.setrlimit(resource.RLIMIT_FSIZE, (300_000, hard))
got = []
try:
    for n in range(1000):
        got.append(journal.append("java", frame(n)))
except JournalFull as error:
    assert error.recoverable and error.remedy, error
else:
    sys.exit("the disk never got full")
assert [offset for offset, _ in journal.read("java", 0)] == got
resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))
assert journal.append("java", frame(1000)) == got[-1] + 1
assert [offset for offset, _ in journal.read("java", 0)] == [*got, got[-1] + 1]
"""


TWENTY = """
import sys
from pathlib import Path
from connectors.journal.sqlite import SqliteJournal
from tests.contracts.test_journal import frame
print("ready", flush=True)
sys.stdin.read()
journal = SqliteJournal(Path(sys.argv[1]))
for n in range(20):
    journal.append("java", frame(n))
"""


def test_what_was_acknowledged_survives_sigkill(tmp_path: Path) -> None:
    path = tmp_path / "journal.db"
    child = subprocess.Popen([sys.executable, "-c", APPENDER, str(path)], stdout=subprocess.PIPE, text=True)
    assert child.stdout is not None
    reader = None
    for line in child.stdout:
        reader = reader or SqliteJournal(path)  # tails the file while the child writes it
        last = int(line)
        assert reader.end("java") >= last
        if last == 100:
            child.kill()
    child.wait()
    child.stdout.close()
    assert reader is not None
    reader.close()

    again = SqliteJournal(path)
    kept = again.read("java", 0, 100_000)
    assert [offset for offset, _ in kept] == list(range(1, again.end("java") + 1))
    assert again.end("java") >= last >= 100
    assert all(len(kept_frame.events) == 50 for _, kept_frame in kept)
    assert again.append("java", frame(T0)) == again.end("java")
    again.close()


def test_a_full_disk_refuses_and_goes_on_when_there_is_space(tmp_path: Path) -> None:
    ran = subprocess.run(
        [sys.executable, "-c", FULL, str(tmp_path / "journal.db")], capture_output=True, text=True, check=False
    )
    assert (ran.returncode, ran.stderr) == (0, "")


def newer(path: Path) -> None:
    with sqlite3.connect(path) as connection:
        connection.execute("pragma user_version = 99")
    connection.close()


def other_kind(path: Path) -> None:
    with sqlite3.connect(path) as connection:
        connection.execute("pragma application_id = 7")
    connection.close()


def empty(path: Path) -> None:
    path.write_bytes(b"")


def no_database(path: Path) -> None:
    path.write_bytes(b"a text that somebody put here\n" * 500)


def test_processes_that_start_at_once_share_one_new_file(tmp_path: Path) -> None:
    path = tmp_path / "journal.db"
    children = [
        subprocess.Popen([sys.executable, "-c", TWENTY, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        for _ in range(4)
    ]
    for child in children:
        assert child.stdout is not None
        assert child.stdout.readline() == b"ready\n"
    assert [child.communicate(b"go")[0] for child in children] == [b""] * 4
    assert [child.returncode for child in children] == [0] * 4
    journal = SqliteJournal(path)
    assert journal.end("java") == 80
    journal.close()


@pytest.mark.parametrize(
    ("spoil", "says"),
    [(newer, "format 99"), (empty, "not a journal"), (other_kind, "not a journal"), (no_database, "damaged")],
)
def test_a_file_that_cannot_be_used_says_why(tmp_path: Path, spoil: Callable[[Path], None], says: str) -> None:
    path = tmp_path / "journal.db"
    SqliteJournal(path).close()
    for rest in tmp_path.glob("journal.db-*"):
        rest.unlink()
    spoil(path)
    with pytest.raises(Unusable, match=says) as caught:
        SqliteJournal(path)
    assert caught.value.remedy
    assert not caught.value.recoverable


@pytest.mark.parametrize(("body", "says"), [(b"\x01 no zlib", "damaged"), (b"\x09", "format 09"), (b"", "format none")])
def test_a_spoilt_frame_is_named(tmp_path: Path, body: bytes, says: str) -> None:
    path = tmp_path / "journal.db"
    journal = SqliteJournal(path)
    for n in range(3):
        journal.append("java", frame(T0 + n))
    other = sqlite3.connect(path)
    with other:
        other.execute("update frames set body = ? where offset = 2", (body,))
    other.close()
    with pytest.raises(Unusable, match=f"frame 2.* {says}"):
        journal.read("java", 0)
    assert [offset for offset, _ in journal.read("java", 2)] == [3]
    journal.close()


def test_readonly_leaves_the_file_alone(tmp_path: Path) -> None:
    path = tmp_path / "journal.db"
    journal = SqliteJournal(path)
    journal.append("java", frame(T0))
    journal.close()
    before = path.read_bytes()
    reader = SqliteJournal(path, readonly=True)
    assert reader.read("java", 0) == [(1, frame(T0))]
    reader.close()
    assert path.read_bytes() == before


@pytest.mark.parametrize("readonly", [True, False])
def test_a_path_that_cannot_be_opened(tmp_path: Path, readonly: bool) -> None:
    with pytest.raises(Unusable, match="cannot be opened"):
        SqliteJournal(tmp_path / "no such folder" / "journal.db", readonly=readonly)


def test_the_file_is_for_its_owner_only(tmp_path: Path) -> None:
    path = tmp_path / "journal.db"
    journal = SqliteJournal(path)
    journal.append("java", frame(T0))
    assert {file.stat().st_mode & 0o777 for file in tmp_path.glob("journal.db*")} == {0o600}
    journal.close()


def test_big_frames_come_in_several_answers(tmp_path: Path) -> None:
    journal = SqliteJournal(tmp_path / "journal.db")
    noise = random.Random(1)
    for n in range(12):
        journal.append("java", Frame(n, (msgspec.structs.replace(EVENTS[1], sealed=noise.randbytes(400_000)),)))
    first = [offset for offset, _ in journal.read("java", 0)]
    rest = [offset for offset, _ in journal.read("java", first[-1])]
    assert first + rest == list(range(1, 13))
    assert len(first) >= 1
    assert len(rest) >= 1
    journal.close()


def test_sqlites_own_word_for_a_full_disk_is_known() -> None:
    connection = sqlite3.connect(":memory:")
    connection.execute("pragma max_page_count = 2")
    connection.execute("create table t (b blob)")
    with pytest.raises(sqlite3.OperationalError) as caught:
        connection.execute("insert into t values (zeroblob(100000))")
    connection.close()
    assert isinstance(translate(caught.value, Path("j.db")), JournalFull)


def test_a_locked_file_is_waited_for_and_then_refused(tmp_path: Path) -> None:
    path = tmp_path / "journal.db"
    journal = SqliteJournal(path, patience_s=0.01)
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("begin immediate")
    with pytest.raises(JournalFull, match=r"holds .* locked"):
        journal.append("java", frame(T0))
    other.execute("rollback")
    other.close()
    assert journal.append("java", frame(T0)) == 1
    journal.close()
