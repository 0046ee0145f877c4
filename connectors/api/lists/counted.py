"""What is dear to work out: at most every few seconds, and nobody waits for what another works out."""

from collections.abc import Callable
from threading import Lock

from connectors.api.rows import by_one
from correlator.events import SECOND_US

RESTS = 20  # times as long as it took


class Counted:
    """A number as it was counted a moment ago. Safe to ask from several threads."""

    def __init__(self, count: Callable[[], int], clock: Callable[[], int], every_us: int = SECOND_US) -> None:
        self._count, self._clock, self._every_us = count, clock, every_us
        self._number = 0
        self._from_us = self._until_us = -1  # for so long it is good
        self._counting = Lock()

    def now(self) -> int:
        """Who asks while another counts gets what was counted before that; the first time all wait."""
        by_one(self._counting, self._count_if_old, wait=self._from_us < 0)
        return self._number

    def _count_if_old(self) -> None:
        now_us = self._clock()
        if self._from_us <= now_us < self._until_us:  # a clock that was set back counts again
            return
        self._number = self._count()
        took_us = self._clock() - now_us
        self._from_us, self._until_us = now_us, now_us + max(self._every_us, RESTS * took_us)
