"""One command for many tickets, those of a list or all complaints under an outage: each gets it as its own, and answers
for itself.

What became of each is told at `/commands/{command}`, by the id of the whole. The same body sent again under the same id
is known again, ticket by ticket.
"""

import asyncio
from collections.abc import Sequence
from typing import Any, Final

import msgspec
from fastapi import FastAPI, Request

from connectors.api.bodies import Bulk, Sender, body_of, identified, object_from, sender_of
from connectors.api.documented import accepts
from connectors.api.doors import Doors, HttpError, Json
from connectors.api.intake import declined, ordered, put_in
from connectors.formats.json_rows import Item, shaped
from connectors.ports import Accepted
from correlator.events import Action, Command
from correlator.wire import BadInput

MANY: Final[tuple[Action, ...]] = (
    *("acknowledge", "assign", "note", "set_class", "set_category", "move_stage", "pause", "resume"),
    *("close", "reopen", "repair"),
)
Named = tuple[str | None, str]  # a ticket's id and number; without an id there is none of this name


def bulk_routes(app: FastAPI, doors: Doors) -> None:
    @app.post("/bulk/commands", status_code=202, tags=["desk"], openapi_extra=accepts(Bulk))
    async def many(request: Request) -> Json:
        """A command for each of `tickets` (ids or numbers, 500 at most), or for each open complaint under `target`: an
        incident or an outage's ticket.

        `rows`: each ticket with the id of its own command, or why it got none; `/commands/{id}` tells what became of
        all of them.
        """
        return Json(await ordered_many(request, doors, await body_of(request, doors.settings)), 202)


async def ordered_many(request: Request, doors: Doors, body: bytes) -> dict[str, Any]:
    """Its id, and what each ticket was handed. Raises HttpError."""
    found = bulk_from(body, sender_of(request, doors))
    if isinstance(found, BadInput):
        raise declined(found)
    command, names = found
    records = doors.reader.records
    if names is None:
        asked: Sequence[Named] | None = await asyncio.to_thread(records.open_children, command.target)
    else:
        asked = await asyncio.to_thread(records.named, names)
    about = {"command": command.id, "action": command.action}
    whom = {"target": command.target} if names is None else {}
    request.state.about = {**about, **whom, "tickets": str(len(asked or ()))}
    if asked is None:
        name = command.target[:100]
        raise HttpError(404, f"there is no outage {name}", "GET /incidents lists them.", field="target")
    return {"id": command.id, "rows": await _taken(request, doors, command, asked)}


def bulk_from(body: bytes, sender: Sender) -> tuple[Command, Sequence[str] | None] | BadInput:
    """As one command is read, of those that a ticket knows; with the tickets that it names, where it names them."""
    given = object_from(body)
    if isinstance(given, BadInput):
        return given
    bulk = shaped(Item("", given), Bulk)
    if isinstance(bulk, BadInput):
        return bulk
    if (bulk.target is None) == (bulk.tickets is None):
        return BadInput("target", "name either an outage, or `tickets`")
    filled = identified(given, sender, daily=False)
    if bulk.tickets is not None:
        del filled["tickets"]
        filled["target"] = bulk.tickets[0]
    command = ordered(filled, sender)
    if isinstance(command, BadInput):
        return command
    if command.action not in MANY:
        return BadInput("action", f"this is no command for many tickets; there are {', '.join(MANY)}")
    return command, bulk.tickets


async def _taken(request: Request, doors: Doors, command: Command, asked: Sequence[Named]) -> list[dict[str, Any]]:
    """Row by row."""
    there = {ticket: number for ticket, number in asked if ticket is not None}
    each = [msgspec.structs.replace(command, id=f"{command.id}:{one}", target=there[one]) for one in there]
    taken = dict(zip(there, await put_in(doors, each, request.state.token), strict=True))
    rows: list[dict[str, Any]] = []
    for ticket, number in dict.fromkeys(asked):
        row: dict[str, Any] = {"ticket": ticket, "number": number, "command": None, "repeated": False, "reason": None}
        match taken.get(ticket or ""):
            case Accepted(id=name, repeated=repeated):
                row |= {"command": name, "repeated": repeated}
            case BadInput(reason=reason):
                row["reason"] = reason
            case None:
                row["reason"] = f"there is no ticket {number[:100]}"
        rows.append(row)
    return rows
