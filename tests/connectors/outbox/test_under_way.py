"""Attempts that are under way together, as they are stopped, and as one of them breaks down."""

import asyncio
import gc

import pytest

from connectors.channels.memory import MemoryChannel
from connectors.outbox import Dispatcher
from connectors.outbox.parts import Job
from connectors.outbox.under_way import UnderWay
from connectors.ports import Answer, Message, Queued, Settled
from tests.connectors.outbox.scene import Scene, notice


def job() -> Job:
    return Job(Queued("MS-1", "MS-1", "customer:C-1", "phone", "id", "trying", 1, 0), notice(1), [])


async def closed(*, stopped: bool) -> list[Settled]:
    """What is kept of an attempt that takes a moment, where we leave in the very step in which we are stopped."""

    async def attempt(_: Job) -> Settled:
        await asyncio.sleep(0.01)
        return Settled("MS-1", "sent", 0, 1)

    stopping = asyncio.Event()
    under_way = UnderWay(attempt, 4, stopping)
    under_way.start([job()])
    await asyncio.sleep(0)
    if stopped:
        stopping.set()
    return await under_way.close()


def test_what_is_under_way_as_we_are_stopped_has_a_moment_to_end() -> None:
    assert [one.state for one in asyncio.run(closed(stopped=True))] == ["sent"]


def test_after_an_error_of_ours_nothing_is_waited_for() -> None:
    assert asyncio.run(closed(stopped=False)) == []


class Buggy(MemoryChannel):
    """Breaks down at some messages."""

    def __init__(self, *bugs: str) -> None:
        super().__init__("webhook")
        self.bugs = set(bugs)

    async def send(self, message: Message) -> Answer:
        if message.id in self.bugs:
            raise ZeroDivisionError(message.id)
        return await super().send(message)


@pytest.mark.parametrize("bugs", [("MS-1",), ("MS-3",), ("MS-2", "MS-4"), ("MS-5",)])
def test_an_error_of_ours_takes_nothing_from_what_ended_with_it(bugs: tuple[str, ...]) -> None:
    channel = Buggy(*bugs)
    scene = Scene(channels=[channel])
    scene.emit(*(notice(n) for n in range(1, 6)))
    unseen: list[str] = []

    async def steps(dispatcher: Dispatcher) -> None:
        asyncio.get_running_loop().set_exception_handler(lambda _, about: unseen.append(about["message"]))
        await dispatcher.recover()
        await dispatcher.fan_out()
        with pytest.raises(ZeroDivisionError, match=bugs[0]):
            await dispatcher.send("phone")
        gc.collect()

    scene.with_one(steps)
    sent = [one.id for one in channel.messages]
    assert len(sent) == 5 - len(bugs)
    assert sorted(scene.told()) == [(name, "sent") for name in sorted(sent)]
    assert scene.store.outbox.counts("java") == {("phone", "sent"): len(sent), ("phone", "trying"): len(bugs)}
    assert unseen == []


def test_an_error_of_ours_surfaces_also_where_nothing_can_be_written_down() -> None:
    scene = Scene(channels=[Buggy("MS-1")])
    scene.emit(notice(1), notice(2))
    scene.journal_full = True

    async def steps(dispatcher: Dispatcher) -> None:
        await dispatcher.recover()
        await dispatcher.fan_out()
        with pytest.raises(ZeroDivisionError):
            await dispatcher.send("phone")

    scene.with_one(steps)
    assert scene.store.outbox.counts("java") == {("phone", "trying"): 2}
