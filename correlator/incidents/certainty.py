"""Who is down under an open incident may not be sure yet: it is looked at again till it is, and then they are told."""

from collections.abc import Collection
from math import log

from correlator import facts
from correlator.events import MINUTE_US, SECOND_US
from correlator.explanation import Line
from correlator.incidents import complaints, impact, unexplained
from correlator.incidents.index import engine_of
from correlator.inference.port import Held, Observation
from correlator.rows.incidents import LIVE, IncidentRow
from correlator.state import Draft

LOOKS_S = (15, 45, 120, 300, 600, 1200, 1800)  # after it opened
SOON_US = 5 * SECOND_US  # after what was told of it: more may come
KIND = complaints.CERTAIN


def look_later(draft: Draft, incident: IncidentRow) -> None:
    """As long as somebody is held back."""
    row = draft.state.audiences.get(incident.id)
    opened_us = incident.opened_us or draft.now_us
    looks_us = {opened_us + s * SECOND_US for s in LOOKS_S}
    no_chance_us = _no_chance_us(draft, incident)
    looks_us |= {no_chance_us, _settled_us(draft, incident)}
    if incident.alone:  # of what goes on for long less is chance
        looks_us.add(no_chance_us + LOOKS_S[-1] * SECOND_US)
    due_us = min((at_us for at_us in looks_us if at_us > draft.now_us), default=None)
    if row is not None and row.unsure and due_us is not None:
        draft.arm(KIND, incident.id, due_us)


def heard_more(draft: Draft, incident: IncidentRow) -> None:
    """Of what it takes down more is told: it may be of somebody who is held back, or bear out what stood alone."""
    row = draft.state.audiences.get(incident.id)
    if incident.alone or (row is not None and row.unsure):
        soon_us = max(draft.now_us + SOON_US, _settled_us(draft, incident))
        due_us = draft.state.deadlines.due_us(KIND, incident.id)
        draft.arm(KIND, incident.id, soon_us if due_us is None else min(due_us, soon_us))


def _settled_us(draft: Draft, incident: IncidentRow) -> int:
    """From when on no word of it is on its way."""
    return incident.down_since_us + draft.world.policy.faults.settle_s * SECOND_US


def _no_chance_us(draft: Draft, incident: IncidentRow) -> int:
    """From when on it is no chance if it stands alone; 0: never. Sooner where its words bear each other out."""
    policy, held = draft.world.policy.faults, engine_of(draft).accounts.held_by(incident.id)
    after_min = (_bear_out(held) and policy.unexplained_min) or policy.alone_min
    return incident.first_event_us + after_min * MINUTE_US if after_min else 0


def _bear_out(held: Collection[Observation]) -> bool:
    """Several words, and not those of a poller alone, whose way there may be lost."""
    return len(held) > 1 and {one.kind for one in held} != {"device"}


def _borne_out(draft: Draft, incident: IncidentRow, held: Collection[Observation]) -> bool:
    """Two hosts say so, or who hangs there calls."""
    if any(unexplained.by_two_hosts(draft.state.alarms[key]) for one in held for key in sorted(one.alarms)):
        return True
    return any(row.symptom == "no_service" for row in complaints.of_incident(draft, incident))


def _no_chance(draft: Draft, incident: IncidentRow, held: Collection[Observation]) -> float:
    """What it is worth that it still stands, in nats. Of what stands twice as long half as much is chance."""
    due_us, since_us = _no_chance_us(draft, incident), incident.first_event_us
    if not 0 < due_us <= draft.now_us:
        return 0.0
    worth = unexplained.NoChance(draft).worth(
        held, several=_bear_out(held), borne_out=incident.alone and _borne_out(draft, incident, held)
    )
    longer = log((draft.now_us - since_us) / (due_us - since_us)) if incident.alone and worth else 0.0
    return worth + round(4 * longer) / 4


def look(draft: Draft, name: str) -> None:
    """What is told by now: how sure is the root, and who is down whichever it is."""
    incident = draft.state.incidents[name]
    if incident.status not in LIVE:
        return
    engine = engine_of(draft)
    held = engine.accounts.held_by(name)
    found = None
    alone = _no_chance(draft, incident, held) if held else 0.0
    if incident.is_one and held and (alone or len(held) > 1 or not incident.alone):  # else it is as sure as it was
        calls = [complaints.as_told(draft, row) for row in complaints.of_incident(draft, incident)]
        found = engine.judge(incident.root, held, draft.now_us, Held([name], calls, alone))
    # of what ends only a part stands: it makes nothing less sure
    if found is not None and (not incident.ended_us or found.confidence_ppm > incident.confidence_ppm):
        incident.confidence_ppm, incident.alternatives = found.confidence_ppm, found.alternatives
        was_part = any(isinstance(line, Line) and line.code == "part" for line in incident.explanation)
        incident.explanation = tuple(engine.explain(found))
        if was_part and not found.part:  # it is all that hangs there
            incident.equivalent = tuple(sorted(found.members))
    draft.tell(facts.Changed(incident, impact.refresh(draft, incident, new_root=False)))
    draft.put("incidents", name, incident)
    look_later(draft, incident)
