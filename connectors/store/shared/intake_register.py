"""The intake's register on PostgreSQL (port `IntakeRegister`): many intakes ask, on several machines.

A call is a handful of statements, however many entries it has. Whose the ids are is read first, and looked at again
once the rows are locked: where another intake was faster, the call begins anew. Rows are locked in the order of their
keys, then the numbers as a whole: so two intakes that are told of one complaint give it one number, no number is drawn
twice, and none waits for another in a circle.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from itertools import islice

from sqlalchemy import Connection, text

from connectors.intake_ids import Entry, Owned, names_of, placed, remembered
from connectors.intake_register import (
    CLOCKS_DIFFER_US,
    LAST_NUMBER,
    NUMBERS_DAYS,
    REMEMBER_DAYS,
    Read,
    day_of,
    held,
    used_up,
)
from connectors.ports import Accepted
from connectors.store.database import Database
from connectors.store.postgres import unwritten
from correlator.events import DAY_US, Frame
from correlator.wire import BadInput

DRAWING = 0x53696D42  # SimB: the lock of whoever binds numbers
FRAMES_AT_ONCE = 100
NUMBERS_AT_ONCE = 500  # looked at for free ones

Key = tuple[str, str]  # kind, id

# Whose the names are that entries may get, where they count still.
_OWNED = text("""
    select kind, id, sender, content from register_entries
    where admitted_us > :since
        and (kind, id) in (select * from unnest(cast(:kinds as text[]), cast(:ids as text[])))""")
# New, or too old to count: as if it had never been there. What is not in the journal counts from the frame to come.
_ADMIT = text("""
    insert into register_entries as old (kind, id, admitted_us, journaled, sender, content)
    select kind, id, :now, false, sender, content from unnest(
        cast(:kinds as text[]), cast(:ids as text[]), cast(:senders as text[]), cast(:contents as bytea[]))
        as given (kind, id, sender, content)
    on conflict (kind, id) do update set
        number = case when old.admitted_us > :since then old.number end,
        journaled = old.journaled and old.admitted_us > :since,
        sender = case when old.admitted_us > :since then old.sender else excluded.sender end,
        content = case when old.admitted_us > :since then old.content else excluded.content end,
        admitted_us = case when old.journaled and old.admitted_us > :since then old.admitted_us else :now end
    returning old.kind, old.id, old.number, old.journaled, old.sender, old.content""")
_LOCK = text("select pg_advisory_xact_lock(:lock)")
_LAST = text("select last from register_days where day = :day")
_HOLDERS = text("select number, complaint from register_numbers where number = any(cast(:numbers as text[]))")
_BIND = text("""
    insert into register_numbers (number, complaint, at_us)
    select number, complaint, at_us
    from unnest(cast(:numbers as text[]), cast(:ids as text[]), cast(:times as bigint[]))
        as given (number, complaint, at_us)
    on conflict do nothing""")
_KEEP = text("""
    with bound as (
        insert into register_numbers (number, complaint, at_us)
        select number, complaint, :now from unnest(cast(:bound as text[]), cast(:owners as text[]))
            as given (number, complaint)),
    drew as (
        insert into register_days as old (day, last) values (:day, :last)
        on conflict (day) do update set last = greatest(old.last, excluded.last))
    update register_entries set number = given.number
    from unnest(cast(:ids as text[]), cast(:numbers as text[])) as given (id, number)
    where kind = 'complaint' and register_entries.id = given.id""")
_FORGET = text("delete from register_entries where kind = 'complaint' and id = any(cast(:ids as text[]))")
_JOURNALED = text("""
    with mine as materialized (
        select kind, id from register_entries
        where (kind, id) in (select * from unnest(cast(:kinds as text[]), cast(:ids as text[])))
        order by kind, id for update)
    update register_entries set journaled = true from mine
    where register_entries.kind = mine.kind and register_entries.id = mine.id""")
_UNSURE = text("select min(admitted_us) from register_entries where not journaled and admitted_us > :since")
_READ = text("select until_us from register_domains where domain = :domain")
_FOUND = text("""
    insert into register_entries as old (kind, id, number, admitted_us, journaled)
    select kind, id, number, at_us, true
    from unnest(cast(:kinds as text[]), cast(:ids as text[]), cast(:numbers as text[]), cast(:times as bigint[]))
        as given (kind, id, number, at_us)
    on conflict (kind, id) do update set journaled = true, admitted_us = excluded.admitted_us
    where not old.journaled""")
_KNOW = text("""
    insert into register_domains as old (domain, until_us) values (:domain, :until)
    on conflict (domain) do update set until_us = greatest(old.until_us, excluded.until_us)""")
_PRUNE = text("""
    delete from register_entries where (kind, id) in (
        select kind, id from register_entries where admitted_us <= :old order by kind, id for update skip locked)""")
_PRUNE_NUMBERS = text("delete from register_numbers where at_us <= :old")


@dataclass(slots=True)
class Kept:
    """An entry as it stands in this transaction; a complaint without a number is new."""

    number: str | None
    journaled: bool


@dataclass(slots=True)
class Numbers:
    """What one call binds, over what is bound."""

    day: str
    holders: dict[str, str]  # number -> complaint: of the numbers that are given, then also of those that are drawn
    free: Iterator[str]  # today's, in order
    bound: dict[str, str] = field(default_factory=dict)  # number -> complaint
    drawn: str | None = None  # the last one

    def of(self, entry: Entry) -> str | BadInput:
        """The number that it brings along, or the next free one."""
        if entry.number is None:
            drawn = next((number for number in self.free if number not in self.holders), None)
            if drawn is None:
                return used_up(self.day)
            self.drawn = drawn
            return self._bind(drawn, entry.id)
        holder = self.holders.get(entry.number)
        if holder is None:
            return self._bind(entry.number, entry.id)
        return entry.number if holder == entry.id else held(entry.number, holder)

    def _bind(self, number: str, complaint: str) -> str:
        self.holders[number] = self.bound[number] = complaint
        return number


class PostgresRegister:
    """In the database that all intakes share. What SQLite's register syncs is synced here too."""

    def __init__(self, database: Database, *, remember_days: int = REMEMBER_DAYS) -> None:
        self._database = database
        self._remember_us = remember_days * DAY_US

    def admit(self, entries: Sequence[Entry], now_us: int) -> list[Accepted | BadInput]:
        times = {"now": now_us, "since": now_us - self._remember_us}
        while True:
            with suppress(_Overtaken), unwritten(), self._database.writing(durable=True) as connection:
                return _admitted(connection, entries, times)

    def journaled(self, entries: Sequence[Entry]) -> None:
        with unwritten(), self._database.writing() as connection:  # lost with the power, it is reconciled
            connection.execute(_JOURNALED, _keys(entries))

    def unsure_us(self, domain: str, now_us: int) -> int | None:
        with unwritten(), self._database.reading() as connection:
            until_us = connection.scalar(_READ, {"domain": domain})
            if until_us is None:
                return now_us - self._remember_us
            found: int | None = connection.scalar(_UNSURE, {"since": until_us - CLOCKS_DIFFER_US})
        return found

    def found(self, domain: str, frames: Iterable[Frame]) -> None:
        """Some frames a transaction: reading a week's journal may take long, and others wait for the numbers."""
        read = Read(frames)
        rest = iter(read)
        while some := list(islice(rest, FRAMES_AT_ONCE)):
            with unwritten(), self._database.writing(durable=True) as connection:
                _found(connection, some)
        with unwritten(), self._database.writing(durable=True) as connection:
            connection.execute(_KNOW, {"domain": domain, "until": read.until_us})

    def prune(self, now_us: int) -> int:
        with unwritten(), self._database.writing() as connection:
            gone = connection.execute(_PRUNE, {"old": now_us - self._remember_us}).rowcount
            connection.execute(_PRUNE_NUMBERS, {"old": now_us - NUMBERS_DAYS * DAY_US})
        return gone

    def close(self) -> None:
        """The database is others' too."""


