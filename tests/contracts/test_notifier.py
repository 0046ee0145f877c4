"""What every notifier does: whoever listens hears of a ring, and who rings waits for nobody."""

import asyncio
from collections.abc import Iterator
from itertools import count

import pytest

from connectors.notifier import MemoryNotifier, Notifier
from connectors.redis.link import Link, Place
from connectors.redis.notifier import RedisNotifier
from connectors.telemetry.metrics import PrometheusCounter
from streams import clock
from tests.services import RUN, WORKER, address

_numbers = count(1)


@pytest.fixture(params=["memory", "redis"])
def notifier(request: pytest.FixtureRequest) -> Iterator[Notifier]:
    if request.param == "memory":
        yield MemoryNotifier()
        return
    place = Place(address("redis"), f"test-{RUN}-{WORKER}-{next(_numbers)}.")
    link = Link(place, PrometheusCounter(), clock.monotonic_s)
    made = RedisNotifier(link)
    yield made
    made.close()
    link.close()


def test_each_who_listens_hears(notifier: Notifier) -> None:
    async def run() -> None:
        heard: list[list[str]] = [[], []]
        both = asyncio.Event()

        def hear(place: int, name: str) -> None:
            heard[place].append(name)
            if all("java" in one and "papua" in one for one in heard):
                both.set()

        listening = [
            asyncio.create_task(notifier.listen(lambda name: hear(0, name))),
            asyncio.create_task(notifier.listen(lambda name: hear(1, name))),
        ]
        async with asyncio.timeout(30):
            while not both.is_set():  # who has only begun to listen may miss some
                notifier.ring("java")
                notifier.ring("papua")
                await asyncio.sleep(0)
                await asyncio.wait([*listening, asyncio.create_task(both.wait())], timeout=0.1)
        for task in listening:
            task.cancel()
        await asyncio.gather(*listening, return_exceptions=True)

    asyncio.run(run())


def test_a_ring_that_nobody_hears_is_lost(notifier: Notifier) -> None:
    for _ in range(1000):
        notifier.ring("java")
