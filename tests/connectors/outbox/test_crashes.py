"""Attempts that a crash left open, and a stop in the middle of sending."""

import asyncio
import sqlite3
from pathlib import Path

import pytest

from connectors.channels.file import FileChannel
from connectors.channels.memory import AnsweringMemoryChannel, MemoryChannel
from connectors.metrics import MESSAGES_REPEATED, MESSAGES_UNCERTAIN, Counted
from connectors.outbox import Dispatcher
from connectors.ports import Channel, Message, MessageState, Sent, StoreDown
from connectors.store.sql import SqlStore
from tests.connectors.outbox.scene import Scene, alert, campaign, notice


def crashed(scene: Scene, *ids: str) -> Scene:
    """A dispatcher died between the attempt's commit and its end."""

    async def steps(dispatcher: Dispatcher) -> None:
        await dispatcher.fan_out()

    scene.with_one(steps)
    scene.store.outbox.enlist("java", "worker")
    assert scene.store.outbox.begin("java", ids, scene.now_us, "worker").keys() == set(ids)
    return scene


def recover(scene: Scene) -> None:
    async def steps(dispatcher: Dispatcher) -> None:
        await dispatcher.recover()

    scene.with_one(steps)


def mail() -> MemoryChannel:
    return MemoryChannel("smtp", repeats_safely=True)


def sms() -> MemoryChannel:
    return MemoryChannel("webhook")


@pytest.mark.parametrize(
    ("channels", "state", "counted"),
    [
        ([mail()], "queued", MESSAGES_REPEATED),
        ([sms()], "uncertain", MESSAGES_UNCERTAIN),
        ([mail(), sms()], "uncertain", MESSAGES_UNCERTAIN),
        ([AnsweringMemoryChannel("smtp")], "queued", MESSAGES_REPEATED),
        ([mail(), AnsweringMemoryChannel("file")], "queued", MESSAGES_REPEATED),
    ],
)
def test_an_open_attempt(channels: list[Channel], state: MessageState, counted: Counted) -> None:
    scene = Scene(channels=channels, routes={"phone": [channel.name for channel in channels]})
    scene.emit(notice(1))
    crashed(scene, "MS-1")
    recover(scene)
    assert scene.message("MS-1").state == state
    assert scene.told() == ([("MS-1", "uncertain")] if state == "uncertain" else [])
    assert scene.counted(counted, channels[0].name) == 1
    recover(scene)
    assert scene.counted(counted, channels[0].name) == 1


def test_a_channel_that_can_answer_is_asked() -> None:
    channel = AnsweringMemoryChannel("file")
    scene = Scene(channels=[channel])
    scene.emit(notice(1), notice(2))
    crashed(scene, "MS-1", "MS-2")
    asyncio.run(channel.send(Message("MS-1", "file", "+62", None, "taken before the crash", "id")))
    recover(scene)
    assert (scene.message("MS-1").state, scene.message("MS-2").state) == ("sent", "queued")
    scene.turn("phone")
    assert [one.id for one in channel.messages] == ["MS-1", "MS-2"]
    assert scene.told() == [("MS-1", "sent"), ("MS-2", "sent")]


class Slow(MemoryChannel):
    """Never answers some messages."""

    def __init__(self, *hang: str) -> None:
        super().__init__("webhook")
        self.hang = set(hang)
        self.busy = asyncio.Event()

    async def send(self, message: Message) -> Sent:
        if message.id in self.hang:
            self.busy.set()
            await asyncio.Event().wait()
        self.messages.append(message)
        return Sent()


async def stopped_when(dispatcher: Dispatcher, ready: asyncio.Event) -> None:
    """Run it, and cancel it then, as the worker does."""
    running = asyncio.create_task(dispatcher.run())
    await ready.wait()
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    assert running.cancelled()


def test_a_stop_keeps_what_is_done_and_leaves_open_what_is_not() -> None:
    channel = Slow("MS-2")
    scene = Scene(channels=[channel])
    scene.emit(*(notice(n) for n in range(1, 6)))

    async def steps(dispatcher: Dispatcher) -> None:
        await stopped_when(dispatcher, channel.busy)

    scene.with_one(steps)
    assert scene.store.outbox.counts("java") == {("phone", "sent"): 4, ("phone", "trying"): 1}
    assert sorted(scene.told()) == [(f"MS-{n}", "sent") for n in (1, 3, 4, 5)]
    channel.hang.clear()
    recover(scene)
    assert scene.turn("phone") == 0
    assert scene.message("MS-2").state == "uncertain"


class Full(Slow):
    """Says when four of them wait for its answer."""

    def __init__(self, *hang: str) -> None:
        super().__init__(*hang)
        self.waiting = set[str]()
        self.full = asyncio.Event()

    async def send(self, message: Message) -> Sent:
        self.waiting.add(message.id)
        if len(self.waiting & self.hang) == 4:
            self.full.set()
        return await super().send(message)


