"""What is kept over restarts: who we are (engine id, boots), and the clocks of the engines that spoke to us.

An engine's clock is `boots` and `time` as RFC 3414, section 3.2 (7b), has them. Beyond the RFC a message is taken once:
what comes again within the window is known by its digest. The digests are in memory; after a restart all that an engine
said up to its last known second is refused instead, so that nothing can be said again then either.
"""

import os
from collections import OrderedDict
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from connectors.ports import PortError, Unusable
from connectors.sqlite_file import Format, SqliteFile, back_up

WINDOW_S = 150  # RFC 3414, section 2.2.3
LAST_BOOTS = 2**31 - 1  # from here on an engine is not believed any more
MOST_SEEN = 4_096  # messages of one engine that are known again; what is older than the oldest is refused
LEAP_BOOTS = 10_000  # more starts than there are between a back-up and its being put back
MOST_ENGINES = 100_000  # who has a user's password can be as many as it likes
_ENTERPRISE = 32473  # the number that RFC 5612 keeps for documentation: nobody else has it
_SECOND = 1_000_000

KIND = Format(
    "register of SNMP engines",
    0x53494D45,
    (
        (
            "create table own (engine blob not null, boots integer not null)",
            "create table engines (engine blob primary key, boots integer not null, latest integer not null, "
            "time integer not null, at_us integer not null, source text not null, learned integer not null)",
        ),
    ),
)

Timeliness = Literal["not_in_time_window", "replayed"]


@dataclass(slots=True)
class Clock:
    """One engine's. `latest`: the newest second that it was heard at; `floor`: nothing up to it is taken."""

    boots: int
    latest: int
    time: int  # of the engine ...
    at_us: int  # ... when it was this of ours
    source: str  # the address it last spoke from
    learned: bool  # nobody named it in the settings
    floor: int = -1
    seen: OrderedDict[bytes, int] = field(default_factory=OrderedDict)  # digest -> second

    def now(self, now_us: int) -> int:
        """What the engine's clock should say."""
        return self.time + max(0, now_us - self.at_us) // _SECOND

    def reason(self, boots: int, time: int, digest: bytes, now_us: int) -> Timeliness | None:
        """Why a message that is truly the engine's is not taken; None: it is taken, and known from now on."""
        if boots > self.boots or (boots == self.boots and time > self.latest):
            if boots > self.boots:
                self.boots, self.floor = boots, -1
                self.seen.clear()
            self.latest = self.time = time
            self.at_us = now_us
        if self.boots == LAST_BOOTS or boots < self.boots or time < self.now(now_us) - WINDOW_S:
            return "not_in_time_window"
        if time <= self.floor or digest in self.seen:
            return "replayed"
        self.seen[digest] = time
        while len(self.seen) > MOST_SEEN or next(iter(self.seen.values())) < self.latest - WINDOW_S:
            _, oldest = self.seen.popitem(last=False)
            self.floor = max(self.floor, oldest)
        return None


class Engines:
    """Opened once a process: that is one boot more. Raises Unusable. `now_us`: a clock that never runs back."""

    def __init__(self, path: Path, now_us: int) -> None:
        self._file = SqliteFile(path, KIND, synchronous="NORMAL")
        self._started_us = now_us
        self._changed: set[bytes] = set()
        self._clocks = dict(_read(self._file))
        for clock in self._clocks.values():
            clock.floor = clock.latest
        with self._file.writing() as db:
            if (own := db.execute("select engine, boots from own").fetchone()) is None:
                own = (new_engine(), 0)
                db.execute("insert into own values (?, ?)", own)
            self.own: bytes = own[0]
            self.boots: int = own[1] + 1
            db.execute("update own set boots = ?", (self.boots,))
        if self.boots >= LAST_BOOTS:
            raise Unusable(f"{path}: this engine has started too often", "Move it away: senders find the new one")

    def time(self, now_us: int) -> int:
        """Our own engine's: seconds since it started."""
        return max(0, now_us - self._started_us) // _SECOND

    def clock(self, engine: bytes) -> Clock | None:
        return self._clocks.get(engine)

    @property
    def full(self) -> bool:
        """No more of them are met."""
        return len(self._clocks) >= MOST_ENGINES

    def meet(self, engine: bytes, clock: Clock) -> None:
        """One that is new."""
        self._clocks[engine] = clock
        self._changed.add(engine)

    def changed(self, engine: bytes) -> None:
        self._changed.add(engine)

    def forgotten(self, engine: bytes) -> bool:
        """Whether somebody had it forgotten since (`simpul snmp forget`); then it is new again."""
        if engine in self._changed or engine in dict(_read(self._file)):
            return False
        self._clocks.pop(engine, None)
        return True

    def save(self) -> None:
        """What has changed goes to disk. Raises JournalFull; then it is tried again the next time."""
        if not self._changed:
            return
        rows = [(engine, *_row(self._clocks[engine])) for engine in self._changed]
        with self._file.writing() as db:
            db.executemany("insert or replace into engines values (?, ?, ?, ?, ?, ?, ?)", rows)
        self._changed.clear()

    def close(self) -> None:
        """May be called twice."""
        self._file.close()


def new_engine() -> bytes:
    """An id of our own (RFC 3411, SnmpEngineID, format 5): twelve octets that nobody else draws."""
    return (2**31 + _ENTERPRISE).to_bytes(4) + b"\x05" + os.urandom(12)


def listed(path: Path) -> tuple[bytes | None, int, dict[bytes, Clock]]:
    """Of a file that a service may have open: our engine id (None: it never started), its boots, the others."""
    if not path.exists():
        return None, 0, {}
    file = SqliteFile(path, KIND, readonly=True)
    try:
        with file.reading() as db:
            own = db.execute("select engine, boots from own").fetchone() or (None, 0)
        return own[0], own[1], _read(file)
    finally:
        file.close()


def take_over(path: Path, replaced: Path) -> None:
    """After a back-up was put back: its boots must not be those that senders know already (RFC 3414, section 2.2.2).

    The file of the replaced folder is newer, where it is the same engine's; else ours starts many boots later. No file
    is made where there was none. Raises PortError, where what is to be written cannot be.
    """
    own, boots, _ = listed(path)
    try:
        theirs, later, _ = listed(replaced)
        if theirs is not None and own in (None, theirs) and later >= boots:
            aside = path.with_name(f".{path.name}")
            back_up(replaced, aside)
            aside.replace(path)
            return
    except PortError:  # it tells nothing: it may be damaged
        path.with_name(f".{path.name}").unlink(missing_ok=True)
    if own is None:
        return
    file = SqliteFile(path, KIND)
    try:
        with file.writing() as db:
            db.execute("update own set boots = boots + ?", (LEAP_BOOTS,))
    finally:
        file.close()


def forget(path: Path, engine: bytes) -> bool:
    """Whether it was there. A running service takes it for new at its next message."""
    if not path.exists():
        return False
    file = SqliteFile(path, KIND, synchronous="NORMAL")
    try:
        with file.writing() as db:
            return bool(db.execute("delete from engines where engine = ?", (engine,)).rowcount)
    finally:
        file.close()


def _read(file: SqliteFile) -> dict[bytes, Clock]:
    with file.reading() as db:
        rows = db.execute("select engine, boots, latest, time, at_us, source, learned from engines").fetchall()
    return {row[0]: Clock(row[1], row[2], row[3], row[4], row[5], learned=bool(row[6])) for row in rows}


def _row(clock: Clock) -> tuple[int | str, ...]:
    return clock.boots, clock.latest, clock.time, clock.at_us, clock.source, int(clock.learned)
