"""Attempts that are under way together, as they are stopped."""

import asyncio

from connectors.outbox.parts import Job
from connectors.outbox.under_way import UnderWay
from connectors.ports import Queued, Settled
from tests.connectors.outbox.scene import notice


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
