"""What settled incidents explain: their tokens, and all that their roots would make others say.

The first claim keeps; claims are made in the order in which incidents took what they explain, also after a crash.
"""

from collections.abc import Iterable

from correlator.alarms import states
from correlator.alarms.states import spoken_for
from correlator.incidents import complaints
from correlator.inference.evidence import Evidence
from correlator.inference.observations import Token
from correlator.rows.incidents import AlarmRow, IncidentRow, MemberRow
from correlator.state import Draft, State
from topology.down import Down, overlap
from topology.impact import prediction

NOTHING = Down((), (), (), (), (), (), ())


def add_member(draft: Draft, row: AlarmRow, incident: IncidentRow) -> None:
    key = member_key(incident.id, row)
    draft.put("members", key, MemberRow(incident.id, row.key, row.first_id, row.first_us, row.active))


def member_key(incident: str, row: AlarmRow) -> str:
    return f"{incident}\x1f{row.key}\x1f{row.period}"


def members_of(state: State, incident: str) -> list[tuple[str, MemberRow]]:
    """What the incident explains, or explained, by key."""
    return [(key, member) for key, member in state.members.items() if member.incident == incident]


def moved(draft: Draft, evidence: Evidence, row: AlarmRow) -> None:
    """What it speaks for is looked at in the next solve; the row says so, for after a crash."""
    row.moved = draft.step
    draft.put("alarms", row.key, row)
    evidence.dirty.update(spoken_for(evidence, row))


def hold(
    draft: Draft, evidence: Evidence, incident: IncidentRow, members: tuple[int, ...], tokens: Iterable[Token]
) -> None:
    """The incident takes these tokens and all that its root explains from now on."""
    for token in list(tokens):
        take(draft, evidence, token, incident)
    evidence.suspects.pop(incident.id, None)
    evidence.holdings.setdefault(incident.id, set())
    incident.claimed = draft.count("claims")
    fallen = claim(evidence, incident, members, _beside(draft, evidence, incident))
    suffer(draft, evidence)
    absorb(draft, evidence, incident, members)
    stir(draft, evidence, members, fallen)


def give_up(draft: Draft, evidence: Evidence, incident: IncidentRow) -> None:
    """The incident clears: what begins from now on where it was, or below, is told of something else."""
    root = evidence.planner.candidate(incident.root)
    reclaim(draft, evidence)
    if root is not None:
        members = evidence.elements.family(root)[1]
        stir(draft, evidence, members, _fallen(evidence, members, _beside(draft, evidence, incident)))


def stir(draft: Draft, evidence: Evidence, members: tuple[int, ...], fallen: Down) -> None:
    """Silence there is explained now, or no longer: who may have failed there is looked at in the next solve."""
    links = set(fallen.links)
    for candidate in sorted(evidence.hopeful - evidence.dirty):
        if not evidence.elements.is_row(candidate):
            continue
        alone = prediction(evidence.topology, candidate)
        met = not links.isdisjoint(alone.links) or overlap(alone.down.intervals, fallen.intervals)
        if met or candidate in members:
            for key in sorted(key for token in evidence.free[candidate] for key in token.alarms):
                moved(draft, evidence, draft.state.alarms[key])


def absorb(draft: Draft, evidence: Evidence, incident: IncidentRow, members: tuple[int, ...]) -> None:
    """What is free and explained now goes under the incident; a suspicion that rested on it is thought over."""
    free = {token for member in members for token in evidence.free.get(member, ())}
    for token in sorted(free, key=lambda token: token.key):
        if evidence.owner_of(token) != incident.id:
            continue
        rested = token.suspect is not None
        take(draft, evidence, token, incident)
        if rested:
            for key in token.alarms:
                moved(draft, evidence, draft.state.alarms[key])
    incident.peak = max(incident.peak, len(evidence.holdings[incident.id]))


def take(draft: Draft, evidence: Evidence, token: Token, incident: IncidentRow) -> None:
    """The token, and all alarms that tell it, go under the incident."""
    evidence.own(token, incident.id)
    for key in sorted(token.alarms):
        row = draft.state.alarms[key]
        row.incident = incident.id
        draft.put("alarms", key, row)
        add_member(draft, row, incident)


