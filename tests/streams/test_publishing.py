"""Other systems are told: each decision at least once, in order, and no word of or about a person."""

from collections.abc import Iterator
from dataclasses import replace

import msgspec
import pytest

from connectors.formats.cloud_events import NotedEvent, cloud_event
from connectors.journal.memory import MemoryJournal
from connectors.ports import Commit, Emitted, JournalFull
from connectors.publisher.memory import MemoryPublisher
from connectors.store.memory import MemoryStore
from connectors.telemetry.metrics import PrometheusCounter
from correlator.effects import Noted, Reason
from correlator.events import Alarm, Command, Event, Maintenance
from streams.processes.worker.publishing import AT_ONCE, Publishing, Says
from streams.simulation.night import Night, draw_night, frames
from streams.simulation.owners import DOMAIN
from streams.simulation.simulation import live
from tests.contracts.test_store import noted

KINDS = ("alert", "campaign", "notice", "rejected", "noted")
NAMED = "Budi Santoso, +62 812-3456-7890, budi@example.co.id"  # somebody types it where he may type what he likes


def publishing(store: MemoryStore, publisher: MemoryPublisher) -> Publishing:
    return Publishing(DOMAIN, store, Says(publisher, MemoryJournal(), lambda: 0), PrometheusCounter())


def emit(store: MemoryStore, *numbers: int) -> None:
    """A frame a number."""
    for n in numbers:
        store.commit(Commit(DOMAIN, store.applied(DOMAIN), n, [], [noted(n)]))


def ids(publisher: MemoryPublisher) -> list[str]:
    return [one.id for one in publisher.told[DOMAIN]]


def test_each_goes_out_once_and_in_order() -> None:
    store, publisher = MemoryStore(), MemoryPublisher()
    one = publishing(store, publisher)
    emit(store, *range(1, AT_ONCE + 3))
    assert [one.turn() for _ in range(3)] == [AT_ONCE, 2, 0]
    emit(store, AT_ONCE + 3)
    assert [one.turn() for _ in range(2)] == [1, 0]
    assert ids(publisher) == [f"NT-{n}" for n in range(1, AT_ONCE + 4)]
    sequences = [event.sequence for event in publisher.told[DOMAIN]]
    assert sequences == sorted(set(sequences))


def test_while_nobody_answers_they_wait() -> None:
    store, publisher = MemoryStore(), MemoryPublisher()
    one = publishing(store, publisher)
    emit(store, 1, 2)
    publisher.away = True
    with pytest.raises(JournalFull):
        one.turn()
    publisher.away = False
    assert (one.turn(), ids(publisher)) == (2, ["NT-1", "NT-2"])


class Dying(MemoryStore):
    """Its process dies before the mark is set."""

    def published(self, domain: str, last: Emitted) -> None:
        del domain, last
        raise ConnectionAbortedError


def test_whoever_takes_over_from_one_that_died_repeats_and_misses_nothing() -> None:
    store, publisher = Dying(), MemoryPublisher()
    emit(store, 1, 2)
    with pytest.raises(ConnectionAbortedError):
        publishing(store, publisher).turn()
    emit(store, 3)
    with pytest.raises(ConnectionAbortedError):
        publishing(store, publisher).turn()
    assert ids(publisher) == ["NT-1", "NT-2", "NT-1", "NT-2", "NT-3"]
    once = list(read_once(publisher))
    assert [one.id for one in once] == ["NT-1", "NT-2", "NT-3"]


def read_once(publisher: MemoryPublisher) -> Iterator[NotedEvent]:
    """As a reader should: what is not beyond the last one is a repeat."""
    last = ""
    for event in publisher.told[DOMAIN]:
        if event.sequence > last:
            assert isinstance(event, NotedEvent)
            last = event.sequence
            yield event


# Nights


def talkative(event: Event) -> Event:
    """The same event, with a person named wherever somebody may type."""
    match event:
        case Command(action="note" | "close" | "assign" | "set_class" | "shelve"):
            return msgspec.structs.replace(event, reason=NAMED)
        case Maintenance():
            return msgspec.structs.replace(event, reason=NAMED)
        case Alarm():
            return msgspec.structs.replace(event, text=NAMED)
        case _:
            return event


def peopled() -> Night:
    """One on which somebody orders something."""
    return next(night for night in map(draw_night, range(100)) if night.peopled and night.planned)


def test_nothing_that_somebody_typed_leaves_the_house() -> None:
    night = peopled()
    told = [replace(one, event=talkative(one.event)) for one in night.arrived]
    store = live(night, frames(told)).owner.store
    publisher = MemoryPublisher()
    while publishing(store, publisher).turn():
        pass
    prose = "".join(one.reason.text for one in store.effects(DOMAIN, ["noted", "rejected", "alert"], 100_000))
    assert "Budi" in prose, "the night has to put it to the test"
    said = msgspec.json.encode(publisher.told[DOMAIN]).decode()
    assert len(publisher.told[DOMAIN]) == len(store.effects(DOMAIN, list(KINDS), 100_000))
    assert not [part for part in ("Budi", "Santoso", "812", "budi@") if part in said]


@pytest.mark.parametrize(
    ("about", "told"),
    [
        ("IN-000017", True),
        ("10.20.30.40", True),
        ("20260301", True),
        ("SBY-1/2", True),
        ("+62 812-3456-7890", False),
        ("081234567890", False),
        ("budi@example.co.id", False),
        ("<1.2@mail.example>", False),
    ],
)
def test_an_id_that_reads_like_a_phone_or_a_mail_is_left_out(about: str, told: bool) -> None:
    effect = Noted(id="NT-1", at_us=1, about=about, reason=Reason("repeat", "seen before"))
    event = msgspec.to_builtins(cloud_event(DOMAIN, Emitted(1, 0, effect)))
    assert (event.get("subject"), event["data"].get("about")) == ((about, about) if told else (None, None))
