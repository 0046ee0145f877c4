"""Who is down and who is at risk under an incident, by exact evaluation of every gate, also under joint failures.

Where two incidents together close a gate, the service is down in the later one and at risk in the earlier (contract,
section 3, "impact").
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from correlator.customers import NOBODY, both, either, minus, pack, unpack
from correlator.events import SECOND_US
from correlator.incidents import dating
from correlator.incidents.beside.standing import Near, Standing, standing
from correlator.incidents.index import IncidentIndex, engine_of, index_of
from correlator.related import Failed
from correlator.roots import is_known
from correlator.rows import audiences
from correlator.rows.incidents import LIVE, IncidentRow
from correlator.rows.service_desk import AudienceRow, ComplaintRow
from correlator.state import Draft
from topology import impact as reach
from topology.around import AT_HOME
from topology.cover import cuts_off
from topology.down import Intervals, contains, merged, without
from topology.gates import position_of
from topology.graph import Topology

RISK_SOON_US = SECOND_US  # after its root is found: not in the step that tells everybody of it
RISK_LATER_US = 30 * SECOND_US  # between two looks at who is at risk under an incident
CALLERS = 2  # who call from behind it say that it does not work; one may have a fault of their own


@dataclass(frozen=True, slots=True)
class Impact:
    services_down: np.ndarray  # service numbers, ascending
    services_at_risk: np.ndarray
    customers_down: np.ndarray  # customer numbers, ascending


def services_of(topology: Topology, complaint: ComplaintRow) -> tuple[int, ...]:
    """The service that is named, or all of the customer."""
    if complaint.service is None:
        return tuple(int(service) for service in topology.services_of(complaint.customer))
    element = topology.find(complaint.service)
    return (element - topology.first_service,) if element is not None else ()


def devices_of(topology: Topology, complaint: ComplaintRow) -> list[int]:
    """What serves the caller."""
    points = (point for service in services_of(topology, complaint) for point in topology.service_attach(service))
    return [topology.device_of(point) for point in points]


def of_incident(draft: Draft, incident: IncidentRow) -> Impact:
    """The impact of an incident, beside the ones that were open before it."""
    among = standing(draft, incident)
    down = down_of(draft, incident, among)
    return Impact(down, at_risk_of(draft, incident, among), reach.customers_of(draft.world.topology, down))


def down_of(draft: Draft, incident: IncidentRow, among: Standing) -> np.ndarray:
    """Numbers of the services down under it, ascending.

    What clears may work again, or not yet: who is down by this one in either case is down under it. So is who needs
    planned work to be down as well, whenever that began: it was to take nobody down who is not told of it. And who is
    reached again under an earlier one of which the rest still stands.
    """
    index = index_of(draft)
    *before, own = among.near(incident, at_risk=False)
    found = minus(_down(index, [*before, own]), _down(index, before))
    for left in (_without_what_clears(index, before), [*before, *among.work_since(incident)]):
        if left != before:
            found = either(found, minus(_down(index, [*left, own]), _down(index, left)))
    whole, others = among.partly_over(incident)
    if others:
        found = either(found, minus(minus(_down(index, [*whole, own]), _down(index, whole)), _counted(draft, others)))
    return found


def _counted(draft: Draft, incidents: list[IncidentRow]) -> np.ndarray:
    """Services that count as down under one of these."""
    found, kept = NOBODY, draft.state.audiences
    for row in incidents:
        if row.id in kept:
            found = either(found, audiences.down_by(kept[row.id].spells))
    return found


def at_risk_of(draft: Draft, incident: IncidentRow, among: Standing) -> np.ndarray:
    """Numbers of the services at risk under it, ascending."""
    if incident.home:  # its own domain's to say
        return NOBODY
    index = index_of(draft)
    *before, own = among.near(incident, at_risk=True)
    what = in_parts(before), in_parts([*before, own])
    known = index.joint_risk.get(what)
    if known is None:
        then, now = (index.related.exposed_apart(parts) for parts in what)
        known = index.joint_risk[what] = reach.newly_at_risk(draft.world.topology, then, now)
    return known


def in_parts(near: list[Near]) -> tuple[Failed, ...]:
    """All elements of each part together, each once."""
    parts: dict[int, set[int]] = {}
    for part, failed in near:
        parts.setdefault(part, set()).update(failed)
    return tuple(sorted(tuple(sorted(elements)) for elements in parts.values() if elements))


def _down(index: IncidentIndex, near: list[Near]) -> np.ndarray:
    """Services down while all of these have failed; the last answers are kept: neighbours ask the same."""
    what = in_parts(near)
    known = index.joint_down.get(what)
    if known is None:
        fallen = index.related.fallen_apart(what)
        known = index.joint_down[what] = reach.services_down(index.related.topology, fallen)
    return known


def _down_but(index: IncidentIndex, near: list[Near], working: Intervals) -> np.ndarray:
    """The same, if the devices at these positions worked."""
    fallen = index.related.fallen_apart(in_parts(near))
    left = replace(fallen, intervals=without(fallen.intervals, working))
    return reach.services_down(index.related.topology, left)


def down_now(draft: Draft, incident: IncidentRow, among: Standing) -> np.ndarray:
    """Numbers of the services down under it, ascending, without those that are reached again."""
    return minus(down_of(draft, incident, among), _reached_again(draft, incident, among)[0])


def is_other(draft: Draft, incident: IncidentRow, among: Standing) -> bool:
    """Others are down under it now than its row says."""
    row, topology = draft.state.audiences.get(incident.id), draft.world.topology
    services = down_now(draft, incident, among)
    customers, several = reach.customers_of(topology, services), reach.of_several(topology, services)
    return row is None or (row.down, row.services) != (pack(customers), pack(several))


def refresh(draft: Draft, incident: IncidentRow, *, new_root: bool, since_us: int = 0, left_us: int = 0) -> np.ndarray:
    """Bring the incident's figures up to date; the customers that are down now, by number, ascending.

    `since_us`: since when those are down who come in; `left_us`: since when it is over for those who leave.
    """
    kept = draft.state.audiences.get(incident.id)
    if kept is not None and not new_root and not is_known(draft.world.topology, incident.root):
        return unpack(kept.down)  # the inventory lacks it now: whom it took down cannot be worked out anew
    is_first = not incident.down_counted_us
    if not is_first:
        count_user_time(draft, incident)
    among = standing(draft, incident)
    again, back_us = _reached_again(draft, incident, among)
    services = minus(down_of(draft, incident, among), again)
    customers = reach.customers_of(draft.world.topology, services)
    if new_root:
        incident.services_down = incident.services_at_risk = incident.customers_down = 0
    incident.services_down = max(incident.services_down, len(services))
    incident.customers_down = max(incident.customers_down, len(customers))
    incident.down_now = len(customers)
    if is_first:  # they have been down since it began
        count_user_time(draft, incident)
    audience = _audience(draft, incident, customers, new_root, among)
    audience.services = pack(reach.of_several(draft.world.topology, services))
    audience.spells = audiences.began(incident, kept, services, since_us, new_root=new_root)
    if kept is not None:
        left = minus(audiences.down_by(audience.spells), services)
        for part, at_us in ((both(left, again), back_us), (minus(left, again), left_us or draft.now_us)):
            _over_for(draft, incident, audience, part, at_us)
    if audience != kept:
        draft.put("audiences", incident.id, audience)
    see_risk_by(draft, incident, draft.now_us + (RISK_SOON_US if new_root else RISK_LATER_US))
    return customers


def _over_for(draft: Draft, incident: IncidentRow, audience: AudienceRow, services: np.ndarray, at_us: int) -> None:
    """It was over for these since then, and they were counted till now."""
    if services.size:
        audience.spells = audiences.ended(audience.spells, services, at_us)
        customers = minus(reach.customers_of(draft.world.topology, services), unpack(audience.down))
        incident.user_us -= len(customers) * max(0, draft.now_us - at_us)


def _reached_again(draft: Draft, incident: IncidentRow, among: Standing) -> tuple[np.ndarray, int]:
    """Services that would be down by its root, and have a way again: a part of it is repaired; since when."""
    if incident.home or not (incident.status == "open" or (incident.status == "clearing" and incident.places)):
        return NOBODY, 0
    index, roots = index_of(draft), engine_of(draft).roots
    by_us = draft.now_us - draft.world.policy.faults.hold_s * SECOND_US
    devices, links = dating.answered(draft, incident, by_us), dating.lit(draft, incident, by_us)
    if not (devices or links):
        return NOBODY, 0
    works = roots.carried(devices, index.engine.accounts.held_by(incident.id))
    *before, (part, own) = among.near(incident, at_risk=False)
    left = roots.still_broken(own, links) if links else own
    again = minus(_down(index, [*before, (part, own)]), _down_but(index, [*before, (part, left)], works))
    return again, max([*dating.answered_us(draft, incident), *links.values()])


def see_risk_by(draft: Draft, incident: IncidentRow, due_us: int) -> None:
    """Who is at risk is dear, and can wait: it is worked out in a step of its own, for all that changed till then."""
    known_us = draft.state.deadlines.due_us("risk", incident.id)
    if not incident.home and (known_us is None or known_us > due_us):
        draft.arm("risk", incident.id, due_us)


def risk_due(draft: Draft, name: str) -> None:
    """Something changed for it, or beside it: who hangs by this one alone now?"""
    incident = draft.state.incidents[name]
    if incident.status in (*LIVE, "resolved"):  # where another was merged into it
        count_user_time(draft, incident)
        found = at_risk_of(draft, incident, standing(draft, incident))
        incident.services_at_risk = max(incident.services_at_risk, len(found))
        draft.put("incidents", name, incident)


def see_risk_now(draft: Draft, incident: IncidentRow) -> None:
    """It ends: what waits is worked out while it still counts."""
    if draft.state.deadlines.due_us("risk", incident.id) is not None:
        draft.disarm("risk", incident.id)
        risk_due(draft, incident.id)


def _audience(draft: Draft, incident: IncidentRow, down: np.ndarray, new_root: bool, among: Standing) -> AudienceRow:
    known = draft.state.audiences.get(incident.id)
    ever = down
    if known is not None and not new_root:
        ever = either(unpack(known.ever), down)
    unsure_now = _unsure(draft, incident, down, among)
    if incident.status == "clearing" and known is not None:  # what ends proves nobody down
        unsure_now = either(unsure_now, both(unpack(known.unsure), down))
    return AudienceRow(incident.id, pack(down), pack(ever), pack(unsure_now))


def _unsure(draft: Draft, incident: IncidentRow, down: np.ndarray, among: Standing) -> np.ndarray:
    """Of these, those who may not be down: nobody tells of their lines, or the root itself is not sure enough."""
    if incident.pinned_by is not None or incident.home or not len(down):
        return down[:0]
    unsure = either(_quiet(draft, incident, down, among), _with_small_share(draft, incident, down, among))
    return either(unsure, _by_what_clears(draft, incident, down, among))


def _by_what_clears(draft: Draft, incident: IncidentRow, down: np.ndarray, among: Standing) -> np.ndarray:
    """Those who are down only if what clears has not come back: all that told of it says that it has."""
    index = index_of(draft)
    *before, own = among.near(incident, at_risk=False)
    left = _without_what_clears(index, before)
    if left == before:
        return down[:0]
    surely = minus(_down(index, [*left, own]), _down(index, left))
    return minus(down, reach.customers_of(draft.world.topology, surely))


def _without_what_clears(index: IncidentIndex, near: list[Near]) -> list[Near]:
    clears = index.engine.accounts.clears
    return [(part, tuple(element for element in failed if not clears(element))) for part, failed in near]


def _quiet(draft: Draft, incident: IncidentRow, down: np.ndarray, among: Standing) -> np.ndarray:
    """Those whose own devices are watched, and not told lost though they would be by now.

    Who would be down only if another word is true as well, which stands alone, is down where somebody tells of it.
    """
    topology, index = draft.world.topology, index_of(draft)
    near = among.near(incident, at_risk=False)
    age_us = draft.now_us - incident.down_since_us
    alone = index.related.fallen_apart(in_parts(near[-1:]))
    roots = index.engine.roots
    on_one_word = incident.alone and not _is_called_of(draft, incident.id)
    quiet = roots.quiet(alone, age_us, told=bool(incident.peak), alone=on_one_word)
    if not among.on_one_word().isdisjoint(failed for _, failed in near[:-1]):
        both = index.related.fallen_apart(in_parts(near))
        only = replace(both, intervals=without(both.intervals, alone.intervals))
        quiet = merged((*quiet, *roots.quiet(only, age_us, told=bool(incident.peak), alone=True)))
    quiet = _but_for_callers(draft, incident, quiet, alone.intervals) if quiet else quiet
    if not quiet:
        return down[:0]
    return minus(down, reach.customers_of(topology, _down_but(index, near, quiet)))


def _but_for_callers(draft: Draft, incident: IncidentRow, quiet: Intervals, whole: Intervals) -> Intervals:
    """Where several call from behind a device, that nobody tells of it is no word that it works; or one by whose own.

    `whole`: all that its root takes down; where all of it is quiet, so it is for one reason.
    """
    topology = draft.world.topology
    called = _called_from(draft, incident.id)
    inside = [place for place in called if contains(quiet, place)]
    if len(inside) >= CALLERS and not without(whole, quiet):
        return ()
    at_home = [place for place in inside if topology.role_of(topology.device_at.item(place)) in AT_HOME]
    quiet = without(quiet, merged((place, place + 1) for place in at_home)) if at_home else quiet
    if len(inside) < CALLERS:
        return quiet
    calls = Counter(one for place in inside for one in cuts_off(topology, topology.device_at.item(place)))
    several = [one for one, number in calls.items() if number >= CALLERS and topology.is_device(one)]
    return without(quiet, merged((place, place + 1) for place in map(topology.position.item, several)))


def _is_called_of(draft: Draft, incident: str) -> bool:
    """Who calls that nothing works is the second to say so, where one word stands alone."""
    return any(row.symptom == "no_service" for row in calls_of_now(draft, incident))


def calls_of_now(draft: Draft, incident: str) -> Iterator[ComplaintRow]:
    """Of those who say that it is so now."""
    rows = (row for row in draft.state.complaints.values() if row.incident == incident)
    return (row for row in rows if not (row.past or row.planned or row.well))


def _called_from(draft: Draft, incident: str) -> list[int]:
    """Positions of the devices that serve them, for each customer once: of those who say that it is so now."""
    topology = draft.world.topology
    customers: dict[int, set[int]] = {}
    for row in calls_of_now(draft, incident):
        points = (point for one in services_of(topology, row) for point in topology.demand.service_attach[one])
        customers.setdefault(row.customer, set()).update(position_of(topology, point) for point in points)
    return sorted(place for places in customers.values() for place in places)


def _with_small_share(draft: Draft, incident: IncidentRow, down: np.ndarray, among: Standing) -> np.ndarray:
    """Those who are down by the root and by its rivals together with too small a share.

    A rival takes down what it does beside those that failed before, as the root does.
    """
    least = round(draft.world.policy.care.tell_from_confidence * 1_000_000)
    if incident.confidence_ppm >= least:
        return down[:0]
    topology, index = draft.world.topology, index_of(draft)
    share = np.full(len(down), incident.confidence_ppm, dtype=np.int64)
    for name, ppm in incident.alternatives:
        element = topology.find(name)
        if element is not None:
            services = _down(index, among.near_a_rival(incident, (element,)))
            share[np.isin(down, reach.customers_of(topology, services))] += ppm
    return down[share < least]


def count_user_time(draft: Draft, incident: IncidentRow) -> None:
    """Customers x time down, integrated up to now, from when it began."""
    if incident.status in LIVE or incident.opened_us is None:
        incident.user_us = incident.user_us_by(draft.now_us)
    incident.down_counted_us = incident.well_us or draft.now_us
