"""All that grant the rate of a channel grant no more than it bears, leave room for single messages, let alerts go."""

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import count

import pytest

from connectors.buckets import MemoryBuckets
from connectors.channel_rates import BucketRates, Rates, Urgency
from connectors.redis.buckets import RedisBuckets
from connectors.redis.link import Link, Place
from connectors.telemetry.metrics import PrometheusCounter
from correlator.events import SECOND_US
from streams import clock
from tests.services import RUN, WORKER, address

T0 = 1_772_323_200_000_000
_numbers = count(1)


@dataclass
class Watch:
    """A clock that is moved by hand, and the rates that read it."""

    rates: Rates
    move: Callable[[int], None]

    def grant(self, asked: int, urgency: Urgency = "single", per_s: float = 10, channel: str = "sms") -> int:
        return asyncio.run(self.rates.grant(channel, per_s, asked, urgency))


@pytest.fixture(params=["memory", "redis"])
def watch(request: pytest.FixtureRequest) -> Iterator[Watch]:
    now = [T0]

    def move(by_us: int) -> None:
        now[0] += by_us

    own = MemoryBuckets(lambda: now[0])
    if request.param == "memory":
        yield Watch(BucketRates(own), move)
        return
    place = Place(address("redis"), f"test-{RUN}-{WORKER}-{next(_numbers)}.")
    link = Link(place, PrometheusCounter(), clock.monotonic_s)
    yield Watch(BucketRates(own, RedisBuckets(link, lambda: now[0])), move)
    assert link.trouble is None
    link.close()


@pytest.mark.parametrize(
    ("per_s", "alerts", "wait_us", "urgency", "granted"),
    [
        (10, 0, 0, "single", 10),
        (10, 0, 0, "bulk", 8),
        (10, 10, 0, "single", 0),
        (10, 10, 0, "bulk", 0),
        (10, 10, 0, "alert", 100),
        (10, 10, 350_000, "single", 3),
        (10, 10, 350_000, "bulk", 1),
        (10, 10, 5 * SECOND_US, "single", 10),
        (10, 12, 350_000, "single", 1),
        (0.5, 0, 0, "bulk", 1),
        (0.5, 1, SECOND_US, "single", 0),
        (0.5, 1, 2 * SECOND_US, "single", 1),
        (10, 10, -SECOND_US, "single", 0),
    ],
)
def test_what_is_granted(watch: Watch, per_s: float, alerts: int, wait_us: int, urgency: Urgency, granted: int) -> None:
    if alerts:
        assert watch.grant(alerts, "alert", per_s) == alerts
    watch.move(wait_us)
    assert watch.grant(100, urgency, per_s) == granted


def test_what_is_granted_is_taken(watch: Watch) -> None:
    assert [watch.grant(4) for _ in range(4)] == [4, 4, 2, 0]
    watch.move(SECOND_US // 2 + 1000)
    assert [watch.grant(4) for _ in range(2)] == [4, 1]


def test_channels_are_apart(watch: Watch) -> None:
    assert watch.grant(10) == 10
    assert watch.grant(10, channel="mail") == 10


def test_a_share_of_one_is_all(watch: Watch) -> None:
    watch.rates.share(1)
    assert watch.grant(100) == 10
