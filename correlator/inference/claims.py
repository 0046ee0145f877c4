"""What settled incidents explain: all that their roots would make others say.

The first claim keeps; claims are made in the order in which incidents took what they explain, also after a crash.
"""

from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager

import numpy as np

from correlator.inference.evidence import KIND, card, direct
from correlator.inference.evidence.kind import Evidence
from correlator.inference.evidence.link import AT_LINKS, BY_MANAGER, ENDS, teller, told_before, told_of
from correlator.inference.port import Standing
from correlator.inference.silence import view
from correlator.inference.situation import credit
from correlator.inference.situation.situation import Situation
from topology.cover import cut_routes, parts
from topology.down import NOTHING, Down, Intervals, contains, down, down_alone, merged, overlap, without
from topology.impact import prediction


def claim(situation: Situation, standing: Standing, others: Iterable[Standing]) -> None:
    """It explains what its root takes down, and what this does together with the `others` that do not clear."""
    apart = list(others)
    roots = _roots_of(situation, standing) if standing.street else [situation.names.candidate(standing.root)]
    for root in roots:
        assert root is not None, "an incident takes a root that the inventory in force has"
        members = situation.candidates.class_of(root).members
        _claim(situation, standing, root, members, beside(situation, members[0], standing, apart))


def _claim(
    situation: Situation, standing: Standing, root: int, members: tuple[int, ...], near: Collection[int]
) -> None:
    """It explains what it takes down alone, and more besides `near`: what may close a cut with it, and came before."""
    incident = standing.incident
    if standing.street and (place := situation.names.candidate(standing.root)) is not None:
        situation.claims.streets[place] = incident
    if situation.names.kind_of(root) == "risk_group":
        situation.claims.groups[incident] = root, standing.opened_us or 0
    if card.only_that(situation, root, standing.cards):  # which of its links this takes along, these say
        situation.claims.card_owner.setdefault(root, incident)
    else:
        alone, both = _fallen(situation, members, ()), _fallen(situation, members, near)
        before = situation.related.fallen(tuple(sorted(set(near))))
        failed = failed_with(situation, root, members)
        situation.claims.claim(incident, failed, {*alone.links, *({*both.links} - {*before.links})})
        more = without(both.intervals, before.intervals)
        situation.silence.claim(incident, merged((*alone.intervals, *more)))


def failed_with(situation: Situation, root: int, members: tuple[int, ...]) -> tuple[int, ...]:
    """Those that nothing tells from the root; but not the other route of a link that has lost one and works."""
    topology = situation.topology
    if len(members) == 1 or not situation.candidates.is_row(root) or not down_alone(topology, root).degraded:
        return members
    alone = set(down_alone(topology, root).links)
    return tuple(one for one in members if one == root or alone.issuperset(down(topology, (root, one)).links))


def _fallen(situation: Situation, members: tuple[int, ...], near: Iterable[int]) -> Down:
    if not situation.candidates.is_row(members[0]) or situation.told.only_a_card_is_dead(members[0]):
        return NOTHING
    return situation.related.fallen(tuple(sorted({members[0], *near})))


def beside(situation: Situation, root: int, standing: Standing, others: Iterable[Standing]) -> list[int]:
    """Roots of the others that do not clear, which may close a cut with this one."""
    apart = [other for other in others if other.incident != standing.incident and not other.clearing]
    ties = situation.related.ties(root)
    return [near for near in _whole_roots(situation, apart) if not ties.isdisjoint(situation.related.ties(near))]


def reclaim(situation: Situation, standing: Iterable[Standing]) -> None:
    """All claims anew, in the order in which they were made; after one ended, and after a crash."""
    situation.claims.forget()
    situation.silence.forget_claims()
    held = sorted((one for one in standing if not one.clearing and not one.released), key=_first_taken)
    heads = [
        [(root, situation.candidates.class_of(root).members) for root in _roots_of(situation, one)] for one in held
    ]
    whole = [_whole_roots(situation, [one]) for one in held]
    first = {members[0] for each in heads for _, members in each}
    failed = sorted(first.union(*whole))
    numbers = dict(zip(failed, situation.related.together([(element,) for element in failed]), strict=True))
    before: dict[int, set[int]] = {}  # roots that were claimed before, by what they cut off together
    for one, classes, roots in zip(held, heads, whole, strict=True):
        for head, members in classes:
            _claim(situation, one, head, members, before.get(numbers[members[0]], ()))
        for root in roots:
            before.setdefault(numbers[root], set()).add(root)


