"""The intake's own memory: the ticket numbers of complaints, and what was seen in the last seven days.

What it says is durable *before* the journal record that uses it, so a complaint that is sent again after a crash
gets the same number. It is a repeat only once the journal has it: an entry is admitted, appended, then marked. After a
crash between these, `reconcile` asks the journal which of the admitted ones it has; the others are appended when they
come again (contract, "Repeats").

An id belongs to who sent it. The same id with the same content is a repeat; with other content it is refused. Where two
senders use one id, the journal calls the later one's `id@sender` (decision 0073).
"""

import threading
from collections.abc import Iterable, Iterator, Sequence, Set
from dataclasses import dataclass, replace
from pathlib import Path
from sqlite3 import Connection
from typing import Protocol

from connectors.formats.journal_frames import frames_since
from connectors.intake_ids import Entry, Owned, names_of, placed, remembered
from connectors.ports import Accepted, Journal
from connectors.sqlite_file import PATIENCE_S, Format, SqliteFile
from correlator.events import (
    DAY_US,
    MINUTE_US,
    Frame,
)
from correlator.times import rfc3339
from correlator.wire import BadInput

REMEMBER_DAYS = 7  # as the policy's remember_days: the kernel forgets after as long
NUMBERS_DAYS = 400  # how long a number stays bound to its complaint
LAST_NUMBER = 899_999  # of a day's complaints; the rest are outages (SOP 8)
CLOCKS_DIFFER_US = 5 * MINUTE_US  # a frame may be stamped that much before an entry that was admitted first

_ENTRIES = """create table entries (
    kind text not null, id text not null, number text, admitted_us integer not null, journaled integer not null,
    primary key (kind, id)) without rowid"""
_ENTRIES_OLD = "create index entries_old on entries (admitted_us)"
_ENTRIES_UNSURE = "create index entries_unsure on entries (admitted_us) where journaled = 0"
_NUMBERS = """create table numbers (
    number text primary key, complaint text not null, at_us integer not null) without rowid"""
_NUMBERS_OLD = "create index numbers_old on numbers (at_us)"
_DAYS = "create table days (day text primary key, last integer not null) without rowid"
_DOMAINS = "create table domains (domain text primary key) without rowid"  # whose journal was read at least once
_UNTIL = "alter table domains add column until_us integer not null default 0"  # stamp of the last frame that was read
_SENDER = "alter table entries add column sender text"  # whose the id is; null: the journal does not say
_CONTENT = "alter table entries add column content blob"  # its digest; null: the journal does not say
_STEP = (_ENTRIES, _ENTRIES_OLD, _ENTRIES_UNSURE, _NUMBERS, _NUMBERS_OLD, _DAYS, _DOMAINS)
REGISTER = Format("register of the intake", 0x53696D42, (_STEP, (_UNTIL,), (_SENDER, _CONTENT)))  # SimB


class IntakeRegister(Protocol):
    """Numbers and seen ids. Several threads ask, one for each domain. Raises JournalFull where it cannot write."""

    def admit(self, entries: Sequence[Entry], now_us: int) -> list[Accepted | BadInput]:
        """For each entry its number and whether it is a repeat (append nothing), or why it is refused; durable.

        The answer's id is what the journal calls it, and `journaled` is told.
        """

    def journaled(self, entries: Sequence[Entry]) -> None:
        """The journal has them: from now on they are repeats. What was never admitted is passed over."""

    def unsure_us(self, domain: str, now_us: int) -> int | None:
        """From when on the journal must be read to know what it has of the admitted entries; None: all is known.

        What was admitted well before the last frame that was read, and was not found, is not there: it is looked for
        once, not at each start.
        """

    def found(self, domain: str, frames: Iterable[Frame]) -> None:
        """The journal of this domain has these frames: as `journaled`, and bind their numbers."""

    def prune(self, now_us: int) -> int:
        """Forget what is too old to be a repeat; how many."""

    def close(self) -> None: ...


def reconcile(register: IntakeRegister, journal: Journal, domain: str, now_us: int) -> None:
    """At each start, before the first `admit`: mark what the journal has.

    A new register, or one that was lost, learns the last seven days from the journal.
    """
    since_us = register.unsure_us(domain, now_us)
    if since_us is not None:
        register.found(domain, frames_since(journal, domain, since_us - CLOCKS_DIFFER_US))


def day_of(us: int) -> str:
    """The day in WIB, as a ticket number writes it."""
    return rfc3339(us)[:10].replace("-", "")


class Read:
    """Frames that pass by; `until_us` is the stamp of the last one."""

    def __init__(self, frames: Iterable[Frame]) -> None:
        self._frames = frames
        self.until_us = 0

    def __iter__(self) -> Iterator[Frame]:
        for frame in self._frames:
            yield frame
            self.until_us = max(self.until_us, frame.at_us)


