"""Which alarm a command names."""

from correlator.rows.incidents import AlarmRow
from correlator.state import Draft


def alarm_named(draft: Draft, event_id: str) -> AlarmRow | None:
    """An alarm by any event id of it that is remembered (the first raise of each period), or by its key."""
    rows = draft.state.alarms
    if event_id in rows:
        return rows[event_id]
    for row in rows.values():
        if row.first_id == event_id or row.last_id == event_id:
            return row
    for member in draft.state.members.values():
        if member.event == event_id:
            return rows.get(member.alarm)
    return None
