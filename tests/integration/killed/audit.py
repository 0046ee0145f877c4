"""What must hold of the files of a service that was killed, however often: each law says what broke it."""

import json
import sqlite3
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import msgspec

from connectors.formats.messages import Rendering
from connectors.intake_ids import Entry
from connectors.intake_register import SqliteRegister
from connectors.journal.memory import MemoryJournal
from connectors.journal.sqlite import SqliteJournal
from connectors.ports import Loaded, Store
from connectors.store.memory import MemoryStore
from connectors.store.sql import SqlStore
from correlator.effects import Alert, Campaign, Effect, Notice
from correlator.events import Complaint, Frame, Receipt
from correlator.state import TABLES
from correlator.world import World
from streams.files import Files
from streams.host.host import Host, Ports
from streams.host.worlds import Worlds, read_policy
from streams.settings import Settings
from topology.compile import compile_inventory
from topology.model import Inventory

EVERY = 10_000_000
KINDS = ("alert", "campaign", "notice", "rejected", "noted", "handed")

_encode = msgspec.msgpack.Encoder().encode


class Judged(Protocol):
    """What laws are asked of."""

    @property
    def world(self) -> World: ...

    @property
    def store(self) -> Store: ...

    @property
    def domain(self) -> str: ...

    @property
    def journal(self) -> list[tuple[int, Frame]]: ...

    def effects(self) -> list[Effect]: ...

    def sent_lines(self) -> Iterable[str]: ...


@dataclass(frozen=True, slots=True)
class Left:
    """The files of a service that has ended, and the World they were written under."""

    settings: Settings
    world: World
    journal: list[tuple[int, Frame]]
    store: Store

    @property
    def domain(self) -> str:
        return self.settings.domain

    @property
    def files(self) -> Files:
        return Files(self.settings.data)

    def effects(self) -> list[Effect]:
        return self.store.effects(self.domain, KINDS, EVERY)

    def sent_lines(self) -> list[str]:
        """What left by the file channel."""
        return self.files.messages.read_text().splitlines() if self.files.messages.exists() else []


def left(settings: Settings, inventory: Inventory) -> Left:
    journal = SqliteJournal(Files(settings.data).journal, readonly=True)
    frames: list[tuple[int, Frame]] = []
    while some := journal.read(settings.domain, len(frames)):
        frames += some
    journal.close()
    world = World(compile_inventory(inventory), read_policy(settings.policy))
    return Left(settings, world, frames, SqlStore(Files(settings.data).store))


def complaints_kept(it: Left, answered: dict[str, set[str]]) -> Iterator[str]:
    """Who was answered is in the journal, once, under the number that was said; no number is given twice."""
    kept = [event for _, frame in it.journal for event in frame.events if isinstance(event, Complaint)]
    times = Counter(event.id for event in kept)
    numbers = {event.id: event.number for event in kept}
    yield from (f"complaint {name} is in the journal {n} times" for name, n in times.items() if n != 1)
    yield from (f"complaint {name} is not in the journal" for name in answered.keys() - times.keys())
    for name, said in answered.items():
        if name in numbers and said != {numbers[name]}:
            yield f"complaint {name} was answered {sorted(said)}, the journal has {numbers[name]}"
    doubled = [number for number, n in Counter(numbers.values()).items() if n != 1]
    yield from (f"number {number} was given to several" for number in doubled)


def messages_once(it: Judged, *, told_apart: bool = True) -> Iterator[str]:
    """Each effect's messages are queued once, and are sent once, or listed as failed or uncertain.

    What was decided as the dispatchers had ended waits for the next ones. `told_apart`: what is uncertain was not sent,
    for the file says what was.
    """
    rendering = Rendering(lambda: it.world, lambda _: None)
    waiting = {one.effect.id for one in it.store.outbox.pending(it.domain, EVERY)}
    wanted = {
        message.id
        for effect in it.effects()
        if isinstance(effect, Alert | Campaign | Notice) and effect.id not in waiting
        for message in rendering.fan_out(effect, 0)
    }
    states = {one.id: one.state for one in it.store.outbox.messages(it.domain, STATES, EVERY)}
    yield from (f"message {name} was never queued" for name in sorted(wanted - states.keys()))
    yield from (f"message {name} is of no effect" for name in sorted(states.keys() - wanted))
    sent = Counter(json.loads(line)["id"] for line in it.sent_lines() if line.endswith("}"))
    yield from (f"message {name} was sent {n} times" for name, n in sent.items() if n != 1)
    for name, state in states.items():
        unknown = state == "uncertain" and not told_apart
        if (state == "sent") != (name in sent) and not unknown:
            yield f"message {name} is {state}, and was {'' if name in sent else 'not '}sent"
    told = {event.notice for _, frame in it.journal for event in frame.events if isinstance(event, Receipt)}
    yield from (
        f"message {name} is {state}, and the journal was not told" for name, state in states.items() if name not in told
    )


STATES = ("queued", "trying", "sent", "delivered", "failed", "dead", "uncertain")


def rows_as_folded_afresh(it: Judged, folder: Path) -> Iterator[str]:
    """Crashes leave no trace: the rows and effects are those of one fold of the same journal, bit by bit."""
    loaded = it.store.load(it.domain)
    fresh = folded_afresh(it.domain, [frame for _, frame in it.journal[: loaded.applied]], it.world, folder)
    yield from differing(loaded, fresh.load(it.domain))
    effects = [(effect.id, _encode(effect)) for effect in it.effects()]
    again = [(effect.id, _encode(effect)) for effect in fresh.effects(it.domain, KINDS, EVERY)]
    if effects != again:
        pairs = zip(effects, again, strict=False)
        yield f"effects differ from {next((a for a, b in pairs if a != b), 'the end')} on"


def folded_afresh(domain: str, frames: Iterable[Frame], world: World, folder: Path) -> MemoryStore:
    """One fold of a domain's first frames, by a host that nothing ever happened to."""
    journal, store = MemoryJournal(), MemoryStore()
    for frame in frames:
        journal.append(domain, frame)
    host = Host(domain, Ports(journal, store, Worlds(folder, world), lambda: 0), recorded=True)
    host.start(world)
    while host.turn() == "worked":
        pass
    return store


def differing(found: Loaded, fresh: Loaded) -> Iterator[str]:
    """Rows that differ, by table."""
    for table in TABLES:
        a, b = found.rows.get(table, {}), fresh.rows.get(table, {})
        for key in sorted(a.keys() | b.keys()):
            if key not in a or key not in b:
                yield f"{table} {key} is {'in the store only' if key in a else 'missing in the store'}"
            elif _encode(a[key]) != _encode(b[key]):
                yield f"{table} {key}: {a[key]} in the store, {b[key]} folded afresh"


def register_agrees(it: Left, answered: dict[str, set[str]], now_us: int) -> Iterator[str]:
    """Asked again now, the register would answer each complaint the same, as a repeat."""
    with closing(sqlite3.connect(it.files.register)) as file:
        kept = file.execute("select id, sender, content from entries where kind = 'complaint'").fetchall()
    owned = {name: (sender, content) for name, sender, content in kept}
    register = SqliteRegister(it.files.register)
    try:
        asked = [Entry("complaint", name, None, *owned.get(name, (None, None))) for name in sorted(answered)]
        for one, answer in zip(asked, register.admit(asked, now_us), strict=True):
            if {getattr(answer, "number", None)} != answered[one.id] or not getattr(answer, "repeated", False):
                yield f"the register would answer {one.id} with {answer}, not {answered[one.id]}"
    finally:
        register.close()
