"""Bodies of requests, read within limits, and what is filled in where the sender left it out."""

import asyncio
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any

import msgspec
from starlette.requests import Request

from connectors.access.holders import Holder, Role
from connectors.api.doors import Doors, DoorSettings, HttpError
from connectors.formats.json_rows import decoded
from correlator.events import Action, Id, moment
from correlator.wire import BadInput

JSON = ("application/json", "application/x-ndjson", "application/jsonl", "application/cloudevents+json")


FORM = "application/x-www-form-urlencoded"
MOST_TICKETS = 500  # of one command for many


class Bulk(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A command for many tickets: these, or each open complaint under an outage (an incident's or its ticket's id)."""

    action: Action
    arguments: dict[str, Any] = {}
    reason: Id
    tickets: Annotated[tuple[Id, ...], msgspec.Meta(min_length=1, max_length=MOST_TICKETS)] | None = None
    target: Id | None = None
    id: Id | None = None
    time: datetime | None = None
    actor: str | None = None  # the token's own, and no other
    role: str | None = None


async def body_of(request: Request, settings: DoorSettings, kinds: Sequence[str] = JSON) -> bytes:
    """The body, unless it is of another kind (415), too long (413) or too slow (408). Of a request whose body says who
    asks it was read before."""
    read: bytes | None = getattr(request.state, "body", None)
    if read is not None:
        return read
    kind = kind_of(request)
    if kind not in kinds:
        raise HttpError(
            415, f"content type {kind or 'missing'}", f"Send one of {', '.join(kinds)}.", field="Content-Type"
        )
    coding = request.headers.get("content-encoding", "identity").lower()
    if coding != "identity":
        raise HttpError(415, f"content encoding {coding}", "Send the body as it is.", field="Content-Encoding")
    announced = request.headers.get("content-length", "")
    if announced.isdecimal() and int(announced) > settings.body_bytes:
        raise _too_long(settings)
    try:
        async with asyncio.timeout(settings.reading_s):
            return await _gathered(request, settings)
    except TimeoutError as error:
        raise HttpError(408, "the body did not arrive in time", "Send it in smaller parts.") from error


def kind_of(request: Request) -> str:
    return request.headers.get("content-type", "").partition(";")[0].strip().lower()


async def _gathered(request: Request, settings: DoorSettings) -> bytes:
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > settings.body_bytes:
            raise _too_long(settings)
    return bytes(body)


def _too_long(settings: DoorSettings) -> HttpError:
    return HttpError(413, f"the body is longer than {settings.body_bytes} bytes", "Send it in smaller parts.")


@dataclass(frozen=True, slots=True)
class Sender:
    """Who sends a body, when, and under which key of its own, where it gives one."""

    name: str
    role: Role
    now: datetime  # aware, the service's clock
    key: str | None = None


def sender_of(request: Request, doors: Doors) -> Sender:
    holder: Holder = request.state.token
    return Sender(holder.name, holder.role, moment(doors.clock()), request.headers.get("idempotency-key"))


def object_from(body: bytes) -> dict[str, Any] | BadInput:
    """A body that is one JSON object, without its nulls: null is how some clients write absent."""
    item = decoded(body)
    if isinstance(item, BadInput):
        return item
    if not isinstance(item.value, dict):
        return BadInput(None, "one object is expected here")
    return {name: value for name, value in item.value.items() if value is not None}


def identified(given: dict[str, Any], sender: Sender, *, daily: bool) -> dict[str, Any]:
    """The object with its id and times.

    The id is the sender's own, else made of the Idempotency-Key, else of the content and a time: the day (`daily`: a
    retry of the same complaint is known again) or the very instant (two equal commands are two). What the sender calls
    its own is his alone: two senders may use the same key.
    """
    now = sender.now
    filled = {"time": now, **given}
    if "id" not in given:
        spice: object = sender.key or [
            given,
            now.date() if daily and "time" not in given else now if not daily else None,
        ]
        content = msgspec.json.encode([sender.name, sender.key is not None, spice], order="sorted")
        filled["id"] = "k-" + hashlib.sha256(content).hexdigest()[:24]
    return filled
