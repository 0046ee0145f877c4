"""Prometheus' Alertmanager, by its API version 2 (https://github.com/prometheus/alertmanager/blob/main/api/v2/openapi.yaml).

It says by webhook what begins and ends; what it said while nobody could hear is found here: all that is active, read by
the webhook's own reader. One that was just started holds nothing until Prometheus tells it anew, so it is not believed
for some minutes.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import msgspec

from connectors.formats.json_rows import Envelope
from connectors.polls.http import Http
from connectors.polls.port import Answer, NotYet, Unanswered
from correlator.alarms.states import key_of
from correlator.events import Alarm, Time
from correlator.wire import BadInput

SETTLES = timedelta(minutes=5)
MOST = 100_000

Read = Callable[[list[dict[str, Any]], Envelope], list[Alarm | BadInput] | BadInput]


class Status(msgspec.Struct, frozen=True):
    uptime: Time  # when it was started


class Alertmanager:
    """Implements `Asked`. `sender`: the name of the token by which its webhook comes; `read`: the webhook's reader."""

    def __init__(self, http: Http, sender: str, read: Read, own: Callable[[Alarm], Alarm]) -> None:
        """`own`: the same alarm under the inventory's id."""
        self._http = http
        self._sender = sender
        self._read = read
        self._own = own

    async def ask(self, now: datetime) -> Answer:
        status = await self._http.get("/api/v2/status", Status)
        if now - status.uptime < SETTLES:
            raise NotYet("it was started a few minutes ago, and may not know all yet", "Nothing: it is asked again")
        told = await self._http.get("/api/v2/alerts", list[dict[str, Any]], active="true")
        firing = [{**one, "status": "firing"} for one in told]
        read = self._read(firing, Envelope(now, self._sender, MOST))
        if isinstance(read, BadInput):
            raise Unanswered(f"/api/v2/alerts: {read.reason}", f"Look at {self._http.part}.url")
        active = [self._own(one) for one in read if isinstance(one, Alarm)]
        held = {key_of(one) for one in active}
        if len(active) < len(read):  # what cannot be read may be any of those that stand
            return Answer(active, lambda one: True if one.key in held else None)
        return Answer(active, lambda one: one.key in held)

    async def close(self) -> None:
        await self._http.close()
