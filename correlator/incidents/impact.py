"""Who is down and who is at risk under an incident, by exact evaluation of every gate, also under joint failures.

Where two incidents together close a gate, the service is down in the later one and at risk in the earlier (contract,
section 3, "impact").
"""

from dataclasses import dataclass

import numpy as np

from correlator.customers import either, minus, pack, unpack
from correlator.incidents.index import IncidentIndex, engine_of, index_of
from correlator.rows.incidents import LIVE, IncidentRow
from correlator.rows.service_desk import AudienceRow
from correlator.state import Draft
from topology import impact as reach

NEIGHBOURS_MOST = 60  # standing incidents that are evaluated together; the newest count


@dataclass(frozen=True, slots=True)
class Impact:
    services_down: np.ndarray  # service numbers, ascending
    services_at_risk: np.ndarray
    customers_down: np.ndarray  # customer numbers, ascending


NOBODY = Impact(*(np.zeros(0, dtype=np.int32),) * 3)


def failed_elements(draft: Draft, incident: IncidentRow) -> tuple[int, ...]:
    """What the incident says is broken; a device with a dead card is broken only where its links are dark."""
    engine = engine_of(draft)
    return tuple(sorted({part for name in (incident.root, *incident.joined) for part in engine.roots.broken(name)}))


def of_incident(draft: Draft, incident: IncidentRow) -> Impact:
    """The impact of an incident, beside the ones that were open before it."""
    own = failed_elements(draft, incident)
    if not own:
        return NOBODY
    down = down_of(draft, incident)
    if incident.home:  # who is at risk is its own domain's to say, and dear
        return Impact(down, NOBODY.services_at_risk, reach.customers_of(draft.world.topology, down))
    index, before = index_of(draft), _broken_before(draft, incident, exposed=True)
    risk = minus(_at_risk(index, [*before, *own]), _at_risk(index, before))
    return Impact(down, risk, reach.customers_of(draft.world.topology, down))


def down_of(draft: Draft, incident: IncidentRow) -> np.ndarray:
    """Numbers of the services down under it, ascending; at a fraction of the cost of who is at risk.

    What clears may work again, or not yet: who is down by this one in either case is down under it.
    """
    index, before = index_of(draft), _broken_before(draft, incident, exposed=False)
    own = failed_elements(draft, incident)
    found = minus(_down(index, [*before, *own]), _down(index, before))
    standing = [element for element in before if not index.engine.accounts.clears(element)]
    if len(standing) == len(before):
        return found
    return either(found, minus(_down(index, [*standing, *own]), _down(index, standing)))


def _down(index: IncidentIndex, failed: list[int]) -> np.ndarray:
    """Services down while all of these have failed; the last answers are kept: neighbours ask the same."""
    what = tuple(sorted(set(failed)))
    known = index.joint_down.get(what)
    if known is None:
        fallen = index.related.fallen(what)
        known = index.joint_down[what] = reach.services_down(index.related.topology, fallen)
    return known


def _at_risk(index: IncidentIndex, failed: list[int]) -> np.ndarray:
    """The same of services at risk."""
    what = tuple(sorted(set(failed)))
    known = index.joint_risk.get(what)
    if known is None:
        fallen = index.related.fallen(what)
        known = index.joint_risk[what] = reach.services_at_risk(index.related.topology, fallen)
    return known


def _broken_before(draft: Draft, incident: IncidentRow, *, exposed: bool) -> list[int]:
    """What had failed before it and has to do with it; `exposed`: also by what both put at risk."""
    opened = (incident.opened_us or draft.now_us, incident.id)
    others = [
        other
        for name in index_of(draft).live
        if (other := draft.state.incidents[name]).id != incident.id
        and (other.opened_us or 0, other.id) < opened
        and other.status in LIVE
    ]
    others.sort(key=lambda other: (other.opened_us or 0, other.id))
    failed = [failed_elements(draft, other) for other in others]
    near = index_of(draft).related.of(failed_elements(draft, incident), failed, exposed=exposed)
    return [element for place in near[-NEIGHBOURS_MOST:] for element in failed[place]]


def refresh(draft: Draft, incident: IncidentRow, *, new_root: bool) -> np.ndarray:
    """Bring the incident's figures up to date; the customers that are down now, by number, ascending."""
    count_user_time(draft, incident)
    found = of_incident(draft, incident)
    if new_root:
        incident.services_down = incident.services_at_risk = incident.customers_down = 0
    incident.services_down = max(incident.services_down, len(found.services_down))
    incident.services_at_risk = max(incident.services_at_risk, len(found.services_at_risk))
    incident.customers_down = max(incident.customers_down, len(found.customers_down))
    incident.down_now = len(found.customers_down)
    _keep_audience(draft, incident, found.customers_down, new_root)
    return found.customers_down


def _keep_audience(draft: Draft, incident: IncidentRow, down: np.ndarray, new_root: bool) -> None:
    known = draft.state.audiences.get(incident.id)
    ever = down
    if known is not None and not new_root:
        ever = either(unpack(known.ever), down)
    now, then, unsure = (pack(part) for part in (down, ever, _unsure(draft, incident, down)))
    if known is None or (known.down, known.ever, known.unsure) != (now, then, unsure):
        draft.put("audiences", incident.id, AudienceRow(incident.id, now, then, unsure))


def _unsure(draft: Draft, incident: IncidentRow, down: np.ndarray) -> np.ndarray:
    """Of these, those who may not be down: by the root and by its rivals together they are with too small a share."""
    least = round(draft.world.policy.care.tell_from_confidence * 1_000_000)
    if incident.pinned_by is not None or incident.home or incident.confidence_ppm >= least or not len(down):
        return down[:0]
    topology, index = draft.world.topology, index_of(draft)
    share = np.full(len(down), incident.confidence_ppm, dtype=np.int64)
    for name, ppm in incident.alternatives:
        element = topology.find(name)
        if element is not None:
            share[np.isin(down, reach.customers_of(topology, _down(index, [element])))] += ppm
    return down[share < least]


def is_down(draft: Draft, incident: str, customer: int) -> bool:
    """The customer (by number) is down under the incident."""
    row = draft.state.audiences.get(incident)
    return row is not None and customer >= 0 and _holds(row.down, customer)


def was_down(draft: Draft, incident: str, customer: int) -> bool:
    """The customer (by number) was down under the incident at some time."""
    row = draft.state.audiences.get(incident)
    return row is not None and customer >= 0 and _holds(row.ever, customer)


def _holds(packed: bytes, customer: int) -> bool:
    numbers = np.frombuffer(packed, dtype="<i4")
    place = int(np.searchsorted(numbers, customer))
    return place < len(numbers) and numbers.item(place) == customer


def count_user_time(draft: Draft, incident: IncidentRow) -> None:
    """Customers x time down, integrated up to now."""
    since = incident.down_counted_us or incident.down_since_us
    if incident.status in LIVE or incident.opened_us is None:
        incident.user_us += incident.down_now * max(0, draft.now_us - since)
    incident.down_counted_us = draft.now_us
