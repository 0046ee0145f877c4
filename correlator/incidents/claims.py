"""What settled incidents hold: their observations, and the rows that say so. Whose claim it is, the engine knows.

Claims are made in the order in which incidents took what they explain, also after a crash.
"""

from collections.abc import Collection, Iterable

from correlator.alarms import states
from correlator.incidents import complaints, dating, observing, unexplained
from correlator.incidents.index import engine_of, index_of, out_of_service, standing, standings
from correlator.inference.port import Held, Observation
from correlator.rows.counts import OF_MAINS, SAY_DOWN
from correlator.rows.incidents import AlarmRow, IncidentRow, MemberRow
from correlator.state import Draft, State
from topology.around import card_named
from topology.cover import lost_places
from topology.domains import element_of

LOST = SAY_DOWN | {"dying_gasp"}


def add_member(draft: Draft, row: AlarmRow, incident: IncidentRow) -> None:
    key = member_key(incident.id, row)
    older = dating.is_older(draft, incident, row.begun_us)
    draft.put("members", key, MemberRow(incident.id, row.key, row.first_id, row.first_us, row.active, older))
    if row.alarm_type == "card_failure":
        device = card_named(draft.world.topology, row.object)
        name = row.object if device is None else draft.world.topology.ids[device]
        if name not in incident.cards:
            incident.cards = (*incident.cards, name)
            draft.put("incidents", incident.id, incident)
    if row.first_us > incident.newest_us:
        incident.newest_us = row.first_us
        draft.put("incidents", incident.id, incident)
    if incident.places:
        _lose_place(draft, incident, row)
    unexplained.over(draft, row, incident.id)
    if row.held_up:
        draft.arm(states.LASTED, row.key, draft.now_us)


def _lose_place(draft: Draft, incident: IncidentRow, row: AlarmRow) -> None:
    more = tuple(name for name in _places(draft, incident, [row]) if name not in incident.places)
    if more:
        incident.places += more
        incident.grown_us = max(incident.grown_us, row.first_us)
        draft.put("incidents", incident.id, incident)


def _places(draft: Draft, incident: IncidentRow, rows: list[AlarmRow]) -> list[str]:
    """Members of its root, a group, where these say that something is lost; of a street the homes that are lost now."""
    topology = draft.world.topology
    if incident.street:
        return sorted({row.object for row in rows if row.active and row.alarm_type in SAY_DOWN})
    root = topology.find(incident.root)
    if root is None or topology.kind_of(root) != "risk_group":
        return []
    told = {row.object for row in rows if row.alarm_type in LOST}
    elements = {one for name in told if (one := element_of(topology, name)) >= 0}
    return [topology.ids[place] for place in lost_places(topology, root, elements)]


def place(draft: Draft, incident: IncidentRow) -> None:
    """Where it is told that mains are lost: in the other places of its root batteries carry on."""
    rows = alarms_of(draft.state, incident.id)
    of_mains = any(row.alarm_type in OF_MAINS for row in rows)
    incident.places = tuple(_places(draft, incident, rows)) if of_mains else ()
    incident.grown_us = 0


def member_key(incident: str, row: AlarmRow, ago: int = 0) -> str:
    """Of its period, or of one so many before."""
    return f"{incident}\x1f{row.key}\x1f{row.period - ago}"


def members_of(state: State, incident: str) -> list[tuple[str, MemberRow]]:
    """What the incident explains, or explained, by key."""
    return list(state.members.of(incident).items())


def alarms_of(state: State, incident: str) -> list[AlarmRow]:
    """Of these the alarms that are known still."""
    told = (member.alarm for _, member in members_of(state, incident))
    return [state.alarms[key] for key in told if key in state.alarms]


def hold(draft: Draft, incident: IncidentRow, told: Iterable[Observation]) -> None:
    """The incident takes these observations and all that its root explains from now on."""
    for one in list(told):
        take(draft, one, incident)
    index_of(draft).no_longer_suspected(incident.id)
    incident.claimed = draft.count("claims")
    engine_of(draft).accounts.claim(standing(incident), standings(draft))
    expose(draft)
    absorb(draft, incident)
    place(draft, incident)
    think_over(draft, incident)


def give_up(draft: Draft, incident: IncidentRow) -> None:
    """The incident clears: what begins from now on where it was, or below, is told of something else."""
    reclaim(draft)
    think_over(draft, incident)


def think_over(draft: Draft, incident: IncidentRow) -> None:
    """Silence there is explained now, or no longer: who may have failed there is looked at in the next search."""
    for one in engine_of(draft).accounts.met(standing(incident), standings(draft)):
        for key in sorted(one.alarms):
            observing.moved(draft, draft.state.alarms[key])


def absorb(draft: Draft, incident: IncidentRow) -> None:
    """What is free and explained now goes under the incident; a suspicion that rested on it is thought over."""
    accounts = engine_of(draft).accounts
    for one in accounts.absorbed(standing(incident)):
        rested = one.suspect is not None
        take(draft, one, incident)
        if rested:
            for key in one.alarms:
                observing.moved(draft, draft.state.alarms[key])
    count_most(draft, incident)


def count_most(draft: Draft, incident: IncidentRow) -> None:
    """How much it holds at most. Where callers alone tell of it, what else is told counts once it bears them out."""
    held = engine_of(draft).accounts.held_by(incident.id)
    known = incident.peak or incident.home
    if len(held) > incident.peak and (known or not _is_beside_callers(draft, incident, held)):
        incident.peak = len(held)


def _is_beside_callers(draft: Draft, incident: IncidentRow, held: Collection[Observation]) -> bool:
    """A stray word, or a home that is switched off: the outage is likelier if these have no part in it."""
    calls = [complaints.as_told(draft, row) for row in complaints.of_incident(draft, incident)]
    found = engine_of(draft).judge(incident.root, held, draft.now_us, Held([incident.id], calls))
    return found is not None and not found.speaks


def take(draft: Draft, told: Observation, incident: IncidentRow) -> None:
    """The observation, and all alarms that tell it, go under the incident."""
    engine_of(draft).accounts.own(told, incident.id)
    for key in sorted(told.alarms):
        row = draft.state.alarms[key]
        row.incident = incident.id
        draft.put("alarms", key, row)
        add_member(draft, row, incident)


def reclaim(draft: Draft) -> None:
    """All claims anew, in the order in which they were made; after one ended, and after a crash."""
    open_ones = (row for row in draft.state.incidents.values() if row.status == "open")
    engine_of(draft).accounts.reclaim([standing(row) for row in open_ones])
    expose(draft)


def expose(draft: Draft) -> None:
    """The live roots changed: what others cut off together with them is thought over."""
    changed = engine_of(draft).accounts.expose(out_of_service(draft))
    for one in changed:
        if one.owner is None:
            observing.mark_moved(draft, one)
    if changed:
        look_over(draft)


def look_over(draft: Draft) -> None:
    """What to look at in the next search, from the rows that moved since the last."""
    engine_of(draft).forget_touched()
    observing.look_over(draft)
    complaints.look_over(draft)
