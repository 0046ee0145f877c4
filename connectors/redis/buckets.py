"""Buckets that several processes share (port `Buckets`).

A script, so that looking and taking is one step. The time is Redis's own, the same for all who ask.
"""

from collections.abc import Callable

from connectors.buckets import Draw, Drawn
from connectors.redis.link import Link

# KEYS: bucket. ARGV: microseconds since any beginning, or none: Redis's; and a `Draw`. As `MemoryBuckets` does it.
DRAW = """
local now = tonumber(ARGV[1])
if not now then
  local time = redis.call('TIME')
  now = time[1] * 1000000 + time[2]
end
local per_s, full, asked = tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4])
local enough, reserve = tonumber(ARGV[5]), tonumber(ARGV[6])
local kept = redis.call('HMGET', KEYS[1], 'held', 'at_us')
local held, at = tonumber(kept[1]) or full, tonumber(kept[2]) or now
now = math.max(now, at)
held = math.min(full, held + (now - at) * per_s / 1000000)
local granted = asked
if held < enough then
  granted = math.max(0, math.min(asked, math.floor(held - reserve)))
end
local left = held - granted
redis.call('HSET', KEYS[1], 'held', string.format('%.17g', left), 'at_us', string.format('%.17g', now))
redis.call('PEXPIRE', KEYS[1], math.ceil((full - left) / per_s * 1000) + 1000)
return {granted, string.format('%.17g', held)}
"""


class RedisBuckets:
    """Implements `Buckets`; out of reach while Redis is away."""

    def __init__(self, link: Link, clock: Callable[[], int] | None = None) -> None:
        """`clock`: microseconds, in place of Redis's."""
        self._link = link
        self._clock = clock
        self._draw = link.script(DRAW)

    async def draw(self, name: str, draw: Draw) -> Drawn | None:
        now = "" if self._clock is None else self._clock()
        words = [now, draw.rate.per_s, draw.rate.burst, draw.asked, draw.enough, draw.reserve]
        found = await self._link.ask(lambda: self._draw([f"{self._link.place.prefix}{name}"], words))
        return None if found is None else Drawn(int(found[0]), float(found[1]))
