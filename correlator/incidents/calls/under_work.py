"""Who says that nothing works while planned work takes their service down: they call about that, until it ends."""

import numpy as np

from correlator import facts
from correlator.alarms.states import named
from correlator.incidents import impact
from correlator.incidents.index import engine_of, index_of
from correlator.rows.counts import SAY_DOWN
from correlator.rows.incidents import AlarmRow, WindowRow
from correlator.rows.service_desk import ComplaintRow
from correlator.state import Draft
from topology import impact as reach
from topology.csr import Ints
from topology.down import down_alone
from topology.failure import expand
from topology.graph import Topology

Hits = list[tuple[WindowRow, Ints]]  # planned work in force, and the services that each takes down by itself
NONE = np.zeros(0, np.int32)
STANDS = -1


def hits_of(draft: Draft) -> Hits:
    topology = draft.world.topology
    return [(work, reach.services_down(topology, down)) for work, down in index_of(draft).work]


def of(draft: Draft, complaint: ComplaintRow, hits: Hits) -> WindowRow | None:
    """The work that takes a service of theirs down; of several, what ends last."""
    found = [work for work, services in hits if _is_hit(draft, complaint, services)]
    return max(found, key=lambda work: (work.end_us, work.id), default=None)


def _is_hit(draft: Draft, complaint: ComplaintRow, services: Ints) -> bool:
    return bool(np.isin(impact.services_of(draft.world.topology, complaint), services).any())


def called(draft: Draft, complaint: ComplaintRow, work: WindowRow, hits: Hits) -> None:
    """It accounts for what they say, if they say that nothing works, and nothing else is told that would."""
    if complaint.symptom == "no_service" and not complaint.past and not _has_other_cause(draft, complaint):
        _accounts(draft, complaint, work, hits)


def _accounts(draft: Draft, complaint: ComplaintRow, work: WindowRow, hits: Hits) -> None:
    complaint.work_until_us = work.end_us
    draft.put("complaints", complaint.id, complaint)
    index_of(draft).under_work[complaint.id] = None
    draft.tell(facts.CalledUnderWork(complaint, work, _meant(draft, complaint, work, hits)))


def is_no_more(draft: Draft, complaint: ComplaintRow) -> None:
    """An incident accounts for it from now on. The caller puts the row."""
    complaint.work_until_us = 0
    index_of(draft).under_work.pop(complaint.id, None)


def _meant(draft: Draft, complaint: ComplaintRow, work: WindowRow, hits: Hits) -> tuple[str, ...]:
    """The services that the work takes down, where the customer names none and has others besides."""
    topology, services = draft.world.topology, impact.services_of(draft.world.topology, complaint)
    down = next(hit for one, hit in hits if one.id == work.id)
    hit = [service for service in services if service in down]
    return () if len(hit) == len(services) else tuple(topology.service_ids[service] for service in hit)


def _has_other_cause(draft: Draft, complaint: ComplaintRow) -> bool:
    """Something stands that takes a service of theirs down, and no work accounts for it; or their device lost power."""
    topology, roots = draft.world.topology, engine_of(draft).roots
    stand = [row for row in draft.state.alarm_counts.down.values() if row.active]
    theirs = [row for row in stand if _is_hit(draft, complaint, _taken_down(topology, row))]
    if any(not roots.planned_until_us(row.object) for row in theirs):
        return True
    worked_on = {one for _, down in index_of(draft).work for one in expand(topology, down.failed).devices}
    own = sorted({*impact.devices_of(topology, complaint)} - worked_on)
    gasps = (draft.state.alarms.get(named(topology.ids[device], "dying_gasp")) for device in own)
    return any(row is not None and row.active for row in gasps)


def _taken_down(topology: Topology, row: AlarmRow) -> Ints:
    """By what it says is down, by itself; of a port that no row names: nothing."""
    element = topology.find(row.object)
    return NONE if element is None else reach.services_down(topology, down_alone(topology, element))


def changed(draft: Draft) -> None:
    """Planned work began, changed or ended: whom it accounts for no more is looked after as anybody else."""
    calls, left = index_of(draft).under_work, list[ComplaintRow]()
    hits = hits_of(draft) if calls else []
    for name in sorted(calls):
        complaint = draft.state.complaints.get(name)
        if complaint is None:
            del calls[name]
            continue
        alone = complaint.incident is None and complaint.customer >= 0
        work = of(draft, complaint, hits) if alone else None
        if work is None:
            is_no_more(draft, complaint)
            draft.put("complaints", name, complaint)
            left.append(complaint)
        elif work.end_us != complaint.work_until_us:
            _accounts(draft, complaint, work, hits)
    if left:
        draft.tell(facts.CallsWorkOver(tuple(zip(left, _well_since_us(draft, left), strict=True))))


def _well_since_us(draft: Draft, calls: list[ComplaintRow]) -> list[int]:
    """Since when it works again for each, as what was lost when they called says; 0: nobody does, or some still is."""
    topology, since_us = draft.world.topology, min(call.at_us for call in calls)
    ended = [row for row in index_of(draft).told_well.ended_since(since_us) if row.alarm_type in SAY_DOWN]
    back_us = np.zeros(len(topology.service_customer), np.int64)
    for row in sorted(ended, key=lambda row: row.cleared_us):
        back_us[_taken_down(topology, row)] = row.cleared_us
    for row in draft.state.alarm_counts.down.values():
        back_us[_taken_down(topology, row)] = STANDS
    return [_of_all(back_us[list(impact.services_of(topology, call))], call) for call in calls]


def _of_all(back_us: np.ndarray, call: ComplaintRow) -> int:
    """Of the services of one call."""
    is_well = back_us.size > 0 and int(back_us.min()) != STANDS and int(back_us.max()) >= call.at_us
    return int(back_us.max()) if is_well else 0