def _first_taken(standing: Standing) -> tuple[int, str]:
    return standing.claimed, standing.incident


def expose(situation: Situation, standing: Iterable[Standing]) -> list[Evidence]:
    """Which incidents clear, and what those that live have exposed: what others cut off together with them."""
    live = list(standing)
    situation.claims.ending.clear()
    for one in sorted(live, key=lambda one: one.incident):
        if one.clearing and not one.released:
            for root in _roots_of(situation, one):
                situation.claims.ending.update(dict.fromkeys(situation.candidates.class_of(root).members, one.incident))
    return suffer(situation, live)


def suffer(situation: Situation, live: list[Standing]) -> list[Evidence]:
    """Roots that have failed in meshed parts of the network; of these, those that do not clear."""
    whole = (_whole_roots(situation, some) for some in (live, [one for one in live if not one.clearing]))
    roots, stand = (sorted(root for root in found if situation.related.ties(root)) for found in whole)
    before = situation.failed
    situation.standing = before if stand == roots else situation.apart
    situation.apart.set_failed(stand if stand != roots else ())
    intervals, links = before.set_failed(roots)
    return [one for one in _told_in(situation, intervals, links) if credit.speaks_anew(situation, one)]


def _told_in(situation: Situation, intervals: Intervals, links: set[int]) -> list[Evidence]:
    """What is told of devices in these intervals, of services that hang on these alone, and of these links."""
    lost = view(situation.silence.lost)
    keys = [
        ("device", situation.topology.device_at.item(low + place), 0)
        for low, high in intervals
        for place in np.flatnonzero(lost[low:high]).tolist()
    ]
    keys += [(kind, link, end) for kind in AT_LINKS for link in sorted(links) for end in ENDS]
    observations, position = situation.told.observations, situation.topology.position.item
    found = [observations[key] for key in keys if key in observations]
    missed = situation.told.services_down if intervals else ()
    return found + [one for one in missed if one.device >= 0 and contains(intervals, position(one.device))]


def owner_of(situation: Situation, what: Evidence) -> str | None:
    """The settled incident that explains it."""
    owner = _claimant(situation, what)
    if owner is None or _came_first(situation, what, owner):
        return None
    return _besides(situation, what, owner) if _lives(situation, what, owner) else owner


def _besides(situation: Situation, what: Evidence, incident: str) -> str | None:
    """Another whose root explains it."""
    owners = situation.claims.root_owner
    others = (owners.get(candidate, incident) for candidate in (*what.plain, *what.explain))
    return next((other for other in others if other != incident), None)


def _lives(situation: Situation, what: Evidence, incident: str) -> bool:
    """Of a group that lost its mains some carry on by batteries, and all start again: who tells of a port lives.

    So the group is not why a link is dark that its member tells of, where the other end is of no member; nor why those
    are lost that hang by it. `what`: told later than the incident opened.
    """
    root, opened_us = situation.claims.groups.get(incident, (-1, 0))
    if root < 0 or what.onset_us <= opened_us:
        return False
    if what.device >= 0:
        dark = situation.told.dark_links.among(set(what.plain))
        words = [one for each in dark for one in told_of(situation, each) if one.onset_us > opened_us]
        return any(_is_told_within(situation, root, one) for one in words)
    return _is_told_within(situation, root, what)


def _is_told_within(situation: Situation, group: int, what: Evidence) -> bool:
    """A port is told of by a device that alone of what the link hangs by is of the group."""
    if what.kind not in AT_LINKS or what.key[2] == BY_MANAGER:
        return False
    topology = situation.topology
    by = teller(topology, what)
    others = parts(topology, what.link).union(*cut_routes(topology, what.link)) - {by, topology.site_of(by)}
    return others.isdisjoint(topology.members_of(group))


