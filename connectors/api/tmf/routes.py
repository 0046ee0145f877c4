"""The doors of TMF621 and TMF642: read and create; change a ticket."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Annotated, Any, Final

from fastapi import FastAPI, Query, Request

from connectors.api.bodies import JSON, body_of, object_from, sender_of
from connectors.api.desk.lists import item
from connectors.api.desk.routes import recorded
from connectors.api.documented import accepts_tmf, answers_tmf
from connectors.api.doors import Doors, HttpError, Json, refused
from connectors.api.intake import alarms_in, answered, put_in
from connectors.api.tmf import alarm_lists, alarms, patching, posted, tickets
from connectors.api.tmf.hubs import hub_routes
from connectors.api.tmf.lists import LOOKED_AT, Collection, selected, words
from connectors.desk_ports import TicketsAsked
from correlator.events import Alarm
from correlator.rows.incidents import AlarmRow
from correlator.wire import BadInput

Fields = Annotated[str | None, Query(max_length=300)]
WAITS_S: Final = (0.02, 0.05, 0.1, 0.2, 0.4, 0.8)  # between two looks whether a command was carried out


def tmf_routes(app: FastAPI, doors: Doors) -> None:
    ticket_routes(app, doors)
    alarm_routes(app, doors)
    hub_routes(app, doors)


def ticket_routes(app: FastAPI, doors: Doors) -> None:
    @app.get(tickets.PATH, tags=["tmf"], responses=answers_tmf("TmfTroubleTicket", many=True))
    def trouble_tickets(wanted: Annotated[tickets.Wanted, Query()]) -> Json:
        """TMF621: tickets, the newest first, with `fields`, `offset`, `limit`; filters `status`, `severity`,
        `ticketType`, `channel.id`. X-Total-Count: how many match; of more than 20,000 it is not said."""
        return _tickets(doors, wanted)

    @app.get(f"{tickets.PATH}/{{ticket}}", tags=["tmf"], responses=answers_tmf("TmfTroubleTicket"))
    def trouble_ticket(request: Request, ticket: str, fields: Fields = None) -> Json:
        """TMF621: one ticket, by number or id, with its history, notes and relations."""
        return Json(selected(tickets.resource(recorded(request, doors, ticket)), fields))

    @app.post(tickets.PATH, status_code=201, tags=["tmf"], openapi_extra=accepts_tmf("TmfTroubleTicket"))
    async def create(request: Request) -> Json:
        """TMF621: a complaint (`ticketType` complaint). `description` is its text; the customer is a related party of
        that role, the service a related entity, `channel.id` phone, email, portal or walk_in. The class is ours."""
        sender = sender_of(request, doors)
        row = posted.complaint(object_from(await body_of(request, doors.settings)), sender)
        if isinstance(row, BadInput):
            raise refused(row)
        [taken] = await put_in(doors, [row], request.state.token)
        if isinstance(taken, BadInput):
            raise refused(taken)
        made = tickets.created(row, taken.number or "", sender)
        return Json(selected(made, None), 201, {"Location": made["href"]})

    @app.patch(
        f"{tickets.PATH}/{{ticket}}",
        tags=["tmf"],
        responses={**answers_tmf("TmfTroubleTicket"), 202: {"description": "Taken, and not carried out so far"}},
        openapi_extra=accepts_tmf("TmfTroubleTicket", media=patching.MERGE_PATCH),
    )
    async def change(request: Request, ticket: str) -> Json:
        """TMF621: change `status`, `severity` or add a `note`, by a merge patch of one of these (RFC 7396), as the
        commands do. `statusChangeReason` says why. 409: the ticket is not as it must be for this."""
        return await _changed(request, doors, ticket)


async def _changed(request: Request, doors: Doors, name: str) -> Json:
    body = await body_of(request, doors.settings, (patching.MERGE_PATCH, *JSON))
    record = await asyncio.to_thread(recorded, request, doors, name)
    sender = sender_of(request, doors)
    command = patching.command(body, record, selected(tickets.resource(record), None), sender)
    if isinstance(command, BadInput):
        raise refused(command)
    if command is None:
        return Json(selected(tickets.resource(record), None))
    request.state.about = about = {"command": command.id, "action": command.action, "target": command.target}
    [taken] = await put_in(doors, [command], request.state.token)
    if isinstance(taken, BadInput):
        raise refused(taken)
    decided = await _decided(doors, command.id)
    if decided["state"] == "rejected":
        role = decided["field"] == "role"
        remedy = (
            "Ask who has the ticket, or who stands above." if role else f"GET {tickets.PATH}/{name} says how it is."
        )
        raise HttpError(403 if role else 409, decided["reason"], remedy)
    record = await asyncio.to_thread(recorded, request, doors, name)
    request.state.about |= about
    return Json(selected(tickets.resource(record), None), 202 if decided["state"] == "waiting" else 200)


async def _decided(doors: Doors, command: str) -> dict[str, Any]:
    """What became of it; still `waiting` where the worker takes longer than a caller should be kept."""
    decided = await asyncio.to_thread(doors.reader.command, command)
    for wait_s in WAITS_S:
        if decided["state"] != "waiting":
            break
        await asyncio.sleep(wait_s)
        decided = await asyncio.to_thread(doors.reader.command, command)
    return decided


def _tickets(doors: Doors, wanted: tickets.Wanted) -> Json:
    lists, statuses = doors.reader.lists, words(wanted.status)
    equal = {
        "severity": tuple(words(wanted.severity)),
        "kind": tuple(words(wanted.ticket_type)),
        "channel": tuple(words(wanted.channel)),
    }
    stands = tickets.standing(statuses)
    if statuses and not stands:
        return _listed([], 0, wanted)
    given = {name: values for name, values in equal.items() if values}
    asked = TicketsAsked((), given, state="all", sort="newest", stands=stands, offset=wanted.offset, limit=wanted.limit)
    page = lists.lines(asked)
    total = _total(wanted, len(page))
    if total is None:
        total = lists.how_many(replace(asked, limit=LOOKED_AT + 1))
    return _listed([tickets.resource(item(one, 0)) for one in page], total if total <= LOOKED_AT else None, wanted)


def _total(wanted: Collection, told: int) -> int | None:
    """How many there are, where the page itself says so: it is the last one."""
    ends = told < wanted.limit and (told or not wanted.offset)
    return wanted.offset + told if ends else None


def _listed(
    found: Sequence[dict[str, Any]], total: int | None, asked: Collection, more: Mapping[str, str] | None = None
) -> Json:
    """A page. `total`: of all that match; None: more than were looked at, and then it is not said."""
    counts = {"X-Result-Count": str(len(found)), **(more or {})}
    if total is not None:
        counts["X-Total-Count"] = str(total)
    whole = total is not None and len(found) == total
    return Json([selected(one, asked.fields) for one in found], 200 if whole else 206, counts)


def alarm_routes(app: FastAPI, doors: Doors) -> None:
    @app.get(alarms.PATH, tags=["tmf"], responses=answers_tmf("TmfAlarm", many=True))
    def tmf_alarms(wanted: Annotated[alarms.Wanted, Query()]) -> Json:
        """TMF642: alarms that stand or are still kept, the newest first, with `fields`, `offset`, `limit`; filters
        `id`, `state`, `perceivedSeverity`, `probableCause`, `alarmedObject.id`. Where more may follow, the header
        `Link` has the next page (`cursor`); a filtered page looks at 2,000 alarms at most, and may be short."""
        page = alarm_lists.found(doors.reader.alarms, doors.reader.explained, wanted)
        following = {} if page.next is None else {"Link": alarm_lists.link(wanted, page.next)}
        return _listed([alarms.resource(row) for row in page.rows], page.total, wanted, following)

    @app.get(f"{alarms.PATH}/{{alarm}}", tags=["tmf"], responses=answers_tmf("TmfAlarm"))
    def tmf_alarm(alarm: str, fields: Fields = None) -> Json:
        """TMF642: one alarm, by the id of any of its events."""
        row: AlarmRow | None = doors.reader.explained.of_event(alarm)
        if row is None:
            raise HttpError(
                404, f"there is no alarm {alarm[:100]}", f"Check it; GET {alarms.PATH} lists them.", field="id"
            )
        return Json(selected(alarms.resource(row), fields))

    @app.post(alarms.PATH, status_code=201, tags=["tmf"], openapi_extra=accepts_tmf("TmfAlarm", many=True))
    async def create(request: Request) -> Json:
        """TMF642: an alarm of another manager, raised, updated or cleared, or a list of them (202: what was taken and
        what was not, row by row). `sourceSystemId` is in the token's scope, or its name."""
        rows, answers = await alarms_in(request, doors, "tmf642", doors.parsers["tmf642"])
        if len(rows) != 1:
            return answered(doors, rows, answers)
        [row], [answer] = rows, answers
        if not isinstance(row, Alarm) or isinstance(answer, BadInput):
            return answered(doors, rows, answers)  # raises, with what is wrong
        made = alarms.taken(row)
        return Json(selected(made, None), 201, {"Location": made["href"]})
