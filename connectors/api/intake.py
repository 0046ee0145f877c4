"""Doors in: alarms, complaints, commands, planned work, repairs, any event.

Nothing is acknowledged before the journal has it.
"""

import asyncio
from collections import Counter as Tally
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
from fastapi import FastAPI, Request

from connectors.access.holders import Holder, speaks_for, spoken_for
from connectors.api.bodies import FORM, JSON, Sender, body_of, identified, object_from, sender_of
from connectors.api.documented import accepts
from connectors.api.doors import Doors, HttpError, Json, Parser, refused
from connectors.formats.json_rows import Envelope, Item, converted, items, unfit
from connectors.metrics import API_REFUSED, API_TAKEN, API_UNRESOLVED
from connectors.ports import Accepted, Resolver
from correlator.alarms.states import key_of
from correlator.events import (
    Alarm,
    Command,
    ComplaintIn,
    Incoming,
    Maintenance,
    Restored,
    SourceHeard,
    SourceState,
    moment,
)
from correlator.wire import BadInput, checked

CLAIMS = ("actor", "role")
NAMES = ("id", "source", "object", "qualifier", "customer", "service", "ticket", "target")  # of any event
NOTHING_SAID = "it is blank: write what the customer says, as 'internet mati'; a ticket is classed by it"
COMPLAINT_NAMES = ("id", "customer", "service")
MOST_TOLD = 20  # ids of commands that come in one body


def intake_routes(app: FastAPI, doors: Doors) -> None:
    """The routes that take something in."""

    @app.post("/alarms", status_code=202, tags=["in"], openapi_extra=accepts(Alarm, many=True))
    async def alarms(request: Request) -> Json:
        """The contract's alarm events: one object, a list, or JSON lines."""
        return await take_alarms(request, doors, "alarms", doors.parsers["generic"])

    @app.post("/webhooks/{name}", status_code=202, tags=["in"], openapi_extra=accepts(None))
    async def webhook(request: Request, name: str) -> Json:
        """Alarms in the words of another system, such as `alertmanager` (webhook version 4)."""
        parser = doors.parsers.get(name)
        if parser is None:
            known = ", ".join(sorted(doors.parsers))
            raise HttpError(404, f"there is no webhook named {name}", f"There are: {known}.", field="name")
        return await take_alarms(request, doors, name, parser)

    @app.post("/complaints", status_code=201, tags=["in"], openapi_extra=accepts(ComplaintIn))
    async def complaints(request: Request) -> Json:
        """A complaint: answers its Tiket Komplain number, and the outage it belongs to, where one is known.

        `not_found` names what the inventory lacks: `customer` (nobody is named, or known by the contact), `service`.
        """
        return await take_complaint(request, doors)

    @app.post("/commands", status_code=202, tags=["in"], openapi_extra=accepts(Command))
    async def commands(request: Request) -> Json:
        """What the holder of the token commands; the decision is in the trail of its target."""
        return await take_command(request, doors)

    @app.post("/maintenance", status_code=202, tags=["in"], openapi_extra=accepts(Maintenance))
    async def maintenance(request: Request) -> Json:
        """Planned work on some objects, from `start` to `end`; sent again under the same id, it is changed."""
        return await take_work(request, doors, Maintenance)

    @app.post("/restored", status_code=202, tags=["in"], openapi_extra=accepts(Restored))
    async def restored(request: Request) -> Json:
        """The crew confirms a repair: the object is known up from `time` on, without one from now on."""
        return await take_work(request, doors, Restored)

    @app.post("/events", status_code=202, tags=["in"], openapi_extra=accepts(None))
    async def events(request: Request) -> Json:
        """Any events of the contract, as they are: one object, a list, or JSON lines."""
        return await take_events(request, doors)


async def take_alarms(request: Request, doors: Doors, door: str, parser: Parser) -> Json:
    """Parse, resolve names, hand in. A row that is no good is answered as such, and the others are taken."""
    return answered(doors, *await alarms_in(request, doors, door, parser))


