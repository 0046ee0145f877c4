"""What a customer said, in their own words, for who verifies it (SOP 4.2 stage 2) and who works on it.

Customer Care, Customer Support and who stands above them read any; a division reads those of the tickets that it has
been given. Each read is told to the audit, and counts as a look-up of the person.
"""

import asyncio
from typing import Any, Final

from fastapi import FastAPI, Request

from connectors.access.holders import Holder, Role
from connectors.access.routes import DESK
from connectors.api.doors import Doors, HttpError, Json
from connectors.api.look_ups import LookUps
from connectors.api.views import at
from connectors.privacy.words import Said, Words
from correlator.events import StaffRole
from correlator.rows.service_desk import TicketRow

DIVISIONS: Final[frozenset[Role]] = frozenset({"noc_operator", "technical", "billing_account"})


def words_routes(app: FastAPI, doors: Doors) -> None:
    look_ups = LookUps(doors)

    @app.get("/tickets/{ticket}/words", tags=["desk"])
    async def words(request: Request, ticket: str) -> Json:
        """The complaint's own words, the contact that came with it, and what the customer replied since.

        `state`: `kept`; `none` (nothing was written), `erased` (at the person's request), `gone` (older than the
        journal) where there are no words.
        """
        return Json(await words_of(request, doors, look_ups, ticket))


async def words_of(request: Request, doors: Doors, look_ups: LookUps, ticket: str) -> dict[str, Any]:
    """Told to the audit, and counted. Raises HttpError."""
    row = await asyncio.to_thread(doors.reader.ticket_row, ticket)
    if row is None or row.complaint is None:
        raise HttpError(404, f"there is no complaint {ticket[:100]}", "Check the ticket's number.", field="ticket")
    whom = row.customer or row.id
    request.state.about = {"ticket": row.id, "customer": row.customer or ""}
    holder: Holder = request.state.token
    if not may_read(holder.role, row.owner):
        why = f"ticket {row.number} is {row.owner}'s: its words are not for {holder.role}"
        raise HttpError(403, why, "Ask Customer Care, or have the ticket given to you.", field="role")
    await look_ups.of(holder, f"words {whom}")
    return await asyncio.to_thread(_told, doors.words, row)


def may_read(role: Role, owner: StaffRole) -> bool:
    """Whether the words of a ticket that this role has are for that one."""
    return role in DESK and (role not in DIVISIONS or role == owner)


def _told(words: Words, row: TicketRow) -> dict[str, Any]:
    assert row.complaint is not None, "a complaint's ticket names it"
    said = words.complaint(row.complaint, row.opened_us)
    times = [entry.at_us for entry in row.trail if entry.action == "reply" and entry.actor == "customer"]
    replies = words.replies((row.id, row.number), times)
    return {
        "ticket": row.id,
        "number": row.number,
        "complaint": row.complaint,
        "channel": row.channel,
        **_line(said),
        "contact": said.contact,
        "replies": [{**_line(one), "says": one.says} for one in replies],
    }


def _line(said: Said) -> dict[str, Any]:
    return {"at": at(said.at_us), "state": said.state, "text": said.text}
