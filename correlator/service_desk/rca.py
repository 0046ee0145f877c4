"""The RCA/CAPA record (SOP 7): opened with the incident, filled by the machine with what it knows, completed by people.

One record serves an incident and all its complaints; a lone complaint gets a short one when its ticket closes. Root,
impact and SLA result are read from the incident and its ticket when the record is shown, so they are never stale.
"""

import msgspec

from correlator.events import DAY_US, AlarmType
from correlator.policy import Policy
from correlator.policy.care import CarePolicy
from correlator.rows.counts import OF_MAINS
from correlator.rows.incidents import IncidentRow
from correlator.rows.service_desk import CapaAction, CauseCategory, Entry, Moment, RcaRow, TicketRow
from correlator.state import Draft, State, TextRow
from topology.graph import Topology

SIMILAR_AT_MOST = 10
TIMELINE_AT_MOST = 500
TRAIL_AT_MOST = 500


def open_for_incident(draft: Draft, incident: IncidentRow, told: frozenset[AlarmType]) -> RcaRow:
    row = RcaRow(
        id=draft.new_id("RCA"),
        incident=incident.id,
        ticket=None,
        opened_us=draft.now_us,
        cause_category=guess(draft.world.topology, incident, told),
        similar=similar(draft.state, incident),
    )
    row.timeline.append(Moment(incident.first_event_us, "first event"))
    row.timeline.append(Moment(incident.suspected_us, f"suspected, root {incident.root}"))
    row.timeline.append(Moment(draft.now_us, f"open, root {incident.root}"))
    row.timeline.sort(key=lambda moment: moment.at_us)
    keep(draft, row)
    return row


def keep(draft: Draft, row: RcaRow) -> None:
    """A new record, to be found by what it is about."""
    draft.put("texts", about_key(row.incident or row.ticket or ""), TextRow(row.id))
    draft.put("rcas", row.id, row)


def about_key(name: str) -> str:
    """Of an incident or a ticket: ids are unique across all kinds."""
    return f"rca\x1f{name}"


def open_for_ticket(draft: Draft, ticket: TicketRow) -> None:
    """The short record of a lone complaint."""
    if about(draft.state, ticket.id) is not None:
        return
    row = RcaRow(draft.new_id("RCA"), None, ticket.id, draft.now_us, cause_category="unknown")
    row.timeline.append(Moment(ticket.opened_us, f"complaint {ticket.number}, {ticket.category}"))
    for entry in ticket.trail:
        if entry.action == "escalate":
            row.timeline.append(Moment(entry.at_us, f"escalated to {entry.now}"))
    if ticket.repaired_us is not None:
        row.timeline.append(Moment(ticket.repaired_us, "no fault found" if ticket.no_fault else "repaired"))
    row.timeline.append(Moment(draft.now_us, f"ticket closed as {ticket.closed_as}"))
    keep(draft, row)


def ticket_of(state: State, row: RcaRow) -> TicketRow | None:
    """The outage's, or the lone complaint's."""
    incident = state.incidents.get(row.incident or "")
    return state.tickets.get((incident.ticket if incident is not None else row.ticket) or "")


def for_now(ticket: TicketRow | None) -> bool:
    """It was repaired for now, and not for good yet."""
    return ticket is not None and ticket.temporary is not None and ticket.permanent is None


def judged_from(care: CarePolicy, step: CapaAction) -> int | None:
    """From when on the effect of an action can be judged; None while it is not done."""
    return None if step.told_us is None else step.told_us + care.effect_wait_days * DAY_US


def verified_by(policy: Policy, judged_us: int) -> int:
    """Until when somebody else is to verify it, where the effect of its actions can be judged from then on."""
    calendar = policy.care.calendar
    return calendar.add(judged_us, policy.quality.record_verify_days * calendar.day_us)


def about(state: State, name: str) -> RcaRow | None:
    """Of an incident, or the short one of a lone complaint's ticket, by its id."""
    found = state.texts.get(about_key(name))
    return state.rcas.get(found.value) if found else None


def happened(draft: Draft, incident: str, what: str) -> None:
    """A line of the timeline, now."""
    row = about(draft.state, incident)
    if row is None:
        return
    if len(row.timeline) >= TIMELINE_AT_MOST:
        draft.note(row.id, "timeline_full", f"{what}: not kept, {TIMELINE_AT_MOST} lines are there", "SOP 7")
        return
    row.timeline.append(Moment(draft.now_us, what))
    draft.put("rcas", row.id, row)


def enter(draft: Draft, row: RcaRow, entry: Entry) -> None:
    """A line of its trail; the caller puts the row."""
    if len(row.trail) < TRAIL_AT_MOST:
        row.trail.append(entry)
    else:
        draft.note(row.id, "trail_full", f"{entry.action} by {entry.actor}: {entry.reason}")


def back(draft: Draft, incident: IncidentRow) -> None:
    """The fault came back: whoever verified the actions judged too early."""
    happened(draft, incident.id, "back, open again")
    row = about(draft.state, incident.id)
    if row is None or row.state != "verified":
        return
    row.corrective, row.preventive = (
        tuple(msgspec.structs.replace(step, verified_by=None) for step in steps)
        for steps in (row.corrective, row.preventive)
    )
    row.trail.append(Entry(draft.now_us, "machine", "reopen", row.state, "actions", f"incident {incident.id} is back"))
    row.state = "actions"
    draft.put("rcas", row.id, row)


def merged(draft: Draft, survivor: IncidentRow, gone: IncidentRow) -> None:
    """The record of the merged incident is closed; its survivor's says what it took in."""
    row = about(draft.state, gone.id)
    if row is None:
        return
    row.timeline.append(Moment(draft.now_us, f"merged into {survivor.id}"))
    row.trail.append(Entry(draft.now_us, "machine", "close", row.state, "closed", f"merged into {survivor.id}"))
    row.state = "closed"
    draft.put("rcas", row.id, row)
    happened(draft, survivor.id, f"took in {gone.id}, root {gone.root}")


def timeline(row: RcaRow) -> list[Moment]:
    """In order of time."""
    return sorted(row.timeline, key=lambda moment: moment.at_us)


def close_if_done(draft: Draft, row: RcaRow | None) -> None:
    """A verified record closes when the outage is over; a lone complaint's is opened after its end."""
    if row is None or row.state != "verified":
        return
    incident = draft.state.incidents.get(row.incident or "")
    if incident is None or incident.status == "closed":
        row.trail.append(
            Entry(draft.now_us, "machine", "close", row.state, "closed", "verified, and the outage is over")
        )
        row.state = "closed"
        draft.put("rcas", row.id, row)


def similar(state: State, incident: IncidentRow) -> tuple[str, ...]:
    """Earlier incidents with the same root, the latest first."""
    same = [
        row
        for row in state.incidents.values()
        if row.root == incident.root and row.id != incident.id and row.opened_us is not None and row.status != "merged"
    ]
    same.sort(key=lambda row: (row.suspected_us, row.id), reverse=True)
    return tuple(row.id for row in same[:SIMILAR_AT_MOST])


def guess(topology: Topology, incident: IncidentRow, told: frozenset[AlarmType]) -> CauseCategory:
    """A cause that the evidence itself names; a cut fibre does not say who cut it. People confirm or correct it."""
    if incident.root == "external":
        return "upstream"
    element = topology.find(incident.root)
    if element is not None and topology.kind_of(element) in ("span", "conduit", "link"):
        return "unknown"
    if not told.isdisjoint(OF_MAINS):
        return "power"
    return "hardware" if "card_failure" in told else "unknown"
