"""Continual improvement as pages (SOP 9): the register of improvements, and surveys of satisfaction.

Each form stands for one command. Who may give it is asked of the kernel's own rules.
"""

from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, get_args

from fastapi import FastAPI, Request
from starlette.responses import Response

from connectors.console.desk.forms import Field, Step
from connectors.console.desk.frame import LONGEST_STEP, Frame, holder, role_of
from connectors.console.desk.steps import NOTE
from connectors.console.desk.trail_words import Telling
from connectors.console.desk.words import DESK_WORDS
from connectors.console.web import form_of, keyed, language
from connectors.console.words import Language
from correlator import roles
from correlator.arguments import TEXT_AT_MOST
from correlator.events import StaffRole
from correlator.policy.quality import QualityPolicy
from correlator.rows.quality import ImprovementState
from correlator.service_desk.improvements import commands, register
from correlator.service_desk.surveys import half_years
from correlator.times import parse_rfc3339

IMPROVEMENTS: Final = "/desk/improvements"
SURVEYS: Final = "/desk/surveys"
SHOWN: Final[Mapping[str, tuple[ImprovementState, ...]]] = {
    **{state: (state,) for state in get_args(ImprovementState)},
    "all": (),
}
UNSETTLED: Final[tuple[ImprovementState, ...]] = ("open", "done")
WHAT: Final = Field("what", long=True, at_most=TEXT_AT_MOST)
MORE: Final = (
    Field("division", get_args(StaffRole), needed=False),
    Field("owner", needed=False),
    Field("due", needed=False, shape="time"),
)
PROPOSE: Final = Step("propose", "propose", (WHAT, *MORE), on=register.TARGET)
CHANGE: Final = Step("change_entry", "fill", (Field("what", long=True, needed=False, at_most=TEXT_AT_MOST), *MORE))
DONE: Final = Step("entry_done", "fill", (Field("evidence", long=True, at_most=TEXT_AT_MOST),))
PLAN: Final = Step("plan", "plan", (Field("at", shape="time"), Field("sample", needed=False)))
CANCEL: Final = Step("cancel", "cancel")
Entry = Mapping[str, Any]  # as the desk tells one


@dataclass(frozen=True, slots=True)
class QualityPages:
    """The routes; who may call what is in the table of routes."""

    frame: Frame

    def add_routes(self, app: FastAPI) -> None:
        entry, steps = f"{IMPROVEMENTS}/{{entry}}", f"{IMPROVEMENTS}/{{entry}}/steps"
        routes: tuple[tuple[str, str, Callable[..., Awaitable[Response]]], ...] = (
            ("GET", IMPROVEMENTS, self._register),
            ("POST", IMPROVEMENTS, self._propose),
            ("GET", entry, self._entry),
            ("POST", steps, self._step),
            ("GET", SURVEYS, self._surveys),
            ("POST", SURVEYS, self._order),
            ("GET", f"{SURVEYS}/{{survey}}/words", self._words),
        )
        for method, path, answer in routes:
            app.add_api_route(path, answer, methods=[method], include_in_schema=False, response_class=Response)

    # The register

    async def _register(self, request: Request) -> Response:
        """`state`: one of `SHOWN`, without it those that are not settled; `late`: only what is overdue."""
        state, late = request.query_params.get("state", ""), "late" in request.query_params
        entries = await self.frame.desk.improvements(SHOWN.get(state, UNSETTLED), overdue=late)
        given = {"entries": entries, "states": SHOWN, "state": state, "late": late, "steps": self._proposals(request)}
        return await self.frame.with_forms(request, "improvements", **given)

    async def _propose(self, request: Request) -> Response:
        form = await form_of(request, LONGEST_STEP)
        if not keyed(request, form):
            return self.frame.strange(request, form)
        return await self.frame.ordered(request, form, self._proposals(request), register.TARGET)

    async def _entry(self, request: Request, entry: str) -> Response:
        found = await self.frame.desk.improvement(entry)
        trail = _telling(request).trail([named(line, language(request)) for line in found["trail"]])
        return await self.frame.with_forms(
            request, "improvement", entry=found, trail=trail, steps=self._offered(request, found)
        )

    async def _step(self, request: Request, entry: str) -> Response:
        form = await form_of(request, LONGEST_STEP)
        if not keyed(request, form):
            return self.frame.strange(request, form)
        found = await self.frame.desk.improvement(entry)
        return await self.frame.ordered(request, form, self._offered(request, found), found["id"])

    def _proposals(self, request: Request) -> list[Step]:
        return [PROPOSE] if self._may(request, PROPOSE) else []

    def _offered(self, request: Request, entry: Entry) -> list[Step]:
        policy = self.frame.quality()
        steps = list(_steps(entry, holder(request).name, role_of(request), policy))
        return [*steps, *([NOTE] if self._may(request, NOTE) else [])]

    # Surveys

    async def _surveys(self, request: Request) -> Response:
        found = await self.frame.desk.surveys()
        telling = _telling(request)
        told = [({**one, "trail": telling.trail(one["trail"])}, self._cancels(request, one)) for one in found]
        return await self.frame.with_forms(request, "surveys", surveys=told, steps=self._plans(request))

    async def _order(self, request: Request) -> Response:
        """A survey is planned for the half-year in which it begins; another is cancelled by its name."""
        form = await form_of(request, LONGEST_STEP)
        if not keyed(request, form):
            return self.frame.strange(request, form)
        name = form.get("survey", "")
        if not name:
            at_us = parse_rfc3339(str(PLAN.arguments(form).get("at", "")))
            target = half_years.PREFIX if at_us is None else half_years.name_of(at_us)
            return await self.frame.ordered(request, form, self._plans(request), target)
        one = next((one for one in await self.frame.desk.surveys() if one["id"] == name), None)
        return await self.frame.ordered(request, form, self._cancels(request, one) if one else [], name)

    async def _words(self, request: Request, survey: str) -> Response:
        return await self.frame.drawn(request, "survey_words", said=await self.frame.desk.survey_words(request, survey))

    def _plans(self, request: Request) -> list[Step]:
        return [PLAN] if self._may(request, PLAN) else []

    def _cancels(self, request: Request, survey: Mapping[str, Any]) -> list[Step]:
        goes_on = survey["state"] in ("planned", "running")
        return [CANCEL] if goes_on and self._may(request, CANCEL) else []

    def _may(self, request: Request, step: Step) -> bool:
        return roles.allowed(self.frame.policy(), step.action, role_of(request))


def _steps(entry: Entry, me: str, role: StaffRole, policy: QualityPolicy) -> Iterator[Step]:
    """In the order of the work."""
    state, signs = entry["state"], role in policy.sign_off
    if state == "open" and commands.may_fill(entry["division"], role):
        yield DONE
        if entry["source"] != "rca":
            yield CHANGE
    if signs and state == "done" and me not in (entry["owner"], entry["done_by"]):
        yield Step("sign_off", "verify")
    if signs and state != "open":
        yield Step("reopen_entry", "reopen")
    if signs and state == "open":
        yield Step("drop_entry", "close")


def _telling(request: Request) -> Telling:
    tongue = language(request)
    return Telling(tongue, DESK_WORDS[tongue], ends=("improvement_state", "survey_state", "role"))


def named(line: Mapping[str, Any], tongue: Language) -> Mapping[str, Any]:
    """A line of the trail; what was filled is kept as the fields' codes."""
    if line["action"] != "fill" or not line["to"]:
        return line
    words = DESK_WORDS[tongue]
    return {**line, "to": ", ".join(words.get(f"entry.{name}", name).lower() for name in line["to"].split(", "))}
