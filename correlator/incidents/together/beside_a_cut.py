"""Callers alone told of an outage, and a word stands that takes all of them down beside what had failed before.

As the second cable of an island: the failure that callers name takes them down alone, the second cable does not.
"""

from collections.abc import Iterable

from correlator.incidents import complaints, impact
from correlator.incidents.beside.standing import FEW, failed_elements
from correlator.incidents.index import engine_of, index_of
from correlator.incidents.together.called_first import on_callers_alone, takes_down
from correlator.inference.port import Hypothesis, Observation
from correlator.rows.incidents import IncidentRow
from correlator.rows.service_desk import ComplaintRow
from correlator.state import Draft

SURE = 100.0  # nats: that it has failed is known, by who calls; asked is which element, of those that explain the word


def told(draft: Draft) -> list[tuple[IncidentRow, Hypothesis]]:
    """Each such incident of callers alone, with what that word tells of."""
    live, called = index_of(draft).live, on_callers_alone(draft)
    if not called or len(live) > FEW:  # of more it is dear to look
        return []
    others = [draft.state.incidents[name] for name in live]
    others = [one for one in others if one.status == "open" and one.peak]
    pairs = ((incident, _told_beside(draft, incident, others)) for incident in called)
    return [(incident, found) for incident, found in pairs if found is not None]


def _told_beside(draft: Draft, incident: IncidentRow, others: list[IncidentRow]) -> Hypothesis | None:
    calls = [row for row in complaints.of_incident(draft, incident) if row.symptom != "none"]
    if not calls:
        return None
    longest_us = draft.world.policy.faults.call_windows_s[-1] * 1_000_000
    first_us = min(row.at_us for row in calls)
    for other in others:
        failed = failed_elements(draft, other)
        if any(takes_down(draft, index_of(draft).related.fallen(failed), [row]) for row in calls):
            continue
        for one in _words(draft, failed, calls[0]):
            begun_us = max(one.first_us, other.down_since_us)
            in_time = begun_us - complaints.early_us(draft) <= first_us <= begun_us + longest_us
            if in_time and (found := _that(draft, one, failed, calls)) is not None:
                return found
    return None


def _words(draft: Draft, failed: tuple[int, ...], call: ComplaintRow) -> Iterable[Observation]:
    """That stand, and that nothing explains, of what would take the caller down now."""
    topology, engine = draft.world.topology, engine_of(draft)
    exposed = index_of(draft).related.exposed(failed).now
    places = sorted({topology.position.item(device) for device in impact.devices_of(topology, call)})
    taking = sorted({element for place in places for element in exposed.at(place)})
    free = {one for element in taking for one in engine.roots.free_for(topology.ids[element]) if one.suspect is None}
    return sorted(free, key=lambda one: (one.first_us, one.key))


def _that(draft: Draft, one: Observation, failed: tuple[int, ...], calls: list[ComplaintRow]) -> Hypothesis | None:
    engine = engine_of(draft)
    found = engine.best_for(one, draft.now_us, alone=SURE)
    if found is None or not found.speaks or not engine.roots.is_ours(found.root):
        return None
    together = {*failed, *engine.roots.broken((found.root, *found.besides))}
    down = index_of(draft).related.fallen(tuple(sorted(together)))
    return found if takes_down(draft, down, calls) else None
