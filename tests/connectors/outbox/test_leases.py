"""Many dispatchers on one outbox: who lives, who is dead, what becomes of what the dead ones had begun."""

import asyncio
import threading
from collections.abc import Awaitable, Callable, Sequence

import pytest

from connectors.channels.memory import MemoryChannel
from connectors.metrics import LEASES_ENDED
from connectors.outbox import Dispatcher, Rules
from connectors.ports import Message, Sent
from correlator.events import SECOND_US, Receipt
from tests.connectors.outbox.scene import Scene, campaign, notice


class Waiting(MemoryChannel):
    """Takes a message when it is let."""

    def __init__(self) -> None:
        super().__init__("webhook")
        self.busy, self.let = asyncio.Event(), asyncio.Event()

    async def send(self, message: Message) -> Sent:
        self.busy.set()
        await self.let.wait()
        self.messages.append(message)
        return Sent()


def played(scene: Scene, steps: Callable[[Dispatcher, Dispatcher], Awaitable[None]]) -> None:
    """Some steps with two dispatchers that live."""

    async def run() -> None:
        one, two = scene.dispatcher("one"), scene.dispatcher("two")
        for dispatcher in (one, two):
            await dispatcher.recover()
            await dispatcher.live()
        await one.fan_out()
        try:
            await steps(one, two)
        finally:
            await one.close()
            await two.close()

    asyncio.run(run())


async def watched(dispatcher: Dispatcher) -> None:
    """What it does now and then."""
    await dispatcher.live()
    await dispatcher.adopt()


async def past(scene: Scene, dispatcher: Dispatcher, seconds: int) -> None:
    """So much time, in which one dispatcher lives and the others are silent."""
    for _ in range(seconds):
        scene.now_us += SECOND_US
        await watched(dispatcher)


def test_one_that_starts_leaves_alone_what_a_living_one_has_begun() -> None:
    channel = Waiting()
    scene = Scene(channels=[channel])
    scene.emit(notice(1))

    async def steps(one: Dispatcher, two: Dispatcher) -> None:
        sending = asyncio.create_task(one.send("phone"))
        await channel.busy.wait()
        for _ in range(10):
            scene.now_us += 20 * SECOND_US
            await one.live()
            await two.recover()
            await watched(two)
        assert scene.message("MS-1").state == "trying"
        channel.let.set()
        assert await sending == 1

    played(scene, steps)
    assert scene.message("MS-1").state == "sent"
    assert scene.told() == [("MS-1", "sent")]


def test_what_a_dead_one_had_begun_is_uncertain_once_its_lease_is_over() -> None:
    channel = Waiting()
    scene = Scene(channels=[channel])
    scene.emit(notice(1))

    async def steps(one: Dispatcher, two: Dispatcher) -> None:
        sending = asyncio.create_task(one.send("phone"))
        await channel.busy.wait()
        await past(scene, two, 29)
        assert scene.message("MS-1").state == "trying"
        await past(scene, two, 1)
        assert scene.message("MS-1").state == "uncertain"
        channel.let.set()  # it was only slow
        await sending

    played(scene, steps)
    assert scene.message("MS-1").state == "sent"
    assert scene.told() == [("MS-1", "uncertain"), ("MS-1", "sent")]
    assert len(channel.messages) == 1
    assert scene.counted(LEASES_ENDED, "struck") == 1


def test_nobody_is_dead_because_the_store_was_away() -> None:
    channel = Waiting()
    scene = Scene(channels=[channel])
    scene.emit(notice(1))

    async def steps(one: Dispatcher, two: Dispatcher) -> None:
        sending = asyncio.create_task(one.send("phone"))
        await channel.busy.wait()
        await past(scene, two, 5)
        scene.now_us += 3600 * SECOND_US  # in which nobody could say anything
        await past(scene, two, 10)
        await one.live()
        await past(scene, two, 20)
        assert scene.message("MS-1").state == "trying"
        channel.let.set()
        await sending

    played(scene, steps)
    assert scene.told() == [("MS-1", "sent")]