def _came_first(situation: Situation, what: Evidence, incident: str) -> bool:
    """What the incident rests on began later, and this is no consequence of it (`link.told_before`)."""
    owners, held = situation.claims.root_owner, situation.claims.holdings.get(incident)
    if what.kind not in AT_LINKS or not held:
        return False
    for root in what.explain:
        if owners.get(root) == incident:
            fell_us = min((one.onset_us for one in held if root in one.credit), default=0)
            if told_before(situation, root, down_alone(situation.topology, root), fell_us, what):
                return True
    return False


def _claimant(situation: Situation, what: Evidence) -> str | None:
    owner = KIND[what.kind].owner(situation, what)
    if owner is not None:
        return owner
    owners = situation.claims.root_owner
    if owners:
        for candidate in what.plain:  # what two roots close together is claimed by intervals and links
            if candidate in owners:
                return owners[candidate]
        for candidate in what.explain:
            if candidate in owners:
                return owners[candidate]
    if not situation.claims.card_owner or what.device < 0 or what.speaker >= 0:  # an OLT that tells lives
        return None
    return _behind_a_card(situation, what.device)


def _behind_a_card(situation: Situation, device: int) -> str | None:
    """It hangs by a device with a dead card, which may have taken more links along than are told dark."""
    place = situation.topology.position.item(device)
    for owner, incident in situation.claims.card_owner.items():
        if down_alone(situation.topology, owner).holds(place):
            return incident
    return None


@contextmanager
def disregarding(situation: Situation, incidents: list[str]) -> Iterator[None]:
    """For the while, what these settled incidents explain counts as explained by nobody."""
    situation.claims.disregarded = frozenset(incidents)
    try:
        with situation.silence.disregarding(incidents):
            yield
    finally:
        situation.claims.disregarded = frozenset()


def absorbed(situation: Situation, standing: Standing) -> list[Evidence]:
    """What is free and explained now, also what its root cuts off only together with others."""
    root = situation.names.candidate(standing.root)
    members = () if root is None else situation.candidates.class_of(root).members
    free = {one for member in members for one in situation.support.free.get(member, ())}
    free.update(direct.at_devices_of(situation, members))
    links = {link for link in situation.told.dark_links if situation.claims.link_owner.get(link) == standing.incident}
    intervals = situation.silence.claimed_by(standing.incident)
    free.update(one for one in _told_in(situation, intervals, links) if one.owner is None)
    mine = {one for one in free if owner_of(situation, one) == standing.incident}
    return sorted(mine, key=lambda one: one.key)


def met(situation: Situation, standing: Standing, others: Iterable[Standing]) -> list[Evidence]:
    """Silence there is explained now, or no longer: what speaks for those who may have failed there."""
    root = situation.names.candidate(standing.root)
    if root is None:
        return []
    members = situation.candidates.class_of(root).members
    fallen = _fallen(situation, members, beside(situation, members[0], standing, others))
    links, found = set(fallen.links), dict[Evidence, None]()
    for candidate in sorted(situation.support.hopeful - situation.touched):
        if not situation.candidates.is_row(candidate):
            continue
        alone = prediction(situation.topology, candidate)
        touched = not links.isdisjoint(alone.links) or overlap(alone.down.intervals, fallen.intervals)
        if touched or candidate in members:
            found.update(dict.fromkeys(sorted(situation.support.free[candidate], key=lambda one: one.key)))
    return list(found)


def _whole_roots(situation: Situation, standing: Iterable[Standing]) -> list[int]:
    """Roots of these that have failed as a whole, and not been given up."""
    roots = ((one, root) for one in standing if not one.released for root in _roots_of(situation, one))
    return [root for one, root in roots if root >= 0 and not card.only_that(situation, root, one.cards)]


def _roots_of(situation: Situation, standing: Standing) -> list[int]:
    found = (situation.names.candidate(name) for name in standing.roots)
    return [root for root in found if root is not None]
