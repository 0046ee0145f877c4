"""Incidents as the contract writes them (section 3), for files, API and console."""

from collections import defaultdict
from typing import Any

import numpy as np

from correlator.events import MINUTE_US
from correlator.incidents.impact import of_incident
from correlator.incidents.index import index_of
from correlator.roots import kind_of, tier_of
from correlator.rows.incidents import IncidentRow
from correlator.state import Draft
from correlator.times import rfc3339, rfc3339_or_none
from correlator.wording import sentences
from topology.english import counted
from topology.graph import Topology
from topology.impact import customers_below

CUSTOMERS_LISTED = 1000


def incidents_json(draft: Draft) -> list[dict[str, Any]]:
    """All incidents of ours as they stand, by id."""
    alarms: dict[str, dict[str, int]] = defaultdict(dict)
    for member in draft.state.members.values():
        if member.older:
            continue
        alarms[member.incident][member.event] = member.at_us
    complaints: dict[str, dict[str, int]] = defaultdict(dict)
    for complaint in draft.state.complaints.values():
        if complaint.incident is not None:
            complaints[complaint.incident][complaint.id] = complaint.at_us
    index = index_of(draft)
    for name in index.suspected:
        for key in (key for one in index.engine.accounts.suspected_by(name) for key in one.alarms):
            row = draft.state.alarms[key]
            alarms[name][row.first_id] = row.first_us
    rows = sorted((row for row in draft.state.incidents.values() if not row.home), key=lambda row: row.id)
    return [incident_json(draft, row, alarms[row.id], complaints[row.id]) for row in rows]


def incident_json(draft: Draft, row: IncidentRow, alarms: dict[str, int], complaints: dict[str, int]) -> dict[str, Any]:
    """`alarms`, `complaints`: event ids of its members with their event times."""
    topology = draft.world.topology
    times = [*alarms.values(), *complaints.values()]
    ticket = draft.state.tickets.get(row.ticket) if row.ticket else None
    return {
        "id": row.id,
        "status": row.status,
        "merged_into": row.merged_into,
        "root": {
            "id": row.root,
            "kind": kind_of(topology, row.root),
            "tier": tier_of(topology, row.root),
            "confidence": row.confidence_ppm / 1e6,
            "equivalent": list(row.equivalent),
        },
        "alternatives": [
            {"id": name, "kind": kind_of(topology, name), "confidence": ppm / 1e6} for name, ppm in row.alternatives
        ],
        "verdicts": [{"at": rfc3339(v.at_us), "status": v.status, "root": v.root} for v in row.verdicts],
        "severity": row.severity,
        "first_event_at": rfc3339(min(times, default=row.first_event_us)),
        "suspected_at": rfc3339(row.suspected_us),
        "opened_at": rfc3339_or_none(row.opened_us),
        "resolved_at": rfc3339_or_none(row.resolved_us),
        "alarms": sorted(alarms, key=lambda name: (alarms[name], name)),
        "complaints": sorted(complaints, key=lambda name: (complaints[name], name)),
        "impact": _impact(draft, row),
        "ticket": None
        if ticket is None
        else {"id": ticket.id, "number": ticket.number, "class": ticket.severity, "stage": ticket.stage},
        "explanation": [*sentences(row.why, "en"), *_story(row, draft.now_us)],
    }


def _impact(draft: Draft, row: IncidentRow) -> dict[str, Any]:
    topology = draft.world.topology
    if row.status == "suspected":
        found = of_incident(draft, row)
        numbers = found.customers_down
        figures = (len(found.services_down), len(found.services_at_risk), len(numbers))
    else:
        audience = draft.state.audiences.get(row.id)
        numbers = np.frombuffer(audience.ever, dtype="<i4") if audience else np.zeros(0, dtype="<i4")
        figures = (row.services_down, row.services_at_risk, row.customers_down)
    archived = draft.state.affected.get(row.id)
    names = sorted(archived.customers if archived else (topology.customer_ids[int(number)] for number in numbers))
    return {
        "services_down": figures[0],
        "services_at_risk": figures[1],
        "customers_down": figures[2],
        "customers": names[:CUSTOMERS_LISTED],
    }


def _story(row: IncidentRow, now_us: int) -> list[str]:
    """What the row itself tells beyond the verdict."""
    told = []
    if row.pinned_by is not None:
        told.append(f"Root set by {row.pinned_by}; the machine leaves it alone.")
    if row.planned_until_us:
        told.append(f"Under planned work until {rfc3339(row.planned_until_us)}: no ticket, no notice while it lasts.")
    if row.services_down or row.services_at_risk:
        services, customers = counted(row.services_down, "service"), counted(row.customers_down, "customer")
        at_risk = counted(row.services_at_risk, "service on its last leg", "services on their last leg")
        minutes = counted(row.user_us_by(now_us) // MINUTE_US, "customer minute")
        told.append(f"Impact: {services} and {customers} down at most, {at_risk}, {minutes} so far.")
    return told


def customers_if_so(topology: Topology, row: IncidentRow) -> int | None:
    """How many the root takes down by itself, of an incident that is only suspected: who is down is worked out when it
    opens."""
    if row.status != "suspected":
        return None
    root = topology.find(row.root)
    return 0 if root is None else customers_below(topology, root)