async def alarms_in(
    request: Request, doors: Doors, door: str, parser: Parser
) -> tuple[list[Alarm | BadInput], list[Accepted | BadInput]]:
    """The rows of a body as they were handed in, and what was answered to each."""
    token: Holder = request.state.token
    body = await body_of(request, doors.settings, (*JSON, FORM) if door in doors.forms else JSON)
    parsed = parser(body, Envelope(moment(doors.clock()), token.name, doors.settings.batch, doors.resolver.knows))
    if isinstance(parsed, BadInput):
        doors.heard.refused(door, token.name, [parsed])
        raise refused(parsed)
    rows = [row if isinstance(row, BadInput) else _own(token, _named(doors, row)) for row in parsed]
    if token.role == "source":
        rows = await _end_own(doors, token, rows)
    good = [row for row in rows if isinstance(row, Alarm)]
    doors.counter.count(API_REFUSED, "alarm", n=len(rows) - len(good))
    taken = iter(await put_in(doors, good, token))
    answers = [next(taken) if isinstance(row, Alarm) else row for row in rows]
    doors.heard.said(door, token.name, good)
    doors.heard.refused(door, token.name, (one for one in answers if isinstance(one, BadInput)))
    return rows, answers


def answered(doors: Doors, rows: Sequence[Alarm | BadInput], answers: Sequence[Accepted | BadInput]) -> Json:
    """Which were taken, which were not, and of which objects the inventory lacks. All refused: HttpError."""
    return _answer(answers, _unlisted(doors, rows))


def _unlisted(doors: Doors, rows: Sequence[Alarm | BadInput]) -> list[dict[str, Any]]:
    """Rows of objects that the inventory lacks: they are taken, and explain nothing."""
    return [
        {"row": number, "object": row.object}
        for number, row in enumerate(rows)
        if isinstance(row, Alarm) and not doors.resolver.lists(row.object)
    ]


def _own(token: Holder, alarm: Alarm) -> Alarm | BadInput:
    """Unless it is of a source that the token may not speak for."""
    source = spoken_for(token, alarm.source)
    if not speaks_for(token, source):
        return BadInput("source", foreign(alarm.source), alarm.id)
    return alarm if source == alarm.source else msgspec.structs.replace(alarm, source=source)


async def _end_own(doors: Doors, token: Holder, rows: Sequence[Alarm | BadInput]) -> list[Alarm | BadInput]:
    """Each row, unless it clears what only others raised. One whose raise is not folded yet is let by."""
    ended = {key_of(row) for row in rows if isinstance(row, Alarm) and row.state == "cleared"}
    told = await asyncio.to_thread(doors.reader.tellers, ended) if ended else {}
    return [_ends_own(token, row, told) if told else row for row in rows]


def _ends_own(token: Holder, row: Alarm | BadInput, told: Mapping[str, frozenset[str]]) -> Alarm | BadInput:
    if isinstance(row, BadInput) or row.state == "raised":
        return row
    tellers = told.get(key_of(row))
    if not tellers or any(speaks_for(token, source) for source in tellers):
        return row
    return BadInput(
        "source", f"the alarm was raised by {min(tellers)[:100]}, which the token does not speak for", row.id
    )


def _named(doors: Doors, alarm: Alarm) -> Alarm:
    """Under the inventory's id; what it lacks is counted, and keeps the name that its source uses."""
    found = doors.resolver.object_named(alarm.object)
    if found is None or not doors.resolver.lists(found):
        doors.counter.count(API_UNRESOLVED)
    if found is None:
        return alarm
    return msgspec.structs.replace(alarm, object=found)


def keep_to_scope(token: Holder, events: Sequence[Incoming]) -> None:
    """403 where one of these events is of a source that the token may not speak for."""
    for event in events:
        if isinstance(event, Alarm | SourceHeard | SourceState) and not speaks_for(token, event.source):
            raise _beyond(foreign(event.source))


def foreign(source: str) -> str:
    return f"the token's scope leaves out the source {source[:100]}"


def _beyond(reason: str) -> HttpError:
    return HttpError(403, reason, "Leave the field out, or take a token whose scope has it.", field="source")


async def take_complaint(request: Request, doors: Doors) -> Json:
    return Json(await complained(request, doors, await body_of(request, doors.settings)), 201)


