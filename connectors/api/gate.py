"""Who is let in: by bearer token or the page's cookie, within role and scope, and no more often than allowed.

Two limits. One is of each token, in requests: what its holder sends too fast is answered 429 with Retry-After; doors
that ask for no token have it of addresses. The other is of addresses that guess: unknown secrets may be tried so often
from one, by the token that they claim to be and in all, so that one poller whose token was revoked does not shut out
its neighbours. A token that was good lately is no guess: a flood of bad ones from the same address never keeps it out.
However many come with a new one at once, it is one guess: the first of them is looked at, the others wait for that.
"""

import asyncio
import hashlib
import math
import re
from collections import OrderedDict
from weakref import WeakValueDictionary

from fastapi import Request

from connectors.access.holders import Holder, Role, opens
from connectors.access.origin import origin
from connectors.access.routes import BY_COOKIE, GUESSING, OPEN, ROUTES
from connectors.access.signatures import Signer
from connectors.api.bodies import FORM, JSON, body_of, kind_of
from connectors.api.doors import SYSTEMS, Doors, HttpError
from connectors.buckets import Rate

SYSTEMS_BURST_S, PEOPLE_BURST_S = 2, 5
ALL_GUESSES = 10  # times what one token's are: of an address, whatever it tries
MOST_KNOWN = 10_000
TOKEN = re.compile(rb"(?:^|&)access_token=([A-Za-z0-9_.~-]{1,200})(?:&|$)")


class Gate:
    """Admits or refuses a request."""

    def __init__(self, doors: Doors) -> None:
        self._doors = doors
        self._good: OrderedDict[bytes, None] = OrderedDict()  # sha-256 of bearers that were let in
        self._looking: WeakValueDictionary[bytes, asyncio.Lock] = WeakValueDictionary()  # by the same, while one waits
        settings = doors.settings
        self._systems = Rate(settings.systems_per_s, settings.systems_per_s * SYSTEMS_BURST_S)
        self._people = Rate(settings.people_per_s, settings.people_per_s * PEOPLE_BURST_S)
        self._guesses = Rate(settings.guesses_per_min / 60, settings.guesses_per_min)
        self._strangers = Rate(self._guesses.per_s * ALL_GUESSES, self._guesses.burst * ALL_GUESSES)

    async def admit(self, request: Request) -> None:
        """Refuse who has no token (401), the wrong role or scope (403), or comes too often (429).

        `request.state.token` is who was let in.
        """
        route = request.method, request.scope["route"].path
        roles = ROUTES[route]
        if route in GUESSING:
            await self._guess(request)
        elif roles == OPEN or (self._doors.settings.open_metrics and route == ("GET", "/metrics")):
            await self._take(f"open {origin(request)}", self._people, "too many requests from this address")
        else:
            await self._let_in(request, route, roles)

    async def _let_in(self, request: Request, route: tuple[str, str], roles: frozenset[Role]) -> None:
        holder = await self._holder(request, by_cookie=route in BY_COOKIE)
        request.state.token = holder
        rate = self._systems if holder.role in SYSTEMS else self._people
        await self._take(f"token {holder.id or origin(request)}", rate, "too many requests with this token")
        if holder.role not in roles:
            needed = ", ".join(sorted(roles))
            raise HttpError(403, f"the role {holder.role} may not do this", f"It takes one of: {needed}.", field="role")
        if not opens(holder.scope, route[1]):
            raise HttpError(403, "the token's scope leaves this door out", "Use another token.", field="scope")

    async def _holder(self, request: Request, *, by_cookie: bool) -> Holder:
        """Who it is by the bearer token, or by the page's cookie where that counts; 401 that says which it is not."""
        door = request.path_params.get("name") or request.scope["route"].path
        if (signer := self._doors.signers.get(door)) is not None:
            return await self._signed(request, signer, door)
        given = request.headers.get("authorization", "") or await self._in_form(request)
        kind, _, bearer = given.partition(" ")
        page = self._doors.page
        if not given and by_cookie and page is not None and (looks := await page.holder(request)) is not None:
            return looks
        holder = await self._known(request, bearer.strip()) if kind.lower() == "bearer" else None
        if holder is not None:
            return holder
        if kind.lower() != "bearer":
            await self._guess(request)
        reason = "the token is unknown, wrong, revoked or expired" if given else "a token is needed"
        remedy = "Send Authorization: Bearer simpul_...; an administrator makes tokens."
        raise HttpError(401, reason, remedy, field="Authorization")

    async def _signed(self, request: Request, signer: Signer, door: str) -> Holder:
        """At an address with a secret a signature counts, and nothing else. A wrong one is a guess."""
        kinds = (*JSON, FORM) if door in self._doors.forms else JSON
        body = await body_of(request, self._doors.settings, kinds)
        fault = signer.fault(request.headers, body, self._doors.clock())
        if fault is not None:
            await self._guess(request)
            remedy = f"Sign the body with the secret of {signer.setting}; docs/webhooks.md says how."
            raise HttpError(401, fault, remedy, field=signer.header)
        request.state.body = body
        return signer

    async def _in_form(self, request: Request) -> str:
        """A bearer token in a form's body (RFC 6750, 2.2), for senders that can set no header."""
        if request.path_params.get("name") not in self._doors.forms or kind_of(request) != FORM:
            return ""
        request.state.body = body = await body_of(request, self._doors.settings, (FORM,))
        found = TOKEN.search(body)
        return f"Bearer {found[1].decode()}" if found else ""

    async def _known(self, request: Request, bearer: str) -> Holder | None:
        """The holder of this bearer. One that is new here is a guess until it is found good."""
        fingerprint = hashlib.sha256(bearer.encode()).digest()
        looking = self._looking.setdefault(fingerprint, asyncio.Lock())
        async with looking:
            if fingerprint not in self._good:
                await self._guess(request, bearer)
            holder = await self._doors.tokens.verified(bearer)
            self._good.pop(fingerprint, None)
            if holder is not None:
                self._good[fingerprint] = None
                if len(self._good) > MOST_KNOWN:
                    self._good.popitem(last=False)
        return holder

    async def _guess(self, request: Request, bearer: str = "") -> None:
        """One more from this address, of the token that it claims to be where it claims one."""
        why, address = "too many attempts from this address", origin(request)
        if bearer:
            claimed = bearer.split("_", 2)[1:2] or [""]
            await self._take(f"guess {address} {claimed[0][:20]}", self._guesses, why)
        await self._take(f"guess {address}", self._strangers, why)

    async def _take(self, name: str, rate: Rate, why: str) -> None:
        wait_s = await self._doors.limiter.take(name, rate)
        if wait_s:
            again_s = math.ceil(wait_s)
            raise HttpError(429, why, f"Ask again in {again_s} s.", retry_after_s=again_s)
