"""Looking persons up: what is asked, and how often one token may ask in a day, of one person and (people) in all."""

import hashlib
import math
from typing import Annotated, Final, get_args

import msgspec
from fastapi import Request

from connectors.access.holders import Holder
from connectors.api.affected import Affected, Asked, By
from connectors.api.doors import SYSTEMS, Doors, HttpError, refused
from connectors.buckets import Rate
from correlator.wire import BadInput

DAY_S = 86_400
BY: Final = ", ".join(get_args(By))

Short = Annotated[str, msgspec.Meta(max_length=300)]


class Lookup(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Whom a question is about: exactly one of customer, service, phone and email. `reason`: why; it goes into the
    audit."""

    customer: Short | None = None
    service: Short | None = None
    phone: Short | None = None
    email: Short | None = None
    reason: Short | None = None


def found_by(affected: Affected, request: Request, lookup: Lookup) -> Asked:
    """The customers whom it is about; told to the audit, found or not."""
    given = [(by, value) for by in get_args(By) if (value := getattr(lookup, by))]
    if len(given) != 1:
        raise refused(BadInput(None, f"ask by one of {BY}"), "Give exactly one of them.")
    asked = affected.asked(*given[0])
    found = () if isinstance(asked, BadInput) else asked.customers
    about = {"by": given[0][0], "customer": " ".join(found), "reason": lookup.reason or ""}
    request.state.about = {name: value for name, value in about.items() if value}
    if isinstance(asked, BadInput):
        raise HttpError(404, asked.reason, f"Check it, or ask by another of {BY}.", field=asked.field)
    return asked


class LookUps:
    def __init__(self, doors: Doors) -> None:
        self._limiter = doors.limiter
        settings = doors.settings
        self._all = Rate(settings.lookups_per_day / DAY_S, settings.lookups_per_day)
        self._each = Rate(settings.lookups_each_per_day / DAY_S, settings.lookups_each_per_day)

    async def take(self, holder: Holder, lookup: Lookup) -> None:
        """429 where it is one too many."""
        await self.of(holder, f"{lookup.customer} {lookup.service} {lookup.phone or lookup.email}")

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
