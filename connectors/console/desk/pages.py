"""The desk's pages: tickets in their queues, one ticket with its steps, what a customer said, who calls.

Each page asks the same doors as a program would over HTTP. Nothing runs in the browser but the clocks. A step is a form
that carries the key of the session (`web.keyed`): the cookie alone commands nothing.
"""

import asyncio
import secrets
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final, get_args
from urllib.parse import urlencode

from fastapi import FastAPI, Request
from starlette.responses import Response

from connectors.console.desk.forms import Field, Step
from connectors.console.desk.frame import LONGEST_STEP, Frame, form_id, holder, role_of
from connectors.console.desk.steps import offered
from connectors.console.desk.trail_words import Telling, tickets_of
from connectors.console.desk.words import DESK_WORDS
from connectors.console.web import form_of, keyed, language
from correlator.events import Category, Channel, StaffRole, TicketSeverity
from correlator.service_desk import stages
from correlator.times import rfc3339

BY: Final = ("customer", "service", "phone", "email")
COMPLAINT: Final = (
    *map(Field, ("text", "channel", "customer", "service", "contact")),
    Field("occurred", shape="time"),
)
KINDS: Final = ("complaint", "outage")


@dataclass(frozen=True, slots=True)
class DeskPages:
    """The routes; who may call what is in the table of routes."""

    frame: Frame

    def add_routes(self, app: FastAPI) -> None:
        routes: tuple[tuple[str, str, Callable[..., Awaitable[Response]]], ...] = (
            ("GET", "/desk", self._list),
            ("GET", "/desk/tickets/{ticket}", self._ticket),
            ("POST", "/desk/tickets/{ticket}/steps", self._step),
            ("GET", "/desk/tickets/{ticket}/words", self._words),
            ("GET", "/desk/callers", self._ask),
            ("POST", "/desk/callers", self._callers),
            ("POST", "/desk/complaints", self._complain),
        )
        for method, path, answer in routes:
            app.add_api_route(path, answer, methods=[method], include_in_schema=False, response_class=Response)

    async def _list(self, request: Request) -> Response:
        """The same filters as GET /tickets, and `late`: what was due before now."""
        chosen = {
            name: [value for value in request.query_params.getlist(name) if value] for name in request.query_params
        }
        chosen = {name: values for name, values in chosen.items() if values and name != "lang"}
        query = {name: values for name, values in chosen.items() if name != "late"}
        if "late" in chosen:
            query["due_before"] = [rfc3339(self.frame.clock())]
        page, queues = await asyncio.gather(self.frame.desk.tickets(request, query), self.frame.desk.queues())
        following = urlencode({**chosen, "cursor": page["next"]}, doseq=True) if page["next"] else None
        return await self.frame.drawn(
            request,
            "list",
            found=page,
            queues=queues,
            chosen=chosen,
            following=following,
            by_stage=[(stage, queues["stages"][stage]) for stage in stages.NAMES if stage in queues["stages"]],
            owners=get_args(StaffRole),
            stages=stages.NAMES,
            classes=get_args(TicketSeverity),
            categories=get_args(Category),
            kinds=KINDS,
        )

    async def _ticket(self, request: Request, ticket: str) -> Response:
        found = await self.frame.desk.ticket(request, ticket)
        tongue = language(request)
        return await self.frame.with_forms(
            request,
            "ticket",
            ticket=found,
            trail=Telling(tongue, DESK_WORDS[tongue], tickets_of(found)).trail(found["trail"]),
            steps=await self._offered(found, request),
        )

    async def _step(self, request: Request, ticket: str) -> Response:
        form = await form_of(request, LONGEST_STEP)
        if not keyed(request, form):
            return self.frame.strange(request, form)
        found = await self.frame.desk.ticket(request, ticket)
        return await self.frame.ordered(request, form, await self._offered(found, request), found["number"])

    async def _words(self, request: Request, ticket: str) -> Response:
        return await self.frame.drawn(request, "words", said=await self.frame.desk.words(request, ticket))

    async def _ask(self, request: Request) -> Response:
        return await self.frame.drawn(request, "callers", found=None, form={}, **self._forms())

    async def _callers(self, request: Request) -> Response:
        form = await form_of(request)
        if not keyed(request, form):
            return self.frame.strange(request, form)
        given = {form.get("by", ""): form.get("value", "").strip(), "reason": form.get("reason", "").strip()}
        found = await self.frame.desk.callers(request, {name: value for name, value in given.items() if name and value})
        return await self.frame.drawn(request, "callers", found=found, form=form, **self._forms())

    async def _complain(self, request: Request) -> Response:
        """The ticket's number is known at once; its page is there when it is folded."""
        form = await form_of(request, LONGEST_STEP)
        if not keyed(request, form):
            return self.frame.strange(request, form)
        given = {one.name: one.value(typed) for one in COMPLAINT if (typed := form.get(one.name, "").strip())}
        given["id"] = form_id(holder(request).name, form.get("once", ""), given)  # two who say the same are two
        return await self.frame.drawn(request, "complained", taken=await self.frame.desk.complain(request, given))

    def _forms(self) -> dict[str, Any]:
        once = secrets.token_hex(8)
        return {"by": BY, "channels": get_args(Channel), "once": once}

    async def _offered(self, ticket: Mapping[str, Any], request: Request) -> list[Step]:
        alone = ticket["kind"] == "complaint" and ticket["incident"] is None and ticket["stage"] != "closed"
        outages = await self.frame.settled() if alone else {}
        return offered(ticket, outages, holder(request).name, role_of(request), self.frame.policy())