def test_who_was_never_called_is_known_after_a_kill_in_the_middle_of_a_campaign() -> None:
    channel = Full(*(f"CA-1:C-{n}" for n in range(2, 9)))
    scene = Scene(channels=[channel], per_s=20)
    scene.emit(campaign(1, 9))

    async def steps(dispatcher: Dispatcher) -> None:
        await dispatcher.recover()
        await dispatcher.fan_out()
        sending = asyncio.create_task(dispatcher.send("phone"))
        await channel.full.wait()
        again = scene.dispatcher()  # under the same name: the one before is dead
        await again.recover()
        await again.close()
        sending.cancel()
        await asyncio.gather(sending, return_exceptions=True)

    scene.with_one(steps)
    counts = scene.store.outbox.counts("java")
    assert counts == {("phone", "sent"): 2, ("phone", "uncertain"): 4, ("phone", "queued"): 3}
    channel.hang.clear()
    assert scene.turn("phone") == 3
    assert len(channel.messages) == 5


def test_a_channel_that_hangs_does_not_stop_the_alerts() -> None:
    channel, staff = Slow("MS-1"), Arrived("smtp")
    scene = Scene(channels=[channel, staff], routes={"staff": ["smtp"], "phone": ["webhook"]})
    scene.emit(notice(1))

    async def steps(dispatcher: Dispatcher) -> None:
        running = asyncio.create_task(dispatcher.run())
        await channel.busy.wait()
        scene.emit(alert(1))
        dispatcher.wake()
        await staff.came.wait()
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)

    scene.with_one(steps)
    assert scene.message("AL-1").state == "sent"


class Arrived(MemoryChannel):
    """Says when something came."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.came = asyncio.Event()

    async def send(self, message: Message) -> Sent:
        self.messages.append(message)
        self.came.set()
        return Sent()


def test_an_error_of_ours_ends_the_run() -> None:
    class Wrong(MemoryChannel):
        async def send(self, message: Message) -> Sent:
            raise AssertionError(message.id)

    scene = Scene(channels=[Wrong("file")])
    scene.emit(notice(1))

    async def steps(dispatcher: Dispatcher) -> None:
        with pytest.raises(AssertionError, match="MS-1"):
            await dispatcher.run()

    scene.with_one(steps)
    assert scene.message("MS-1").state == "trying"


@pytest.mark.parametrize("size", [0, 1, 7000])
def test_a_run_over_a_database(tmp_path: Path, size: int) -> None:
    channel = Arrived("file")
    store = SqlStore(f"sqlite:///{tmp_path}/store.db")
    scene = Scene(store=store, channels=[channel], per_s=1e6)
    scene.emit(campaign(1, size), alert(1))

    async def steps(dispatcher: Dispatcher) -> None:
        running = asyncio.create_task(dispatcher.run())
        while len(channel.messages) < size + 1:
            channel.came.clear()
            await channel.came.wait()
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)

    scene.with_one(steps)
    expected = {("staff", "sent"): 1} | ({("phone", "sent"): size} if size else {})
    assert store.outbox.counts("java") == expected
    assert len({one.id for one in channel.messages}) == len(channel.messages) == len(scene.receipts) == size + 1
    store.close()


class Locker(MemoryChannel):
    """Another process takes hold of the database while a message is sent."""

    def __init__(self, path: Path) -> None:
        super().__init__("file")
        self.other = sqlite3.connect(path, isolation_level=None)

    async def send(self, message: Message) -> Sent:
        self.messages.append(message)
        self.other.execute("begin immediate")
        return Sent()


def test_what_the_store_does_not_take_is_settled_later(tmp_path: Path) -> None:
    store = SqlStore(f"sqlite:///{tmp_path}/store.db", patience_s=0.01)
    channel = Locker(tmp_path / "store.db")
    scene = Scene(store=store, channels=[channel])
    scene.emit(notice(1))

    async def steps(dispatcher: Dispatcher) -> None:
        await dispatcher.fan_out()
        with pytest.raises(StoreDown):
            await dispatcher.send("phone")
        assert scene.message("MS-1").state == "trying"
        channel.other.execute("rollback")
        assert await dispatcher.send("phone") == 0

    scene.with_one(steps)
    assert scene.told() == [("MS-1", "sent")]
    assert (scene.message("MS-1").state, len(channel.messages)) == ("sent", 1)
    channel.other.close()
    store.close()


def test_who_knows_of_its_own_attempts_alone_cannot_say_that_nobody_sent(tmp_path: Path) -> None:
    mine, theirs = (FileChannel(tmp_path / name, lambda: 0, knows_all=False) for name in ("mine", "theirs"))
    scene = Scene(channels=[mine])
    scene.emit(notice(1), notice(2))
    crashed(scene, "MS-1", "MS-2")
    for channel, name in ((theirs, "MS-1"), (mine, "MS-2")):
        asyncio.run(channel.send(Message(name, "file", "+62", None, "taken before the crash", "id")))
    recover(scene)
    assert (scene.message("MS-1").state, scene.message("MS-2").state) == ("uncertain", "sent")
