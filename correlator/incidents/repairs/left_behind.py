"""A word that an incident left as it ended: its clear is lost, as a rule. What speaks against that."""

from correlator.incidents.observing import is_at_home
from correlator.rows.incidents import AlarmRow
from correlator.state import Draft

OTHERS = 2  # devices of which its source told the end


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
