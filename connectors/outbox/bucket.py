"""A token bucket on a clock that is handed in: how many messages a second a channel takes."""

from dataclasses import dataclass, field

RESERVE = 0.2  # the part of a full bucket that a campaign leaves for single messages
BURST_S = 1.0  # a full bucket holds what flows in so long


@dataclass(slots=True)
class Bucket:
    """Starts full. `rate_per_s` above 0; at least one message is always granted from a full bucket."""

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
