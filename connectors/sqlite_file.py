"""One SQLite file of ours: opened, its format checked or brought up to date, and SQLite's errors translated.

The journal, the intake's register and the vault each lie in such a file. One connection writes and one reads, so that a
reader in this process never waits for a writer's fsync. WAL, so that other processes read while one writes.
"""

import os
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Literal

from connectors.ports import JournalFull, PortError, Refused, Unusable

PATIENCE_S = 5.0  # how long to wait for another process's lock
WAL_PAGES = 4000  # checkpoint after 16 MB, so that a storm does not stop for one at every frame


@dataclass(frozen=True, slots=True)
class Format:
    """What a file holds. `steps[n]` are the statements that lead from version n to n + 1; a step is never edited."""

    name: str
    application_id: int  # written into the file's header, so that one is never taken for another
    steps: tuple[tuple[str, ...], ...]

    @property
    def version(self) -> int:
        return len(self.steps)


class SqliteFile:
    """Opens `path` (mode 0600 where it is new). Raises Unusable where it is of another kind, newer than us, or damaged.

    `synchronous`: FULL syncs at each commit (survives power loss), NORMAL only at checkpoints (survives SIGKILL).
    """

    def __init__(
        self,
        path: Path,
        kind: Format,
        *,
        readonly: bool = False,
        synchronous: Literal["FULL", "NORMAL"] = "FULL",
        patience_s: float = PATIENCE_S,
    ) -> None:
        self.path = path
        self._kind = kind
        self._readonly = readonly
        self._synchronous = synchronous
        self._patience_s = patience_s
        self._writer_lock = threading.Lock()
        self._reader_lock = threading.Lock()
        with translated(path):
            if not readonly and not path.exists():
                create_aside(path, kind)
            self._writer = self._connect()
            try:
                self._check()
                self._reader = self._connect()
            except BaseException:
                self._writer.close()
                raise

    def _connect(self) -> sqlite3.Connection:
        uri = f"{self.path.absolute().as_uri()}?mode={'ro' if self._readonly else 'rw'}"
        return sqlite3.connect(uri, uri=True, timeout=self._patience_s, isolation_level=None, check_same_thread=False)

    def _check(self) -> None:
        connection, kind = self._writer, self._kind
        found = connection.execute("pragma user_version").fetchone()[0]
        if connection.execute("pragma application_id").fetchone()[0] != kind.application_id:
            raise Unusable(f"{self.path} is not a {kind.name}", "Name another file, or move that one away")
        if found > kind.version:
            raise Unusable(
                f"{self.path} is a {kind.name} of format {found}, this version reads up to {kind.version}",
                "Start the version that wrote it, or a later one",
            )
        if not self._readonly:
            connection.execute(f"pragma synchronous = {self._synchronous}")
            connection.execute(f"pragma wal_autocheckpoint = {WAL_PAGES}")
            if found < kind.version:
                with self._transaction():
                    _upgrade(connection, kind)

    @contextmanager
    def writing(self, *, durable: bool = True) -> Iterator[sqlite3.Connection]:
        """One transaction, committed (see `synchronous`) when the block ends, rolled back when it raises.

        `durable=False`: not synced by itself; it survives SIGKILL, and the loss of power from the next synced one on.
        """
        with self._writer_lock, translated(self.path):
            if not durable:
                self._writer.execute("pragma synchronous = NORMAL")
            try:
                with self._transaction():
                    yield self._writer
            finally:
                if not durable:
                    self._writer.execute(f"pragma synchronous = {self._synchronous}")

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """A consistent view of what is committed."""
        with self._reader_lock, translated(self.path):
            self._reader.execute("begin")
            try:
                yield self._reader
            finally:
                self._reader.execute("rollback")

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        connection = self._writer
        connection.execute("begin immediate")
        try:
            yield
            connection.execute("commit")
        except BaseException:
            if connection.in_transaction:  # SQLite itself rolls back on some errors of the disk
                connection.execute("rollback")
            raise

    def checkpoint(self, tries: int = 1) -> bool:
        """Move the log into the file and empty it: what was deleted leaves no copy. False where a reader holds it: each
        try waits for the reader as long as for a lock."""
        with self._writer_lock, translated(self.path):
            for _ in range(tries):
                busy, _log, _moved = self._writer.execute("pragma wal_checkpoint(truncate)").fetchone()
                if not busy:
                    return True
        return False

    def shrink(self) -> None:
        """Give the room of what was deleted back to the disk. Raises JournalFull."""
        with self._writer_lock, translated(self.path):
            self._writer.execute("vacuum")
            self._writer.execute("pragma wal_checkpoint(truncate)")

    def close(self) -> None:
        with self._writer_lock, self._reader_lock:
            self._reader.close()
            self._writer.close()


