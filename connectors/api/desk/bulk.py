"""One command for all complaints under an outage: each ticket gets it as its own, and answers for itself.

What became of each is told at `/commands/{command}`, by the id of the whole. The same body sent again under the same id
is known again, ticket by ticket.
"""

import asyncio
from typing import Final

import msgspec
from fastapi import FastAPI, Request

from connectors.api.bodies import Sender, body_of, sender_of
from connectors.api.documented import accepts
from connectors.api.doors import Doors, HttpError, Json, refused
from connectors.api.intake import CLAIMS, command_from, put_in
from connectors.ports import Accepted
from correlator.events import Action, Command
from correlator.wire import BadInput

MANY: Final[tuple[Action, ...]] = (
    *("acknowledge", "assign", "note", "set_class", "set_category", "move_stage", "pause", "resume"),
    *("close", "reopen", "repair"),
)


def bulk_routes(app: FastAPI, doors: Doors) -> None:
    @app.post("/bulk/commands", status_code=202, tags=["desk"], openapi_extra=accepts(Command))
    async def children(request: Request) -> Json:
        """A command for each open complaint under the target, an incident or an outage's ticket (by id or number).

        `rows`: each ticket with the id of its own command; `/commands/{id}` tells what became of all of them.
        """
        command = bulk_from(await body_of(request, doors.settings), sender_of(request, doors))
        if isinstance(command, BadInput):
            if command.field in CLAIMS:
                raise HttpError(403, command.reason, "Leave the field out, or use another token.", field=command.field)
            raise refused(command)
        return await _taken(request, doors, command)


def bulk_from(body: bytes, sender: Sender) -> Command | BadInput:
    """As one command is read, of those that a ticket knows."""
    command = command_from(body, sender)
    if isinstance(command, Command) and command.action not in MANY:
        return BadInput("action", f"this is no command for many tickets; there are {', '.join(MANY)}")
    return command


async def _taken(request: Request, doors: Doors, command: Command) -> Json:
    tickets = await asyncio.to_thread(doors.reader.records.open_children, command.target)
    about = {"command": command.id, "action": command.action, "target": command.target}
    request.state.about = {**about, "tickets": str(len(tickets or ()))}
    if tickets is None:
        name = command.target[:100]
        raise HttpError(404, f"there is no outage {name}", "GET /incidents lists them.", field="target")
    each = [msgspec.structs.replace(command, id=f"{command.id}:{ticket}", target=number) for ticket, number in tickets]
    taken = await put_in(doors, each, request.state.token)
    rows = [
        {"ticket": ticket, "number": number, "command": one.id, "repeated": one.repeated, "reason": None}
        if isinstance(one, Accepted)
        else {"ticket": ticket, "number": number, "command": None, "repeated": False, "reason": one.reason}
        for (ticket, number), one in zip(tickets, taken, strict=True)
    ]
    return Json({"id": command.id, "rows": rows}, 202)
