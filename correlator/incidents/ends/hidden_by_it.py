"""What an incident had hidden: it lies under it, and was told only when most of the rest had ended."""

from correlator.events import SECOND_US
from correlator.incidents.ends import when_over
from correlator.incidents.index import engine_of
from correlator.inference.port import Observation
from correlator.rows.incidents import AlarmRow, IncidentRow, MemberRow
from correlator.state import Draft

SLACK_US = 10 * SECOND_US  # clocks of sources differ by so much


def told(draft: Draft, incident: IncidentRow) -> set[Observation]:
    """What stands under it and was told only when most of the rest had ended: of a fault that this one had hidden.

    Nothing that had ended and is told again, which may be a fault that returns.
    """
    since_us = its_end_us(draft, incident)
    return set() if since_us is None else begun_since(draft, incident, since_us)


def begun_since(draft: Draft, incident: IncidentRow, since_us: int) -> set[Observation]:
    alarms, members = draft.state.alarms, draft.state.members.of(incident.id).values()
    ended = [one for one in members if not one.standing and one.alarm in alarms and was_cleared(one, alarms[one.alarm])]
    before = {one.alarm for one in members if one.at_us < since_us and one.alarm in alarms}
    if 2 * len(ended) < len(before) and incident.repaired_us is None:
        return set()
    if before.isdisjoint(one.alarm for one in ended):  # all that has ended had just begun
        return set()
    held = engine_of(draft).accounts.held_by(incident.id)
    return {one for one in held if one.first_us >= since_us and before.isdisjoint(one.alarms)}


def its_end_us(draft: Draft, incident: IncidentRow, told_us: int = 0) -> int | None:
    """From when on most of it ended, by the sources' clocks; None where nothing had, or all that stands is older."""
    if not incident.ended_us or max(incident.newest_us, told_us) < incident.ended_us - SLACK_US:
        return None  # as a rule: and its members are many
    held = engine_of(draft).accounts.held_by(incident.id)
    known, members = draft.state.alarms.get, draft.state.members.of(incident.id).values()
    over = [(one, row) for one in members if not one.standing and (row := known(one.alarm)) is not None]
    ended = [row.cleared_us for one, row in over if was_cleared(one, row)]
    newest_us = max([told_us, *(one.first_us for one in held)])
    if not ended or newest_us < min(ended) - SLACK_US:
        return None
    ended.sort()
    since_us = when_over.most_ended_us(ended) - SLACK_US
    return since_us if newest_us >= since_us else None


def was_cleared(member: MemberRow, row: AlarmRow) -> bool:
    """Its source said that it is over; what is shelved counts no more, and may stand."""
    return row.cleared_us >= member.at_us
