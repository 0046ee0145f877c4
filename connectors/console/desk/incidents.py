"""Incidents as pages: a list; of one what failed, why that is believed, what else it may be, and what to order."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlencode

from fastapi import FastAPI, Request
from starlette.responses import Response

from connectors.console.desk.forms import Step
from connectors.console.desk.frame import LONGEST_STEP, Frame, holder, role_of
from connectors.console.desk.incident_steps import offered
from connectors.console.web import form_of, keyed
from correlator.rows.incidents import LIVE, IncidentStatus

PATH: Final = "/desk/incidents"
GO_ON: Final[tuple[IncidentStatus, ...]] = ("suspected", *LIVE)
STATES: Final[Mapping[str, tuple[IncidentStatus, ...]]] = {
    **{status: (status,) for status in ("resolved", "closed", "merged")},
    "all": (),
}


@dataclass(frozen=True, slots=True)
class IncidentPages:
    """The routes; who may call what is in the table of routes."""

    frame: Frame

    def add_routes(self, app: FastAPI) -> None:
        one, steps = "/desk/incidents/{incident}", "/desk/incidents/{incident}/steps"
        app.add_api_route(PATH, self._list, methods=["GET"], include_in_schema=False, response_class=Response)
        app.add_api_route(one, self._incident, methods=["GET"], include_in_schema=False, response_class=Response)
        app.add_api_route(steps, self._step, methods=["POST"], include_in_schema=False, response_class=Response)

    async def _list(self, request: Request) -> Response:
        """`state`: one of `STATES`, without it those that live; `cursor`: the page that follows."""
        state, cursor = request.query_params.get("state", ""), request.query_params.get("cursor")
        page = await self.frame.desk.incidents(STATES.get(state, GO_ON), cursor)
        following = urlencode({"state": state, "cursor": page["next"]}) if page["next"] else None
        return await self.frame.drawn(
            request, "incidents", found=page["incidents"], states=STATES, state=state, following=following
        )

    async def _incident(self, request: Request, incident: str) -> Response:
        found = await self.frame.desk.incident(incident)
        return await self.frame.with_forms(
            request,
            "incident",
            incident=found,
            steps=await self._offered(found, request),
        )

    async def _step(self, request: Request, incident: str) -> Response:
        form = await form_of(request, LONGEST_STEP)
        if not keyed(request, form):
            return self.frame.strange(request, form)
        found = await self.frame.desk.incident(incident)
        return await self.frame.ordered(request, form, await self._offered(found, request), found["id"])

    async def _offered(self, incident: Mapping[str, Any], request: Request) -> list[Step]:
        others = await self.frame.settled() if incident["status"] in LIVE else {}
        return offered(incident, others, holder(request).name, role_of(request), self.frame.policy())