def held(number: str, complaint: str) -> BadInput:
    """The number is another complaint's."""
    return BadInput("number", f"number {number} is held by complaint {complaint}; leave it out to draw one")


def used_up(day: str) -> BadInput:
    """No number is left."""
    return BadInput("number", f"all {LAST_NUMBER:,} numbers of {day} are drawn; bring a number along, or wait")


class SqliteRegister:
    """In a file of its own. One transaction, synced, for all entries of a frame."""

    def __init__(self, path: Path, *, remember_days: int = REMEMBER_DAYS, patience_s: float = PATIENCE_S) -> None:
        self._file = SqliteFile(path, REGISTER, patience_s=patience_s)
        self._remember_us = remember_days * DAY_US

    def admit(self, entries: Sequence[Entry], now_us: int) -> list[Accepted | BadInput]:
        with self._file.writing() as connection:
            asked: set[tuple[str, str]] = set()
            answers: list[Accepted | BadInput] = []
            for entry in entries:
                answer = self._admit(connection, entry, now_us, asked)
                answers.append(answer)
                if isinstance(answer, Accepted):
                    asked.add((entry.kind, answer.id))
        return answers

    def _admit(
        self, connection: Connection, entry: Entry, now_us: int, asked: Set[tuple[str, str]]
    ) -> Accepted | BadInput:
        query = "select number, journaled, sender, content from entries where kind = ? and id = ? and admitted_us > ?"
        since_us = now_us - self._remember_us
        rows = ((name, connection.execute(query, (entry.kind, name, since_us)).fetchone()) for name in names_of(entry))
        found = {name: row for name, row in rows if row is not None}
        name = placed(entry, {name: Owned(*row[2:]) for name, row in found.items()})
        if isinstance(name, BadInput):
            return name
        if name in found:
            number, journaled, *_ = found[name]
            if not journaled:  # its seven days count from the frame that it will be in
                sql = "update entries set admitted_us = ? where kind = ? and id = ?"
                connection.execute(sql, (now_us, entry.kind, name))
            return Accepted(name, number, repeated=bool(journaled) or (entry.kind, name) in asked)
        number = None
        if entry.kind == "complaint":
            drawn = self._number(connection, replace(entry, id=name), now_us)
            if isinstance(drawn, BadInput):
                return drawn
            number = drawn
        sql = (
            "insert or replace into entries (kind, id, number, admitted_us, journaled, sender, content)"
            " values (?, ?, ?, ?, 0, ?, ?)"
        )
        connection.execute(sql, (entry.kind, name, number, now_us, entry.sender, entry.content))
        return Accepted(name, number)

    def _number(self, connection: Connection, entry: Entry, now_us: int) -> str | BadInput:
        if entry.number is None:
            return self._draw(connection, entry.id, now_us)
        if not _bind(connection, entry.number, entry.id, now_us):
            query = "select complaint from numbers where number = ?"
            (holder,) = connection.execute(query, (entry.number,)).fetchone()
            if holder != entry.id:
                return held(entry.number, holder)
        return entry.number

    def _draw(self, connection: Connection, complaint: str, now_us: int) -> str | BadInput:
        day = day_of(now_us)
        found = connection.execute("select last from days where day = ?", (day,)).fetchone()
        count = (found[0] if found else 0) + 1
        while not _bind(connection, f"NT-{day}-{count:06}", complaint, now_us):
            count += 1  # a number that a complaint brought along
        if count > LAST_NUMBER:
            connection.execute("delete from numbers where number = ?", (f"NT-{day}-{count:06}",))
            return used_up(day)
        connection.execute("insert or replace into days values (?, ?)", (day, count))
        return f"NT-{day}-{count:06}"

    def journaled(self, entries: Sequence[Entry]) -> None:
        rows = [(entry.kind, entry.id) for entry in entries]
        with self._file.writing(durable=False) as connection:  # lost with the power, it is reconciled
            connection.executemany("update entries set journaled = 1 where kind = ? and id = ?", rows)

    def unsure_us(self, domain: str, now_us: int) -> int | None:
        with self._file.reading() as connection:
            read = connection.execute("select until_us from domains where domain = ?", (domain,)).fetchone()
            if read is None:
                return now_us - self._remember_us
            query = "select min(admitted_us) from entries where journaled = 0 and admitted_us > ?"
            found: int | None = connection.execute(query, (read[0] - CLOCKS_DIFFER_US,)).fetchone()[0]
        return found

    def found(self, domain: str, frames: Iterable[Frame]) -> None:
        sql = (
            "insert into entries (kind, id, number, admitted_us, journaled) values (?, ?, ?, ?, 1)"
            " on conflict do update set journaled = 1, admitted_us = excluded.admitted_us where journaled = 0"
        )
        read = Read(frames)
        with self._file.writing() as connection:
            for entry, at_us in remembered(read):
                connection.execute(sql, (entry.kind, entry.id, entry.number, at_us))
                if entry.number is not None:
                    _bind(connection, entry.number, entry.id, at_us)
            sql = (
                "insert into domains values (?, ?)"
                " on conflict do update set until_us = max(until_us, excluded.until_us)"
            )
            connection.execute(sql, (domain, read.until_us))

    def prune(self, now_us: int) -> int:
        with self._file.writing(durable=False) as connection:
            old = now_us - self._remember_us
            gone = connection.execute("delete from entries where admitted_us <= ?", (old,)).rowcount
            connection.execute("delete from numbers where at_us <= ?", (now_us - NUMBERS_DAYS * DAY_US,))
        return gone

    def close(self) -> None:
        self._file.close()


