"""How often a password may be tried: of one name from one address, and of one name from all addresses together.

The second would let strangers lock a user out. So it does not count for an address where this user has signed in
lately: there only the first does.
"""

from collections import OrderedDict

from connectors.access.limits import Limiter
from connectors.buckets import Rate

EVERYWHERE = 10  # times what one address may try
MOST_KNOWN = 10_000


class Tries:
    """`per_min`: of one name from one address."""

    def __init__(self, limiter: Limiter, per_min: float) -> None:
        self._limiter = limiter
        self._each = Rate(per_min / 60, per_min)
        self._all = Rate(per_min * EVERYWHERE / 60, per_min * EVERYWHERE)
        self._good: OrderedDict[tuple[str, str], None] = OrderedDict()

    async def wait_s(self, address: str, name: str) -> float:
        """0: it may be tried now; else so many seconds pass until it may."""
        if wait_s := await self._limiter.take(f"password {address} {name}", self._each):
            return wait_s
        if (address, name) in self._good:
            return 0.0
        return await self._limiter.take(f"password {name}", self._all)

    def good(self, address: str, name: str) -> None:
        """It was the right one."""
        self._good.pop((address, name), None)
        self._good[address, name] = None
        if len(self._good) > MOST_KNOWN:
            self._good.popitem(last=False)
