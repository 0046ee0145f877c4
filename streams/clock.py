"""The only place that reads the wall clock. Everything else is handed a clock."""

import time
from collections.abc import Callable

Clock = Callable[[], int]  # microseconds since 1970


def wall_us() -> int:
    return time.time_ns() // 1000


def monotonic_s() -> float:
    return time.monotonic()


def steady(wall: Clock = wall_us, monotonic: Callable[[], float] = time.monotonic, last_us: int = 0) -> Clock:
    """A clock that never runs back: max(wall, the last time + what has passed since), also after NTP sets it back."""
    last = last_us
    last_monotonic = monotonic()

    def now_us() -> int:
        nonlocal last, last_monotonic
        passed = monotonic()
        last = max(wall(), last + round((passed - last_monotonic) * 1e6))
        last_monotonic = passed
        return last

    return now_us


def accelerated(start_us: int, factor: float, wall: Clock = wall_us) -> Clock:
    """The demo's clock: `factor` story seconds a second, from the wall's `start_us` on."""

    def now_us() -> int:
        return start_us + round((wall() - start_us) * factor)

    return now_us
