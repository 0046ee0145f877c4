"""The same root as an incident that clears, or was resolved less than the window ago: it is back, as itself."""

from correlator.incidents import complaints
from correlator.incidents.claims import hold
from correlator.incidents.index import index_of
from correlator.incidents.lifecycle import reopen
from correlator.inference.port import Hypothesis
from correlator.rows.incidents import IncidentRow
from correlator.state import Draft


def ended_before(draft: Draft, hypothesis: Hypothesis) -> list[IncidentRow]:
    """Incidents with such a root that clear, or were resolved less than the window ago."""
    index = index_of(draft)
    ended = [draft.state.incidents[name] for name in (*index.resolved, *index.live)]
    same = (row for row in ended if row.root in hypothesis.members and row.street == bool(hypothesis.homes))
    return [row for row in same if row.status != "open" and not row.home]


def of_this(draft: Draft, hypothesis: Hypothesis) -> IncidentRow | None:
    """The one of these that it is, as a rule the last; none while work hides it."""
    known = ended_before(draft, hypothesis)
    if not known or index_of(draft).engine.roots.planned_until_us(hypothesis.root) > draft.now_us:
        return None
    return max(known, key=lambda row: (row.status == "clearing", row.resolved_us or 0, row.id))


def goes_on(draft: Draft, incident: IncidentRow, hypothesis: Hypothesis) -> None:
    hold(draft, incident, index_of(draft).engine.explained(hypothesis))
    reopen(draft, incident, by_callers=not hypothesis.speaks)
    complaints.link_waiting(draft, incident, announce=True)


def returned(draft: Draft, hypothesis: Hypothesis) -> bool:
    """Whether it was one of these, which goes on."""
    incident = of_this(draft, hypothesis)
    if incident is not None:
        goes_on(draft, incident, hypothesis)
    return incident is not None
