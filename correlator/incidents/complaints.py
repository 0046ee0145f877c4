"""Complaints as evidence, and under which incident a complaint belongs.

A complaint about the network counts for every single element that could take the customer's service away, until an
open incident explains it. First contact of a customer and day counts 1, a repeat less; the text's class scales it.
"""

import numpy as np

from correlator import facts
from correlator.alarms import maintenance
from correlator.events import DAY_US, SECOND_US, Command
from correlator.incidents import dating, impact
from correlator.inference.evidence import Evidence, mind
from correlator.rows.incidents import LIVE, IncidentRow
from correlator.rows.service_desk import ComplaintRow
from correlator.state import Draft
from topology import cover
from topology.graph import Topology


def received(draft: Draft, complaint: ComplaintRow) -> None:
    """A complaint row is new: link it to an open incident, or let it count as evidence."""
    draft.put("complaints", complaint.id, complaint)
    if not _about_network(complaint):
        return
    complaint.counted = True
    complaint.repeat = is_repeat(draft, complaint)
    complaint.after = _had_outage(draft, complaint)
    complaint.planned = maintenance.takes_down(draft, _services(draft.world.topology, complaint))
    incident = _incident_for(draft, complaint)
    if incident is not None:
        link(draft, complaint, incident)
    else:
        count(draft, mind(draft), complaint)


def count(draft: Draft, evidence: Evidence, complaint: ComplaintRow) -> None:
    """It waits for an incident, and speaks for every element that could be the cause."""
    hold(draft, evidence, complaint)
    _moved(draft, evidence, complaint)
    draft.arm("past", complaint.id, complaint.at_us + DAY_US)


def past(draft: Draft, name: str) -> None:
    """Nobody's call of yesterday: no fault of today is found by it, and who calls now does not repeat it."""
    complaint = draft.state.complaints.get(name)
    if complaint is not None and complaint.incident is None:
        discount(draft, complaint)
        complaint.counted = False
        draft.put("complaints", name, complaint)


def hold(draft: Draft, evidence: Evidence, complaint: ComplaintRow) -> None:
    """In the cache, as its row says."""
    evidence.waiting[complaint.id] = None
    evidence.waiting_of.setdefault(complaint.customer, {})[complaint.id] = None
    evidence.callers.add(complaint.id, explainers(evidence, complaint), complaint.at_us, _weight(draft, complaint))


def _moved(draft: Draft, evidence: Evidence, complaint: ComplaintRow) -> None:
    """What it speaks for is looked at in the next solve; the row says so, for after a crash."""
    complaint.moved = draft.step
    draft.put("complaints", complaint.id, complaint)
    evidence.dirty.update(explainers(evidence, complaint))


def discount(draft: Draft, complaint: ComplaintRow) -> None:
    evidence = mind(draft)
    evidence.waiting.pop(complaint.id, None)
    same = evidence.waiting_of.get(complaint.customer)
    if same is not None:
        same.pop(complaint.id, None)
        if not same:
            del evidence.waiting_of[complaint.customer]
    if evidence.callers.drop(complaint.id, explainers(evidence, complaint)):
        _moved(draft, evidence, complaint)


def link(draft: Draft, complaint: ComplaintRow, incident: IncidentRow, by: Command | None = None) -> None:
    """`by`: the order of a person who said so."""
    discount(draft, complaint)
    if incident.home:
        draft.tell(facts.ComplaintElsewhere(complaint, incident.home))
        if complaint.id not in draft.state.complaints:
            return
    complaint.incident = incident.id
    draft.put("complaints", complaint.id, complaint)
    dating.add(draft, incident, complaint.at_us)
    draft.put("incidents", incident.id, incident)
    draft.tell(facts.ComplaintLinked(complaint, incident, by))


def unlink(draft: Draft, complaint: ComplaintRow, incident: IncidentRow, by: Command | None = None) -> None:
    """`by`: the order of a person who took it out, which holds."""
    complaint.incident = None
    complaint.detached = by is not None
    complaint.counted = complaint.counted and by is None
    draft.put("complaints", complaint.id, complaint)
    draft.tell(facts.ComplaintUnlinked(complaint, incident, by))
    if by is None and _about_network(complaint):
        count(draft, mind(draft), complaint)


def first_us(evidence: Evidence, candidate: int, now_us: int) -> int:
    """When the first of the calls came that speak for this element within the longest window."""
    since_us = now_us - evidence.policy.call_windows_s[-1] * SECOND_US
    return min((at_us for at_us, _ in evidence.calls.get(candidate, {}).values() if at_us >= since_us), default=now_us)


