"""Trouble tickets (TMF621 v5) of ours.

| `status` | our stage |
| --- | --- |
| acknowledged | receipt |
| inProgress | verification, assignment, investigation |
| pending, held | any of these, paused: for the customer; for another reason |
| resolved | confirmation: repaired, and the customer is asked |
| closed | closed |
"""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, Final, Literal

from pydantic import Field

from connectors.api.tmf.lists import ROOT, Collection, Word
from connectors.desk_ports import WAITS_FOR_CUSTOMER, Standing
from correlator.events import ComplaintIn
from correlator.rows.service_desk import Stage

if TYPE_CHECKING:
    from connectors.api.bodies import Sender  # a worker tells of tickets, too, and needs no web server for it

PATH: Final = f"{ROOT}/troubleTicket/v5/troubleTicket"
Status = Literal["acknowledged", "inProgress", "pending", "held", "resolved", "closed"]
STATUS: Final[Mapping[Stage, Status]] = {
    "receipt": "acknowledged",
    "verification": "inProgress",
    "assignment": "inProgress",
    "investigation": "inProgress",
    "confirmation": "resolved",
    "closed": "closed",
}
WORKED: Final[tuple[Stage, ...]] = ("receipt", "verification", "assignment", "investigation")  # where one may wait
PAUSED: Final[Mapping[str, Literal["customer", "other"]]] = {"pending": "customer", "held": "other"}
COMPLAINT, OUTAGE = "complaint", "outage"


class Wanted(Collection):
    """Filters: any of several words, separated by commas."""

    status: Word | None = None
    severity: Word | None = None
    ticket_type: Word | None = Field(default=None, alias="ticketType")
    channel: Word | None = Field(default=None, alias="channel.id")


def standing(statuses: Iterable[str]) -> list[Standing]:
    """How tickets of any of these stand, as `status_of` says it; words that are no status are none."""
    found = [Standing(WORKED, PAUSED[one]) for one in sorted(PAUSED.keys() & set(statuses))]
    for status in sorted(set(STATUS.values()) & set(statuses)):
        stages = tuple(stage for stage, its in STATUS.items() if its == status)
        found.append(Standing(stages, "none" if stages[0] in WORKED else None))
    return found


def status_of(stage: Stage, paused_for: str | None) -> Status:
    if paused_for is not None and stage in WORKED:
        return "pending" if paused_for == WAITS_FOR_CUSTOMER else "held"
    return STATUS[stage]


def resource(ticket: Mapping[str, Any]) -> dict[str, Any]:
    """A ticket of a list, or with its record (`GET /tickets`, `GET /tickets/{ticket}`). No word of the customer's, and
    no name: those are read at the desk's door."""
    return {
        "@type": "TroubleTicket",
        "id": ticket["number"],
        "href": f"{PATH}/{ticket['number']}",
        "name": f"{ticket['kind']} · {ticket['category']}",
        "description": ticket.get("description"),
        "severity": ticket["class"],
        "ticketType": ticket["kind"],
        "status": status_of(ticket["stage"], ticket["paused_for"]),
        "creationDate": ticket["opened_at"],
        "expectedResolutionDate": _due(ticket),
        "resolutionDate": ticket.get("repaired_at"),
        "channel": _channel(ticket["channel"]),
        "externalIdentifier": [
            {"@type": "ExternalIdentifier", "owner": "Simpul", "externalIdentifierType": "ticket", "id": ticket["id"]}
        ],
        "relatedParty": _parties(ticket),
        "relatedEntity": _entities(ticket),
        "troubleTicketRelationship": _relations(ticket),
        **_history(ticket),
    }


def _due(ticket: Mapping[str, Any]) -> str | None:
    """Of the resolution (SOP 5); a list has the next clock alone."""
    for clock in ticket.get("clocks", ()):
        if clock["name"] == "resolution":
            due: str | None = clock["due_at"]
            return due
    return ticket["due_at"] if ticket.get("clock") == "resolution" else None


def _channel(name: str | None) -> dict[str, Any] | None:
    return None if name is None else {"@type": "ChannelRef", "id": name, "name": name}


def _parties(ticket: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The customer by number, the role that has it, and who works on it."""
    parties = [
        ("customer", "PartyRoleRef", "Customer", ticket["customer"]),
        ("owner", "PartyRoleRef", "PartyRole", ticket["owner"]),
        ("assignee", "PartyRef", "Individual", ticket["assigned_to"]),
    ]
    return [
        {
            "@type": "RelatedPartyRefOrPartyRoleRef",
            "role": role,
            "partyOrPartyRole": {"@type": kind, "@referredType": referred, "id": name},
        }
        for role, kind, referred, name in parties
        if name
    ]


def _entities(ticket: Mapping[str, Any]) -> list[dict[str, Any]]:
    entities = [
        ("service", "Service", ticket["service"]),
        ("product", "ProductOffering", ticket["product"]),
        ("incident", "Incident", ticket["incident"]),
        ("alarmedObject", "Resource", ticket.get("alarm_object")),
    ]
    return [
        {"@type": "RelatedEntity", "role": role, "entity": {"@type": "EntityRef", "@referredType": kind, "id": name}}
        for role, kind, name in entities
        if name
    ]


def _relations(ticket: Mapping[str, Any]) -> list[dict[str, Any]]:
    children = ticket.get("children")
    parent = ticket.get("parent_number") or ticket.get("parent")
    related = [("parent", parent), ("duplicates", ticket.get("follows_number"))]
    if isinstance(children, list):
        related += [("child", child["number"]) for child in children]
    return [
        {"@type": "TroubleTicketRelationship", "id": name, "href": f"{PATH}/{name}", "relationshipType": relation}
        for relation, name in related
        if name
    ]


def _history(ticket: Mapping[str, Any]) -> dict[str, Any]:
    """What the trail tells of its stages, and the notes that staff left."""
    trail = ticket.get("trail")
    if not trail:
        return {}
    moves = [
        {
            "@type": "StatusChange",
            "status": "closed" if entry["action"] == "close" else STATUS[entry["to"]],
            "statusChangeDate": entry["at"],
            "statusChangeReason": entry["reason"] or entry["action"],
        }
        for entry in trail
        if entry["action"] in ("open", "move_stage", "close")
    ]
    notes = [
        {"@type": "Note", "id": str(place), "author": entry["actor"], "date": entry["at"], "text": str(entry["to"])}
        for place, entry in enumerate(trail)
        if entry["action"] == "note"
    ]
    last = moves[-1] if moves else {}
    return {
        "lastUpdate": trail[-1]["at"],
        "statusChangeDate": last.get("statusChangeDate"),
        "statusChangeReason": last.get("statusChangeReason"),
        "statusChangeHistory": moves,
        "note": notes,
    }


def created(row: ComplaintIn, number: str, sender: "Sender") -> dict[str, Any]:
    """What is known at once; where it stands is read from its `href` a moment later."""
    about = {"customer": row.customer, "service": row.service, "owner": "customer_care", "assigned_to": None}
    return {
        "@type": "TroubleTicket",
        "id": number,
        "href": f"{PATH}/{number}",
        "ticketType": COMPLAINT,
        "status": "acknowledged",
        "creationDate": sender.now,
        "channel": _channel(row.channel),
        "externalIdentifier": [{"@type": "ExternalIdentifier", "owner": sender.name, "id": row.id}],
        "relatedParty": _parties(about),
        "relatedEntity": _entities({**about, "product": None, "incident": None}),
    }
