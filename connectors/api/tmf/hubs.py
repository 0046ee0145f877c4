"""Subscriptions (TMF630, hub): a system gives its address, and is told there of tickets or alarms as they change."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any, Final

import msgspec
from fastapi import FastAPI, Request
from starlette.responses import Response

from connectors.access.callbacks import fault_of
from connectors.api.bodies import Sender, body_of, identified, object_from, sender_of
from connectors.api.documented import accepts_tmf, answers_tmf
from connectors.api.doors import Doors, HttpError, Json, refused
from connectors.api.intake import put_in
from connectors.api.tmf.lists import ROOT, selected, words
from connectors.formats.forms import form_pairs
from connectors.formats.json_rows import Item, converted
from connectors.formats.tmf_events import ALARMS, TICKETS
from correlator.events import Subscription, TmfEvent
from correlator.rows.subscriptions import SubscriptionRow
from correlator.wire import BadInput

EVENTS: Final[Mapping[str, tuple[TmfEvent, ...]]] = {
    f"{ROOT}/troubleTicket/v5/hub": TICKETS,
    f"{ROOT}/alarmManagement/v5/hub": ALARMS,
}
MOST: Final = 100  # subscriptions: each event is written for each of them


class Given(msgspec.Struct, frozen=True):
    """What is read of a hub to create; the rest is let by."""

    callback: str
    query: str | None = None


def hub_routes(app: FastAPI, doors: Doors) -> None:
    for path, events in EVENTS.items():
        _routes(app, doors, path, events)


def _routes(app: FastAPI, doors: Doors, path: str, events: Sequence[TmfEvent]) -> None:
    @app.post(path, status_code=201, tags=["tmf"], openapi_extra=accepts_tmf("TmfHub"))
    async def subscribe(request: Request) -> Json:
        """TMF630: be told at `callback`, by https at a host of `channels.hub.hosts`. `query`: `eventType=A,B`, of the
        events of this API; none: all of them. Each comes as a CloudEvent 1.0, at least once."""
        sender = sender_of(request, doors)
        row = subscription(object_from(await body_of(request, doors.settings)), sender, events)
        if isinstance(row, BadInput):
            raise refused(row)
        fault = fault_of(row.callback or "", doors.settings.hub_hosts)
        if fault is not None:
            remedy = "Give an https address at a host that the operator lists in channels.hub.hosts."
            raise HttpError(422, fault, remedy, field="callback")
        known = await asyncio.to_thread(doors.reader.subscriptions)
        _refuse(row, known)
        await _put(request, doors, row)
        made = _resource(path, row.hub, row.callback or "", row.events, events)
        return Json(made, 201, {"Location": made["href"]})

    @app.get(path, tags=["tmf"], responses=answers_tmf("TmfHub", many=True))
    def subscriptions() -> Json:
        """Who is told of this API's events."""
        found = doors.reader.subscriptions().values()
        return Json([_told(path, row, events) for row in found if _is_of(row, events)])

    @app.get(f"{path}/{{hub}}", tags=["tmf"], responses=answers_tmf("TmfHub"))
    def subscription_of(hub: str) -> Json:
        """One subscription."""
        return Json(_told(path, _found(doors, hub, events), events))

    @app.delete(f"{path}/{{hub}}", status_code=204, tags=["tmf"])
    async def unsubscribe(request: Request, hub: str) -> Response:
        """Be told no more. What waits to be sent there is given up."""
        row = await asyncio.to_thread(_found, doors, hub, events)
        sender = sender_of(request, doors)
        given = identified({"hub": row.id, "actor": sender.name}, sender, daily=False)
        await _put(request, doors, msgspec.convert(given, Subscription))
        return Response(status_code=204)


def subscription(
    given: dict[str, Any] | BadInput, sender: Sender, events: Sequence[TmfEvent]
) -> Subscription | BadInput:
    """Named by the sender's Idempotency-Key, else by what it asks and when."""
    body = given if isinstance(given, BadInput) else converted(Item("", given), Given)
    if isinstance(body, BadInput):
        return body
    wanted = wanted_of(body.query, events)
    if isinstance(wanted, BadInput):
        return wanted
    row = {"callback": body.callback, "events": wanted, "actor": sender.name}
    filled = identified(row, sender, daily=False)
    return converted(Item("", filled | {"hub": f"hub-{filled['id']}"}), Subscription)


def wanted_of(query: str | None, events: Sequence[TmfEvent]) -> Sequence[TmfEvent] | BadInput:
    """Of these events those that a query names."""
    try:
        pairs = form_pairs((query or "").removeprefix("?"), MOST)
    except ValueError:
        return BadInput("query", "it is longer than a query of events can be")
    if unknown := [name for name, _ in pairs if name != "eventType"]:
        return BadInput("query", f"there is no filter {unknown[0][:100]!r}: only eventType is heeded")
    if query and not pairs:
        return BadInput("query", "it is read as eventType=A,B")
    named = {name for _, given in pairs for name in words(given)}
    if unknown := sorted(named.difference(events)):
        return BadInput("query", f"there is no event {unknown[0][:100]!r} here: there are {', '.join(events)}")
    return [one for one in events if one in named] or list(events)


def _refuse(row: Subscription, known: Mapping[str, SubscriptionRow]) -> None:
    """Raises HttpError where it is told already, or too many are."""
    if row.hub in known:
        return
    for one in known.values():
        if one.callback == row.callback and set(one.events) & set(row.events):
            reason = f"{one.id} tells that address of these events already"
            raise HttpError(409, reason, "Delete that one first, or ask for other events.", field="callback")
    if len(known) >= MOST:
        raise HttpError(409, f"there are {MOST} subscriptions", "Delete one that nobody needs.", field="callback")


async def _put(request: Request, doors: Doors, row: Subscription) -> None:
    request.state.about = {"hub": row.hub, "callback": row.callback or "none"}
    [taken] = await put_in(doors, [row], request.state.token)
    if isinstance(taken, BadInput):
        raise refused(taken)


def _found(doors: Doors, hub: str, events: Sequence[TmfEvent]) -> SubscriptionRow:
    row = doors.reader.subscriptions().get(hub)
    if row is None or not _is_of(row, events):
        raise HttpError(404, f"there is no subscription {hub[:100]}", "GET /hub of this API lists them.", field="id")
    return row


def _is_of(row: SubscriptionRow, events: Sequence[TmfEvent]) -> bool:
    return row.events[0] in events


def _told(path: str, row: SubscriptionRow, events: Sequence[TmfEvent]) -> dict[str, Any]:
    return _resource(path, row.id, row.callback, row.events, events)


def _resource(
    path: str, name: str, callback: str, wanted: Sequence[TmfEvent], events: Sequence[TmfEvent]
) -> dict[str, Any]:
    query = "" if len(wanted) == len(events) else f"eventType={','.join(wanted)}"
    made = {"@type": "Hub", "id": name, "href": f"{path}/{name}", "callback": callback, "query": query}
    return selected({key: value for key, value in made.items() if value}, None)
