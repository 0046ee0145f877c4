"""Who complained says that it works, or that it does not. What callers alone tell of ends by their word.

More than half of those who called say that it works since the last who does not take it back called, two at the least,
or the only one. Fewer may be of a part that is back; so may more, where two who have not said so hang by something by
which nobody hangs who says it: that may still be broken. Or it ends when nobody has called for a day.
"""

from collections import Counter
from collections.abc import Iterable

from correlator.facts import ComplaintOver, ComplaintStands, Fact
from correlator.incidents import complaints, impact, lifecycle
from correlator.incidents.impact import CALLERS
from correlator.incidents.index import engine_of, index_of
from correlator.incidents.together import called_first
from correlator.rows.incidents import IncidentRow
from correlator.rows.service_desk import ComplaintRow
from correlator.state import Draft
from topology.cover import cuts_off


def hear(draft: Draft, fact: Fact) -> None:
    match fact:
        case ComplaintOver(name) if (complaint := draft.state.complaints.get(name)) is not None:
            for row in _so_far(draft, complaint) if complaint.works else _of_one_ticket(draft, complaint):
                _is_well(draft, row)
        case ComplaintStands(name) if (complaint := draft.state.complaints.get(name)) is not None:
            _stands(draft, complaint)


def _of_one_ticket(draft: Draft, first: ComplaintRow) -> list[ComplaintRow]:
    """With the calls that were added to it."""
    return [first, *(row for row in _standing(draft, first.customer) if row.follows == first.id)]


def _so_far(draft: Draft, works: ComplaintRow) -> list[ComplaintRow]:
    """What who says that it works had complained of."""
    standing = [row for row in _standing(draft, works.customer) if row.at_us <= works.at_us]
    return [row for row in standing if works.service is None or row.service in (None, works.service)]


def _standing(draft: Draft, customer: int) -> list[ComplaintRow]:
    """What counts still, or lies under an incident that lives."""
    live, rows = index_of(draft).live, draft.state.complaints.values()
    mine = [row for row in rows if row.customer == customer and (row.incident in live or row.incident is None)]
    return sorted([row for row in mine if row.counted], key=lambda row: row.id)


def _is_well(draft: Draft, complaint: ComplaintRow) -> None:
    """It tells of no fault any more, also where its incident lets it go."""
    complaints.discount(draft, complaint)
    complaint.well = True
    draft.put("complaints", complaint.id, complaint)
    incident = draft.state.incidents.get(complaint.incident or "")
    if incident is not None and incident.status == "open" and not incident.peak:
        draft.arm(complaints.NOBODY_CALLS, incident.id, draft.now_us)


def _stands(draft: Draft, complaint: ComplaintRow) -> None:
    """It does not work, now; where callers alone tell of it, or they had said that it does."""
    incident = draft.state.incidents.get(complaint.incident or "")
    if not (complaint.well or (incident is not None and not incident.peak)):
        return
    complaint.at_us, complaint.well = draft.now_us, False
    draft.put("complaints", complaint.id, complaint)
    if incident is None and complaint.counted:
        complaints.count(draft, complaint)


def look(draft: Draft, name: str) -> None:
    """Some of them say that it works, or nobody has called for a day: as little as a call of yesterday finds one."""
    incident = draft.state.incidents[name]
    if incident.status != "open" or incident.pinned_by is not None or engine_of(draft).accounts.held_by(name):
        return
    if not incident.peak and incident.is_one and not incident.home and _say_that_it_works(draft, incident):
        draft.note(name, "called_off", f"{name} rests on callers alone, and they say that it works")
    elif complaints.await_silence(draft, incident):
        return
    else:
        draft.note(name, "nobody_calls", f"{name} rests on callers alone, and nobody has called since")
    lifecycle.clear(draft, incident)


def is_doubted(draft: Draft, incident: IncidentRow) -> bool:
    """While it clears by their word, or silence, somebody calls that nothing works."""
    by_them = not incident.peak and incident.repaired_us is None and incident.closed_by is None
    if not by_them or incident.home or incident.clearing_us is None:
        return False
    calls = _calls(draft, incident)
    since = [row for row in calls if row.at_us > incident.clearing_us and row.symptom == "no_service" and not row.well]
    return bool(since) and not called_first.is_over(draft, [row for row in calls if row not in since])


def _calls(draft: Draft, incident: IncidentRow) -> list[ComplaintRow]:
    return [row for row in complaints.of_incident(draft, incident) if row.symptom != "none"]


def _say_that_it_works(draft: Draft, incident: IncidentRow) -> bool:
    calls = _calls(draft, incident)
    dead = [row for row in calls if not row.well]
    last_us, silent = max((row.at_us for row in dead), default=0), {row.customer for row in dead}
    over = [row for row in calls if row.customer not in silent and _said_us(draft, row) > last_us]
    callers, well = {row.customer for row in calls}, {row.customer for row in over}
    if 2 * len(well) <= len(callers) or len(well) < min(CALLERS, len(callers)):
        return False
    return not _hang_together(draft, dead, over)


def _said_us(draft: Draft, complaint: ComplaintRow) -> int:
    said = draft.state.said_well.get(complaint.customer_id or "")
    return said.at_us if said is not None else 0


def _hang_together(draft: Draft, dead: list[ComplaintRow], over: list[ComplaintRow]) -> bool:
    """By something by which nobody hangs of whom it is over."""
    works = _ways_of(draft, over)
    customers = sorted({row.customer for row in dead})
    ways = [_ways_of(draft, [row for row in dead if row.customer == one]) - works for one in customers]
    return any(many >= CALLERS for many in Counter(way for each in ways for way in sorted(each)).values())


def _ways_of(draft: Draft, calls: Iterable[ComplaintRow]) -> set[int]:
    """What cuts them off alone."""
    topology = draft.world.topology
    return {one for row in calls for device in impact.devices_of(topology, row) for one in cuts_off(topology, device)}