def create_aside(path: Path, kind: Format) -> None:
    """A new file, mode 0600, in WAL, of this kind: made aside and linked into place whole.

    Two processes that start at once would trip over each other while they switch to WAL; so the second link fails,
    and the first one's file is used by both. Raises sqlite3.Error or OSError.
    """
    with TemporaryDirectory(dir=path.parent, prefix=f".{path.name}-") as aside:
        fresh = Path(aside) / path.name
        os.close(os.open(fresh, os.O_CREAT | os.O_EXCL, 0o600))
        connection = sqlite3.connect(fresh, isolation_level=None)
        try:
            connection.execute("pragma journal_mode = wal")
            connection.execute("begin immediate")
            _upgrade(connection, kind)
            connection.execute("commit")
        finally:
            connection.close()
        with suppress(FileExistsError):  # the other one was faster
            os.link(fresh, path)


def _upgrade(connection: sqlite3.Connection, kind: Format) -> None:
    found = connection.execute("pragma user_version").fetchone()[0]  # another process may have been faster
    for step in kind.steps[found:]:
        for statement in step:
            connection.execute(statement)
    connection.execute(f"pragma application_id = {kind.application_id}")
    connection.execute(f"pragma user_version = {max(found, kind.version)}")


def back_up(path: Path, copy: Path) -> None:
    """A copy of the file as of one moment, while others write it (SQLite's online back-up); mode 0600, checked.

    Raises the port's errors, also where the file is damaged.
    """
    with translated(path):
        os.close(os.open(copy, os.O_CREAT | os.O_EXCL, 0o600))
        source = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, timeout=PATIENCE_S)
        with closing(source), closing(sqlite3.connect(copy)) as target:
            source.backup(target)  # in one step: a reader of a WAL, which hinders no writer
            [(said,)] = target.execute("pragma quick_check(1)")
        if said != "ok":
            raise Unusable(f"{path} is damaged: {said}", "Put the last back-up in its place")


@contextmanager
def translated(path: Path) -> Iterator[None]:
    """Raises the port's errors in place of SQLite's."""
    try:
        yield
    except (sqlite3.Error, OSError) as error:
        raise translate(error, path) or refused(path, error) from error


def refused(path: Path, error: Exception) -> Refused:
    """SQLite says no, and nobody knows why; without the values that it says it of."""
    word = getattr(error, "sqlite_errorname", None) or type(error).__name__
    return Refused(f"{path} does not take it: {word}", "Look for that word in the manual of SQLite")


def translate(error: sqlite3.Error | OSError, path: Path) -> PortError | None:
    """The port's error for SQLite's; None where nobody knows it: it is about what was asked."""
    if isinstance(error, OSError):
        return Unusable(f"{path} cannot be opened: {error.strerror}", "Check the path and its owner")
    code = getattr(error, "sqlite_errorcode", None)
    if code is None:
        return None
    match code & 0xFF:  # the upper bits only say more
        case sqlite3.SQLITE_FULL:
            return JournalFull(f"No space is left for {path}", "Free some on that disk; the service goes on by itself")
        case sqlite3.SQLITE_IOERR | sqlite3.SQLITE_READONLY | sqlite3.SQLITE_PERM:
            return JournalFull(
                f"{path} cannot be written ({error.sqlite_errorname})",
                "Check the disk, its free space and the file's owner; the service goes on by itself",
            )
        case sqlite3.SQLITE_BUSY | sqlite3.SQLITE_LOCKED:
            return JournalFull(f"Another process holds {path} locked", "Close what has it open (a shell, a back-up)")
        case sqlite3.SQLITE_NOMEM | sqlite3.SQLITE_INTERRUPT | sqlite3.SQLITE_PROTOCOL | sqlite3.SQLITE_SCHEMA:
            return JournalFull(
                f"{path} could not be used just now ({error.sqlite_errorname})",
                "Look at the machine's memory; the service goes on by itself",
            )
        case sqlite3.SQLITE_CANTOPEN:
            return Unusable(f"{path} cannot be opened", "Check the path and its owner")
        case sqlite3.SQLITE_CORRUPT | sqlite3.SQLITE_NOTADB:
            return Unusable(f"{path} is damaged", "Put the last back-up in its place")
        case sqlite3.SQLITE_ERROR if str(error).startswith("no such "):
            return Unusable(f"{path} is not as this program made it: {error}", "Put the last back-up in its place")
        case _:
            return None