async def complained(request: Request, doors: Doors, body: bytes) -> dict[str, Any]:
    """Its number, and what is known of whom it is about. Raises HttpError."""
    complaint = complaint_from(body, sender_of(request, doors))
    if isinstance(complaint, BadInput):
        raise refused(complaint)
    [taken] = await put_in(doors, [complaint], request.state.token)
    if isinstance(taken, BadInput):
        raise refused(taken)
    known = await asyncio.to_thread(_known, doors, complaint)
    return {"id": taken.id, "number": taken.number, "repeated": taken.repeated, **known}


def complaint_from(body: bytes, sender: Sender) -> ComplaintIn | BadInput:
    """One complaint; when it was received is the service's word."""
    given = object_from(body)
    if isinstance(given, BadInput):
        return given
    if "number" in given and sender.role != "administrator":
        return BadInput("number", "the service draws the number; leave it out")
    filled = identified(given, sender, daily=True) | {"received": sender.now}
    complaint = converted(Item("", filled), ComplaintIn)
    if isinstance(complaint, BadInput):
        return complaint
    if not complaint.text.strip():
        return BadInput("text", NOTHING_SAID)
    if complaint.occurred is not None and complaint.occurred > sender.now:
        return BadInput("occurred", "it lies ahead: since when it fails is past, or left out")
    return unfit(complaint, COMPLAINT_NAMES) or complaint


def _known(doors: Doors, complaint: ComplaintIn) -> dict[str, Any]:
    """What is known of whom its ticket is about; whom the inventory lacks is not in any outage."""
    affected = doors.reader.affected
    asked = affected.complained(complaint)
    known = None if asked is None else affected.known_incident(asked)
    return {"known_incident": known, "not_found": affected.not_found(complaint, asked)}


async def take_command(request: Request, doors: Doors) -> Json:
    return Json(await commanded(request, doors, await body_of(request, doors.settings)), 202)


async def commanded(request: Request, doors: Doors, body: bytes) -> dict[str, Any]:
    """Its id, and whether it was known. Raises HttpError."""
    command = command_from(body, sender_of(request, doors))
    if isinstance(command, BadInput):
        raise declined(command)
    about = {"command": command.id, "action": command.action, "target": command.target}
    return await _taken_in(request, doors, command, about)


def declined(command: BadInput) -> HttpError:
    """A command that is none; one that claims to be of somebody else is forbidden."""
    if command.field in CLAIMS:
        return HttpError(403, command.reason, "Leave the field out, or use another token.", field=command.field)
    return refused(command)


async def _taken_in(request: Request, doors: Doors, event: Incoming, about: dict[str, str]) -> dict[str, Any]:
    """Hand in one event that a person sends; `about` is for the audit."""
    request.state.about = about
    [taken] = await put_in(doors, [event], request.state.token)
    if isinstance(taken, BadInput):
        raise refused(taken)
    if taken.repeated:
        about["repeated"] = "yes"
    return {"id": taken.id, "repeated": taken.repeated}


def command_from(body: bytes, sender: Sender) -> Command | BadInput:
    """Actor and role are the token's; a body that claims others is refused, so that the trail cannot lie."""
    given = object_from(body)
    return given if isinstance(given, BadInput) else ordered(given, sender)


def ordered(given: dict[str, Any], sender: Sender) -> Command | BadInput:
    """A command of the fields that were sent."""
    for field, own in zip(CLAIMS, (sender.name, sender.role), strict=True):
        if given.get(field, own) != own:
            return BadInput(field, f"the token's {field} is {own}")
    filled = identified(given, sender, daily=False) | {"actor": sender.name, "role": sender.role}
    command = converted(Item("", filled), Command)
    if isinstance(command, BadInput):
        return command
    return unfit(command, ("id", "target")) or command


async def take_work(request: Request, doors: Doors, row: type[Maintenance | Restored]) -> Json:
    """Work on the network, by who does it. Its objects have to be known: a misspelt one would be covered by nothing.

    What is repaired may have left the inventory while its fault stood: an incident knows it then.
    """
    given = work_from(await body_of(request, doors.settings), sender_of(request, doors), row)
    work = given if isinstance(given, BadInput) else _placed(doors.resolver, given)
    if isinstance(given, Restored) and isinstance(work, BadInput):
        work = given if await asyncio.to_thread(doors.reader.names_fault, given.object) else work
    if isinstance(work, BadInput):
        raise refused(work)
    about = {"work": work.id, "objects": " ".join(_objects(work)[:MOST_TOLD])}
    return Json(await _taken_in(request, doors, work, about), 202)


