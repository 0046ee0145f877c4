"""The journal in a SQLite file of its own: an insert a frame, and one fsync for what is appended together.

Acknowledged means that it survives SIGKILL and the loss of power (`synchronous = FULL`). Any process may append (the
intake what comes in, the worker its heartbeats) and read what others append; `read` after the last offset costs one
look-up in the index, so a reader may ask as often as it likes.
"""

from collections.abc import Sequence
from itertools import takewhile
from pathlib import Path

from connectors.journal.codec import pack, unpack
from connectors.sqlite_file import PATIENCE_S, Format, SqliteFile
from correlator.events import Frame

_FRAMES = """create table frames (
    domain text not null, offset integer not null, at_us integer not null, body blob not null,
    primary key (domain, offset)) without rowid"""
JOURNAL = Format("journal", 0x53696D4A, ((_FRAMES,),))  # SimJ
MOST_BYTES = 4_000_000  # of packed frames in one answer of `read`: about 150,000 events
PRUNE_AT_ONCE = 200  # frames a transaction, so that an append never waits long


class SqliteJournal:
    """`readonly` to replay a recorded journal without touching it. `patience_s`: how long to wait for a lock."""

    def __init__(self, path: Path, *, readonly: bool = False, patience_s: float = PATIENCE_S) -> None:
        self._file = SqliteFile(path, JOURNAL, readonly=readonly, patience_s=patience_s)

    def append(self, domain: str, frame: Frame) -> int:
        return self.append_all(domain, [frame])[0]

    def append_all(self, domain: str, frames: Sequence[Frame]) -> list[int]:
        """All or none."""
        packed = [(frame.at_us, pack(frame)) for frame in frames]
        with self._file.writing() as connection:
            found = connection.execute("select max(offset) from frames where domain = ?", (domain,)).fetchone()[0]
            rows = [(domain, offset, *one) for offset, one in enumerate(packed, (found or 0) + 1)]
            for row in rows:
                connection.execute("insert into frames values (?, ?, ?, ?)", row)
        return [offset for _, offset, _, _ in rows]

    def read(self, domain: str, after: int, limit: int = 1000) -> list[tuple[int, Frame]]:
        bodies: list[tuple[int, bytes]] = []
        size = 0
        with self._file.reading() as connection:
            query = "select offset, body from frames where domain = ? and offset > ? order by offset limit ?"
            for offset, body in connection.execute(query, (domain, after, limit)):
                bodies.append((offset, body))
                size += len(body)
                if size >= MOST_BYTES:
                    break
        where = f"{self._file.path}, domain {domain}, frame"
        return [(offset, unpack(body, f"{where} {offset}")) for offset, body in bodies]

    def end(self, domain: str) -> int:
        with self._file.reading() as connection:
            found = connection.execute("select max(offset) from frames where domain = ?", (domain,)).fetchone()[0]
        return found or 0

    def first(self, domain: str) -> int:
        with self._file.reading() as connection:
            found = connection.execute("select min(offset) from frames where domain = ?", (domain,)).fetchone()[0]
        return found or 0

    def domains(self) -> list[str]:
        """Which domains it has frames of, sorted."""
        with self._file.reading() as connection:
            return [name for (name,) in connection.execute("select distinct domain from frames order by domain")]

    def prune(self, domain: str, before_us: int, applied: int) -> int:
        gone = 0
        while deleted := self._prune_some(domain, before_us, applied):
            gone += deleted
        return gone

    def _prune_some(self, domain: str, before_us: int, applied: int) -> int:
        oldest = (
            "select offset, at_us from frames where domain = ? and offset <= ?"
            " and offset < (select max(offset) from frames where domain = ?) order by offset limit ?"
        )
        with self._file.writing() as connection:
            found = connection.execute(oldest, (domain, applied, domain, PRUNE_AT_ONCE)).fetchall()
            old = list(takewhile(lambda row: row[1] < before_us, found))
            if old:
                connection.execute("delete from frames where domain = ? and offset <= ?", (domain, old[-1][0]))
        return len(old)

    def close(self) -> None:
        self._file.close()