def _bind(connection: Connection, number: str, complaint: str, now_us: int) -> bool:
    """False where the number is bound already."""
    sql = "insert or ignore into numbers values (?, ?, ?)"
    return connection.execute(sql, (number, complaint, now_us)).rowcount == 1


@dataclass(slots=True)
class _Kept:
    number: str | None
    admitted_us: int
    owned: Owned
    journaled: bool = False


class MemoryRegister:
    """The memory twin."""

    def __init__(self, *, remember_days: int = REMEMBER_DAYS) -> None:
        self._remember_us = remember_days * DAY_US
        self._entries: dict[tuple[str, str], _Kept] = {}
        self._numbers: dict[str, str] = {}  # number -> complaint
        self._days: dict[str, int] = {}
        self._domains: dict[str, int] = {}  # domain -> stamp of the last frame that was read
        self._writing = threading.Lock()

    def admit(self, entries: Sequence[Entry], now_us: int) -> list[Accepted | BadInput]:
        with self._writing:
            return self._admit(entries, now_us)

    def _admit(self, entries: Sequence[Entry], now_us: int) -> list[Accepted | BadInput]:
        answers: list[Accepted | BadInput] = []
        asked: set[tuple[str, str]] = set()
        for entry in entries:
            kept = ((name, self._known(entry.kind, name, now_us)) for name in names_of(entry))
            found = {name: one for name, one in kept if one is not None}
            name = placed(entry, {name: one.owned for name, one in found.items()})
            if isinstance(name, BadInput):
                answers.append(name)
                continue
            key, known = (entry.kind, name), found.get(name)
            if known is None:
                number = self._number(replace(entry, id=name), now_us) if entry.kind == "complaint" else None
                if isinstance(number, BadInput):
                    answers.append(number)
                    continue
                known = self._entries[key] = _Kept(number, now_us, Owned(entry.sender, entry.content))
            elif not known.journaled:
                known.admitted_us = now_us  # its seven days count from the frame that it will be in
            answers.append(Accepted(name, known.number, repeated=known.journaled or key in asked))
            asked.add(key)
        return answers

    def _known(self, kind: str, name: str, now_us: int) -> _Kept | None:
        known = self._entries.get((kind, name))
        return known if known is not None and known.admitted_us > now_us - self._remember_us else None

    def _number(self, entry: Entry, now_us: int) -> str | BadInput:
        if entry.number is not None:
            holder = self._numbers.setdefault(entry.number, entry.id)
            return entry.number if holder == entry.id else held(entry.number, holder)
        day = day_of(now_us)
        count = self._days.get(day, 0) + 1
        while f"NT-{day}-{count:06}" in self._numbers:
            count += 1
        if count > LAST_NUMBER:
            return used_up(day)
        self._days[day] = count
        self._numbers[f"NT-{day}-{count:06}"] = entry.id
        return f"NT-{day}-{count:06}"

    def journaled(self, entries: Sequence[Entry]) -> None:
        for entry in entries:
            if known := self._entries.get((entry.kind, entry.id)):
                known.journaled = True

    def unsure_us(self, domain: str, now_us: int) -> int | None:
        if domain not in self._domains:
            return now_us - self._remember_us
        since_us = self._domains[domain] - CLOCKS_DIFFER_US
        unsure = (kept.admitted_us for kept in self._entries.values() if not kept.journaled)
        return min((us for us in unsure if us > since_us), default=None)

    def found(self, domain: str, frames: Iterable[Frame]) -> None:
        read = Read(frames)
        for entry, at_us in remembered(read):
            kept = self._entries.setdefault((entry.kind, entry.id), _Kept(entry.number, at_us, Owned(None, None)))
            if not kept.journaled:
                kept.admitted_us, kept.journaled = at_us, True
            if entry.number is not None:
                self._numbers.setdefault(entry.number, entry.id)
        self._domains[domain] = max(self._domains.get(domain, 0), read.until_us)

    def prune(self, now_us: int) -> int:
        with self._writing:
            old = [key for key, kept in self._entries.items() if kept.admitted_us <= now_us - self._remember_us]
            for key in old:
                del self._entries[key]
        return len(old)

    def close(self) -> None:
        """Nothing to close."""