def test_one_that_was_taken_for_dead_goes_on_with_what_is_new() -> None:
    scene = Scene()
    scene.emit(notice(1))

    async def steps(one: Dispatcher, two: Dispatcher) -> None:
        await past(scene, two, 30)
        assert await one.send("phone") == 1
        await one.live()
        await two.live()

    played(scene, steps)
    assert scene.message("MS-1").state == "sent"


def test_what_one_leaves_open_when_it_stops_is_settled_at_once() -> None:
    channel = Waiting()
    scene = Scene(channels=[channel])
    scene.emit(notice(1))

    async def steps(one: Dispatcher, two: Dispatcher) -> None:
        running = asyncio.create_task(one.run())
        await channel.busy.wait()
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        assert scene.message("MS-1").state == "trying"
        await two.adopt()
        assert scene.message("MS-1").state == "uncertain"

    played(scene, steps)


@pytest.mark.parametrize("living", [1, 2, 5])
def test_each_takes_its_share_of_a_channels_rate(living: int) -> None:
    channel = MemoryChannel("file")
    scene = Scene(channels=[channel], per_s=20)
    scene.emit(*(notice(n) for n in range(100)))

    async def steps(one: Dispatcher, _: Dispatcher) -> None:
        scene.store.outbox.strike("java", "two")
        for n in range(1, living):
            scene.store.outbox.enlist("java", f"other-{n}")
        await one.live()
        assert await one.send("phone") == 20 // living

    played(scene, steps)


def test_of_two_that_fan_out_one_gives_way_for_a_while() -> None:
    scene = Scene()
    scene.emit(campaign(1, 30_000))

    async def steps(one: Dispatcher, two: Dispatcher) -> None:
        tried = [await two.fan_out(), await one.fan_out(), await two.fan_out()]
        assert all(tried)
        while await one.fan_out() + await two.fan_out():
            pass

    played(scene, steps)
    assert scene.store.outbox.counts("java") == {("phone", "queued"): 30_000}


def test_the_nocs_word_stops_a_campaign_and_lets_it_go_on() -> None:
    channel = MemoryChannel("file")
    scene = Scene(channels=[channel])
    scene.emit(campaign(1, 250))

    async def steps(one: Dispatcher, two: Dispatcher) -> None:
        assert await one.send("phone") == 100
        scene.held.add("IN-1")
        scene.emit(notice(1))
        scene.now_us += SECOND_US
        await one.fan_out()
        assert await two.send("phone") == 1  # what is single goes on
        assert await one.send("phone") == await two.send("phone") == 0
        scene.held.clear()
        scene.now_us += SECOND_US
        again = [await dispatcher.send("phone") for dispatcher in (one, two, one)]
        assert again == [100, 50, 0]

    played(scene, steps)
    ids = [message.id for message in channel.messages]
    assert len(ids) == len(set(ids)) == 251


class Mute:
    """A journal that hangs, until it is let."""

    def __init__(self) -> None:
        self.let = threading.Event()

    def __call__(self, _: Sequence[Receipt]) -> None:
        self.let.wait()


def test_one_whose_journal_hangs_says_that_it_lives_all_the_same() -> None:
    scene, journal = Scene(), Mute()
    scene.emit(notice(1))

    async def run() -> None:
        one = scene.dispatcher("one", journal)
        sending = asyncio.create_task(one.run())
        beats = dict[str, int]()
        while beats.get("one", 0) < 3 or scene.message("MS-1").state != "trying":
            scene.store.outbox.enlist("java", "two")
            beats = dict(scene.store.outbox.beat("java", "two"))
            await asyncio.sleep(0.01)
        journal.let.set()
        sending.cancel()
        await asyncio.gather(sending, return_exceptions=True)
        await one.close()

    scene.rules = Rules(lease_s=0.06)
    asyncio.run(run())
