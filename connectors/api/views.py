"""Rows as the contract names them (`incidents.jsonl`, `tickets.jsonl`), for answers over HTTP."""

from collections.abc import Iterable
from typing import Any, get_args

from correlator.incidents.outputs import customers_if_so
from correlator.rows.incidents import AlarmRow, IncidentRow, WindowRow
from correlator.rows.service_desk import Clock, TicketRow
from correlator.times import rfc3339
from correlator.wording import sentences
from topology.graph import Topology
from topology.model import Language

PPM = 1_000_000


def at(us: int | None) -> str | None:
    """Microseconds as RFC 3339; None and 0 (never) as null."""
    return rfc3339(us) if us else None


def element(topology: Topology, name: str) -> dict[str, Any]:
    """An element's id with its kind and tier; what the inventory lacks has neither."""
    number = topology.find(name)
    if number is not None:
        return {"id": name, "kind": topology.kind_of(number), "tier": topology.tier_of(number)}
    kind = "external" if name == "external" else "port" if topology.find_port(name) is not None else None
    return {"id": name, "kind": kind, "tier": None}


def alarm(row: AlarmRow, now_us: int) -> dict[str, Any]:
    """An alarm as it stands (X.733; states by RFC 8632)."""
    return {
        "id": row.first_id,
        "object": row.object,
        "known": row.known,
        "alarm_type": row.alarm_type,
        "qualifier": row.qualifier,
        "severity": row.severity,
        "state": "raised" if row.stands else "cleared",
        "raised_at": at(row.first_us),
        "cleared_at": None if row.stands else at(row.cleared_us),
        "sources": sorted(row.tellers),
        "repeats": row.repeats,
        "flapping": row.flapping,
        "shelved_until": at(row.shelved_until_us) if row.shelved_until_us > now_us else None,
        "incident": row.incident,
        "text": row.text,
        "let_go": row.let_go or None,
    }


def window(row: WindowRow, now_us: int) -> dict[str, Any]:
    """Planned work, as it was told."""
    return {
        "id": row.id,
        "objects": row.objects,
        "reason": row.reason,
        "start": at(row.start_us),
        "end": at(row.end_us),
        "in_force": row.start_us <= now_us < row.end_us,
    }


def incident_line(row: IncidentRow, ticket: TicketRow | None, topology: Topology) -> dict[str, Any]:
    """One incident in a list: what a shift sees first."""
    return {
        "id": row.id,
        "status": row.status,
        "merged_into": row.merged_into,
        "root": {
            **element(topology, row.root),
            "confidence": row.confidence_ppm / PPM,
            "equivalent": list(row.equivalent) or [row.root],
        },
        "severity": row.severity,
        "first_event_at": at(row.first_event_us),
        "down_since": at(row.since_us),
        "over_at": at(row.well_us),
        "suspected_at": at(row.suspected_us),
        "opened_at": at(row.opened_us),
        "resolved_at": at(row.resolved_us),
        "impact": {
            "services_down": row.services_down,
            "services_at_risk": row.services_at_risk,
            "customers_down": row.customers_down,
            "customers_down_now": row.down_now,
            "customers_if_so": customers_if_so(topology, row),
        },
        "ticket": ticket_reference(ticket),
    }


def incident_whole(
    line: dict[str, Any], row: IncidentRow, topology: Topology, alarms: list[str], complaints: list[str]
) -> dict[str, Any]:
    """The line, with all that is known; `customers` is added by who knows the audience."""
    return {
        **line,
        "alternatives": [{**element(topology, name), "confidence": ppm / PPM} for name, ppm in row.alternatives],
        "verdicts": [
            {"at": at(verdict.at_us), "status": verdict.status, "root": verdict.root} for verdict in row.verdicts
        ],
        "alarms": alarms,
        "complaints": complaints,
        "acknowledged_by": row.acknowledged_by,
        "assigned_to": row.assigned_to,
        "pinned_by": row.pinned_by,
        "estimate_at": at(row.estimate_us),
        "notices_held": row.notices_held,
        **said(row),
    }


def said(row: IncidentRow) -> dict[str, Any]:
    """Why: in English, as the replay contract has it, and in both languages."""
    why = {language: sentences(row.why, language) for language in get_args(Language)}
    return {"explanation": why["en"], "why": why}


def ticket_reference(ticket: TicketRow | None) -> dict[str, Any] | None:
    """TICKET, as an incident holds it."""
    if ticket is None:
        return None
    return {"id": ticket.id, "number": ticket.number, "class": ticket.severity, "stage": ticket.stage}


def ticket_whole(row: TicketRow) -> dict[str, Any]:
    return {
        "id": row.id,
        "number": row.number,
        "kind": row.kind,
        "incident": row.incident,
        "parent": row.parent,
        "alarm_object": row.alarm.partition("\x1f")[0] if row.alarm else None,
        "complaint": row.complaint,
        "customer": row.customer,
        "service": row.service,
        "channel": row.channel,
        "product": row.product,
        "category": row.category,
        "class": row.severity,
        "description": row.description,
        "class_reason": row.class_reason,
        "classed_by": row.classed_by,
        "stage": row.stage,
        "owner": row.owner,
        "assigned_to": row.assigned_to,
        "opened_at": at(row.opened_us),
        "responded_at": at(row.responded_us),
        "repaired_at": at(row.repaired_us),
        "closed_at": at(row.closed_us),
        "closed_as": row.closed_as,
        "clocks": [clock(one) for one in row.clocks],
        "trail": [
            {
                "at": at(entry.at_us),
                "actor": entry.actor,
                "action": entry.action,
                "from": entry.was,
                "to": entry.now,
                "reason": entry.reason,
            }
            for entry in row.trail
        ],
    }


def clock(row: Clock) -> dict[str, Any]:
    return {
        "name": row.name,
        "due_at": at(row.due_us),
        "met_at": at(row.met_us),
        "paused_s": row.paused_us // PPM,
        "skipped": row.skipped,
        "breached": row.breached,
        "warned": row.warned,
    }


def explanation(row: IncidentRow, topology: Topology, decisions: Iterable[dict[str, Any]]) -> dict[str, Any]:
    """Why the service says so: the lines, how the verdict moved, and the decisions taken about it."""
    return {
        "incident": row.id,
        "status": row.status,
        "root": element(topology, row.root),
        **said(row),
        "verdicts": [
            {"at": at(verdict.at_us), "status": verdict.status, "root": verdict.root} for verdict in row.verdicts
        ],
        "notes": [{"at": at(at_us), "actor": actor, "text": text} for at_us, actor, text in row.notes],
        "decisions": list(decisions),
    }
