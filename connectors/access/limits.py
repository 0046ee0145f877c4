"""How often a thing may be done, by name.

A shared seam beside `ports`: doors ask it of those who knock, and several processes may share one (in Redis).
"""

from typing import Protocol

from connectors.buckets import Buckets, Draw, Either, MemoryBuckets, Rate


class Limiter(Protocol):
    """Buckets by name. It never raises: one that shares its buckets and cannot reach them keeps its own meanwhile."""

    async def take(self, name: str, rate: Rate, n: int = 1) -> float:
        """0 where `n` were in the bucket and are taken; else none is, and so many seconds pass until they are there.

        A bucket starts full. From a full one more than it holds is granted too, and those who come after wait for it.
        """


class BucketLimiter:
    """Implements `Limiter`."""

    def __init__(self, own: MemoryBuckets, shared: Buckets | None = None) -> None:
        self._buckets = Either(own, shared)

    async def take(self, name: str, rate: Rate, n: int = 1) -> float:
        draw = Draw(rate, n, enough=min(n, rate.burst))
        found = await self._buckets.draw(f"limit.{name}", draw, draw)
        return 0.0 if found.granted else (draw.enough - found.held) / rate.per_s
