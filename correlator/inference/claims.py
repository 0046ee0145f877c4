"""What settled incidents explain: all that their roots would make others say.

The first claim keeps; claims are made in the order in which incidents took what they explain, also after a crash.
"""

from collections.abc import Iterable

from correlator.inference.evidence import Evidence
from correlator.inference.observations import Token
from correlator.inference.port import Standing
from topology.down import Down, overlap
from topology.impact import prediction

NOTHING = Down((), (), (), (), (), (), ())
ByTie = dict[int, list[int]]  # roots, by where they may close a cut with others


def claim(evidence: Evidence, standing: Standing, others: Iterable[Standing]) -> None:
    """It explains what its root takes down, and what this does together with the `others` that do not clear."""
    root = evidence.planner.candidate(standing.root)
    assert root is not None, "an incident takes a root that the inventory in force has"
    _claim(evidence, standing.incident, evidence.elements.family(root)[1], beside(evidence, standing, others))


def _claim(evidence: Evidence, incident: str, members: tuple[int, ...], before: ByTie) -> None:
    """`before`: roots that were claimed before."""
    if evidence.has_only_a_card_dead(members[0]):  # which of its links this takes along, these say
        evidence.claim_links_of(members[0], incident)
    else:
        fallen = _fallen(evidence, members, before)
        evidence.claim(incident, members, fallen.intervals, fallen.links)


def _fallen(evidence: Evidence, members: tuple[int, ...], before: ByTie) -> Down:
    if not evidence.elements.is_row(members[0]) or evidence.has_only_a_card_dead(members[0]):
        return NOTHING
    near = {root for tie in evidence.related.ties(members[0]) for root in before.get(tie, ())}
    return evidence.related.fallen(tuple(sorted({members[0], *near})))


def beside(evidence: Evidence, standing: Standing, others: Iterable[Standing]) -> ByTie:
    """Roots of the others that do not clear, by where they may close a cut with it."""
    apart = [other for other in others if other.incident != standing.incident and not other.clearing]
    return _by_tie(evidence, _whole_roots(evidence, apart))


def reclaim(evidence: Evidence, standing: Iterable[Standing]) -> None:
    """All claims anew, in the order in which they were made; after one ended, and after a crash."""
    evidence.forget_claims()
    before: ByTie = {}
    held = [one for one in standing if not one.clearing and not one.released]
    for one in sorted(held, key=lambda one: (one.claimed, one.incident)):
        for root in _roots_of(evidence, one):
            _claim(evidence, one.incident, evidence.elements.family(root)[1], before)
        for tie, roots in _by_tie(evidence, _whole_roots(evidence, [one])).items():
            before.setdefault(tie, []).extend(roots)


def expose(evidence: Evidence, standing: Iterable[Standing]) -> list[Token]:
    """Which incidents clear, and what those that live have exposed: what others cut off together with them."""
    live = list(standing)
    evidence.ending.clear()
    for one in sorted(live, key=lambda one: one.incident):
        if one.clearing and not one.released:
            for root in _roots_of(evidence, one):
                evidence.ending.update(dict.fromkeys(evidence.elements.family(root)[1], one.incident))
    return suffer(evidence, live)


def suffer(evidence: Evidence, live: list[Standing]) -> list[Token]:
    """Roots that have failed in meshed parts of the network; of these, those that do not clear."""
    whole = (_whole_roots(evidence, some) for some in (live, [one for one in live if not one.clearing]))
    roots, stand = (sorted(root for root in found if evidence.related.ties(root)) for found in whole)
    return evidence.suffer(roots, stand)


def absorbed(evidence: Evidence, standing: Standing) -> list[Token]:
    """What is free and explained now."""
    root = evidence.planner.candidate(standing.root)
    members = () if root is None else evidence.elements.family(root)[1]
    mine = {
        token for member in members for token in evidence.free.get(member, ()) if _is_mine(evidence, token, standing)
    }
    return sorted(mine, key=lambda token: token.key)


def _is_mine(evidence: Evidence, token: Token, standing: Standing) -> bool:
    return evidence.owner_of(token) == standing.incident


def met(evidence: Evidence, standing: Standing, others: Iterable[Standing]) -> list[Token]:
    """Silence there is explained now, or no longer: what speaks for those who may have failed there."""
    root = evidence.planner.candidate(standing.root)
    if root is None:
        return []
    members = evidence.elements.family(root)[1]
    fallen = _fallen(evidence, members, beside(evidence, standing, others))
    links, found = set(fallen.links), dict[Token, None]()
    for candidate in sorted(evidence.hopeful - evidence.dirty):
        if not evidence.elements.is_row(candidate):
            continue
        alone = prediction(evidence.topology, candidate)
        touched = not links.isdisjoint(alone.links) or overlap(alone.down.intervals, fallen.intervals)
        if touched or candidate in members:
            found.update(dict.fromkeys(sorted(evidence.free[candidate], key=lambda token: token.key)))
    return list(found)


def _by_tie(evidence: Evidence, roots: Iterable[int]) -> ByTie:
    found: ByTie = {}
    for root in roots:
        for tie in evidence.related.ties(root):
            found.setdefault(tie, []).append(root)
    return found


def _whole_roots(evidence: Evidence, standing: Iterable[Standing]) -> list[int]:
    """Roots of these that have failed as a whole, and not been given up."""
    roots = (root for one in standing if not one.released for root in _roots_of(evidence, one))
    return [root for root in roots if root >= 0 and not evidence.has_only_a_card_dead(root)]


def _roots_of(evidence: Evidence, standing: Standing) -> list[int]:
    found = (evidence.planner.candidate(name) for name in standing.roots)
    return [root for root in found if root is not None]
