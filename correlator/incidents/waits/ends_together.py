"""What pollers called lost in one minute, and call well again one by one: it ends as it began, all of it.

So it is where a poller had lost its way: with each device that it reaches again, fewer are left, and those look like
a fault of their own.
"""

from collections.abc import Collection

from correlator.events import SECOND_US
from correlator.incidents.index import index_of
from correlator.rows.incidents import AlarmRow
from correlator.state import Draft

LOST = "device_unreachable"
FEWEST = 2  # are well again; one may be chance


def ends_until_us(draft: Draft, rows: Collection[AlarmRow]) -> int:
    """How long the rest of it is waited for: a poller's round after the last. 0: nothing of the kind has ended."""
    policy = draft.world.policy.faults
    if not rows or any(row.alarm_type != LOST for row in rows):
        return 0
    sources = {source for row in rows for source in row.tellers}
    began_us, near_us = [row.first_us for row in rows], policy.fresh_s * SECOND_US
    first_us, last_us = min(began_us) - near_us, max(began_us) + near_us
    round_us = policy.round_s * SECOND_US
    over_us = [
        row.cleared_us
        for row in index_of(draft).told_well.ended_since(draft.now_us - round_us)
        if row.alarm_type == LOST and first_us <= row.first_us <= last_us and not sources.isdisjoint(row.tellers)
    ]
    return max(over_us) + round_us if len(over_us) >= FEWEST else 0
