"""How many messages a second each channel takes, also where many dispatchers share it (port `Rates`).

A shared seam beside `ports`: dispatchers ask it, and several processes may share one (in Redis).
"""

from typing import Literal, Protocol

from connectors.buckets import ALWAYS, NEVER, Buckets, Draw, Either, MemoryBuckets, Rate

Urgency = Literal["alert", "single", "bulk"]
RESERVE = 0.2  # the part of a full bucket that a campaign leaves for single messages
BURST_S = 1.0  # a full bucket holds what flows in so long


class Rates(Protocol):
    """Never raises: who shares a rate with others and cannot ask goes at its own share of it."""

    async def grant(self, channel: str, per_s: float, asked: int, urgency: Urgency) -> int:
        """So many of the messages may go now. Alerts all may, and who comes after waits for it; a campaign's (`bulk`)
        leave room for single ones. At least one is granted from a full bucket.
        """

    def share(self, dispatchers: int) -> None:
        """So many dispatchers live, we among them."""


class BucketRates:
    """Implements `Rates`."""

    def __init__(self, own: MemoryBuckets, shared: Buckets | None = None) -> None:
        self._buckets = Either(own, shared)
        self._dispatchers = 1

    async def grant(self, channel: str, per_s: float, asked: int, urgency: Urgency) -> int:
        draw, ours = _draw(per_s, asked, urgency), _draw(per_s / self._dispatchers, asked, urgency)
        return (await self._buckets.draw(f"rate.{channel}", draw, ours)).granted

    def share(self, dispatchers: int) -> None:
        self._dispatchers = max(1, dispatchers)


def _draw(per_s: float, asked: int, urgency: Urgency) -> Draw:
    full = max(1.0, per_s * BURST_S)
    reserve = RESERVE * full if urgency == "bulk" and full >= 1 / RESERVE else 0.0
    return Draw(Rate(per_s, full), asked, ALWAYS if urgency == "alert" else NEVER, reserve)
