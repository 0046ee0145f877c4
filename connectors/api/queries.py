"""Doors out: who is affected, incidents, tickets, explanations, health and numbers."""

import asyncio
from typing import Annotated, Any

from fastapi import FastAPI, Query, Request
from starlette.responses import Response

from connectors.api.bodies import body_of, object_from
from connectors.api.desk.incident import explained
from connectors.api.documented import accepts
from connectors.api.doors import Cursor, Doors, Json, Limit, begins, known, refused
from connectors.api.lists.alarms import NAME as ALARMS
from connectors.api.lists.alarms import Wanted
from connectors.api.lists.pages import INCIDENTS, PLANNED, USUAL, Lane, after
from connectors.api.look_ups import Lookup, LookUps, found_by
from connectors.api.views import at
from connectors.formats.json_rows import Item, converted
from connectors.listeners.unread import Group
from connectors.ports import Place, Unresolved
from correlator.rows.incidents import IncidentStatus
from correlator.wire import BadInput

MOST_HELD = 100_000  # more than any list in memory has
MOST_HOURS = 24 * 366
Name = Annotated[str | None, Query(max_length=300)]


def query_routes(app: FastAPI, doors: Doors) -> None:
    """Alarms, and what was made of them. What reads the store runs on threads: lists in a lane of their own."""
    lane = Lane()
    alarm_routes(app, doors, lane)
    incident_routes(app, doors, lane)


def alarm_routes(app: FastAPI, doors: Doors, lane: Lane) -> None:
    reader = doors.reader

    @app.get("/alarms", tags=["out"])
    async def alarms(
        of: Annotated[str | None, Query(alias="object", max_length=300)] = None,
        incident: Name = None,
        standing: bool = True,
        limit: Limit = USUAL,
        cursor: Cursor = None,
    ) -> Json:
        """Alarms, newest first: of one object (with its ports) or one incident, where one is named; with
        `standing=false` also those that have ended and are still kept. `id` is what a command names, as `shelve`.
        `next` is the `cursor` of the next page, null at the end; what comes meanwhile moves nothing.
        """
        wanted, below = Wanted(of, incident, standing), begins(ALARMS, cursor, Place)
        told = await lane.read(lambda: reader.alarms.told(wanted, below, limit))
        return await asyncio.to_thread(lambda: Json({**told, "count": reader.alarms.count(wanted)}))  # beside the lane

    @app.get("/alarms/unexplained", tags=["out"])
    def unexplained() -> Json:
        """How many major and critical alarms stand (not shelved) that no incident explains; up to some seconds old."""
        return Json({"count": reader.unexplained()})

    @app.get("/alarms/explanation", tags=["out"])
    def explanation(of: Annotated[str, Query(max_length=300)]) -> Json:
        """Which incident explains an alarm, or why none does (`why`: in id and en). `of`: an object, whose alarms that
        stand are told (else those that are kept), or any event id of an alarm.
        """
        return Json({"alarms": explained(doors, of)})


def incident_routes(app: FastAPI, doors: Doors, lane: Lane) -> None:
    reader = doors.reader

    @app.get("/incidents", tags=["out"])
    async def incidents(
        status: Annotated[list[IncidentStatus] | None, Query()] = None,
        limit: Limit = USUAL,
        cursor: Cursor = None,
    ) -> Json:
        """Incidents, newest first; `status` may repeat. `customers_down_now`: each once, under all that are open.
        `next` is the `cursor` of the next page, null at the end.
        """
        below = begins(INCIDENTS, cursor, tuple[int, str])

        def told() -> Json:
            page = reader.incidents(status or (), limit, below)
            down = reader.customers_down()
            return Json({"incidents": page.rows, "customers_down_now": down, "next": page.next})

        return await lane.read(told)

    @app.get("/incidents/{incident}", tags=["out"])
    def incident(incident: str) -> Json:
        """One incident: root, alternatives, alarms, complaints, impact, ticket, explanation (as `why` in id and en).

        `impact.customers_unsure`: of those down now, who are told nothing while that is less probable than `told_from`.
        """
        return Json(known(reader.incident(incident), incident))

    @app.get("/commands/{command}", tags=["out"])
    def command(command: str) -> Json:
        """What became of a command: waiting (or never sent), done, or rejected with the reason."""
        return Json(reader.command(command))

    @app.get("/explain/{incident}", tags=["out"])
    def explain(incident: str) -> Json:
        """Why the service says so, in lines for a shift engineer (`why`: in id and en), and what it decided."""
        return Json(known(reader.explanation(incident), incident))


