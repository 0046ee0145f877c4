"""Looking persons up: what is asked, and how often one token may ask in a day, of one person and (people) in all."""

import hashlib
import math
from typing import Annotated

import msgspec

from connectors.access.holders import Holder
from connectors.api.doors import SYSTEMS, Doors, HttpError
from connectors.buckets import Rate

DAY_S = 86_400

Short = Annotated[str, msgspec.Meta(max_length=300)]


class Lookup(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Whom a question is about: exactly one of customer, service and phone. `reason`: why; it goes into the audit."""

    customer: Short | None = None
    service: Short | None = None
    phone: Short | None = None
    reason: Short | None = None


class LookUps:
    def __init__(self, doors: Doors) -> None:
        self._limiter = doors.limiter
        settings = doors.settings
        self._all = Rate(settings.lookups_per_day / DAY_S, settings.lookups_per_day)
        self._each = Rate(settings.lookups_each_per_day / DAY_S, settings.lookups_each_per_day)

    async def take(self, holder: Holder, lookup: Lookup) -> None:
        """429 where it is one too many."""
        await self.of(holder, f"{lookup.customer} {lookup.service} {lookup.phone}")

    async def of(self, holder: Holder, whom: str) -> None:
        """The same of whoever is called so. No number is in the name of a bucket."""
        mark = hashlib.sha256(f"{holder.id} {whom}".encode()).hexdigest()[:24]
        await self._one(f"person {mark}", self._each, "this person was looked up too often with this token")
        if holder.role not in SYSTEMS:  # a portal asks for whoever signs in there
            await self._one(f"persons {holder.id}", self._all, "too many persons were looked up with this token")

    async def _one(self, name: str, rate: Rate, why: str) -> None:
        if wait_s := await self._limiter.take(name, rate):
            again_s = math.ceil(wait_s)
            raise HttpError(429, why, f"Ask again in {again_s} s.", retry_after_s=again_s)
