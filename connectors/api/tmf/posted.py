"""A trouble ticket (TMF621 v5) of theirs, read as a complaint."""

from typing import Any, get_args

import msgspec

from connectors.api.bodies import Sender, identified
from connectors.api.intake import COMPLAINT_NAMES, NOTHING_SAID
from connectors.api.tmf.tickets import COMPLAINT, OUTAGE
from connectors.formats.json_rows import Item, converted, unfit
from correlator.events import Channel, ComplaintIn
from correlator.wire import BadInput


class Ref(msgspec.Struct, frozen=True):
    id: str | None = None
    name: str | None = None
    referred: str | None = msgspec.field(default=None, name="@referredType")


class Party(msgspec.Struct, frozen=True, rename="camel"):
    role: str | None = None
    party_or_party_role: Ref | None = None


class Entity(msgspec.Struct, frozen=True):
    role: str | None = None
    entity: Ref | None = None


class Given(msgspec.Struct, frozen=True, rename="camel"):
    """What is read of a ticket to create; the rest of the resource is let by."""

    description: str
    ticket_type: str
    severity: str | None = None  # heeded by nobody: the class is the service's word (SOP 4.3)
    channel: Ref | None = None
    external_identifier: list[Ref] = []
    related_party: list[Party] = []
    related_entity: list[Entity] = []


def complaint(given: dict[str, Any] | BadInput, sender: Sender) -> ComplaintIn | BadInput:
    """As `POST /complaints` takes it. An outage's ticket is raised by the service alone."""
    ticket = given if isinstance(given, BadInput) else converted(Item("", given), Given)
    if isinstance(ticket, BadInput):
        return ticket
    if ticket.ticket_type.casefold() != COMPLAINT:
        return BadInput("ticketType", f"only a {COMPLAINT} is taken here: the service raises {OUTAGE} tickets itself")
    if not ticket.description.strip():
        return BadInput("description", NOTHING_SAID)
    channel = _channel_of(ticket, sender)
    if channel not in get_args(Channel):
        return BadInput("channel", f"its id is one of {', '.join(get_args(Channel))}")
    row: dict[str, Any] = {"text": ticket.description, "channel": channel}
    for party in ticket.related_party:
        if (party.role or "").casefold() == "customer" and party.party_or_party_role is not None:
            row["customer"] = party.party_or_party_role.id
    for one in ticket.related_entity:
        named = one.entity or Ref()
        if "service" in ((one.role or "").casefold(), (named.referred or "").casefold()):
            row["service"] = named.id
    if ticket.external_identifier and ticket.external_identifier[0].id:
        row["id"] = ticket.external_identifier[0].id
    row = {name: value for name, value in row.items() if value}
    made = converted(Item("", identified(row, sender, daily=True) | {"received": sender.now}), ComplaintIn)
    return made if isinstance(made, BadInput) else unfit(made, COMPLAINT_NAMES) or made


def _channel_of(ticket: Given, sender: Sender) -> str:
    if ticket.channel is None:
        return "portal" if sender.role == "portal" else ""
    named = (ticket.channel.id, ticket.channel.name)
    return next((word for word in named if word is not None and word in get_args(Channel)), "")