class _Overtaken(Exception):
    """Another intake took one of the names meanwhile."""


def _admitted(connection: Connection, entries: Sequence[Entry], times: dict[str, int]) -> list[Accepted | BadInput]:
    given = _placed(connection, entries, times)
    places = [entry for entry in given if isinstance(entry, Entry)]
    rows = connection.execute(_ADMIT, times | _keys(places) | _owners(places)).all() if places else []
    owned = {(row.kind, row.id): Owned(row.sender, row.content) for row in rows}
    if not all(owned[_key(entry)].by(entry) and not owned[_key(entry)].differs(entry) for entry in places):
        raise _Overtaken
    known = {(row.kind, row.id): Kept(row.number, row.journaled) for row in rows}
    new = [one for one in places if one.kind == "complaint" and known[_key(one)].number is None]
    numbers = _numbers(connection, new, day_of(times["now"])) if new else None
    answers = iter(_answers(places, known, numbers))
    whole = [next(answers) if isinstance(entry, Entry) else entry for entry in given]
    if numbers is not None:
        _keep(connection, numbers, {one.id: known[_key(one)].number for one in new}, times["now"])
    return whole


def _placed(connection: Connection, entries: Sequence[Entry], times: dict[str, int]) -> list[Entry | BadInput]:
    """Each under the name that the journal is to have it by, or why it gets none."""
    names = [(entry.kind, name) for entry in entries for name in names_of(entry)]
    asked = {"kinds": [kind for kind, _ in names], "ids": [name for _, name in names], "since": times["since"]}
    owned = {(row.kind, row.id): Owned(row.sender, row.content) for row in connection.execute(_OWNED, asked)}
    given: list[Entry | BadInput] = []
    for entry in entries:
        known = {name: owned[entry.kind, name] for name in names_of(entry) if (entry.kind, name) in owned}
        name = placed(entry, known)
        if isinstance(name, BadInput):
            given.append(name)
        else:
            owned.setdefault((entry.kind, name), Owned(entry.sender, entry.content))
            given.append(replace(entry, id=name))
    return given


