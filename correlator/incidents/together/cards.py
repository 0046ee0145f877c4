"""Another card of a device of which one is dead already: one incident, of both."""

from correlator.incidents.index import index_of
from correlator.incidents.together import merging
from correlator.inference.port import Hypothesis
from correlator.rows.incidents import IncidentRow
from correlator.state import Draft


def of_same_device(draft: Draft, hypothesis: Hypothesis) -> IncidentRow | None:
    """The live incident of a card of that device."""
    rows = [draft.state.incidents[name] for name in index_of(draft).live] if hypothesis.card else []
    return next((row for row in rows if row.root == hypothesis.root and row.root in row.cards), None)


def join(draft: Draft, another: IncidentRow, into: IncidentRow) -> None:
    into.grown_us = max(into.grown_us, another.down_since_us)  # who hears of it now is down since then
    merging.join_live(draft, another, into, f"{into.id}: another card of {into.root} is dead")
