"""How many messages a second each channel takes, also where many dispatchers share it (port `Rates`).

A shared seam beside `ports`: dispatchers ask it, and several processes may share one (in Redis).
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal, Protocol

Urgency = Literal["alert", "single", "bulk"]
RESERVE = 0.2  # the part of a full bucket that a campaign leaves for single messages
BURST_S = 1.0  # a full bucket holds what flows in so long


class Rates(Protocol):
    """Never raises: who shares a rate with others and cannot ask goes at its own share of it."""

    async def grant(self, channel: str, per_s: float, asked: int, urgency: Urgency) -> int:
        """So many of the messages may go now. Alerts all may, and who comes after waits for it; a campaign's (`bulk`)
        leave room for single ones.
        """

    def share(self, dispatchers: int) -> None:
        """So many dispatchers live, we among them."""


@dataclass(slots=True)
class Bucket:
    """A token bucket; starts full. `rate_per_s` above 0; at least one message is always granted from a full bucket."""

    rate_per_s: float
    _tokens: float = field(init=False)
    _at_us: int | None = None

    def __post_init__(self) -> None:
        self._tokens = self.full

    @property
    def full(self) -> float:
        return max(1.0, self.rate_per_s * BURST_S)

    def available(self, now_us: int, *, bulk: bool) -> int:
        """So many messages may go now; a campaign's (`bulk`) leave a reserve."""
        self._fill(now_us)
        reserve = RESERVE * self.full if bulk and self.full >= 1 / RESERVE else 0.0
        return max(0, int(self._tokens - reserve))

    def take(self, now_us: int, n: int = 1) -> None:
        """Also where there are none: what is urgent goes, and who comes after waits for it."""
        self._fill(now_us)
        self._tokens -= n

    def _fill(self, now_us: int) -> None:
        passed_us = 0 if self._at_us is None else max(0, now_us - self._at_us)
        self._at_us = now_us if self._at_us is None else max(self._at_us, now_us)
        self._tokens = min(self.full, self._tokens + passed_us * self.rate_per_s / 1e6)


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
