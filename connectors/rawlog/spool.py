"""Frames on disk, in order, while the log they belong to cannot take them: a SQLite file of its own, and bounded."""

from collections.abc import Sequence
from pathlib import Path

from connectors.formats.raw_frames import FIRST_KIND, Placed
from connectors.ports import JournalFull
from connectors.sqlite_file import Format, SqliteFile

_FRAMES = "create table frames (n integer primary key autoincrement, place integer not null, body blob not null)"
_KIND = f"alter table frames add column kind text not null default '{FIRST_KIND}'"
SPOOL = Format("spool of raw frames", 0x53696D52, ((_FRAMES,), (_KIND,)))  # SimR
MOST_BYTES = 4_000_000  # of one answer of `read`


class Spool:
    """Frames have numbers that only grow. Durable, also against the loss of power, when a call returns."""

    def __init__(self, path: Path, most_bytes: int) -> None:
        """`most_bytes`: of frames; the file is somewhat larger. Raises Unusable."""
        self._file = SqliteFile(path, SPOOL)
        self._most_bytes = most_bytes
        with self._file.reading() as connection:
            counted = "select count(*), coalesce(sum(length(body)), 0) from frames"
            self.frames, self.bytes = connection.execute(counted).fetchone()
            self.last: int = connection.execute("select coalesce(max(n), 0) from frames").fetchone()[0]

    def append(self, frames: Sequence[Placed]) -> list[int]:
        """Their numbers. All of them or none; raises JournalFull."""
        size = sum(len(frame.body) for frame in frames)
        if self.bytes + size > self._most_bytes:
            raise JournalFull(
                f"The spool {self._file.path} holds {self.bytes} bytes, as many as it may",
                "See why the brokers do not answer, or raise edge.spool_bytes; the service goes on by itself",
            )
        with self._file.writing() as connection:
            insert = "insert into frames (place, body, kind) values (?, ?, ?) returning n"
            rows = [(frame.place, frame.body, frame.kind) for frame in frames]
            numbers = [connection.execute(insert, row).fetchone()[0] for row in rows]
        self.last = numbers[-1]
        self.frames += len(frames)
        self.bytes += size
        return numbers

    def read(self, after: int) -> list[tuple[int, Placed]]:
        """The first ones with a higher number, in order; none: there are no more."""
        found: list[tuple[int, Placed]] = []
        size = 0
        with self._file.reading() as connection:
            query = "select n, place, body, kind from frames where n > ? order by n"
            for number, place, body, kind in connection.execute(query, (after,)):
                found.append((number, Placed(place, body, kind)))
                size += len(body)
                if size >= MOST_BYTES:
                    break
        return found

    def remove(self, last: int) -> None:
        """Forget all up to this number. Raises JournalFull: the disk may be too full even for that."""
        with self._file.writing() as connection:
            old = "select count(*), coalesce(sum(length(body)), 0) from frames where n <= ?"
            frames, size = connection.execute(old, (last,)).fetchone()
            connection.execute("delete from frames where n <= ?", (last,))
        self.frames -= frames
        self.bytes -= size
        if frames and not self.frames:
            self._file.shrink()

    def close(self) -> None:
        self._file.close()
