"""What no row of the inventory says the way of, lost at the same time as something else: it is part of that.

Behind a missing link lies a part that no gateway reaches; a link without a route lies in some duct. That such a part
failed by itself in the same minute as what may lead to it, or such a link in the same seconds as a cable was cut where
it ends, is far less likely than that it hangs there. One incident and one ticket then; who is behind it is down under
that, and told.
"""

from bisect import bisect_left
from collections.abc import Iterable, Sequence

from correlator.events import SECOND_US
from correlator.incidents.index import engine_of, index_of
from correlator.incidents.together import merging
from correlator.rows.incidents import IncidentRow
from correlator.state import Draft
from topology.compile import ENTRY
from topology.domains import element_of
from topology.down import down_alone
from topology.graph import Topology
from topology.model import Role

SECONDS_US = 3 * SECOND_US  # clocks of sources apart


def cause_of(draft: Draft, incident: IncidentRow) -> IncidentRow | None:
    """The live incident of which it is a part; that which began nearest to it."""
    if incident.street:  # of its homes it is known by what they hang
        return None
    topology, root = draft.world.topology, element_of(draft.world.topology, incident.root)
    link, part = _link_without_way(topology, root), _part_without_way(topology, root)
    if link < 0 and part < 0:
        return None
    within_us = SECONDS_US if link >= 0 else draft.world.policy.faults.fresh_s * SECOND_US
    sources = _told_by(draft, incident)
    found = []
    for other in _others(draft, incident):
        apart_us, element = abs(other.first_event_us - incident.first_event_us), element_of(topology, other.root)
        if apart_us > within_us or _has_no_way(topology, element):
            continue
        if link >= 0:
            leads = _ends_there(topology, element, link)
        else:
            leads = _may_lead_to(topology, element, part) and not sources.isdisjoint(_told_by(draft, other))
        if leads:
            found.append((apart_us, other.id))
    return draft.state.incidents[min(found)[1]] if found else None


def take_in(draft: Draft, incident: IncidentRow) -> None:
    """It has opened: those that are a part of it, and were sure before it was."""
    for other in _others(draft, incident):
        if other.status == "open" and cause_of(draft, other) is incident:
            join(draft, other, incident)


def join(draft: Draft, part: IncidentRow, into: IncidentRow) -> None:
    text = f"{into.id}: {part.root} was lost at the same time, and no row says by what way it hangs"
    merging.join_live(draft, part, into, text)


def _others(draft: Draft, incident: IncidentRow) -> list[IncidentRow]:
    """On which the machine decides, and whose root has failed: a street's has not."""
    rows = [draft.state.incidents[name] for name in index_of(draft).live if name != incident.id]
    return [row for row in rows if row.pinned_by is None and not row.home and not row.street]


def _told_by(draft: Draft, incident: IncidentRow) -> set[str]:
    """The sources of what it rests on: where an OLT tells of one and a poller of the other, the OLT is well."""
    accounts = engine_of(draft).accounts
    told = [*accounts.held_by(incident.id), *accounts.suspected_by(incident.id)]
    return {source for one in told for key in one.alarms for source in draft.state.alarms[key].tellers}


def _link_without_way(topology: Topology, root: int) -> int:
    """The link, where it is one between sites without a route, or a port of it; else -1."""
    if root < 0 or topology.kind_of(root) not in ("port", "link"):
        return -1
    link = topology.link_of(root) if topology.kind_of(root) == "port" else root
    if link < 0 or topology.routes_of(link):
        return -1
    a, b = topology.ends(link)
    return link if topology.site_of(a) != topology.site_of(b) else -1


def _part_without_way(topology: Topology, root: int) -> int:
    """The device that stands in for the gateway of a part, where the root takes it down; else -1."""
    if root < 0 or not topology.stand_ins or topology.kind_of(root) == "risk_group":
        return -1
    stand_ins, position = topology.stand_ins, topology.position.item
    for low, high in down_alone(topology, root).intervals:
        place = bisect_left(stand_ins, low, key=position)
        if place < len(stand_ins) and position(stand_ins[place]) < high:
            return stand_ins[place]
    return -1


def _has_no_way(topology: Topology, root: int) -> bool:
    return _link_without_way(topology, root) >= 0 or _part_without_way(topology, root) >= 0


def _ends_there(topology: Topology, cut: int, link: int) -> bool:
    """A site, or a cut of fibre that ends at one, at an end of the link."""
    sites = {topology.site_of(end) for end in topology.ends(link)}
    spans: Sequence[int]
    match topology.kind_of(cut) if cut >= 0 else None:
        case "site":
            return cut in sites
        case "span":
            spans = (cut,)
        case "conduit":
            spans = topology.plant.conduit_spans[cut - topology.first.conduit]
        case _:
            return False
    return any(not sites.isdisjoint(topology.span_ends(span)) for span in spans)


def _may_lead_to(topology: Topology, element: int, part: int) -> bool:
    """In the same region, and something of a higher role is lost by it; in the core of the same."""
    if element < 0 or topology.kind_of(element) == "risk_group":
        return False
    if topology.region_of(element) != topology.region_of(part):
        return False
    fallen, role_of = down_alone(topology, element), topology.role_of
    lost = {role_of(topology.device_at.item(place)) for low, high in fallen.intervals for place in range(low, high)}
    lost |= {max(map(role_of, topology.ends(link)), key=ENTRY.index) for link in fallen.links}
    highest, own = _rank(lost), _rank([role_of(part)])
    return highest < own or highest == own == 0


def _rank(roles: Iterable[Role]) -> int:
    return min(map(ENTRY.index, roles), default=len(ENTRY))