def claim(evidence: Evidence, incident: IncidentRow, members: tuple[int, ...], before: dict[int, list[int]]) -> Down:
    """It explains what its root takes down, and what this does together with those that were claimed `before`.

    `before`: roots by where they may close a cut with others.
    """
    fallen = _fallen(evidence, members, before)
    if evidence.has_only_a_card_dead(members[0]):  # which of its links this takes along, these say
        evidence.claim_links_of(members[0], incident.id)
    else:
        evidence.claim(incident.id, members, fallen.intervals, fallen.links)
    return fallen


def _fallen(evidence: Evidence, members: tuple[int, ...], before: dict[int, list[int]]) -> Down:
    if not evidence.elements.is_row(members[0]) or evidence.has_only_a_card_dead(members[0]):
        return NOTHING
    near = {root for tie in evidence.elements.ties(members[0]) for root in before.get(tie, ())}
    return evidence.neighbours.fallen(tuple(sorted({members[0], *near})))


def _beside(draft: Draft, evidence: Evidence, incident: IncidentRow) -> dict[int, list[int]]:
    """Roots of the others, by where they may close a cut with it."""
    others = [draft.state.incidents[name] for name in evidence.live if name != incident.id]
    return _by_tie(evidence, _whole_roots(evidence, [other for other in others if other.status != "clearing"]))


def reclaim(draft: Draft, evidence: Evidence) -> None:
    """All claims anew, in the order in which they were made; after one ended, and after a crash."""
    evidence.forget_claims()
    rows = [row for row in draft.state.incidents.values() if row.status == "open" and not row.released]
    before: dict[int, list[int]] = {}
    for incident in sorted(rows, key=lambda row: (row.claimed, row.id)):
        for root in roots_of(evidence, incident):
            claim(evidence, incident, evidence.elements.family(root)[1], before)
        for tie, roots in _by_tie(evidence, _whole_roots(evidence, [incident])).items():
            before.setdefault(tie, []).extend(roots)
    look_at_ends(draft, evidence)


def look_at_ends(draft: Draft, evidence: Evidence) -> None:
    """Which incidents clear, and what those that live have exposed: after one cleared, ended or came back."""
    evidence.ending.clear()
    for name in sorted(evidence.live):
        incident = draft.state.incidents[name]
        if incident.status == "clearing" and not incident.released:
            for root in roots_of(evidence, incident):
                evidence.ending.update(dict.fromkeys(evidence.elements.family(root)[1], name))
    suffer(draft, evidence)


def _by_tie(evidence: Evidence, roots: Iterable[int]) -> dict[int, list[int]]:
    found: dict[int, list[int]] = {}
    for root in roots:
        for tie in evidence.elements.ties(root):
            found.setdefault(tie, []).append(root)
    return found


def suffer(draft: Draft, evidence: Evidence) -> None:
    """The live roots changed: what others cut off together with them is thought over."""
    changed = evidence.suffer(*in_rings(draft, evidence))
    for token in changed:
        for key in token.alarms if token.owner is None else ():
            row = draft.state.alarms[key]
            row.moved = draft.step
            draft.put("alarms", key, row)
    if changed:
        look_over(draft, evidence)


def in_rings(draft: Draft, evidence: Evidence) -> tuple[list[int], list[int]]:
    """Roots of live incidents that have failed in meshed parts of the network; of these, those that do not clear."""
    live = [draft.state.incidents[name] for name in evidence.live]
    standing = [incident for incident in live if incident.status != "clearing"]
    both = (_whole_roots(evidence, incidents) for incidents in (live, standing))
    roots, stand = (sorted(root for root in found if evidence.elements.ties(root)) for found in both)
    return roots, stand


def _whole_roots(evidence: Evidence, incidents: Iterable[IncidentRow]) -> list[int]:
    """Roots of these that have failed as a whole, and not been given up."""
    roots = (root for row in incidents if not row.released for root in roots_of(evidence, row))
    return [root for root in roots if root >= 0 and not evidence.has_only_a_card_dead(root)]


def roots_of(evidence: Evidence, incident: IncidentRow) -> list[int]:
    """Its root, and those that a person joined to it."""
    found = (evidence.planner.candidate(name) for name in (incident.root, *incident.joined))
    return [root for root in found if root is not None]


def look_over(draft: Draft, evidence: Evidence) -> None:
    """The candidates to look at in the next solve, from the rows that moved since the last."""
    evidence.dirty.clear()
    states.look_over(evidence, draft)
    complaints.look_over(draft, evidence)
