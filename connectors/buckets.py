"""Token buckets: they start full and fill at a rate. Limits of doors and rates of channels are made of them.

Several processes may share them (in Redis); then each has its own beside, for when these are out of reach.
"""

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from math import floor
from typing import NamedTuple, Protocol

MOST_BUCKETS = 20_000
ALWAYS, NEVER = -1e18, 1e18


@dataclass(frozen=True, slots=True)
class Rate:
    """So many a second in the long run, `burst` at once: what a full bucket holds. Both above 0."""

    per_s: float
    burst: float


@dataclass(frozen=True, slots=True)
class Draw:
    """All that is asked for is granted where the bucket holds `enough`; else what it holds above `reserve`."""

    rate: Rate
    asked: int
    enough: float = NEVER
    reserve: float = NEVER

    def granted(self, held: float) -> int:
        return self.asked if held >= self.enough else max(0, min(self.asked, floor(held - self.reserve)))


class Drawn(NamedTuple):
    """`held`: what there was before."""

    granted: int
    held: float


class Buckets(Protocol):
    """By name. What is granted is taken, also where it was not there: who comes after waits for it."""

    async def draw(self, name: str, draw: Draw) -> Drawn | None:
        """None where they are out of reach."""


class MemoryBuckets:
    """Those of one process. What nobody asked for longest is forgotten: its bucket is full again."""

    def __init__(self, clock: Callable[[], int], most: int = MOST_BUCKETS) -> None:
        """`clock`: microseconds."""
        self._clock = clock
        self._most = most
        self._kept: OrderedDict[str, tuple[float, int]] = OrderedDict()  # name -> (what it held, when)

    async def draw(self, name: str, draw: Draw) -> Drawn:
        now_us, rate = self._clock(), draw.rate
        held, at_us = self._kept.pop(name, (rate.burst, now_us))
        now_us = max(now_us, at_us)
        held = min(rate.burst, held + (now_us - at_us) * rate.per_s / 1e6)
        granted = draw.granted(held)
        self._kept[name] = held - granted, now_us
        if len(self._kept) > self._most:
            self._kept.popitem(last=False)
        return Drawn(granted, held)


@dataclass(frozen=True, slots=True)
class Either:
    """Shared buckets; and our own, where none are shared or they are out of reach."""

    own: MemoryBuckets
    shared: Buckets | None = None

    async def draw(self, name: str, draw: Draw, by_ourselves: Draw) -> Drawn:
        found = None if self.shared is None else await self.shared.draw(name, draw)
        return found or await self.own.draw(name, by_ourselves)
