"""What the desk's pages have in common: the doors that they ask, how a page is drawn, which forms are ours."""

import asyncio
import hashlib
import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Protocol, cast
from urllib.parse import urlencode

import msgspec
from fastapi import Request
from starlette.responses import RedirectResponse, Response

from connectors.access.holders import Holder, Role
from connectors.access.routes import DESK, MANAGERS
from connectors.console.desk.forms import Step
from connectors.console.desk.words import DESK_WORDS
from connectors.console.drawn import Drawing
from connectors.console.problem_words import as_read
from connectors.console.web import HEADERS, form_key, html, language, own, spoken
from connectors.console.words import Language
from correlator.events import StaffRole
from correlator.policy.care import CarePolicy
from correlator.policy.quality import QualityPolicy
from correlator.rows.incidents import LIVE, IncidentStatus
from correlator.rows.quality import ImprovementState

BACK: Final = {  # from where something went wrong, to which page: its address, and what the link says
    "/desk/callers": ("/desk/callers", "callers"),
    "/desk/complaints": ("/desk/callers", "callers"),
    "/desk/rca": ("/desk/rca", "rca.back"),
    "/desk/incidents": ("/desk/incidents", "incidents.back"),
    "/desk/alarms": ("/", "incident.back"),
    "/desk/improvements": ("/desk/improvements", "improvements.back"),
    "/desk/surveys": ("/desk/surveys", "surveys.back"),
    "/desk": ("/desk", "back"),
}
NOTHING: Final[Mapping[str, str]] = {}
LONGEST_STEP: Final = 40_000  # bytes of a form: 2000 signs, each of which may be twelve


class Desk(Protocol):
    """The desk's doors, as the API has them; each raises what they do. `request`: of who was let in."""

    async def tickets(self, request: Request, query: Mapping[str, Sequence[str]], /) -> dict[str, Any]: ...

    async def queues(self) -> dict[str, Any]: ...

    async def ticket(self, request: Request, name: str, /) -> dict[str, Any]:
        """With `words_for_you`: whether its words are for who asks; and `rca`, the name of its record."""

    async def chosen(self, names: Sequence[str], /) -> list[dict[str, Any]]:
        """Those tickets, as a list tells them."""

    async def words(self, request: Request, name: str, /) -> dict[str, Any]: ...

    async def callers(self, request: Request, given: Mapping[str, str], /) -> dict[str, Any]: ...

    async def complain(self, request: Request, given: Mapping[str, Any], /) -> dict[str, Any]: ...

    async def command(self, request: Request, given: Mapping[str, Any], /) -> dict[str, Any]: ...

    async def incidents(self, status: Sequence[IncidentStatus], cursor: str | None = None, /) -> dict[str, Any]:
        """A page of those of these states, the newest first."""

    async def incident(self, name: str, /) -> dict[str, Any]:
        """With `told`: alarms of it, one by one."""

    async def alarms(self, of: str, /) -> list[dict[str, Any]]:
        """Of an object, or of one event's id; each with `why`."""

    async def commands(self, request: Request, given: Mapping[str, Any], /) -> dict[str, Any]: ...

    async def improvements(self, states: Sequence[ImprovementState], /, *, overdue: bool) -> list[dict[str, Any]]:
        """Entries of the register, what is due first at first; of these states, of all where none is named."""

    async def improvement(self, name: str, /) -> dict[str, Any]: ...

    async def surveys(self) -> list[dict[str, Any]]: ...

    async def survey_words(self, request: Request, name: str, /) -> dict[str, Any]: ...

    async def decided(self, command: str, /) -> dict[str, Any]: ...

    async def records(self, query: Mapping[str, Sequence[str]], /) -> dict[str, Any]: ...

    async def record(self, name: str, /) -> dict[str, Any]: ...

    async def paper(self, name: str, language: Language, /) -> tuple[str, bytes]:
        """The record's id, and its PDF."""


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
    given = {"name": getattr(holder, "name", ""), **rooms(getattr(holder, "role", None))}
    here = request.url.path if request.method == "GET" else "/desk"
    words = DESK_WORDS[tongue]
    if (said := as_read((problem.reason, problem.remedy), tongue, words)) is not None:
        problem = Problem(problem.status, *said, tongue)
    back = next((way for begins, way in BACK.items() if request.url.path.startswith(begins)), BACK["/desk"])
    content = drawing.desk("problem", tongue, words, here=here, stay="", back=back, problem=problem, **given)
    return html(content, problem.status)


