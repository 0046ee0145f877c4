"""Every limiter grants what its buckets hold, says how long to wait for more, and keeps names apart."""

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import count

import pytest

from connectors.access.limits import BucketLimiter, Limiter
from connectors.buckets import MemoryBuckets, Rate
from connectors.redis.buckets import RedisBuckets
from connectors.redis.link import Link, Place
from connectors.telemetry.metrics import PrometheusCounter
from streams import clock
from tests.services import RUN, WORKER, address

_numbers = count(1)
SLOW = Rate(per_s=2, burst=3)


@dataclass
class Watch:
    """A clock that is moved by hand, and the limiter that reads it."""

    make: Callable[[Callable[[], int]], Limiter]
    now_s: float = 1000.0
    limiter: Limiter = field(init=False)

    def __post_init__(self) -> None:
        self.limiter = self.make(lambda: round(self.now_s * 1e6))

    def take(self, name: str = "a", n: int = 1, rate: Rate = SLOW) -> float:
        return asyncio.run(self.limiter.take(name, rate, n))


@pytest.fixture(params=["memory", "redis"])
def watch(request: pytest.FixtureRequest) -> Iterator[Watch]:
    if request.param == "memory":
        yield Watch(lambda clock: BucketLimiter(MemoryBuckets(clock)))
        return
    place = Place(address("redis"), f"test-{RUN}-{WORKER}-{next(_numbers)}.")
    link = Link(place, PrometheusCounter(), clock.monotonic_s)
    yield Watch(lambda clock: BucketLimiter(MemoryBuckets(clock), RedisBuckets(link, clock)))
    assert link.trouble is None
    link.close()


def test_a_full_bucket_grants_its_burst_and_then_its_rate(watch: Watch) -> None:
    assert [watch.take() for _ in range(3)] == [0, 0, 0]
    assert watch.take() == pytest.approx(0.5)
    watch.now_s += 0.25
    assert watch.take() == pytest.approx(0.25)
    watch.now_s += 0.25
    assert watch.take() == 0
    assert watch.take() == pytest.approx(0.5)


def test_a_refusal_takes_nothing(watch: Watch) -> None:
    watch.take(n=3)
    waits = [watch.take(n=2) for _ in range(5)]
    assert waits == [pytest.approx(1.0)] * 5
    watch.now_s += 1
    assert watch.take(n=2) == 0


def test_it_never_holds_more_than_its_burst(watch: Watch) -> None:
    watch.take()
    watch.now_s += 1_000_000
    assert [watch.take() > 0 for _ in range(4)] == [False, False, False, True]


def test_names_are_apart(watch: Watch) -> None:
    watch.take("a", 3)
    assert watch.take("a") > 0
    assert watch.take("b") == 0


def test_more_than_it_ever_holds_is_granted_when_it_is_full_and_waited_for(watch: Watch) -> None:
    assert watch.take(n=10) == 0
    assert watch.take() == pytest.approx((1 + 7) / 2)
    assert watch.take(n=10) == pytest.approx((3 + 7) / 2)
    watch.now_s += 5
    assert watch.take(n=10) == 0


def test_memory_has_a_limit() -> None:
    watch = Watch(lambda clock: BucketLimiter(MemoryBuckets(clock, most=2)))
    watch.take("a", 3)
    watch.take("b", 3)
    assert watch.take("a") > 0
    watch.take("c")
    assert watch.take("a") > 0
    assert watch.take("b") == 0, "the one that was not asked for longest went"