def asked_routes(app: FastAPI, doors: Doors) -> None:
    """What a customer's desk asks: is this customer in a known outage?"""
    reader = doors.reader

    @app.get("/outages/affected", tags=["out"])
    def affected(request: Request, customer: Name = None, service: Name = None, phone: Name = None) -> Json:
        """Is this customer or service in a known outage, or under planned work? (By phone: POST.)

        With a sentence to read out, in id and en.
        """
        if phone:
            remedy = 'POST {"phone": ...} to the same path: an address ends in logs.'
            raise refused(BadInput("phone", "a phone number does not go into a URL"), remedy)
        return answered(request, Lookup(customer=customer or None, service=service or None))

    @app.post("/outages/affected", tags=["out"], openapi_extra=accepts(Lookup))
    async def looked_up(request: Request) -> Json:
        """The same by customer, service, phone number or mail, one of them, with the reason why."""
        body = object_from(await body_of(request, doors.settings))
        lookup = body if isinstance(body, BadInput) else converted(Item("", body), Lookup)
        if isinstance(lookup, BadInput):
            raise refused(lookup)
        await look_ups.take(request.state.token, lookup)
        return await asyncio.to_thread(answered, request, lookup)

    look_ups = LookUps(doors)

    def answered(request: Request, lookup: Lookup) -> Json:
        return Json(reader.affected.answer(found_by(reader.affected, request, lookup)))


def tended_routes(app: FastAPI, doors: Doors) -> None:
    """What is asked by who tends the inventory: planned work, and what was heard that nobody knows."""
    reader = doors.reader

    @app.get("/maintenance", tags=["out"])
    def planned(
        within_h: Annotated[int | None, Query(ge=0, le=MOST_HOURS)] = None, limit: Limit = USUAL, cursor: Cursor = None
    ) -> Json:
        """Planned work that is not over, what begins first at first; with `within_h` what begins in so many hours."""
        page = reader.planned(within_h, begins(PLANNED, cursor, tuple[int, str]), limit)
        return Json({"maintenance": page.rows, "next": page.next})

    @app.get("/unresolved", tags=["out"])
    async def unresolved(limit: Limit = USUAL, cursor: Cursor = None) -> Json:
        """Names and addresses that this process heard since it started and the inventory lacks, newest first."""
        # on the loop, as those who ask the resolver: nobody changes it meanwhile
        last = begins("unresolved", cursor, tuple[int, str, str])
        page = after("unresolved", doors.resolver.unresolved(MOST_HELD), _seen, last, limit)
        told = [
            {"name": row.name, "as": row.source, "times": row.times, "last": at(row.last_seen_us)} for row in page.rows
        ]
        return Json({"unresolved": told, "next": page.next})

    @app.get("/syslog/unknown", tags=["out"])
    async def unknown(limit: Limit = USUAL, cursor: Cursor = None) -> Json:
        """Syslog lines that this process heard since it started and no pattern reads, by template, most frequent first;
        `why` is `unknown`, or `two_readings` where two vendors' patterns read it differently."""
        last = begins("unknown", cursor, tuple[int, str])
        page = after("unknown", doors.unread.groups(MOST_HELD), _often, last, limit)
        told = [{**row._asdict(), "first_us": at(row.first_us), "last_us": at(row.last_us)} for row in page.rows]
        rows = [{key.removesuffix("_us"): value for key, value in row.items()} for row in told]
        return Json({"unknown": rows, "next": page.next})


def _seen(row: Unresolved) -> tuple[int, str, str]:
    return -(row.last_seen_us or 0), row.source, row.name


def _often(row: Group) -> tuple[int, str]:
    return -row.times, row.template


def service_routes(app: FastAPI, doors: Doors) -> None:
    """Health, numbers, and the description of all this."""

    @app.get("/healthz", tags=["service"])
    async def healthz() -> Json:
        """200 while all is well, else 503 with what is wrong; `notes` is what is past, and should be known."""
        # on the loop: it asks nobody, and is to answer also while all threads wait for a database
        found = {name: check() for name, check in sorted(doors.checks.items())}
        notes = {name: said for name, note in sorted(doors.notes.items()) if (said := note()) is not None}
        wrong = any(reason is not None for reason in found.values())
        answer: dict[str, Any] = {"status": "failing" if wrong else "ok", "checks": found}
        return Json(answer | ({"notes": notes} if notes else {}), 503 if wrong else 200)

    @app.get("/metrics", tags=["service"], response_class=Response)
    def metrics() -> Response:
        """Prometheus text."""
        return Response(doors.exposition(), media_type="text/plain; version=0.0.4")