@dataclass(frozen=True, slots=True)
class Frame:
    """What each page is made with."""

    desk: Desk
    drawing: Drawing
    policy: Callable[[], CarePolicy]
    quality: Callable[[], QualityPolicy]
    clock: Callable[[], int]  # microseconds since 1970

    async def drawn(self, request: Request, page: str, **given: Any) -> Response:
        who, tongue = holder(request), language(request)
        asked = [(name, value) for name, value in request.query_params.multi_items() if name != "lang"]
        stay = urlencode(asked) + "&" if asked and request.method == "GET" else ""  # in another language
        here, key = given.pop("here", request.url.path), form_key(request)
        more = {"name": who.name, "now_us": self.clock(), "here": here, "key": key, **rooms(who.role)}
        content = await asyncio.to_thread(
            self.drawing.desk, page, tongue, DESK_WORDS[tongue], stay=stay, **more, **given
        )
        return spoken(request, content, tongue)

    async def with_forms(self, request: Request, page: str, **given: Any) -> Response:
        """A page on which something is commanded; `command` in its address: what was, whose outcome it tells."""
        name = request.query_params.get("command")
        command = await self.desk.decided(name) if name else None
        once = secrets.token_hex(8)  # two who say the same are two
        return await self.drawn(request, page, command=command, once=once, **given)

    async def ordered(
        self,
        request: Request,
        form: Mapping[str, str],
        steps: Sequence[Step],
        target: str,
        query: Mapping[str, str] = NOTHING,
    ) -> Response:
        """A form becomes the command that it stands for, of these; then the page, with what became of it.

        `query`: what the page is asked with besides.
        """
        step = next((one for one in steps if one.name == form.get("step")), None)
        on = step.target(form, target) if step is not None else None
        if step is None or on is None:
            return self.no(request, 409, "step_gone")
        given = {"action": step.action, "target": on, "arguments": step.arguments(form)}
        return await self.command(request, form, given, request.url.path.removesuffix("/steps"), query)

    async def settled(self) -> dict[str, str]:
        """Incidents that live and are no suspicion, by id, as they are called in a list of choices."""
        found, cursor = dict[str, str](), None
        while True:
            page = await self.desk.incidents(LIVE, cursor)
            found |= {one["id"]: f"{one['id']} · {one['root']['id']}" for one in page["incidents"]}
            if (cursor := page["next"]) is None:
                return found

    async def command(
        self,
        request: Request,
        form: Mapping[str, str],
        given: Mapping[str, Any],
        page: str,
        query: Mapping[str, str] = NOTHING,
    ) -> Response:
        """What a form of this page says becomes a command; the page that follows says what became of it."""
        whole = {**given, "reason": form.get("reason", "").strip()}
        whole["id"] = form_id(holder(request).name, form.get("once", ""), whole)
        taken = await self.desk.command(request, whole)
        return RedirectResponse(f"{page}?{urlencode({**query, 'command': taken['id']})}", 303, HEADERS)

    def strange(self, request: Request, form: Mapping[str, str]) -> Response:
        """A form without a key is none of ours; one with another key is of another session, or another site's."""
        return self.no(request, 403 if "key" in form or not own(request) else 422, "key_wrong")

    def no(self, request: Request, status: int, why: str) -> Response:
        request.state.why, tongue = why, language(request)
        words = DESK_WORDS[tongue]
        return problem_page(self.drawing, request, Problem(status, words[why], words["key_remedy"], tongue))


def rooms(role: Role | None) -> dict[str, bool]:
    """Which pages that are not for all of staff a page leads to."""
    return {"look_up": role in DESK, "reads_surveys": role in MANAGERS}


def holder(request: Request) -> Holder:
    found: Holder = request.state.token
    return found


def role_of(request: Request) -> StaffRole:
    return cast("StaffRole", holder(request).role)  # the table of routes lets in nobody else


def form_id(name: str, once: str, given: Mapping[str, Any]) -> str:
    """A form that is sent twice is one command; one that was corrected is another."""
    content = msgspec.json.encode([name, once, given], order="sorted")
    return "page-" + hashlib.sha256(content).hexdigest()[:24]
