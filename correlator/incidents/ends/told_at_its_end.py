"""What is explained when its end is known already: the way to its sources was away, and begin and end came together.

Its alarms were held up for that (`alarms.states`); their ends count now (`claims.add_member`). Customers hear nothing
till it is over.
"""

from collections.abc import Collection

from correlator.alarms.states import LASTED, LASTS_US
from correlator.events import MINUTE_US
from correlator.incidents.index import engine_of, index_of
from correlator.incidents.unexplained import takes_down
from correlator.rows.incidents import AlarmRow, IncidentRow
from correlator.state import Draft

EARLY_US, OVERRUN_US = MINUTE_US, 5 * MINUTE_US  # what begins and ends so near a window belongs to that work


def opens(draft: Draft, incident: IncidentRow) -> None:
    """The caller puts the incident."""
    held = engine_of(draft).accounts.held_by(incident.id)
    rows = [draft.state.alarms[key] for key in sorted(key for one in held for key in one.alarms)]
    incident.past = bool(rows) and all(row.held_up for row in rows)
    incident.work_until_us = max(incident.work_until_us, _work_us(draft, rows))


def work_until_us(draft: Draft, rows: Collection[AlarmRow]) -> int:
    """How long it waits where planned work of that time accounts for all of it: till it is held up no more. 0: not."""
    work_us = _work_us(draft, rows) if all(row.held_up for row in rows) else 0
    within = work_us and max(row.cleared_us for row in rows) <= work_us + OVERRUN_US
    return draft.now_us + LASTS_US if within else 0


def _work_us(draft: Draft, rows: Collection[AlarmRow]) -> int:
    """The end of the planned work of that time that takes most of these down; 0: none."""
    if not rows:
        return 0
    topology, related, found_us = draft.world.topology, index_of(draft).related, 0
    began_us = [row.begun_us for row in rows]
    for _, window in sorted(draft.state.windows.items()):
        if window.start_us - EARLY_US <= min(began_us) and max(began_us) < window.end_us <= draft.now_us:
            named = {one for name in window.objects if (one := topology.find(name)) is not None}
            down = related.fallen(tuple(sorted(named)))
            if 2 * sum([takes_down(topology, down, row.object) for row in rows]) > len(rows):
                found_us = max(found_us, window.end_us)
    return found_us


def is_no_part(draft: Draft, row: AlarmRow, incident: IncidentRow) -> bool:
    """It was over before the incident began; or callers alone tell of that: it may end it (`called_first.is_over`)."""
    no_part = row.held_up and (not incident.peak or row.cleared_us < incident.began_us)
    if no_part:
        draft.arm(LASTED, row.key, draft.now_us)
    return no_part
