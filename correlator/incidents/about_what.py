"""What a caller may call about besides what they say: an outage of theirs that stands, or ended lately."""

from correlator.alarms.states import named
from correlator.customers import holds, unpack
from correlator.events import SECOND_US
from correlator.incidents import impact
from correlator.incidents.index import engine_of, index_of
from correlator.rows import audiences
from correlator.rows.incidents import IncidentRow
from correlator.rows.service_desk import ComplaintRow
from correlator.state import Draft


def had_outage(draft: Draft, complaint: ComplaintRow) -> bool:
    """An incident that stands, or was resolved shortly before, has them down: they call about that as well.

    Of one that stands: by another service than the one that they name. Of one that ended: if they do not say that it is
    so still, or again.
    """
    index = index_of(draft)
    several = complaint.service is not None and len(draft.world.topology.services_of(complaint.customer)) > 1
    if several and any(audiences.is_down(draft, name, complaint.customer) for name in index.live):
        return True
    return not complaint.still and any(
        audiences.was_down(draft, name, complaint.customer) and not _is_dark_since(draft, name, complaint)
        for name in index.ended
        if complaint.at_us >= (draft.state.incidents[name].resolved_us or 0)
    )


def had_no_mains(draft: Draft, complaint: ComplaintRow) -> bool:
    """Their own device said that it lost power, and has it again since a short while: they call about that."""
    topology, since_us = draft.world.topology, draft.now_us - draft.world.policy.faults.call_after_s * SECOND_US
    names = {topology.ids[device] for device in impact.devices_of(topology, complaint)}
    gasps = [row for name in sorted(names) if (row := draft.state.alarms.get(named(name, "dying_gasp"))) is not None]
    return any(not row.active and row.cleared_us >= since_us for row in gasps)


def is_of_the_past(draft: Draft, complaint: ComplaintRow) -> bool:
    """Since when it fails, as they say, an incident had them down that has ended since: they call about that."""
    occurred_us = draft.state.tickets[complaint.ticket].occurred_us
    if occurred_us is None or complaint.symptom == "none" or complaint.still:
        return False
    return any(
        row.down_since_us <= occurred_us < (row.resolved_us or 0) <= complaint.at_us
        and audiences.was_down(draft, row.id, complaint.customer)
        and not _is_dark_since(draft, row.id, complaint)
        for row in draft.state.incidents.values()
    )


def told_late_of(draft: Draft, complaint: ComplaintRow) -> IncidentRow | None:
    """The incident, over since, that had them down as they wrote: what came in late tells of nothing else."""
    at_us = complaint.at_us
    then = [row for row in draft.state.incidents.values() if row.down_since_us <= at_us < (row.resolved_us or 0)]
    mine = [row for row in then if audiences.was_down(draft, row.id, complaint.customer)]
    return min(mine, key=lambda row: row.id, default=None)


def _is_dark_since(draft: Draft, name: str, complaint: ComplaintRow) -> bool:
    """Its end was no end for them, as far as is told: they were not told of it. Or what they hang by is lost again."""
    services = impact.services_of(draft.world.topology, complaint)
    if engine_of(draft).accounts.lost_since(services, draft.state.incidents[name].resolved_us or 0):
        return True
    waits = draft.state.waiting_notices.values()
    dark = (row for row in waits if row.incident == name and row.why == "dark")
    return any(holds(unpack(row.audience), complaint.customer) for row in dark)