def _key(entry: Entry) -> Key:
    return entry.kind, entry.id


def _keys(entries: Iterable[Entry]) -> dict[str, list[str]]:
    """Each entry once, in the order in which rows are locked."""
    keys = sorted({_key(entry) for entry in entries})
    return {"kinds": [kind for kind, _ in keys], "ids": [name for _, name in keys]}


def _owners(entries: Sequence[Entry]) -> dict[str, list[str | None] | list[bytes | None]]:
    """Beside `_keys`; of one that is there twice, both say the same."""
    once = {_key(entry): entry for entry in entries}
    return {
        "senders": [once[key].sender for key in sorted(once)],
        "contents": [once[key].content for key in sorted(once)],
    }


def _numbers(connection: Connection, new: Sequence[Entry], day: str) -> Numbers:
    """Nobody else binds a number until the transaction ends."""
    connection.execute(_LOCK, {"lock": DRAWING})
    given = [entry.number for entry in new if entry.number is not None]
    holders = _holders(connection, given) if given else {}
    last = connection.scalar(_LAST, {"day": day}) or 0
    return Numbers(day, holders, _free(connection, day, last, len(new)))


def _holders(connection: Connection, numbers: Sequence[str]) -> dict[str, str]:
    found = connection.execute(_HOLDERS, {"numbers": list(numbers)})
    return {row.number: row.complaint for row in found}


def _free(connection: Connection, day: str, last: int, wanted: int) -> Iterator[str]:
    """Those after the last one that were not brought along."""
    while last < LAST_NUMBER:
        names = [f"NT-{day}-{count:06}" for count in range(last + 1, min(last + wanted, LAST_NUMBER) + 1)]
        taken = _holders(connection, names)
        yield from (name for name in names if name not in taken)
        last, wanted = last + wanted, NUMBERS_AT_ONCE


def _answers(entries: Sequence[Entry], known: dict[Key, Kept], numbers: Numbers | None) -> list[Accepted | BadInput]:
    answers: list[Accepted | BadInput] = []
    asked: set[Key] = set()
    for entry in entries:
        key, kept = _key(entry), known[_key(entry)]
        if numbers is not None and entry.kind == "complaint" and kept.number is None:
            number = numbers.of(entry)
            if isinstance(number, BadInput):
                answers.append(number)
                continue
            kept.number = number
        answers.append(Accepted(entry.id, kept.number, repeated=kept.journaled or key in asked))
        asked.add(key)
    return answers


def _keep(connection: Connection, numbers: Numbers, given: dict[str, str | None], now_us: int) -> None:
    """The numbers of new complaints; a refusal is not remembered."""
    kept = {name: number for name, number in given.items() if number is not None}
    rows = {
        "bound": list(numbers.bound),
        "owners": list(numbers.bound.values()),
        "ids": list(kept),
        "numbers": list(kept.values()),
        "day": numbers.day,
        "last": int(numbers.drawn.rpartition("-")[2]) if numbers.drawn is not None else 0,
        "now": now_us,
    }
    connection.execute(_KEEP, rows)
    if refused := [name for name in given if name not in kept]:
        connection.execute(_FORGET, {"ids": refused})


def _found(connection: Connection, frames: Sequence[Frame]) -> None:
    """The first frame that has an entry counts."""
    first: dict[Key, tuple[str | None, int]] = {}
    numbers: dict[str, tuple[str, int]] = {}
    for entry, at_us in remembered(frames):
        first.setdefault((entry.kind, entry.id), (entry.number, at_us))
        if entry.number is not None:
            numbers.setdefault(entry.number, (entry.id, at_us))
    keys = sorted(first)
    rows = {
        "kinds": [kind for kind, _ in keys],
        "ids": [name for _, name in keys],
        "numbers": [first[key][0] for key in keys],
        "times": [first[key][1] for key in keys],
    }
    if keys:
        connection.execute(_FOUND, rows)
    if numbers:
        connection.execute(_LOCK, {"lock": DRAWING})
        bound = {
            "numbers": list(numbers),
            "ids": [name for name, _ in numbers.values()],
            "times": [at_us for _, at_us in numbers.values()],
        }
        connection.execute(_BIND, bound)
