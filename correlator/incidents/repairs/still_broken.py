"""What a repair leaves broken: one fibre of a cable, one switch behind it. It opens as the incident of the rest ends.

Of what stands when the rest has cleared the clear may be lost. Not so of a link in a cut cable, which is spliced fibre
by fibre: where its source told of the ends of others there, and nobody says since that it is well, it is still dark;
but for one word among many. A device, a card or a site comes back as a whole. Of a device that a poller calls lost the
clear is lost more often than not, unless it is called lost again since.
"""

from correlator.alarms import states
from correlator.incidents import claims, settling, unexplained
from correlator.incidents.index import engine_of, index_of
from correlator.roots import kind_of
from correlator.rows.counts import LINK_DARK
from correlator.rows.incidents import AlarmRow, IncidentRow
from correlator.state import Draft
from topology.domains import element_of
from topology.down import down_alone

SURE = 100.0  # nats: that something is broken is known; asked is which element, of those that explain it
OF_LINKS = (*LINK_DARK, "neighbor_down")
OF_FIBRES = ("span", "conduit")


def open_rest(draft: Draft, incident: IncidentRow) -> None:
    """Each part that is still broken, and that nothing explains so far, opens."""
    engine, tell_ends = engine_of(draft), _who_tells_ends(draft, incident)
    standing, members = _standing(draft, incident), draft.state.members.of(incident.id)
    is_much = len(standing) > len(members) * draft.world.policy.faults.clearing_share
    for row in standing:
        told, again = engine.observation(row.key), row.last_told_us > (incident.clearing_us or 0)
        is_free = told is not None and told.owner is None and told.suspect is None
        may_be = again or (row.alarm_type in LINK_DARK and not tell_ends.isdisjoint(row.tellers))
        if told is None or not (is_free and may_be) or _is_told_well(draft, row, incident.ended_us):
            continue
        found = engine.best_for(told, draft.now_us, alone=SURE)
        if found is not None and (is_much or again or len(found.speaks) > 1) and engine.roots.is_ours(found.root):
            rest = settling.new_suspicion(draft, found.root)
            settling.open_at_once(draft, rest, found)
            draft.note(rest.id, "still_broken", f"{incident.id} is repaired, but for {rest.root}", "its alarms stand")


def _who_tells_ends(draft: Draft, incident: IncidentRow) -> set[str]:
    """Of a cut cable: sources that told of links of it that they are dark no more."""
    topology, since_us = draft.world.topology, incident.opened_us or 0
    if all(kind_of(topology, root) not in OF_FIBRES for root in incident.broken):
        return set()
    rows = [row for row in claims.alarms_of(draft.state, incident.id) if row.alarm_type in LINK_DARK]
    ended = [row for row in rows if not row.active and not row.let_go and row.cleared_us >= since_us]
    return {source for row in ended for source in row.tellers}


def _standing(draft: Draft, incident: IncidentRow) -> list[AlarmRow]:
    """What it held and let go, and still stands, and not for planned work."""
    rows = [row for row in claims.alarms_of(draft.state, incident.id) if row.active and row.freed_us]
    stands = [row for row in rows if not row.flapping and row.shelved_until_us <= draft.now_us]
    return [row for row in stands if not unexplained.under_work(draft, row)]


def _is_told_well(draft: Draft, row: AlarmRow, since_us: int) -> bool:
    """By another word of the link, or by who has the only way there; or nobody knows what it is."""
    topology, alarms = draft.world.topology, draft.state.alarms
    element = element_of(topology, row.object)
    if element < 0:
        return True
    is_port = topology.kind_of(element) == "port"
    parts = topology.links_of(element) if is_port else [element]
    links = [one for one in parts if topology.kind_of(one) == "link"]
    named = (topology.ids[one] for link in links for one in (link, *topology.ports_of(link)))
    words = (alarms.get(states.named(name, kind)) for name in named for kind in OF_LINKS)
    if any(word is not None and not word.active and word.cleared_us >= since_us for word in words):
        return True
    well = index_of(draft).told_well
    return any(well.last_us(down_alone(topology, one).intervals) >= since_us for one in parts)
