"""Alarms of one object as a page: which incident explains each, or why none does, and what a person may order of it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from fastapi import FastAPI, Request
from starlette.responses import Response

from connectors.console.desk.forms import Field, Step
from connectors.console.desk.frame import LONGEST_STEP, Frame, role_of
from connectors.console.web import form_of, keyed
from correlator import roles

PATH: Final = "/desk/alarms"
Alarm = Mapping[str, Any]  # as GET /alarms/explanation tells one
OPEN: Final = Step("open_incident", "open", (Field("root", needed=False),))
SHELVE: Final = Step("shelve", "shelve", (Field("until", shape="time"),))


@dataclass(frozen=True, slots=True)
class AlarmPages:
    """The routes; who may call what is in the table of routes."""

    frame: Frame

    def add_routes(self, app: FastAPI) -> None:
        app.add_api_route(PATH, self._alarms, methods=["GET"], include_in_schema=False, response_class=Response)
        app.add_api_route(PATH, self._step, methods=["POST"], include_in_schema=False, response_class=Response)

    async def _alarms(self, request: Request) -> Response:
        """`of`: an object, or the id of an alarm's event."""
        of = request.query_params.get("of", "")
        found = await self.frame.desk.alarms(of)
        return await self.frame.with_forms(
            request,
            "alarms",
            of=of,
            alarms=[(alarm, self._offered(alarm, request)) for alarm in found],
        )

    async def _step(self, request: Request) -> Response:
        form = await form_of(request, LONGEST_STEP)
        if not keyed(request, form):
            return self.frame.strange(request, form)
        of, name = form.get("of", ""), form.get("alarm", "")
        alarm = next((one for one in await self.frame.desk.alarms(of) if one["id"] == name), None)
        steps = self._offered(alarm, request) if alarm is not None else []
        return await self.frame.ordered(request, form, steps, name, {"of": of})

    def _offered(self, alarm: Alarm, request: Request) -> list[Step]:
        policy, role = self.frame.policy(), role_of(request)
        return [step for step in _steps(alarm) if roles.on_incident(policy, step.action, role)]


def _steps(alarm: Alarm) -> Iterator[Step]:
    if alarm["state"] == "raised" and alarm["known"] and alarm["incident"] is None:
        yield OPEN
    if alarm["shelved_until"] is not None:
        yield Step("unshelve", "unshelve")
    elif alarm["state"] == "raised":
        yield SHELVE
