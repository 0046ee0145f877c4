"""Buckets that several processes share: rates of channels (port `Rates`), limits of doors (port `Limiter`).

One script each, so that looking and taking is one step. The time is Redis's own, the same for all who ask.
"""

from collections.abc import Callable

from connectors.access.limits import Limiter, Rate
from connectors.channel_rates import BURST_S, RESERVE, Rates, Urgency
from connectors.redis.link import Link

# KEYS: bucket. ARGV: seconds since any beginning, or none: Redis's; per_s; what a full one holds.
FILL = """
local now = tonumber(ARGV[1])
if not now then
  local time = redis.call('TIME')
  now = time[1] + time[2] / 1000000
end
local per_s, full = tonumber(ARGV[2]), tonumber(ARGV[3])
local kept = redis.call('HMGET', KEYS[1], 'held', 'at')
local held, at = tonumber(kept[1]) or full, tonumber(kept[2]) or now
now = math.max(now, at)
held = math.min(full, held + (now - at) * per_s)
local function keep()
  redis.call('HSET', KEYS[1], 'held', string.format('%.17g', held), 'at', string.format('%.17g', now))
  redis.call('PEXPIRE', KEYS[1], math.ceil((full - held) / per_s * 1000) + 1000)
end
"""
# ... how many are asked for, how many stay for others (-1: all are granted)
GRANT = f"""{FILL}
local asked, reserve = tonumber(ARGV[4]), tonumber(ARGV[5])
local granted = asked
if reserve >= 0 then
  granted = math.max(0, math.min(asked, math.floor(held - reserve)))
end
held = held - granted
keep()
return granted
"""
# ... how many are asked for: all or none
TAKE = f"""{FILL}
local asked = tonumber(ARGV[4])
local short = math.min(asked, full) - held
if short <= 0 then
  held = held - asked
end
keep()
return string.format('%.17g', math.max(0, short / per_s))
"""


class RedisRates:
    """Implements `Rates`. `own`: what this process does while Redis is away."""

    def __init__(self, link: Link, own: Rates, clock_us: Callable[[], int] | None = None) -> None:
        """`clock_us`: in place of Redis's clock."""
        self._link = link
        self._own = own
        self._clock_us = clock_us
        self._grant = link.script(GRANT)

    async def grant(self, channel: str, per_s: float, asked: int, urgency: Urgency) -> int:
        full = max(1.0, per_s * BURST_S)
        reserve = RESERVE * full if urgency == "bulk" and full >= 1 / RESERVE else 0.0
        now = "" if self._clock_us is None else self._clock_us() / 1e6
        words = [now, per_s, full, asked, -1 if urgency == "alert" else reserve]
        key = f"{self._link.place.prefix}rate.{channel}"
        granted = await self._link.ask(lambda: self._grant([key], words))
        return await self._own.grant(channel, per_s, asked, urgency) if granted is None else int(granted)

    def share(self, dispatchers: int) -> None:
        self._own.share(dispatchers)


class RedisLimiter:
    """Implements `Limiter`. `own`: what this process does while Redis is away."""

    def __init__(self, link: Link, own: Limiter, clock_s: Callable[[], float] | None = None) -> None:
        """`clock_s`: in place of Redis's clock."""
        self._link = link
        self._own = own
        self._clock_s = clock_s
        self._take = link.script(TAKE)

    async def take(self, name: str, rate: Rate, n: int = 1) -> float:
        now = "" if self._clock_s is None else self._clock_s()
        words = [now, rate.per_s, rate.burst, n]
        key = f"{self._link.place.prefix}limit.{name}"
        wait_s = await self._link.ask(lambda: self._take([key], words))
        return await self._own.take(name, rate, n) if wait_s is None else float(wait_s)
