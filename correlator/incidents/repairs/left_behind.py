"""A word that an incident left as it ended: its clear is lost, as a rule. What speaks against that."""

from correlator.events import SECOND_US
from correlator.incidents import complaints
from correlator.incidents.claims import alarms_of, member_key
from correlator.incidents.index import engine_of
from correlator.incidents.observing import is_at_home, touch_again
from correlator.incidents.unexplained import is_told_again
from correlator.inference.port import Hypothesis
from correlator.rows.incidents import AlarmRow, IncidentRow
from correlator.state import Draft
from topology.down import down_alone, without

OF_THE_ROOT = ("direct", "card", "fibre", "link_end", "neighbour")  # kinds of what tells of a root itself
OTHERS = 1  # devices of which its source told the end, at least
KIND = "left"  # the deadline that looks at it again
LOOKS_S = (1, 3, 15, 45, 90)  # after it began to clear: silence matures


def is_the_only_one(draft: Draft, row: AlarmRow) -> bool:
    """A poller told the end of all other devices that the incident held, and all else of it was cleared as well."""
    if not row.freed_us or row.alarm_type != "device_unreachable" or is_at_home(draft, row):
        return False
    alarms, members = draft.state.alarms, draft.state.members
    for incident in draft.state.incidents.values():
        if incident.clearing_us != row.freed_us:
            continue
        held = {one.alarm for one in members.of(incident.id).values()}
        others = [alarms[key] for key in sorted(held - {row.key}) if key in alarms]
        if row.key in held and not any(one.active or one.let_go for one in others):
            return sum(one.alarm_type == row.alarm_type and one.source == row.source for one in others) >= OTHERS
    return False


def without_what_is_over(draft: Draft, hypotheses: list[Hypothesis]) -> list[Hypothesis]:
    """Those of which something is new. What is left of the others may be of a smaller fault, as silence will say."""
    found = []
    for hypothesis in hypotheses:
        ended = _left_by(draft, hypothesis)
        if not ended:
            found.append(hypothesis)
        for incident in ended:
            looks_us = [(incident.clearing_us or 0) + s * SECOND_US for s in LOOKS_S]
            if due_us := next((at_us for at_us in looks_us if at_us > draft.now_us), 0):
                draft.arm(KIND, incident.id, due_us)
    return found


def look_again(draft: Draft, name: str) -> None:
    """What it left, and nothing explains, is searched once more."""
    for row in alarms_of(draft.state, name):
        search_again(draft, row)


def search_again(draft: Draft, row: AlarmRow) -> None:
    """If an incident left it, and nothing explains it."""
    told = engine_of(draft).observation(row.key) if row.freed_us else None
    if told is not None and told.owner is None and told.suspect is None:
        touch_again(draft, told)


def closed(draft: Draft, name: str) -> None:
    """What so many clears would have to be lost for is searched once more."""
    held = list(alarms_of(draft.state, name))
    if _are_no_lost_clears(draft, [row for row in held if row.active and row.freed_us], held):
        look_again(draft, name)


def _left_by(draft: Draft, hypothesis: Hypothesis) -> list[IncidentRow]:
    """The incidents of this very root that ended and left all that speaks for it; none where anything is new.

    That such an incident is over was decided with these words before it: by them alone it is not back, nor again. Nor
    has a greater failure happened, that would have taken that root down. Of a device with a dead card it may be another
    part; and where the root itself is told still (its links, its fibre, a dead card) only a crew's word says that it is
    over: that one behind it answers may be another way. New is what began after the last end of it was told, and who
    calls since; and where sources still tell all of it when that one is closed, or many and not one was taken back, no
    clear was lost.
    """
    rows = [draft.state.alarms[key] for one in hypothesis.speaks for key in sorted(one.alarms)]
    if not rows or hypothesis.card or not all(row.freed_us for row in rows):
        return []
    members = draft.state.members
    ended = [one for one in draft.state.incidents.values() if _is_over(one) and _is_of(draft, one, hypothesis)]
    if not all(any(member_key(one.id, row) in members.of(one.id) for one in ended) for row in rows):
        return []
    if any(one.repaired_us is None and _is_told_itself(draft, one) for one in ended):
        return []
    held = [row for one in ended for row in alarms_of(draft.state, one.id)]
    over_us = max((row.cleared_us or 0 for row in held if not row.active), default=0)
    if any(row.first_us > over_us > 0 for row in rows):
        return []
    again = all(is_told_again(draft, one) for one in hypothesis.speaks)
    if all(one.status == "closed" for one in ended) and (again or _are_no_lost_clears(draft, rows, held)):
        return []
    since_us = max(one.clearing_us or 0 for one in ended)
    calls = engine_of(draft).roots.complaints_for(hypothesis.root)
    return [] if any(complaints.came_us(draft, name) > since_us for name in calls) else ended


def _are_no_lost_clears(draft: Draft, rows: list[AlarmRow], held: list[AlarmRow]) -> bool:
    """Many devices of one role are lost still, and the end was told of none of that role that is held."""
    if len(rows) < draft.world.policy.faults.settle_many:
        return False
    roles = {_role_of(draft, row) for row in rows}
    return not any(_role_of(draft, row) in roles and not row.active for row in held)


def _role_of(draft: Draft, row: AlarmRow) -> str | None:
    topology = draft.world.topology
    device = topology.find(row.object)
    return None if device is None or not topology.is_device(device) else topology.role_of(device)


def _is_told_itself(draft: Draft, incident: IncidentRow) -> bool:
    """What tells of its root, and not of who hangs by it, stands; and the root was not told to be reached again."""
    rows, alike = list(alarms_of(draft.state, incident.id)), {incident.root, *incident.equivalent}
    if any(row.object in alike and row.alarm_type == "device_unreachable" and not row.active for row in rows):
        return False
    told = (engine_of(draft).observation(row.key) for row in rows if row.active)
    return any(one is not None and one.kind in OF_THE_ROOT for one in told)


def _is_over(incident: IncidentRow) -> bool:
    return incident.opened_us is not None and incident.status in ("clearing", "resolved", "closed")


def _is_of(draft: Draft, incident: IncidentRow, hypothesis: Hypothesis) -> bool:
    """Of this root, or of one within what it takes down."""
    if incident.root in hypothesis.members:
        return True
    topology = draft.world.topology
    mine, whole = topology.find(incident.root), topology.find(hypothesis.root)
    if mine is None or whole is None:
        return False
    inner, outer = (down_alone(topology, one).intervals for one in (mine, whole))
    return bool(inner) and not without(inner, outer) and bool(without(outer, inner))
