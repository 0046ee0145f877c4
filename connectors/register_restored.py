"""The intake's register after a back-up was put back: no number is drawn that may have been drawn since."""

import sqlite3
from pathlib import Path
from sqlite3 import Connection

from connectors.intake_register import REGISTER, day_of
from connectors.ports import PortError
from connectors.sqlite_file import SqliteFile
from correlator.events import DAY_US, MINUTE_US

GAP = 100_000  # complaint numbers, of each day from the back-up's to this one
SKEW_US = 5 * MINUTE_US  # a number may have been bound that much before the back-up's time


def go_on(path: Path, replaced: Path, taken_us: int, now_us: int) -> bool:
    """Leap in the register at `path`: past what the replaced one drew (True), else by a gap (False). Raises PortError.

    What the replaced one bound since comes along: a complaint that is sent again is told the number it was told.
    """
    register = SqliteFile(path, REGISTER)
    try:
        with register.writing() as connection:
            exact = _taken_over(connection, replaced, taken_us)
            if not exact:
                days = {day_of(at_us) for at_us in (*range(taken_us, now_us, DAY_US), now_us)}
                sql = "insert into days values (?, ?) on conflict do update set last = last + excluded.last"
                connection.executemany(sql, [(day, GAP) for day in sorted(days)])
    finally:
        register.close()
    return exact


def _taken_over(connection: Connection, path: Path, taken_us: int) -> bool:
    """True where it is what the back-up became. What it has is taken over in any case."""
    if not path.exists():
        return False
    try:
        replaced = SqliteFile(path, REGISTER, readonly=True)
    except PortError:
        return False
    try:
        with replaced.reading() as old:
            exact = _went_on(connection, old)
            _bring(connection, old, taken_us - SKEW_US)
    except (PortError, sqlite3.Error):
        return False
    finally:
        replaced.close()
    return exact


def _went_on(connection: Connection, old: Connection) -> bool:
    """It knows the newest number of the back-up, and each of its days as far."""
    newest = connection.execute("select number, complaint from numbers order by at_us desc limit 1").fetchone()
    if newest is None or newest not in list(
        old.execute("select number, complaint from numbers where number = ?", newest[:1])
    ):
        return False
    days = dict(old.execute("select day, last from days"))
    return all(days.get(day, 0) >= last for day, last in connection.execute("select day, last from days"))


def _bring(connection: Connection, old: Connection, since_us: int) -> None:
    """Days as far as they were drawn, numbers that were bound, and whose they are."""
    sql = "insert into days values (?, ?) on conflict do update set last = max(last, excluded.last)"
    connection.executemany(sql, old.execute("select day, last from days"))
    numbers = old.execute("select number, complaint, at_us from numbers where at_us > ?", (since_us,))
    connection.executemany("insert or ignore into numbers values (?, ?, ?)", numbers)
    columns = "kind, id, number, admitted_us, journaled, sender, content"
    entries = (
        "select kind, id, number, admitted_us, 0, sender, content from entries"
        " where admitted_us > ? and kind = 'complaint'"
    )
    insert = f"insert or ignore into entries ({columns}) values (?, ?, ?, ?, ?, ?, ?)"  # noqa: S608  # ours
    connection.executemany(insert, old.execute(entries, (since_us,)))
