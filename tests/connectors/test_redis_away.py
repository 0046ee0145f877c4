"""A real Redis that is killed, stopped in its tracks, and back: nobody waits long, nothing breaks, it is used again."""

import asyncio
import os
import signal
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from connectors.access.limits import BucketLimiter
from connectors.buckets import MemoryBuckets, Rate
from connectors.channel_rates import BucketRates
from connectors.metrics import REDIS_FAILURES, REDIS_RETURNS
from connectors.redis.buckets import RedisBuckets
from connectors.redis.link import AWAY_S, Link, Place
from connectors.redis.notifier import RedisNotifier
from connectors.telemetry.metrics import MemoryCounter
from tests.integration.house import until
from tests.services import kill, own, services

RATE = Rate(per_s=0.001, burst=5)


@dataclass
class Scene:
    """One process's way to a Redis of our own; time passes by hand."""

    folder: Path
    link: Link
    counter: MemoryCounter
    now_s: float = 1000.0

    def past(self) -> None:
        """As long as a Redis that was away is left alone."""
        self.now_s += AWAY_S


@pytest.fixture
def scene(tmp_path: Path) -> Iterator[Scene]:
    counter = MemoryCounter()
    made: list[Scene] = []
    link = Link(Place(own("redis", tmp_path), "test."), counter, lambda: made[0].now_s)
    made.append(Scene(tmp_path, link, counter))
    yield made[0]
    link.close()
    services("stop", "--forget", folder=tmp_path)


def test_rates_go_at_the_own_share_while_it_is_away(scene: Scene) -> None:
    rates = BucketRates(MemoryBuckets(lambda: int(scene.now_s * 1e6)), RedisBuckets(scene.link))
    rates.share(4)

    def granted() -> int:
        return asyncio.run(rates.grant("sms", 40.0, 100, "single"))

    def again() -> bool:
        scene.past()
        return granted() == 40

    def failures() -> int:
        return sum(scene.counter.by_label(REDIS_FAILURES).values())

    until("Redis answers", again)  # a busy machine is slower now and then than a link waits
    assert scene.link.trouble is None
    before, returns = failures(), scene.counter.counted(REDIS_RETURNS)
    kill("redis", scene.folder)
    assert granted() == 10, "a fourth of it, by ourselves"
    assert "Redis does not answer" in (scene.link.trouble or "")
    assert granted() == 0
    assert failures() == before + 1, "it is not asked again at once"
    own("redis", scene.folder)
    until("a new Redis has full buckets", again)
    assert scene.link.trouble is None
    assert scene.counter.counted(REDIS_RETURNS) == returns + 1


def test_limits_are_kept_while_it_hangs(scene: Scene) -> None:
    limiter = BucketLimiter(MemoryBuckets(lambda: int(scene.now_s * 1e6)), RedisBuckets(scene.link))

    def taken() -> int:
        async def run() -> int:
            return sum([await limiter.take("budi", RATE) == 0 for _ in range(20)])

        return asyncio.run(run())

    assert taken() == 5
    pid = int((scene.folder / "redis" / "pid").read_text().split()[0])
    os.kill(pid, signal.SIGSTOP)
    try:
        assert taken() == 5, "by ourselves"
        assert sum(scene.counter.by_label(REDIS_FAILURES).values()) == 1
        assert scene.link.trouble is not None
    finally:
        os.kill(pid, signal.SIGCONT)
    scene.past()
    assert taken() == 0, "what was taken there is still known"
    assert scene.link.trouble is None


def test_who_listens_hears_again_when_it_is_back(scene: Scene) -> None:
    notifier = RedisNotifier(scene.link)

    async def run() -> None:
        heard: list[str] = []
        listening = asyncio.create_task(notifier.listen(heard.append))

        async def until_heard(name: str) -> None:
            async with asyncio.timeout(60):
                while name not in heard:
                    scene.past()
                    notifier.ring(name)
                    await asyncio.sleep(0.05)

        await until_heard("java")
        await asyncio.to_thread(kill, "redis", scene.folder)
        notifier.ring("lost")
        await asyncio.to_thread(own, "redis", scene.folder)
        await until_heard("papua")
        listening.cancel()
        await asyncio.gather(listening, return_exceptions=True)

    asyncio.run(run())
    notifier.close()
