"""Who is down under an open incident may not be sure yet: it is looked at again till it is, and then they are told."""

from correlator import facts
from correlator.events import MINUTE_US, SECOND_US
from correlator.incidents import complaints, impact, unexplained
from correlator.incidents.index import engine_of
from correlator.inference.port import Held
from correlator.rows.incidents import LIVE, IncidentRow
from correlator.state import Draft

LOOKS_S = (15, 45, 120, 300, 600, 1800)  # after it opened
SOON_US = 5 * SECOND_US  # after what was told of it: more may come
KIND = "certain"


def look_later(draft: Draft, incident: IncidentRow) -> None:
    """As long as somebody is held back."""
    row = draft.state.audiences.get(incident.id)
    opened_us = incident.opened_us or draft.now_us
    looks_us = {opened_us + s * SECOND_US for s in LOOKS_S}
    looks_us |= {_no_chance_us(draft, incident), _settled_us(draft, incident)}
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
    policy = draft.world.policy.faults
    after_min = (_is_borne_out(draft, incident) and policy.unexplained_min) or policy.alone_min
    return incident.first_event_us + after_min * MINUTE_US if after_min else 0


def _is_borne_out(draft: Draft, incident: IncidentRow) -> bool:
    """By several words, and not by those of a poller alone, whose way there may be lost."""
    held = engine_of(draft).accounts.held_by(incident.id)
    return len(held) > 1 and {one.kind for one in held} != {"device"}


def look(draft: Draft, name: str) -> None:
    """What is told by now: how sure is the root, and who is down whichever it is."""
    incident = draft.state.incidents[name]
    if incident.status not in LIVE:
        return
    engine = engine_of(draft)
    held = engine.accounts.held_by(name)
    found = None
    if incident.is_one and (len(held) > 1 or (held and not incident.alone)):  # what stands alone is as sure as it was
        several = _is_borne_out(draft, incident)
        due = 0 < _no_chance_us(draft, incident) <= draft.now_us
        alone = unexplained.NoChance(draft).worth(held, several=several) if due else 0.0
        calls = [complaints.as_told(draft, row) for row in complaints.of_incident(draft, incident)]
        found = engine.judge(incident.root, held, draft.now_us, Held([name], calls, alone))
    # of what ends only a part stands: it makes nothing less sure
    if found is not None and (not incident.ended_us or found.confidence_ppm > incident.confidence_ppm):
        incident.confidence_ppm, incident.alternatives = found.confidence_ppm, found.alternatives
        incident.explanation = tuple(engine.explain(found))
    draft.tell(facts.Changed(incident, impact.refresh(draft, incident, new_root=False)))
    draft.put("incidents", name, incident)
    look_later(draft, incident)
