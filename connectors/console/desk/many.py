"""One step for many tickets: those that were chosen in a list, the steps for them, and what became of each."""

import secrets
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from fastapi import FastAPI, Request
from starlette.responses import RedirectResponse, Response

from connectors.console.desk.forms import Step
from connectors.console.desk.frame import LONGEST_STEP, Frame, form_id, holder, role_of
from connectors.console.desk.steps import for_many
from connectors.console.web import HEADERS, choice_of, form_of, keyed

PATH = "/desk/many"
CHOSEN = f"{PATH}/chosen"
MOST = 500  # tickets at once, as the door takes them
LONGEST_ADDRESS = 4000  # signs: proxies and servers in front of us refuse an address of more than 8,000
LONGEST_CHOICE, MOST_CHOSEN = 100_000, 3000  # bytes and fields of a list's form: all complaints of an outage
Told = Mapping[str, Mapping[str, Any]]  # by the ticket's id: `state`, `reason`


@dataclass(frozen=True, slots=True)
class ManyPages:
    """The routes; who may call what is in the table of routes."""

    frame: Frame

    def add_routes(self, app: FastAPI) -> None:
        routes: tuple[tuple[str, str, Callable[[Request], Awaitable[Response]]], ...] = (
            ("GET", PATH, self._shown),
            ("POST", PATH, self._step),
            ("POST", CHOSEN, self._choose),
        )
        for method, path, answer in routes:
            app.add_api_route(path, answer, methods=[method], include_in_schema=False, response_class=Response)

    async def _choose(self, request: Request) -> Response:
        """What was ticked in a list. Few stand in the address of the page that follows; of many the answer is the
        page itself."""
        form, names = await choice_of(request, "ticket", LONGEST_CHOICE, MOST_CHOSEN)
        if not keyed(request, form):
            return self.frame.strange(request, form)
        where = address(names)
        if where is not None:
            return RedirectResponse(where, 303, HEADERS)
        return await self._drawn(request, names, None, {})

    async def _shown(self, request: Request) -> Response:
        """`ticket`, repeated: those that were chosen; `command`: what was done with them, where it was, and `of` how
        many, where they were too many for an address."""
        names, command = request.query_params.getlist("ticket"), request.query_params.get("command")
        told: Told = {}
        if command:
            decided = await self.frame.desk.decided(command)
            told = {row["ticket"]: row for row in decided.get("rows", ())}
        of = request.query_params.get("of", "")
        waiting = max(0, int(of) - len(told)) if command and not names and of.isdecimal() and len(of) < 6 else 0
        return await self._drawn(request, names or list(told), command, told, waiting)

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
        numbers, name = [row["number"] for row in there], taken["id"]
        where = address(numbers, command=name) or f"{PATH}?{urlencode({'command': name, 'of': len(numbers)})}"
        return RedirectResponse(where, 303, HEADERS)

    def _offered(self, request: Request) -> list[Step]:
        return for_many(holder(request).name, role_of(request), self.frame.policy())

    async def _drawn(
        self, request: Request, names: Sequence[str], command: str | None, told: Told, waiting: int = 0
    ) -> Response:
        """`told`: what is known so far; a ticket that was commanded and is not in it waits. `waiting`: how many more
        do, which cannot be named yet."""
        items = await self.frame.desk.chosen(names[:MOST])
        waits = {"state": "waiting", "reason": None}
        states = [told.get(item["id"], waits)["state"] for item in items] if command else []
        states += ["waiting"] * waiting
        return await self.frame.drawn(
            request,
            "many",
            rows=[(item, told.get(item["id"], waits) if command else None) for item in items],
            left_out=max(0, len(names) - MOST),
            counts={state: states.count(state) for state in ("done", "rejected", "waiting") if state in states},
            steps=self._offered(request) if items and not waiting else [],
            hidden={"tickets": " ".join(item["number"] for item in items)},
            once=secrets.token_hex(8),
            here=PATH,
        )


def address(numbers: Sequence[str], **more: str) -> str | None:
    """Of the page of these tickets; None where it were too long."""
    asked = urlencode({"ticket": numbers, **more}, doseq=True)
    return f"{PATH}?{asked}" if len(asked) <= LONGEST_ADDRESS else None
