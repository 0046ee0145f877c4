"""Since when a fault is there. What it explains may have begun long before it, as an ONT that has been dark for a week.

`first_event_us` is the least time of what an incident lists (contract); `down_since_us` is what people are told, and
what minutes down count from: where that begins which leads to the suspicion without a long pause.
"""

from collections.abc import Collection

from correlator.events import SECOND_US
from correlator.faults.rows import IncidentRow
from correlator.state import Draft


def date(draft: Draft, incident: IncidentRow, times: Collection[int]) -> None:
    """From all that it lists."""
    incident.first_event_us = min(times, default=incident.first_event_us)
    known = [at_us for at_us in times if at_us <= incident.suspected_us]
    incident.down_since_us = max(known) if known else incident.first_event_us
    for at_us in sorted(known, reverse=True):
        _reach_back(draft, incident, at_us)


def add(draft: Draft, incident: IncidentRow, *times: int) -> None:
    """It lists these as well."""
    incident.first_event_us = min([incident.first_event_us, *times])
    for at_us in sorted(times, reverse=True):
        _reach_back(draft, incident, at_us)


def _reach_back(draft: Draft, incident: IncidentRow, at_us: int) -> None:
    pause_us = draft.world.policy.faults.begin_pause_s * SECOND_US
    if 0 <= incident.down_since_us - at_us <= pause_us:
        incident.down_since_us = at_us
