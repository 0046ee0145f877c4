"""Others beside an incident: where it ends, moves or grows, who is down and at risk under them may change.

Where two together close a gate, the service is down in the later one and at risk in the earlier (contract, section 3);
so only incidents that opened later depend on it.
"""

from correlator import facts
from correlator.events import SECOND_US
from correlator.incidents import claims, complaints, impact
from correlator.incidents.beside.standing import NEIGHBOURS_MOST, failed_elements, standing
from correlator.incidents.index import index_of
from correlator.related import Failed
from correlator.rows.incidents import IncidentRow
from correlator.state import Draft
from topology.domains import element_of

RISK_APART_US = SECOND_US // 5  # between two incidents whose risk is worked out anew


def look_beside(
    draft: Draft, incident: IncidentRow, failed: Failed, *, ended: bool = False, partly: bool = False
) -> list[IncidentRow]:
    """The live incidents that opened after it and have to do with what failed; who is down under them is up to date.

    `ended`: it is over now, so who is still down is down under them from now on; and for whom they needed its help to
    be down, they are over as well. `partly`: it is over for some.
    """
    since = (incident.opened_us or 0, incident.id)
    among = standing(draft)
    groups = among.related.groups((failed, *among.failed), at_risk=True)  # also by way of older ones
    related = [other for other, group in zip(among.rows, groups[1:], strict=True) if group.group == groups[0].group]
    later = [other for other in related if (other.opened_us or 0, other.id) > since]
    over: list[facts.PartRepaired] = []
    for place, other in enumerate(later[-NEIGHBOURS_MOST:], start=1):
        if impact.is_other(draft, other, among):
            before = other.down_now
            left_us = incident.well_us if ended else 0
            down = impact.refresh(draft, other, new_root=False, left_us=left_us)
            draft.tell(facts.Changed(other, down, incident if ended or partly else None))
            draft.put("incidents", other.id, other)
            if ended and other.down_now < before:
                over.append(facts.PartRepaired(other, down))
        impact.see_risk_by(draft, other, draft.now_us + impact.RISK_LATER_US + place * RISK_APART_US)
    for one in over:  # once it is known who is down under the others
        draft.tell(one)
    return later


def part_repaired(draft: Draft, incident: IncidentRow) -> None:
    """Some are reached again while it stands; of these some may be down under another that opened later."""
    before = incident.down_now
    draft.tell(facts.PartRepaired(incident, impact.refresh(draft, incident, new_root=False)))
    draft.put("incidents", incident.id, incident)
    if incident.down_now != before:
        look_beside(draft, incident, failed_elements(draft, incident), partly=True)


def cards_turned(draft: Draft, devices: set[str]) -> None:
    """A dead card was told of these devices, or is well: more, or less, of them is broken."""
    for incident in [draft.state.incidents[name] for name in sorted(index_of(draft).live)]:
        if incident.root in devices:
            claims.absorb(draft, incident)
            draft.tell(facts.Changed(incident, impact.refresh(draft, incident, new_root=False)))
            complaints.link_waiting(draft, incident, announce=True)
            draft.put("incidents", incident.id, incident)
            look_beside(draft, incident, (element_of(draft.world.topology, incident.root),))
