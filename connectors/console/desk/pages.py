"""The desk's pages: tickets in their queues, one ticket with its steps, what a customer said, who calls.

Each page asks the same doors as a program would over HTTP. Nothing runs in the browser but the clocks. A step is a form
that carries the key of the session (`web.keyed`): the cookie alone commands nothing.
"""

import asyncio
import hashlib
import secrets
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Protocol, cast, get_args
from urllib.parse import quote, urlencode

import msgspec
from fastapi import FastAPI, Request
from starlette.responses import RedirectResponse, Response

from connectors.access.holders import Holder
from connectors.access.routes import DESK
from connectors.console.desk.steps import Step, offered
from connectors.console.desk.words import DESK_WORDS
from connectors.console.drawn import Drawing
from connectors.console.web import HEADERS, form_key, form_of, html, keyed, language, own, spoken
from connectors.console.words import Language
from correlator.events import Category, Channel, StaffRole, TicketSeverity
from correlator.policy.care import CarePolicy
from correlator.service_desk import stages
from correlator.times import rfc3339

LONGEST_STEP: Final = 40_000  # bytes of a form: 2000 signs, each of which may be twelve
BY: Final = ("customer", "service", "phone", "email")
COMPLAINT: Final = ("text", "channel", "customer", "service", "contact")
KINDS: Final = ("complaint", "outage")


class Desk(Protocol):
    """The desk's doors, as the API has them; each raises what they do. `request`: of who was let in."""

    async def tickets(self, request: Request, query: Mapping[str, Sequence[str]], /) -> dict[str, Any]: ...

    async def queues(self) -> dict[str, Any]: ...

    async def ticket(self, request: Request, name: str, /) -> dict[str, Any]:
        """With `words_for_you`: whether its words are for who asks."""

    async def words(self, request: Request, name: str, /) -> dict[str, Any]: ...

    async def callers(self, request: Request, given: Mapping[str, str], /) -> dict[str, Any]: ...

    async def complain(self, request: Request, given: Mapping[str, str], /) -> dict[str, Any]: ...

    async def command(self, request: Request, given: Mapping[str, Any], /) -> dict[str, Any]: ...

    async def decided(self, command: str, /) -> dict[str, Any]: ...


@dataclass(frozen=True, slots=True)
class Problem:
    """Why not (an HTTP status and a reason), and what to do; `language`: of both, as the doors say it."""

    status: int
    reason: str
    remedy: str
    language: Language = "en"


def problem_page(drawing: Drawing, request: Request, problem: Problem) -> Response:
    """An error, for who looks with a browser."""
    tongue, holder = language(request), getattr(request.state, "token", None)
    given = {"name": getattr(holder, "name", ""), "look_up": getattr(holder, "role", "") in DESK}
    here = request.url.path if request.method == "GET" else "/desk"
    content = drawing.desk("problem", tongue, DESK_WORDS[tongue], here=here, problem=problem, **given)
    return html(content, problem.status)


@dataclass(frozen=True, slots=True)
class DeskPages:
    """The routes; who may call what is in the table of routes."""

    desk: Desk
    drawing: Drawing
    policy: Callable[[], CarePolicy]
    clock: Callable[[], int]  # microseconds since 1970

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
            query["due_before"] = [rfc3339(self.clock())]
        page, queues = await asyncio.gather(self.desk.tickets(request, query), self.desk.queues())
        following = urlencode({**chosen, "cursor": page["next"]}, doseq=True) if page["next"] else None
        return await self._drawn(
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
        found, holder = await self.desk.ticket(request, ticket), _holder(request)
        name = request.query_params.get("command")
        return await self._drawn(
            request,
            "ticket",
            ticket=found,
            steps=self._offered(found, holder),
            command=await self.desk.decided(name) if name else None,
            key=form_key(request),
            once=secrets.token_hex(8),
        )

    async def _step(self, request: Request, ticket: str) -> Response:
        """A form becomes the command that it stands for; what became of it is on the page that follows."""
        form = await form_of(request, LONGEST_STEP)
        if not keyed(request, form):
            return self._strange(request, form)
        found, holder = await self.desk.ticket(request, ticket), _holder(request)
        step = next((one for one in self._offered(found, holder) if one.name == form.get("step")), None)
        if step is None:
            return self._no(request, 409, "step_gone")
        given: dict[str, Any] = {
            "action": step.action,
            "target": found["number"],
            "arguments": step.arguments(form),
            "reason": form.get("reason", "").strip(),
        }
        given["id"] = _id(holder.name, form.get("once", ""), given)
        taken = await self.desk.command(request, given)
        where = f"/desk/tickets/{quote(found['number'])}?{urlencode({'command': taken['id']})}"
        return RedirectResponse(where, 303, HEADERS)

    async def _words(self, request: Request, ticket: str) -> Response:
        return await self._drawn(request, "words", said=await self.desk.words(request, ticket))

    async def _ask(self, request: Request) -> Response:
        return await self._drawn(request, "callers", found=None, form={}, **self._forms(request))

    async def _callers(self, request: Request) -> Response:
        form = await form_of(request)
        if not keyed(request, form):
            return self._strange(request, form)
        given = {form.get("by", ""): form.get("value", "").strip(), "reason": form.get("reason", "").strip()}
        found = await self.desk.callers(request, {name: value for name, value in given.items() if name and value})
        return await self._drawn(request, "callers", found=found, form=form, **self._forms(request))

    async def _complain(self, request: Request) -> Response:
        """The ticket's number is known at once; its page is there when it is folded."""
        form = await form_of(request, LONGEST_STEP)
        if not keyed(request, form):
            return self._strange(request, form)
        given = {name: value for name in COMPLAINT if (value := form.get(name, "").strip())}
        given["id"] = _id(_holder(request).name, form.get("once", ""), given)  # two who say the same are two
        return await self._drawn(request, "complained", taken=await self.desk.complain(request, given))

    def _forms(self, request: Request) -> dict[str, Any]:
        once = secrets.token_hex(8)
        return {"by": BY, "channels": get_args(Channel), "key": form_key(request), "once": once}

    def _offered(self, ticket: Mapping[str, Any], holder: Holder) -> list[Step]:
        role = cast("StaffRole", holder.role)  # the table of routes lets in nobody else
        return offered(ticket, holder.name, role, self.policy())

    def _strange(self, request: Request, form: Mapping[str, str]) -> Response:
        """A form without a key is none of ours; one with another key is of another session, or another site's."""
        return self._no(request, 403 if "key" in form or not own(request) else 422, "key_wrong")

    def _no(self, request: Request, status: int, why: str) -> Response:
        request.state.why, tongue = why, language(request)
        words = DESK_WORDS[tongue]
        return problem_page(self.drawing, request, Problem(status, words[why], words["key_remedy"], tongue))

    async def _drawn(self, request: Request, page: str, **given: Any) -> Response:
        holder, tongue = _holder(request), language(request)
        more = {"name": holder.name, "now_us": self.clock(), "here": request.url.path, "look_up": holder.role in DESK}
        content = await asyncio.to_thread(self.drawing.desk, page, tongue, DESK_WORDS[tongue], **more, **given)
        return spoken(request, content, tongue)


def _holder(request: Request) -> Holder:
    holder: Holder = request.state.token
    return holder


def _id(name: str, once: str, given: Mapping[str, Any]) -> str:
    """A form that is sent twice is one command; one that was corrected is another."""
    content = msgspec.json.encode([name, once, given], order="sorted")
    return "page-" + hashlib.sha256(content).hexdigest()[:24]
