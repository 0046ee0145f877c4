"""How often a thing may be done: buckets that fill at a rate, by name.

A shared seam beside `ports`: doors ask it of those who knock, and several processes may share one (in Redis).
"""

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

MOST_BUCKETS = 20_000


@dataclass(frozen=True, slots=True)
class Rate:
    """So many a second in the long run, `burst` at once. Both above 0."""

    per_s: float
    burst: float


class Limiter(Protocol):
    """Buckets by name. It never raises: one that shares its buckets and cannot reach them keeps its own meanwhile."""

    async def take(self, name: str, rate: Rate, n: int = 1) -> float:
        """0 where `n` were in the bucket and are taken; else none is, and so many seconds pass until they are there.

        A bucket starts full. From a full one more than it holds is granted too, and those who come after wait for it.
        """


class MemoryLimiter:
    """Implements `Limiter` for one process. What nobody asked for longest is forgotten: its bucket is full again."""

    def __init__(self, clock_s: Callable[[], float], most: int = MOST_BUCKETS) -> None:
        """`clock_s`: seconds, never running back."""
        self._clock_s = clock_s
        self._most = most
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()  # name -> (what it held, when in seconds)

    async def take(self, name: str, rate: Rate, n: int = 1) -> float:
        now_s = self._clock_s()
        held, at_s = self._buckets.pop(name, (rate.burst, now_s))
        held = min(rate.burst, held + (now_s - at_s) * rate.per_s)
        short = min(n, rate.burst) - held
        self._buckets[name] = (held if short > 0 else held - n, now_s)
        if len(self._buckets) > self._most:
            self._buckets.popitem(last=False)
        return max(0.0, short / rate.per_s)
