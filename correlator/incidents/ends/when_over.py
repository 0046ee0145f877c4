"""When an outage was over: when the last end was that its sources told, though word of it may have come late.

Told and counted by the clock of the last word, if it can be believed (`voices.behind_us`): not before it began, not
later than we heard. Where something else says that it is over, or nobody says when, it is over when it clears.
"""

from bisect import bisect

from correlator.customers import minus, unpack
from correlator.events import SECOND_US
from correlator.incidents import dating, impact
from correlator.incidents.impact import CALLERS, calls_of_now
from correlator.incidents.index import index_of
from correlator.rows.incidents import AlarmRow, IncidentRow, MemberRow
from correlator.state import Draft
from topology import impact as reach

ENDING_US = 120 * SECOND_US  # a repair is told within so long, by most


def date(draft: Draft, incident: IncidentRow) -> None:
    """It has just begun to clear, since its sources say so."""
    known = draft.state.alarms.get
    members = [one for one in draft.state.members.of(incident.id).values() if not (one.standing or one.older)]
    over_us = max([_over_us(draft, one, known(one.alarm)) for one in members], default=draft.now_us)
    over_us = _under_others_us(draft, incident, max(over_us, incident.since_us, incident.work_until_us))
    if over_us < draft.now_us and not _is_denied(draft, incident, over_us):
        incident.over_us = over_us
        late_us = incident.down_now * (draft.now_us - over_us)
        all_us = incident.down_now * max(0, over_us - incident.counted_us)  # of what was over before they were counted
        incident.user_us = all_us if incident.past else max(0, incident.user_us - late_us)
        incident.down_counted_us = over_us
        draft.put("incidents", incident.id, incident)


def goes_on(draft: Draft, incident: IncidentRow, member: MemberRow, row: AlarmRow) -> None:
    """While it clears one more of it has ended, and maybe later than the others."""
    over_us = min(_over_us(draft, member, row), incident.clearing_us or 0)
    if 0 < incident.over_us < over_us and not member.older:
        incident.over_us = over_us
        impact.count_user_time(draft, incident)
        draft.put("incidents", incident.id, incident)


def _under_others_us(draft: Draft, incident: IncidentRow, over_us: int) -> int:
    """Till when all who were down by it were down by another: word of the end of that one came sooner."""
    index = index_of(draft)
    others = [draft.state.incidents[name] for name in index.live | index.ended]
    later = [one for one in others if over_us < one.well_us < draft.now_us and one.opened_us is not None]
    for other in sorted(later, key=lambda one: (one.well_us, one.id)):
        if other.since_us <= over_us and _takes_all(draft, other, incident):
            over_us = other.well_us
    return over_us


def _takes_all(draft: Draft, other: IncidentRow, incident: IncidentRow) -> bool:
    """Alone, who was down by the incident."""
    audience, root = draft.state.audiences.get(incident.id), draft.world.topology.find(other.root)
    if audience is None or not audience.ever or root is None:
        return False
    related = index_of(draft).related
    services = reach.services_down(related.topology, related.fallen_apart(((root,),)))
    return not len(minus(unpack(audience.ever), reach.customers_of(related.topology, services)))


def _over_us(draft: Draft, member: MemberRow, row: AlarmRow | None) -> int:
    """Now where nobody says: it is shelved, or its end bears the time of its begin."""
    if row is None or row.cleared_us <= max(member.at_us, row.stamped_us):
        return draft.now_us
    return dating.cleared_us(draft, row)


def _is_denied(draft: Draft, incident: IncidentRow, over_us: int) -> bool:
    """Several have called since then that nothing works."""
    calls = [row for row in calls_of_now(draft, incident.id) if row.at_us >= over_us + dating.ANSWERS_US]
    return len({row.customer for row in calls if row.symptom == "no_service"}) >= CALLERS


def most_ended_us(ended: list[int]) -> int:
    """The first from which on most of them ended within two minutes; ascending."""
    most = (len(ended) + 1) // 2
    begun = (at_us for place, at_us in enumerate(ended) if bisect(ended, at_us + ENDING_US) - place >= most)
    return next(begun, ended[0])
