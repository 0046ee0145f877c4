"""All that stands under an incident is left over: from when on it counts as over, and why.

A manager forwards what a device and its poller tell, as alarms of its own, and stops; or whoever told of it sees it no
more. Their clears never come.
"""

from correlator.alarms import voices
from correlator.events import MINUTE_US, SECOND_US
from correlator.incidents import claims
from correlator.inference.port import Observation
from correlator.rows.counts import LINK_DARK
from correlator.rows.incidents import AlarmRow, IncidentRow, LetGo
from correlator.state import Draft

BELIEVED_US = 10 * MINUTE_US  # so long well, and not told again: whatever others tell, or its links' ends
Why = tuple[LetGo, tuple[str, str]]  # in Indonesian and English
STALE: Why = (
    "stale",
    ("jalannya pulih, dan sumbernya tidak melihatnya lagi", "its way is well, and its source sees it no more"),
)
COPY: Why = (
    "belied",
    ("sumber lain yang juga menyatakannya sudah menyatakan pulih", "another that told of it too has told its end"),
)


def over(draft: Draft, incident: IncidentRow, standing: list[Observation]) -> tuple[int, Why]:
    """From when on all of it counts as over; 0: not so."""
    rows = [draft.state.alarms[key] for one in standing for key in sorted(one.alarms)]
    stale_us = _stale_us(draft, incident, rows)
    return (stale_us, STALE) if stale_us else (_copied_us(draft, incident, rows), COPY)


def _stale_us(draft: Draft, incident: IncidentRow, standing: list[AlarmRow]) -> int:
    """Whoever told of it sees it no more, and all links are told well. 0: somebody does, or nobody told of a link."""
    if not all(voices.is_stale(draft, row) for row in standing):
        return 0
    links = [row for row in claims.alarms_of(draft.state, incident.id) if row.alarm_type in LINK_DARK]
    if not links or any(row.active for row in links):
        return 0
    return max(row.cleared_us for row in links) + draft.world.policy.faults.hold_s * SECOND_US


def _copied_us(draft: Draft, incident: IncidentRow, standing: list[AlarmRow]) -> int:
    """Another source told the very same of the same object, and its end since. 0: not of all."""
    ended: dict[tuple[str, str], list[AlarmRow]] = {}
    for row in claims.alarms_of(draft.state, incident.id):
        if not row.active and not row.let_go:
            ended.setdefault((row.object, row.alarm_type), []).append(row)
    last_us = 0
    for row in standing:
        others = [one for one in ended.get((row.object, row.alarm_type), ()) if one.source != row.source]
        over_us = max([one.cleared_us for one in others], default=0)
        if over_us <= row.last_told_us:
            return 0
        last_us = max(last_us, over_us)
    return last_us + BELIEVED_US if last_us else 0
