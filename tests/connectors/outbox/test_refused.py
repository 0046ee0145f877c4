"""A write of the outbox that the database does not take: the one message is set aside; an outage is waited for."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from sqlalchemy import text

from connectors.channels.memory import MemoryChannel
from connectors.metrics import MESSAGES_SET_ASIDE
from connectors.outbox import Dispatcher
from connectors.outbox.refusals import MOST, TRIES
from connectors.ports import Failed, Pending, PortError, Refused, StoreDown
from connectors.store.sql import SqlStore
from correlator.effects import Effect
from tests.connectors.outbox.scene import Scene, campaign, notice

DAMAGED = "begin select raise(abort, 'damaged'); end"


@dataclass
class Refusing:
    """A scene on a database that refuses what a test names."""

    store: SqlStore
    scene: Scene = field(init=False)
    channel: MemoryChannel = field(default_factory=lambda: MemoryChannel("file"))

    def __post_init__(self) -> None:
        self.scene = Scene(store=self.store, channels=[self.channel])

    def emit(self, *effects: Effect) -> None:
        """Also enlists whoever sends."""
        self.scene.emit(*effects)
        self.store.outbox.enlist("java", "worker")

    def refuse(self, what: str, when: str = "1") -> None:
        """`what`: `insert on messages`, say. `when`: of which rows, in SQL."""
        self.sql(f"create trigger no before {what} when {when} {DAMAGED}")

    def sql(self, statement: str) -> None:
        with self.store._database.writing() as connection:
            connection.execute(text(statement))

    def turn(self, times: int = 1) -> list[str]:
        """As its tasks do it: a step that fails is repeated; the errors."""
        return self.scene.with_one(lambda one: self.steps(one, times))

    async def steps(self, dispatcher: Dispatcher, times: int) -> list[str]:
        failed = []
        for _ in range(times):
            for step in (dispatcher.fan_out, lambda: dispatcher.send("phone")):
                try:
                    await step()
                except PortError as error:
                    failed.append(type(error).__name__)
        self.note = dispatcher.note
        return failed

    @property
    def sent(self) -> list[str]:
        return sorted(one.id for one in self.channel.messages)


@pytest.fixture
def refusing(tmp_path: Path) -> Iterator[Refusing]:
    store = SqlStore(f"sqlite:///{tmp_path}/store.db")
    yield Refusing(store)
    store.close()


@pytest.mark.parametrize("what", ["insert on messages", "update on messages", "insert on attempts"])
def test_a_message_that_cannot_be_queued_or_begun_is_set_aside_and_its_neighbours_go_at_once(
    refusing: Refusing, what: str
) -> None:
    refusing.emit(campaign(1, 5), notice(2))
    refusing.refuse(what, "new.message = 'CA-1:C-3'" if "attempts" in what else "new.id = 'CA-1:C-3'")
    others = ["CA-1:C-0", "CA-1:C-1", "CA-1:C-2", "CA-1:C-4", "MS-2"]
    failed = refusing.turn(TRIES - 1)
    assert failed == ["Refused"] * (TRIES - 1), "it waits a second, and tries again"
    assert set(refusing.sent) <= set(others)
    assert not refusing.scene.quarantines
    refusing.turn(TRIES + 1)
    assert refusing.sent == others
    [record] = refusing.scene.quarantines
    assert (record.offset, record.deadline) == (0, None)
    assert "message CA-1:C-3" in record.reason
    assert "IntegrityError" in record.reason, "the database's own word"
    assert "It was not sent: tell whom it was for by hand" in record.reason
    assert "set aside (quarantine)" in (refusing.note or "")
    assert refusing.scene.told().count(("CA-1:C-3", "failed")) == 1
    assert refusing.scene.counted(MESSAGES_SET_ASIDE, "java") == 1
    assert not refusing.store.outbox.pending("java")


def test_a_message_that_is_set_aside_is_listed_where_the_store_takes_that(refusing: Refusing) -> None:
    refusing.emit(notice(1), notice(2))
    refusing.refuse("insert on attempts", "new.message = 'MS-1'")
    refusing.turn(TRIES + 2)
    assert refusing.sent == ["MS-2"]
    assert [(one.id, one.why) for one in refusing.store.outbox.messages("java", ["dead"])] == [
        ("MS-1", "the store does not take it")
    ]


def test_what_became_of_a_message_is_kept_without_words_that_the_store_does_not_take(refusing: Refusing) -> None:
    refusing.channel = MemoryChannel("file", answers=(Failed("bad words", recoverable=False),))
    refusing.scene.channels = [refusing.channel]
    refusing.emit(notice(1), notice(2))
    refusing.refuse("update on messages", "new.why = 'bad words'")
    assert refusing.turn(TRIES + 1)[: TRIES - 1] == ["Refused"] * (TRIES - 1)
    assert refusing.scene.told() == [("MS-1", "failed"), ("MS-2", "sent")]
    assert refusing.scene.message("MS-1").state == "failed"
    assert refusing.scene.message("MS-2").state == "sent"
    assert not refusing.scene.quarantines, "nothing is lost"


def test_what_became_of_a_message_that_cannot_be_written_at_all_does_not_hold_up_the_others(refusing: Refusing) -> None:
    refusing.emit(notice(1), notice(2))
    refusing.refuse("update on messages", "new.id = 'MS-1' and new.state <> 'trying'")
    refusing.turn(TRIES + 1)
    refusing.emit(notice(3))
    assert refusing.turn() == []
    assert refusing.sent == ["MS-1", "MS-2", "MS-3"]
    assert refusing.scene.told() == [("MS-1", "sent"), ("MS-2", "sent"), ("MS-3", "sent")]


def test_a_store_that_takes_nothing_is_waited_for_and_no_message_is_blamed(refusing: Refusing) -> None:
    refusing.emit(notice(1), campaign(2, 3))
    refusing.refuse("insert on messages")
    assert set(refusing.turn(5 * TRIES)) == {"StoreDown"}
    refusing.sql("drop trigger no")
    refusing.turn()
    refusing.refuse("insert on attempts")
    refusing.emit(notice(3))
    assert "StoreDown" in refusing.turn(5 * TRIES)
    refusing.sql("drop trigger no")
    refusing.turn(2)
    assert refusing.sent == ["CA-2:C-0", "CA-2:C-1", "CA-2:C-2", "MS-1", "MS-3"]
    assert not refusing.scene.quarantines


def test_after_many_it_is_the_program_and_none_is_set_aside_any_more(refusing: Refusing) -> None:
    refusing.emit(campaign(1, MOST + 5), notice(2))
    refusing.refuse("insert on attempts", "new.message like 'CA-1%'")
    assert refusing.turn(2 * TRIES)[-1] == "Refused"
    assert len(refusing.scene.quarantines) == MOST
    assert refusing.sent == ["MS-2"]


def test_a_number_that_no_database_holds_is_refused_as_what_a_database_refuses(refusing: Refusing) -> None:
    refusing.emit(notice(1))
    [pending] = refusing.store.outbox.pending("java")
    with pytest.raises(Refused):
        refusing.store.outbox.pass_over("java", Pending(pending.effect, 1 << 70), last=False)


def test_a_rehearsal_leaves_nothing(refusing: Refusing) -> None:
    refusing.store.outbox.rehearse("java")
    assert refusing.store.outbox.counts("java") == {}
    refusing.refuse("insert on messages")
    with pytest.raises(PortError) as found:
        refusing.store.outbox.rehearse("java")
    assert not isinstance(found.value, StoreDown)
