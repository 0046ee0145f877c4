"""The trail of a ticket: who did what, from what to what, and why (SOP 8, `hasil tindakan`)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from correlator.events import Command, TmfEvent
from correlator.rows.service_desk import Entry, TicketRow
from correlator.state import Draft

MACHINE = "machine"
TOLD: Final[Mapping[str, TmfEvent]] = {  # any other action changes an attribute
    "open": "TroubleTicketCreateEvent",
    **dict.fromkeys(("move_stage", "close", "pause", "resume"), "TroubleTicketStatusChangeEvent"),
}


@dataclass(frozen=True, slots=True)
class Doer:
    """Who does something, and why: the machine by a rule, or a person with a reason."""

    actor: str
    reason: str


def machine(reason: str) -> Doer:
    return Doer(MACHINE, reason)


def doer_of(event: Command) -> Doer:
    return Doer(event.actor, event.reason)


def enter(
    draft: Draft, ticket: TicketRow, doer: Doer, action: str, change: tuple[object, object] = (None, None)
) -> None:
    """A line of the trail, up to the policy's limit; the caller puts the row."""
    draft.marked.add(ticket.id, TOLD.get(action, "TroubleTicketAttributeValueChangeEvent"))
    limit = draft.world.policy.care.trail_lines
    if len(ticket.trail) < limit:
        ticket.trail.append(Entry(draft.now_us, doer.actor, action, change[0], change[1], doer.reason))
    else:
        draft.note(ticket.id, "trail_full", f"{action} by {doer.actor}: {doer.reason}", f"policy trail_lines {limit}")
