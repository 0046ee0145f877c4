"""How many messages a second each channel takes, also where many dispatchers share it (port `Rates`)."""

from collections.abc import Callable
from typing import Literal, Protocol

from connectors.outbox.bucket import Bucket

Urgency = Literal["alert", "single", "bulk"]


class Rates(Protocol):
    """Never raises: who shares a rate with others and cannot ask goes at its own share of it."""

    async def grant(self, channel: str, per_s: float, asked: int, urgency: Urgency) -> int:
        """So many of the messages may go now. Alerts all may, and who comes after waits for it; a campaign's (`bulk`)
        leave room for single ones.
        """

    def share(self, dispatchers: int) -> None:
        """So many dispatchers live, we among them."""


class OwnRates:
    """Of one process: each of several takes its share of a channel's rate."""

    def __init__(self, clock: Callable[[], int]) -> None:
        """`clock`: microseconds since 1970."""
        self._clock = clock
        self._buckets: dict[str, Bucket] = {}
        self._dispatchers = 1

    async def grant(self, channel: str, per_s: float, asked: int, urgency: Urgency) -> int:
        ours_per_s = per_s / self._dispatchers
        bucket = self._buckets.setdefault(channel, Bucket(ours_per_s))
        bucket.rate_per_s = ours_per_s
        now_us = self._clock()
        granted = asked if urgency == "alert" else min(asked, bucket.available(now_us, bulk=urgency == "bulk"))
        bucket.take(now_us, granted)
        return granted

    def share(self, dispatchers: int) -> None:
        self._dispatchers = max(1, dispatchers)
