"""What Redis is used for in the distributed runtime, where it is set; without it each process goes by itself."""

from typing import TYPE_CHECKING

from connectors.buckets import MemoryBuckets
from connectors.metrics import REDIS_AWAY
from connectors.ports import Counter
from connectors.telemetry.metrics import PrometheusCounter
from streams import clock
from streams.settings import Settings

if TYPE_CHECKING:
    from connectors.access.limits import Limiter
    from connectors.buckets import Buckets
    from connectors.channel_rates import Rates
    from connectors.notifier import Notifier
    from connectors.redis.link import Link


def link_of(settings: Settings, counter: Counter) -> "Link | None":
    """None where there is no Redis, or nobody to share it with."""
    if settings.redis is None or settings.kafka is None:
        return None
    from connectors.redis.link import Link, Place

    place = Place(settings.redis.url, settings.kafka.prefix, settings.redis.password)
    return Link(place, counter, clock.monotonic_s)


def shown(link: "Link | None", counter: PrometheusCounter) -> None:
    """In the figures of who goes on without it."""
    counter.gauge(REDIS_AWAY, lambda: float(bool(link and link.trouble)))


def rates_of(link: "Link | None", now: clock.Clock) -> "Rates":
    from connectors.channel_rates import BucketRates

    return BucketRates(MemoryBuckets(now), shared_buckets(link))


def limiter_of(link: "Link | None") -> "Limiter":
    from connectors.access.limits import BucketLimiter

    return BucketLimiter(MemoryBuckets(lambda: round(clock.monotonic_s() * 1e6)), shared_buckets(link))


def shared_buckets(link: "Link | None") -> "Buckets | None":
    if link is None:
        return None
    from connectors.redis.buckets import RedisBuckets  # its client is there where somebody needs it

    return RedisBuckets(link)


def notifier_of(link: "Link | None") -> "Notifier | None":
    if link is None:
        return None
    from connectors.redis.notifier import RedisNotifier

    return RedisNotifier(link)
