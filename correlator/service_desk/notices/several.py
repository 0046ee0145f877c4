"""Customers who have several services: an outage that takes another of these down is news, and so is its end.

Of all others it is clear which service is meant; no row names it.
"""

from collections.abc import Iterable

from correlator.customers import NOBODY, Customers, Services, both, either, minus, unpack
from correlator.effects import NoticeKind
from correlator.rows.incidents import LIVE, IncidentRow
from correlator.service_desk.notices.informed import services_down, services_of, services_told
from correlator.state import Draft, State
from topology.impact import customers_of, of_several


def hear_of_more(
    draft: Draft, incident: IncidentRow, audience: Customers, heard: Iterable[tuple[str, Customers]]
) -> Customers:
    """Those of them of whom it takes a service down of which they did not hear; `heard`: who did, by incident."""
    down, known = services_down(draft, incident.id, audience), NOBODY
    for name, customers in heard if down.size else ():
        known = either(known, services_of(draft.world.topology, services_told(draft.state, name), customers))
    return customers_of(draft.world.topology, minus(down, known))


def hit_besides(draft: Draft, incident: str, other: str) -> Customers:
    """Of whom it is about a service that the other is not."""
    return customers_of(draft.world.topology, minus(_of(draft.state, incident), _of(draft.state, other)))


def down_by_both(draft: Draft, incident: IncidentRow, other: str) -> Customers:
    """Who is down under the other, but for those of whom it takes other services down than this one is about."""
    row, topology = draft.state.audiences[other], draft.world.topology
    mine, theirs = _of(draft.state, incident.id), unpack(row.services)
    if not mine.size or not theirs.size:
        return unpack(row.down)
    of_both = both(customers_of(topology, mine), customers_of(topology, theirs))
    return minus(unpack(row.down), minus(of_both, customers_of(topology, both(mine, theirs))))


def hit(draft: Draft, incident: IncidentRow, services: Services) -> Customers:
    """Who has one of these services: their only one, or one that it is about."""
    topology = draft.world.topology
    besides = minus(of_several(topology, services), _of(draft.state, incident.id))
    return customers_of(topology, minus(services, besides))


def spoken_of(draft: Draft, incident: IncidentRow, kind: NoticeKind, audience: Customers) -> Services:
    """Which services of those who have several a message is about: what is down now, or of which they heard."""
    if kind in ("outage", "update") and incident.status in LIVE:
        return services_down(draft, incident.id, audience)
    return services_of(draft.world.topology, services_told(draft.state, incident.id), audience)


def _of(state: State, incident: str) -> Services:
    """Those that it is about: they heard so, or it takes them down now."""
    row, heard = state.audiences.get(incident), services_told(state, incident)
    return heard if row is None else either(heard, unpack(row.services))
