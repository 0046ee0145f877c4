"""By a new inventory an element is another domain's: what stands there came in here, and its end comes in there.

The outage stays where it was decided. The other domain is told of the alarm, and tells us what becomes of it.
"""

from typing import Final

from correlator.effects import Reason
from correlator.federation import sending
from correlator.federation.shares import home_of, share_of
from correlator.rows.incidents import AlarmRow
from correlator.state import Draft
from topology.graph import Topology

KIND: Final = "redrawn"  # the deadline at which an alarm is handed on: when the new inventory is in force
REASON = Reason("redrawn", "by the new inventory it is another domain's")


def find(draft: Draft, old: Topology) -> None:
    """All that stands and came in here, and would come in elsewhere now. The inventory is not in force yet."""
    was, now = draft.state.share, draft.world.share
    if was is None or now is None:
        return
    for key in sorted(draft.state.alarms):
        row = draft.state.alarms[key]
        if row.active and was.has(old, row.object) and not now.has(draft.world.topology, row.object):
            draft.arm(KIND, key, draft.now_us)


def hand_on(draft: Draft, alarm: str) -> None:
    row = draft.state.alarms.get(alarm)
    if row is not None and row.active:
        sending.hand(draft, home_of(draft, row), sending.as_told(row), REASON)


def tell_back(draft: Draft, row: AlarmRow, domain: str) -> None:
    """Another domain had it, and it comes in here now: whoever had it hears what becomes of it."""
    if share_of(draft).has(draft.world.topology, row.object) and domain not in row.handed:
        row.handed += (domain,)
        draft.put("alarms", row.key, row)
