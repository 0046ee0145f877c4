"""Alarms as states, not messages (RFC 8632): identity, order, repeats, flapping, shelving.

An alarm is (object, qualifier) where the source gives its own identifier, else (object, type). Between reports of one
source event time decides, between sources the order of arrival, and a tie falls to the later (contract, "Time").
"""

from typing import Literal

from correlator.events import SECOND_US, Alarm, microseconds
from correlator.facts import AlarmShelved, AlarmTold
from correlator.inference.evidence import Evidence, mind
from correlator.inference.observations import PRECURSORS, Plan
from correlator.rows.incidents import AlarmRow
from correlator.state import Draft
from topology import cover
from topology.graph import Topology

MOST_SOURCES = 16  # of one alarm that are told apart; the one that spoke longest ago is forgotten first


def key_of(name: str, qualifier_or_type: str) -> str:
    return f"{name}\x1f{qualifier_or_type}"


def received(draft: Draft, event: Alarm) -> None:
    """A source says raised or cleared."""
    at_us = min(microseconds(event.time), draft.now_us)
    key = f"{event.object}\x1f{event.qualifier or event.alarm_type}"
    row = draft.state.alarms.get(key)
    if row is None:
        row = _first_word(draft, event, key, at_us)
        draft.put("alarms", key, row)
        if row.active:
            activate(draft, row)
        else:
            probe(mind(draft), row, draft.now_us)
        return
    last_us = row.told.get(event.source)
    if last_us is not None and at_us < last_us:
        _history(draft, row, event, at_us)
        return
    row.told[event.source] = at_us
    if len(row.told) > MOST_SOURCES:
        del row.told[min(row.told, key=lambda source: (row.told[source], source))]
    row.changed_us = at_us
    row.last_id = event.id
    draft.put("alarms", key, row)
    if row.handed:
        draft.tell(AlarmTold(row, event))
    if event.state == "raised":
        _raised(draft, row, event, at_us)
    elif row.raised:
        row.raised = False
        row.cleared_us = at_us
        if not _flaps(draft, row):
            deactivate(draft, row)
    else:
        row.cleared_us = max(row.cleared_us, at_us)


def _first_word(draft: Draft, event: Alarm, key: str, at_us: int) -> AlarmRow:
    raised = event.state == "raised"
    topology = draft.world.topology
    name = event.object
    known = topology.find(name) is not None or topology.find_port(name) is not None or name in topology.customer_index
    if not known:
        draft.count("unresolved")
    return AlarmRow(
        key=key,
        object=name,
        alarm_type=event.alarm_type,
        qualifier=event.qualifier,
        severity=event.severity,
        raised=raised,
        active=raised,
        changed_us=at_us,
        told={event.source: at_us},
        first_id=event.id,
        first_us=at_us,
        cleared_us=0 if raised else at_us,
        period=1 if raised else 0,
        transitions=[draft.now_us] if raised else [],
        known=known,
        text=event.text,
        last_id=event.id,
    )


def _raised(draft: Draft, row: AlarmRow, event: Alarm, at_us: int) -> None:
    if event.severity is not None:
        row.severity = event.severity
    if row.raised:
        row.repeats += 1
        _earlier(draft, row, event, at_us)
        return
    row.raised = True
    row.text = event.text
    if row.flapping:
        _flaps(draft, row)
        return
    row.alarm_type = event.alarm_type
    row.period += 1
    row.handed, row.kept = (), False
    row.first_id, row.first_us = event.id, at_us
    _flaps(draft, row)
    if not row.active:
        row.active = True
        activate(draft, row)


def _history(draft: Draft, row: AlarmRow, event: Alarm, at_us: int) -> None:
    """Older than what this source said already: the state stays; the period may have begun earlier."""
    if event.state == "raised" and row.raised and at_us > row.cleared_us:
        _earlier(draft, row, event, at_us)


def _earlier(draft: Draft, row: AlarmRow, event: Alarm, at_us: int) -> None:
    if (at_us, event.id) < (row.first_us, row.first_id) and at_us > row.cleared_us:
        row.first_id, row.first_us = event.id, at_us
        draft.put("alarms", row.key, row)
        mind(draft).news.append(("earlier", row, None))


def _flaps(draft: Draft, row: AlarmRow) -> bool:
    """Count a transition; true while the alarm is held up because it flaps (three transitions in a minute)."""
    policy = draft.world.policy.faults
    row.transitions.append(draft.now_us)
    del row.transitions[: -policy.flap_transitions]
    if not row.flapping:
        recent = len(row.transitions) == policy.flap_transitions
        if not recent or row.transitions[-1] - row.transitions[0] > policy.flap_window_s * SECOND_US:
            return False
        row.flapping = True
        draft.note(row.object, "flapping", f"{row.alarm_type} on {row.object} flaps: held as one standing alarm")
    draft.arm("calm", row.key, draft.now_us + policy.flap_quiet_s * SECOND_US)
    return True


def calmed(draft: Draft, key: str) -> None:
    """Quiet for long enough: what it said last holds."""
    row = draft.state.alarms.get(key)
    if row is None or not row.flapping:
        return
    row.flapping = False
    row.transitions.clear()
    draft.put("alarms", key, row)
    draft.note(row.object, "calm", f"{row.alarm_type} on {row.object} no longer flaps")
    if row.active and not row.raised:
        deactivate(draft, row)


def shelve(draft: Draft, row: AlarmRow, until_us: int) -> None:
    """Its word counts for nothing till then, neither told nor silent (ISA 18.2, X.733)."""
    row.shelved_until_us = until_us
    draft.tell(AlarmShelved(row))
    draft.put("alarms", row.key, row)
    draft.arm("unshelve", row.key, until_us)
    probe(mind(draft), row, draft.now_us)
    if row.active:
        _leave(draft, row)


