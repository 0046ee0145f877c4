"""A word that stood alone, and that its source says once more as others begin: its end in between was lost.

A device says that a port goes dark once. So its second word counts as the begin, for the verdict and for people. What
it says a third time has stood all along (`alarms.states`): so pollers and lists do.
"""

from correlator.events import SECOND_US
from correlator.incidents import observing
from correlator.incidents.index import engine_of, index_of
from correlator.inference.port import AlarmDated, Observation
from correlator.rows.incidents import AlarmRow
from correlator.state import Draft
from topology.model import device_of

MANY = 16  # so many said once more within `together_s` are a list that somebody reads out


def look(draft: Draft) -> None:
    """Before a search: who is said once more, and by whom is it borne out?"""
    again = index_of(draft).said_again
    if not again:
        return
    known = (draft.state.alarms.get(key) for key in sorted(again))
    rows = [row for row in known if row is not None and _waits(draft, row)]
    index_of(draft).said_again = dict.fromkeys(row.key for row in rows)
    if len(rows) > MANY:
        return
    for row in rows:
        told = engine_of(draft).observation(row.key)
        if told is not None and told.owner is None and _begins(draft, row, _others(draft, row, told)):
            row.anew = True
            engine_of(draft).observe(AlarmDated(row.key, row.since_us))
            observing.moved(draft, row)


def _waits(draft: Draft, row: AlarmRow) -> bool:
    late_us = draft.world.policy.faults.together_s * SECOND_US
    return row.active and row.again_us > 0 and not row.anew and draft.now_us <= row.again_us + row.slow_us + late_us


def _others(draft: Draft, row: AlarmRow, told: Observation) -> list[Observation]:
    """What else is told of its link or its device, and nothing explains."""
    topology, roots = draft.world.topology, engine_of(draft).roots
    element = topology.find(row.object)
    is_port = element is not None and topology.kind_of(element) == "port"
    link = topology.link_of(element) if element is not None and is_port else -1
    names = {row.object, device_of(row.object), *([topology.ids[link]] if link >= 0 else [])}
    return [one for name in sorted(names) for one in roots.free_for(name) if one is not told]


def _begins(draft: Draft, row: AlarmRow, others: list[Observation]) -> bool:
    """Some begin as it is said again, and none did as it was said first."""
    fresh_us = draft.world.policy.faults.fresh_s * SECOND_US
    then, now = (any(abs(one.first_us - at_us) <= fresh_us for one in others) for at_us in (row.first_us, row.again_us))
    return now and not then
