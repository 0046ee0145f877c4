"""Callers alone told of it first, and what had failed is told later: that is one incident, which they opened.

Where that is over by the time it is told, so is what they called for.
"""

from collections.abc import Collection

import numpy as np

from correlator.incidents import complaints, impact, lifecycle
from correlator.incidents.index import engine_of, index_of
from correlator.incidents.together.merging import merge
from correlator.inference.port import Hypothesis
from correlator.rows.counts import SAY_DOWN
from correlator.rows.incidents import IncidentRow
from correlator.rows.service_desk import ComplaintRow
from correlator.state import Draft
from topology import impact as reach
from topology.domains import element_of
from topology.down import Down, down_alone

WORDS = 2  # that tell of an outage which is over; one alone may be a stray one


def of_this(draft: Draft, hypothesis: Hypothesis) -> list[IncidentRow]:
    """The open incidents of callers alone, all of whom this takes down, since they called; the oldest first."""
    called = [one for one in on_callers_alone(draft) if one.root not in hypothesis.members]
    if not called or not hypothesis.speaks or hypothesis.homes or hypothesis.part:
        return []
    failed = engine_of(draft).roots.broken((hypothesis.root, *hypothesis.besides))
    down = index_of(draft).related.fallen(failed)
    since_us = min(one.first_us for one in hypothesis.speaks) - complaints.early_us(draft)
    found = []
    for incident in called:
        calls = complaints.of_incident(draft, incident)
        if calls and min(call.at_us for call in calls) >= since_us and takes_down(draft, down, calls):
            found.append(incident)
    return sorted(found, key=lambda one: (one.opened_us or 0, one.id))


def join(draft: Draft, called: list[IncidentRow], suspicion: IncidentRow) -> IncidentRow:
    """The oldest of these, which goes on."""
    oldest, *others = called
    for other in (*others, suspicion):
        merge(draft, other, oldest)
    draft.note(oldest.id, "rerooted", f"{oldest.id}: what they called for is told by now, {suspicion.root} has failed")
    return oldest


def end_what_is_over(draft: Draft) -> None:
    """Of the open incidents of callers alone."""
    for incident in on_callers_alone(draft):
        if is_over(draft, complaints.of_incident(draft, incident)):
            text = f"{incident.id} rests on callers alone, and what they called for is over"
            draft.note(incident.id, "told_late", text)
            lifecycle.clear(draft, incident)


def is_over(draft: Draft, calls: Collection[ComplaintRow]) -> bool:
    """All came while something was out that takes them all down, as several words say that have ended by now.

    Each of them, or none alone and all of these together: both links of a router.
    """
    if not calls:
        return False
    first_us, last_us = min(call.at_us for call in calls), max(call.at_us for call in calls)
    by_us = first_us + complaints.early_us(draft)
    ended = index_of(draft).told_well.ended_since(last_us)
    words = [row for row in ended if row.alarm_type in SAY_DOWN and row.stray_us == row.first_us <= by_us]
    topology, related = draft.world.topology, index_of(draft).related
    told = {row.key: one for row in words if (one := element_of(topology, row.object)) >= 0}
    alone = {key for key, one in told.items() if takes_down(draft, down_alone(topology, one), calls)}
    rest = tuple(sorted({one for key, one in told.items() if key not in alone}))
    return len(alone) >= WORDS or (bool(rest) and takes_down(draft, related.fallen(rest), calls))


def takes_down(draft: Draft, down: Down, calls: Collection[ComplaintRow]) -> bool:
    """Each of the callers."""
    topology = draft.world.topology
    services = reach.services_down(topology, down)
    return all(np.isin(impact.services_of(topology, call), services).any() for call in calls)


def on_callers_alone(draft: Draft) -> list[IncidentRow]:
    """On which the machine decides."""
    rows = [draft.state.incidents[name] for name in index_of(draft).live]
    return [
        row
        for row in rows
        if row.status == "open" and not row.peak and row.is_one and row.pinned_by is None and not row.home
    ]
