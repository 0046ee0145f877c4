"""How devices call their own ports: ifIndex, ifName, ifDescr and ifAlias (RFC 2863), asked once, kept over restarts.

A trap has a port's number, a line its long name, an inventory one of them. Where no row has what an alarm says, its
device is asked for all the names of its ports. Nothing is guessed: a name that two ports share is none's.
"""

from collections import Counter as Tally
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import msgspec

from connectors.polls.snmp import Agent, Column, Walker
from connectors.sqlite_file import Format, SqliteFile
from correlator.events import HOUR_US, MINUTE_US, SECOND_US

DESCR, NAME, ALIAS = "1.3.6.1.2.1.2.2.1.2", "1.3.6.1.2.1.31.1.1.1.1", "1.3.6.1.2.1.31.1.1.1.18"
UP_TIME = "1.3.6.1.2.1.1.3"  # sysUpTime, hundredths of a second
REST_US = MINUTE_US  # after a restart: its ports come up one by one
AGAIN_US = 5 * MINUTE_US  # until one that did not answer is asked again
LACKS_US = HOUR_US  # ... and one that did not have the port
SLACK_US = 10 * MINUTE_US  # clocks run apart by less; a device that is up for less than was thought was restarted
LONGEST = 255  # characters of a name (RFC 2863, DisplayString)

KIND = Format(
    "list of names of ports",
    0x53494E50,
    (("create table devices (device text primary key, names blob not null)",),),
)

Row = tuple[str, ...]  # all names of one port


class Table(msgspec.Struct, frozen=True):
    """One device's."""

    asked_us: int
    booted_us: int
    rows: tuple[Row, ...]


class Asked(NamedTuple):
    """How a device is asked, and after how long anew."""

    agent: Agent
    every_us: int


@dataclass(slots=True)
class _Known:
    table: Table
    others: Mapping[str, Row]


class PortNames:
    """Implements `connectors.resolver.Ports`. One thread's: the loop's. Raises Unusable where its file is no good.

    `asked`: by a device's id in the inventory; of others nothing is known.
    """

    def __init__(self, path: Path, asked: Mapping[str, Asked], clock: Callable[[], int]) -> None:
        self.asked = asked
        self.version = 0  # grows with each change of what is known
        self._clock = clock
        self._file = SqliteFile(path, KIND, synchronous="NORMAL")
        self._due: dict[str, int] = {}  # device -> when it shall be asked
        with self._file.reading() as connection:
            rows = connection.execute("select device, names from devices order by device").fetchall()
        self._known = {device: _known(msgspec.msgpack.decode(packed, type=Table)) for device, packed in rows}

    def others(self, device: str, port: str, up_us: int | None = None) -> Row:
        """All names of the port that is called so; none where they are not known: then the device is asked. `up_us`:
        for how long the device says it has been up."""
        asked = self.asked.get(device)
        if asked is None:
            return ()
        known, now_us = self._known.get(device), self._clock()
        if known is not None and up_us is not None and now_us - up_us > known.table.booted_us + SLACK_US:
            self.restarted(device)
            return ()
        if known is None:
            self._want(device, now_us)
            return ()
        found = known.others.get(port, ())
        age_us = now_us - known.table.asked_us
        if age_us > asked.every_us or (not found and age_us > LACKS_US):
            self._want(device, now_us)
        elif not found:
            self._want(device, known.table.asked_us + LACKS_US)
        return found

    def restarted(self, device: str) -> None:
        """Its numbers may mean other ports now: it is asked anew before any is believed."""
        if device in self.asked:
            self._known.pop(device, None)
            self._due[device] = self._clock() + REST_US
            self.version += 1

    def now_us(self) -> int:
        return self._clock()

    def wanted(self, device: str) -> bool:
        return device in self._due

    def next_due(self) -> str | None:
        """Who shall be asked now."""
        first = min(((due_us, device) for device, due_us in self._due.items()), default=None)
        return first[1] if first is not None and first[0] <= self._clock() else None

    def put_off(self, device: str) -> None:
        """It did not answer."""
        self._due[device] = self._clock() + AGAIN_US

    def learn(self, device: str, table: Table) -> None:
        self._known[device] = _known(table)
        self._due.pop(device, None)
        self.version += 1

    def keep(self, device: str, table: Table) -> None:
        """Over restarts; from another thread. Raises JournalFull where the disk is."""
        with self._file.writing() as connection:
            said = device, msgspec.msgpack.encode(table)
            connection.execute("insert or replace into devices values (?, ?)", said)

    def close(self) -> None:
        self._file.close()

    def _want(self, device: str, due_us: int) -> None:
        self._due.setdefault(device, due_us)


def _known(table: Table) -> _Known:
    times = Tally(name for row in table.rows for name in row)
    own = (tuple(name for name in row if times[name] == 1) for row in table.rows)
    return _Known(table, {name: row for row in own for name in row})


async def walked(walker: Walker, now_us: int) -> Table:
    """What an agent says of its ports. Raises Unanswered."""
    up = next(iter((await walker.column(UP_TIME)).values()), 0)
    columns = [await walker.column(oid) for oid in (DESCR, NAME, ALIAS)]
    up_us = up * SECOND_US // 100 if isinstance(up, int) else 0
    return Table(now_us, now_us - up_us, tuple(_rows(columns)))


async def shown(walker: Walker) -> None:
    """Whether an agent lets us see them. Raises Unanswered."""
    if not await walker.sees(DESCR) and not await walker.sees(NAME):
        raise walker.unseen(f"IF-MIB ({DESCR})")


def _rows(columns: Sequence[Column]) -> Iterator[Row]:
    for instance in dict.fromkeys(place for column in columns for place in column):
        number = ".".join(map(str, instance))
        said = (_text(column.get(instance)) for column in columns)
        yield tuple(dict.fromkeys(name for name in (number, f"if-{number}", *said) if name))


def _text(value: object) -> str:
    if not isinstance(value, bytes):
        return ""
    try:
        text = value.decode()
    except UnicodeDecodeError:
        text = value.decode("latin-1")
    text = text.strip("\0 \t\r\n")
    return text[:LONGEST] if text.isprintable() else ""
