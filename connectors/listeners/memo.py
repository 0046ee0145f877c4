"""What was read is remembered, since a storm repeats itself: bounded in number and time, and forgotten bit by bit.

To empty a full one at once would hold up a listener for some 20 ms.
"""

from collections import OrderedDict
from collections.abc import Hashable
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class Memo(Generic[K, V]):
    """`most`: entries; `for_us`: how long one is good, in microseconds of the caller's clock."""

    def __init__(self, most: int, for_us: int) -> None:
        self._most = most
        self._for_us = for_us
        self._kept: OrderedDict[K, tuple[V, int, int]] = OrderedDict()

    def get(self, key: K, now_us: int, version: int) -> V | None:
        """None: it is not known, too old, or of another version of what it rests on."""
        found = self._kept.get(key)
        if found is None or found[1] <= now_us or found[2] != version:
            return None
        return found[0]

    def keep(self, key: K, value: V, now_us: int, version: int) -> None:
        """What was kept first goes first, where there is no room."""
        if len(self._kept) >= self._most and key not in self._kept:
            self._kept.popitem(last=False)
        self._kept[key] = value, now_us + self._for_us, version