def link_waiting(draft: Draft, incident: IncidentRow, *, announce: bool) -> None:
    """An incident opened or grew: the complaints that wait and lie under it are its own.

    `announce`: the incident has its ticket already; else the ticket, when it is raised, takes them as children.
    """
    evidence = mind(draft)
    row = draft.state.audiences.get(incident.id)
    down = np.frombuffer(row.down, dtype="<i4") if row else np.zeros(0, dtype="<i4")
    waiting = [draft.state.complaints[name] for name in evidence.waiting]
    numbers = np.array([complaint.customer for complaint in waiting], dtype=np.int32)
    hit = np.isin(numbers, down) if len(numbers) else numbers.astype(bool)
    for complaint in sorted((c for c, under in zip(waiting, hit, strict=True) if under), key=lambda c: (c.at_us, c.id)):
        if not in_time(draft, complaint, incident) or not _under(draft, evidence, complaint, incident):
            continue
        if announce:
            link(draft, complaint, incident)
        else:
            discount(draft, complaint)
            complaint.incident = incident.id
            dating.add(draft, incident, complaint.at_us)
            draft.put("complaints", complaint.id, complaint)


def _incident_for(draft: Draft, complaint: ComplaintRow) -> IncidentRow | None:
    """The open incident under which the customer, and the service where one is named, is down."""
    evidence = mind(draft)
    if complaint.customer < 0 or complaint.detached:
        return None
    near = dict.fromkeys(
        owner for c in explainers(evidence, complaint) if (owner := evidence.root_owner.get(c)) is not None
    )
    names = near | dict.fromkeys(evidence.ending.values()) if near else evidence.live
    for name in sorted(names):
        incident = draft.state.incidents[name]
        if incident.status not in LIVE or not impact.is_down(draft, name, complaint.customer):
            continue
        if in_time(draft, complaint, incident) and _under(draft, evidence, complaint, incident):
            return incident
    for name in sorted(evidence.resolved):  # told late of what was out then
        incident = draft.state.incidents[name]
        during = incident.down_since_us <= complaint.at_us < (incident.resolved_us or 0)
        if during and impact.was_down(draft, name, complaint.customer):
            return incident
    return None


def in_time(draft: Draft, complaint: ComplaintRow, incident: IncidentRow) -> bool:
    """It did not come so long before the incident began that it can only be about something else."""
    before_us = draft.world.policy.faults.call_link_before_s * SECOND_US
    return complaint.at_us >= incident.down_since_us - before_us


def _under(draft: Draft, evidence: Evidence, complaint: ComplaintRow, incident: IncidentRow) -> bool:
    """The service that is named hangs below the root; without one, the customer is enough."""
    if complaint.service is None:
        return True
    roots = evidence.ending if incident.status == "clearing" else evidence.root_owner
    if any(roots.get(c) == incident.id for c in explainers(evidence, complaint)):
        return True
    return bool(incident.besides) or len(draft.world.topology.services_of(complaint.customer)) == 1


def _about_network(complaint: ComplaintRow) -> bool:
    """A wish (to install, to move) is about the service, too, but tells of no fault."""
    about = complaint.category == "network" or (complaint.category == "service" and complaint.symptom != "other")
    return about and complaint.customer >= 0


def explainers(evidence: Evidence, complaint: ComplaintRow) -> tuple[int, ...]:
    """Single elements that alone take the service (or any service of the customer) down."""
    topology = evidence.topology
    services = _services(topology, complaint)
    return tuple(dict.fromkeys(c for service in services for c in cover.fails_service(topology, service)))


def _services(topology: Topology, complaint: ComplaintRow) -> list[int]:
    """The service that is named, or all of the customer."""
    if complaint.service is None:
        return [int(service) for service in topology.services_of(complaint.customer)]
    element = topology.find(complaint.service)
    return [element - topology.first_service] if element is not None else []


def _weight(draft: Draft, complaint: ComplaintRow) -> int:
    """In thousandths of a first call that says "nothing works"; what planned work takes down tells of nothing else."""
    if complaint.planned:
        return 0
    policy = draft.world.policy.faults
    match complaint.symptom:
        case "no_service":
            weight = 1.0
        case "slow" | "tv":
            weight = policy.call_weight_slow
        case _:
            weight = policy.call_weight_other
    if complaint.repeat:
        weight *= policy.call_repeat_weight
    if complaint.after:
        weight *= policy.call_weight_after
    return round(weight * 1000)


def _had_outage(draft: Draft, complaint: ComplaintRow) -> bool:
    """It lay under an incident that was resolved shortly before the complaint."""
    return any(
        impact.was_down(draft, name, complaint.customer)
        for name in mind(draft).resolved
        if complaint.at_us >= (draft.state.incidents[name].resolved_us or 0)
    )


def is_repeat(draft: Draft, complaint: ComplaintRow) -> bool:
    """The customer has called before within a day."""
    same = mind(draft).waiting_of.get(complaint.customer, {})
    others = (draft.state.complaints[name] for name in same if name != complaint.id)
    return any(0 <= complaint.at_us - other.at_us < DAY_US for other in others)


def rebuild(draft: Draft, evidence: Evidence) -> None:
    """Fill the cache from the rows of complaints, by key."""
    for complaint in draft.state.complaints.values():
        if complaint.counted and complaint.incident is None:
            hold(draft, evidence, complaint)


def look_over(draft: Draft, evidence: Evidence) -> None:
    """What complaints speak for since the last solve, from their rows."""
    for complaint in draft.state.complaints.values():
        if complaint.moved > evidence.solved:
            evidence.dirty.update(explainers(evidence, complaint))
