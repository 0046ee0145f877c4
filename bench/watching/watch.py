"""When which frame of the journal was committed, as another process sees it, and what the service wrote meanwhile.

The store's applied offset is read every two milliseconds through a connection of its own, which only reads: a look-up
of one row in WAL mode, which holds nobody up. What was decided, and by which frame, is read afterwards.
"""

import sqlite3
import threading
from bisect import bisect_left
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import accumulate
from pathlib import Path
from typing import TypeVar

import msgspec

from correlator.effects import Alert
from correlator.rows.incidents import IncidentRow
from streams import clock

LOOK_S = 0.002
APPLIED = "select offset from applied where domain = ?"
ALERTS = msgspec.msgpack.Decoder(Alert)
Row = TypeVar("Row")


@dataclass(slots=True)
class Watch:
    """Looks until it is stopped."""

    store: Path
    domain: str
    offsets: list[int] = field(default_factory=list)
    seen_us: list[int] = field(default_factory=list)
    _stop: threading.Event = field(default_factory=threading.Event)
    _thread: threading.Thread | None = None

    def start(self) -> None:
        self._thread = threading.Thread(target=self._run, name="watch")
        self._thread.start()

    def stop(self) -> None:
        self._stop.set()
        if self._thread is not None:
            self._thread.join()

    def _run(self) -> None:
        last = 0
        with reading(self.store) as connection:
            while not self._stop.wait(LOOK_S):
                row = connection.execute(APPLIED, (self.domain,)).fetchone()
                if row is not None and row[0] != last:
                    last = row[0]
                    self.offsets.append(last)
                    self.seen_us.append(clock.wall_us())

    def committed_us(self, offset: int) -> int:
        """When this frame was seen to be committed. IndexError where it was not."""
        return self.seen_us[bisect_left(self.offsets, offset)]


@dataclass(frozen=True, slots=True)
class Opened:
    """An incident with a Critical ticket, under one root. `offset`: of the frame that put both into the store."""

    incident: IncidentRow
    root: str
    at_us: int  # the service's clock
    offset: int


def opened(data: Path, domain: str) -> list[Opened]:
    """Each root under which an incident with a Critical ticket was ever open, in order of time."""
    with reading(data / "store.db") as connection:
        incidents = rows(connection, domain, "incidents", IncidentRow)
        newest = reversed(list(alerts(connection, domain)))  # so that the first of a ticket counts
        critical = {about: offset for offset, about, what in newest if what == "critical"}
    with reading(data / "journal.db") as connection:
        frames = connection.execute("select at_us, offset from frames where domain = ? order by offset", (domain,))
        stamped, offsets = zip(*frames, strict=True)
    at_us = list(accumulate(stamped, max))  # the service's time does not run back
    found = []
    for incident in incidents:
        if incident.ticket in critical:
            for verdict in incident.verdicts:
                if verdict.status == "open":
                    folded = offsets[bisect_left(at_us, verdict.at_us)]  # a deadline is due before the frame it is in
                    offset = max(folded, critical[incident.ticket])
                    found.append(Opened(incident, verdict.root, verdict.at_us, offset))
    return sorted(found, key=lambda one: one.at_us)


@contextmanager
def reading(path: Path) -> Iterator[sqlite3.Connection]:
    connection = sqlite3.connect(f"file:{path}?mode=ro", uri=True, isolation_level=None)
    try:
        yield connection
    finally:
        connection.close()


def rows(connection: sqlite3.Connection, domain: str, table: str, of: type[Row]) -> list[Row]:
    found = connection.execute("select body from rows where domain = ? and tbl = ? order by key", (domain, table))
    decoder = msgspec.msgpack.Decoder(of)
    return [decoder.decode(body) for (body,) in found]


def alerts(connection: sqlite3.Connection, domain: str) -> Iterator[tuple[int, str | None, str]]:
    """(offset, about whom, what) of alerts, in order."""
    query = "select offset, body from effects where domain = ? and kind = 'alert' order by offset, place"
    for offset, body in connection.execute(query, (domain,)):
        alert = ALERTS.decode(body)
        yield offset, alert.about, alert.kind
