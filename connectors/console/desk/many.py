"""One step for many tickets: those that were chosen in a list, the steps for them, and what became of each."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from fastapi import FastAPI, Request
from starlette.responses import RedirectResponse, Response

from connectors.console.desk.forms import Step
from connectors.console.desk.frame import LONGEST_STEP, Frame, form_id, holder, role_of
from connectors.console.desk.steps import for_many
from connectors.console.web import HEADERS, form_key, form_of, keyed

PATH = "/desk/many"
MOST = 500  # tickets at once, as the door takes them
Told = Mapping[str, Mapping[str, Any]]  # by the ticket's id: `state`, `reason`


@dataclass(frozen=True, slots=True)
class ManyPages:
    """The routes; who may call what is in the table of routes."""

    frame: Frame

    def add_routes(self, app: FastAPI) -> None:
        app.add_api_route(PATH, self._chosen, methods=["GET"], include_in_schema=False, response_class=Response)
        app.add_api_route(PATH, self._step, methods=["POST"], include_in_schema=False, response_class=Response)

    async def _chosen(self, request: Request) -> Response:
        """`ticket`, repeated: those that were chosen; `command`: what was done with them, where it was."""
        names, command = request.query_params.getlist("ticket"), request.query_params.get("command")
        told: Told = {}
        if command:
            decided = await self.frame.desk.decided(command)
            told = {row["ticket"]: row for row in decided.get("rows", ())}
        return await self._drawn(request, names, command, told)

    async def _step(self, request: Request) -> Response:
        """A form becomes a command for each; what became of them is on the page that follows."""
        form = await form_of(request, LONGEST_STEP)
        if not keyed(request, form):
            return self.frame.strange(request, form)
        step = next((one for one in self._offered(request) if one.name == form.get("step")), None)
        names = form.get("tickets", "").split()[:MOST]
        if step is None or not names:
            return self.frame.no(request, 409, "step_gone")
        given: dict[str, Any] = {
            "action": step.action,
            "tickets": names,
            "arguments": step.arguments(form),
            "reason": form.get("reason", "").strip(),
        }
        given["id"] = form_id(holder(request).name, form.get("once", ""), given)
        taken = await self.frame.desk.commands(request, given)
        there = [row for row in taken["rows"] if row["ticket"] is not None]
        untaken = {row["ticket"]: {"state": "rejected", **row} for row in there if row["command"] is None}
        if untaken:
            return await self._drawn(request, names, taken["id"], untaken)
        where = urlencode({"ticket": [row["number"] for row in there], "command": taken["id"]}, doseq=True)
        return RedirectResponse(f"{PATH}?{where}", 303, HEADERS)

    def _offered(self, request: Request) -> list[Step]:
        return for_many(holder(request).name, role_of(request), self.frame.policy())

    async def _drawn(self, request: Request, names: Sequence[str], command: str | None, told: Told) -> Response:
        """`told`: what is known so far; a ticket that was commanded and is not in it waits."""
        items = await self.frame.desk.chosen(names[:MOST])
        waits = {"state": "waiting", "reason": None}
        states = [told.get(item["id"], waits)["state"] for item in items] if command else []
        return await self.frame.drawn(
            request,
            "many",
            rows=[(item, told.get(item["id"], waits) if command else None) for item in items],
            left_out=max(0, len(names) - MOST),
            counts={state: states.count(state) for state in ("done", "rejected", "waiting") if state in states},
            steps=self._offered(request) if items else [],
            hidden={"tickets": " ".join(item["number"] for item in items)},
            key=form_key(request),
            once=secrets.token_hex(8),
        )