def work_from(body: bytes, sender: Sender, row: type[Maintenance | Restored]) -> Maintenance | Restored | BadInput:
    """One planned work or one repair; the same work sent again within a day is known again."""
    given = object_from(body)
    if isinstance(given, BadInput):
        return given
    work = converted(Item("", identified(given, sender, daily=row is Maintenance)), row)
    if isinstance(work, BadInput):
        return work
    if isinstance(bad := checked(work), BadInput):
        return bad
    return unfit(work, ("id", "reason" if isinstance(work, Maintenance) else "object")) or work


def _placed(resolver: Resolver, work: Maintenance | Restored) -> Maintenance | Restored | BadInput:
    """With the inventory's ids."""
    found: list[str] = []
    for place, name in enumerate(_objects(work)):
        known = name if name == "external" else resolver.object_named(name)
        if known is None:
            field = "object" if isinstance(work, Restored) else f"objects[{place}]"
            return BadInput(field, f"the inventory has no {name[:100]}")
        found.append(known)
    if isinstance(work, Restored):
        return msgspec.structs.replace(work, object=found[0])
    return msgspec.structs.replace(work, objects=tuple(found))


def _objects(work: Maintenance | Restored) -> tuple[str, ...]:
    return (work.object,) if isinstance(work, Restored) else work.objects


async def take_events(request: Request, doors: Doors) -> Json:
    events = events_from(await body_of(request, doors.settings), doors.settings.batch)
    if isinstance(events, BadInput):
        raise refused(events)
    request.state.about = told_of(events)
    keep_to_scope(request.state.token, events)
    return _answer(await put_in(doors, events, request.state.token))


def told_of(events: Sequence[Incoming]) -> dict[str, str]:
    """For the audit: a command that comes as an event names whom it likes as its actor."""
    kinds = sorted({str(event.__struct_config__.tag) for event in events})
    commands = [event.id for event in events if isinstance(event, Command)]
    told = {"events": str(len(events)), "kinds": " ".join(kinds), "commands": " ".join(commands[:MOST_TOLD])}
    return {name: value for name, value in told.items() if value}


def events_from(body: bytes, most: int) -> list[Incoming] | BadInput:
    """Events of the contract; a body is taken whole or not at all."""
    found = items(body, most)
    if isinstance(found, BadInput):
        return found
    events: list[Incoming] = []
    for item in found:
        if isinstance(item, BadInput):
            return item
        event: Incoming | BadInput = converted(item, Incoming)  # type: ignore[arg-type]  # a union is a form, no type, to mypy
        if isinstance(event, BadInput):
            return event
        named = [name for name in NAMES if isinstance(getattr(event, name, None), str)]
        if (wrong := unfit(event, named, item.place)) is not None:
            return wrong
        events.append(event)
    return events


async def put_in(doors: Doors, events: Sequence[Incoming], token: Holder) -> Sequence[Accepted | BadInput]:
    """All at once, so that they share a frame, in their order. JournalFull: nothing of the body is acknowledged."""
    taken = await doors.inlet.put_all(events, token.name)
    counted = Tally(
        (API_REFUSED if isinstance(one, BadInput) else API_TAKEN, str(event.__struct_config__.tag))
        for event, one in zip(events, taken, strict=True)
    )
    for (metric, kind), number in counted.items():
        doors.counter.count(metric, kind, n=number)
    return taken


def _answer(taken: Sequence[Accepted | BadInput], unlisted: Sequence[dict[str, Any]] = ()) -> Json:
    """What was taken and what was not, each with its row from 0; all refused is an error."""
    no = [(row, one) for row, one in enumerate(taken) if isinstance(one, BadInput)]
    yes = [one for one in taken if isinstance(one, Accepted)]
    if no and not yes:
        first = no[0][1]
        raise _beyond(first.reason) if first.field == "source" and "token" in first.reason else refused(first)
    accepted = [{"id": one.id, "number": one.number} if one.number else {"id": one.id} for one in yes]
    left = [{"row": row, "field": one.field, "reason": one.reason} for row, one in no]
    told = {"accepted": accepted, "refused": left}
    return Json({**told, "unresolved": list(unlisted)} if unlisted else told, 202)
