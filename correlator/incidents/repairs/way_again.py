"""Some links of an incident are told well: who has a way by them has service again, though the rest of it is dark."""

from collections.abc import Mapping

from correlator.events import SECOND_US
from correlator.incidents import dating
from correlator.incidents.beside.standing import failed_elements
from correlator.incidents.index import index_of
from correlator.incidents.repairs import callers
from correlator.incidents.side_by_side import part_repaired
from correlator.rows.counts import LINK_DARK
from correlator.rows.incidents import IncidentRow
from correlator.state import Draft


def look(draft: Draft, name: str) -> None:
    """They were told well a while ago, and may be dark again the next minute: the youngest are looked at later."""
    incident = draft.state.incidents[name]
    if incident.status != "open":
        return
    by_us = draft.now_us - draft.world.policy.faults.hold_s * SECOND_US
    told = dating.told_well(draft, incident)
    if any(row.alarm_type in LINK_DARK and row.cleared_us > by_us for row in told):
        draft.arm(dating.WAYS, name, draft.now_us + dating.ANSWERS_US)
    if lit := dating.lit(draft, incident, by_us):
        denied = dict.fromkeys(_denied(draft, incident, lit), draft.now_us)
        incident.denied_us = {**incident.denied_us, **denied}
        part_repaired(draft, incident)


def _denied(draft: Draft, incident: IncidentRow, lit: Mapping[int, int]) -> list[str]:
    """Of these links: several have called since who hang by what was cut off at one of its ends."""
    topology = draft.world.topology
    fallen = index_of(draft).related.fallen(failed_elements(draft, incident))
    inner = {link: [end for end in topology.ends(link) if fallen.holds(topology.position.item(end))] for link in lit}
    since_us = {topology.ids[end]: lit[link] for link, ends in inner.items() for end in ends}
    called = callers.called_since(draft, incident, since_us)
    return [topology.ids[link] for link, ends in inner.items() if any(topology.ids[end] in called for end in ends)]