def unshelve(draft: Draft, key: str) -> None:
    row = draft.state.alarms.get(key)
    if row is None or not row.shelved_until_us:
        return
    row.shelved_until_us = 0
    draft.disarm("unshelve", key)
    draft.put("alarms", key, row)
    probe(mind(draft), row, draft.now_us)
    if row.active:
        activate(draft, row)


def presume_cleared(draft: Draft, row: AlarmRow) -> None:
    """The crew repaired what it tells, or a person closed its incident: it ended then, unless it is reported again
    with a later time than its source gave before."""
    incident = draft.state.incidents.get(row.incident or "")
    repaired_us = incident.repaired_us if incident is not None else None
    row.raised = False
    row.cleared_us = max(row.changed_us, row.first_us, draft.now_us if repaired_us is None else repaired_us)
    row.flapping = False
    draft.disarm("calm", row.key)
    draft.put("alarms", row.key, row)
    deactivate(draft, row)


def activate(draft: Draft, row: AlarmRow) -> None:
    """It counts as evidence from now on."""
    evidence = mind(draft)
    probe(evidence, row, draft.now_us)
    if row.shelved_until_us > draft.now_us:
        return
    plan = _plan(evidence, row)
    if plan is not None:
        known = len(evidence.tokens)
        token = evidence.raise_alarm(row.key, plan, row.first_us)
        what: Literal["told", "again"] = "told" if len(evidence.tokens) > known else "again"
        if what == "again" and evidence.share is not None:  # all that tell one thing speak for the same elements
            row.kept = any(draft.state.alarms[key].kept for key in token.alarms if key != row.key)
        evidence.news.append((what, row, token))
    elif row.alarm_type in PRECURSORS:
        _hazard(evidence, row.object, 1)
        evidence.news.append(("hazard", row, None))


def _plan(evidence: Evidence, row: AlarmRow) -> Plan | None:
    """What it tells; of whom our domain decides on, where no other wants to be the cause."""
    plan = evidence.planner.plan(row.object, row.alarm_type)
    return plan if plan is None or not row.kept or evidence.share is None else evidence.ours(plan)


def deactivate(draft: Draft, row: AlarmRow) -> None:
    """It no longer counts."""
    row.active = False
    probe(mind(draft), row, draft.now_us)
    if row.shelved_until_us <= draft.now_us:
        _leave(draft, row)


def _leave(draft: Draft, row: AlarmRow) -> None:
    evidence = mind(draft)
    if row.alarm_type in PRECURSORS:
        _hazard(evidence, row.object, -1)
        evidence.news.append(("hazard", row, None))
    else:
        evidence.news.append(("ended", row, evidence.drop_alarm(row.key)))


def probe(evidence: Evidence, row: AlarmRow, now_us: int) -> None:
    """A probe that has spoken before and says that the service is up is word against whatever takes it down.

    So is a monitor that finds the span well.
    """
    if row.alarm_type not in ("service_down", "fiber_break") or not row.known:
        return
    up = not row.active and row.shelved_until_us <= now_us
    if row.alarm_type == "fiber_break":
        span = evidence.topology.find(row.object)
        if span is not None and evidence.topology.kind_of(span) == "span":
            keys = evidence.whole.setdefault(span, set())
            (keys.add if up else keys.discard)(row.key)
        return
    service = evidence.topology.find(row.object)
    if service is not None and evidence.topology.kind_of(service) == "service":
        evidence.probes.hear(row.key, service - evidence.topology.first_service, up)


def _hazard(evidence: Evidence, name: str, by: int) -> None:
    """A degraded port or link makes its fibre, a hot device itself, likelier to fail."""
    topology = evidence.topology
    for candidate in degraded_by(topology, name):
        evidence.hazards[candidate] = evidence.hazards.get(candidate, 0) + by
        if not evidence.hazards[candidate]:
            del evidence.hazards[candidate]


def degraded_by(topology: Topology, name: str) -> tuple[int, ...]:
    """The elements that a precursor on this object makes likelier to fail."""
    element = topology.find(name)
    if element is None:
        return ()
    kind = topology.kind_of(element)
    link = topology.link_of(element) if kind == "port" else element if kind == "link" else -1
    touched = (link, element, *cover.severs(topology, link)) if link >= 0 else (element,)
    return tuple(dict.fromkeys(touched))


def standing(row: AlarmRow, now_us: int) -> bool:
    """Counts as evidence now."""
    return row.active and row.shelved_until_us <= now_us


def rebuild(evidence: Evidence, draft: Draft) -> None:
    """Fill the cache from the rows of alarms, by key."""
    for row in draft.state.alarms.values():
        probe(evidence, row, draft.now_us)
        if standing(row, draft.now_us):
            plan = _plan(evidence, row)
            if plan is not None:
                evidence.raise_alarm(row.key, plan, row.first_us)
            elif row.alarm_type in PRECURSORS:
                _hazard(evidence, row.object, 1)


def look_over(evidence: Evidence, draft: Draft) -> None:
    """What speaks for other candidates since the last solve, from the rows of alarms."""
    solved = evidence.solved
    for row in [row for row in draft.state.alarms.values() if row.moved > solved]:
        evidence.dirty.update(spoken_for(evidence, row))


def spoken_for(evidence: Evidence, row: AlarmRow) -> tuple[int, ...]:
    """The candidates to look at again when this alarm changes."""
    if row.alarm_type in PRECURSORS:
        return degraded_by(evidence.topology, row.object)
    plan = evidence.planner.plan(row.object, row.alarm_type)
    return plan.credit + evidence.wounds.adds(plan) if plan else ()
