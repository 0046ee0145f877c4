"""Since when a fault is there. What it explains may have begun long before it, as an ONT that has been dark for a week.

`first_event_us` is the least time of what an incident lists (contract); `down_since_us` is what people are told, and
what minutes down count from: where that begins which leads, without a long pause, to what is nearest to the
suspicion.
"""

from collections.abc import Collection

from correlator.events import SECOND_US
from correlator.rows.incidents import IncidentRow
from correlator.state import Draft


def date(draft: Draft, incident: IncidentRow, times: Collection[int]) -> None:
    """From all that it lists."""
    if times:
        incident.first_event_us = min(times)
        incident.down_since_us = min(times, key=lambda at_us: (abs(at_us - incident.suspected_us), at_us))
        _reach_back(draft, incident, times)


def add(draft: Draft, incident: IncidentRow, *times: int) -> None:
    """It lists these as well."""
    incident.first_event_us = min([incident.first_event_us, *times])
    _reach_back(draft, incident, times)


def _reach_back(draft: Draft, incident: IncidentRow, times: Collection[int]) -> None:
    pause_us = draft.world.policy.faults.begin_pause_s * SECOND_US
    for at_us in sorted(times, reverse=True):
        if 0 <= incident.down_since_us - at_us <= pause_us:
            incident.down_since_us = at_us
