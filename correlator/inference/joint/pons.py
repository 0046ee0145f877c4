"""A card of an OLT that says nothing, nor do its ports: all ONTs of several of its PONs are lost in the same seconds.

The search finds the feeder of each. That several are cut at once whose fibres have nothing in common is no chance: what
they share is the card (for what ports say of themselves: `cards`). Where they share a duct, that is it, or may be.
Or it finds what takes down the whole OLT, or that who tells of ONTs has lost its way: while those of other PONs work.
"""

from bisect import bisect_left
from collections.abc import Collection, Iterable

from correlator.events import SECOND_US
from correlator.inference.evidence import card, device
from correlator.inference.evidence.direct import SPREAD_US
from correlator.inference.evidence.kind import Evidence
from correlator.inference.evidence.link import AT_LINKS, BY_MANAGER, teller
from correlator.inference.joint.cards import (
    FEWEST,
    LEAST,
    NO_SLOT,
    SEVERAL,
    Slot,
    how_many_apart,
    linked_in,
    may_have_lost_one,
    own_words,
    slot_of,
    whole_of,
)
from correlator.inference.likelihood import micro
from correlator.inference.planned_work import covered_until_us
from correlator.inference.search import Chosen, in_order
from correlator.inference.situation.prediction import predicted_by
from correlator.inference.situation.situation import Situation
from correlator.inference.ways import by_manager
from correlator.inference.ways.management import Unreached, by_below
from correlator.inference.weighing import Weighed
from correlator.inference.worth import ONSET
from topology.down import down_alone

Words = dict[int, list[Evidence]]  # by PON


def near(situation: Situation) -> None:
    """Where something changed for one of several PONs that are lost, all of them are looked at in the search."""
    touched, owners = situation.touched, situation.claims.link_owner
    for olt in _olts(situation, touched):
        mine = [one for one in situation.topology.links_of(olt) if one not in owners]
        if len(mine := [one for one in mine if card.half_is_lost(situation, one)]) >= SEVERAL:
            touched.update(mine)


def _olts(situation: Situation, among: Iterable[int]) -> list[int]:
    """That may have lost a card."""
    topology = situation.topology
    olts = [one for one in among if topology.is_device(one) and topology.role_of(one) == "olt"]
    return sorted(one for one in olts if may_have_lost_one(situation, one))


def join(
    situation: Situation, hypotheses: list[Chosen], seen: set[int], apart: list[Unreached], now_us: int
) -> list[Chosen]:
    """The hypotheses, with those about PONs of one card replaced by that.

    `seen`: all that was looked at; `apart`: what lost pollers alone tell.
    """
    by_slot: dict[Slot, dict[int, Chosen]] = {}
    for one in hypotheses:
        for link, where in _pons_of(situation, one, now_us):
            by_slot.setdefault(where, {})[link] = one
    found, gone = list[Chosen](), set[int]()  # by their ids: they are many
    for where in sorted(by_slot):
        parts = by_slot[where]
        words = _at_once({link: one.weighed.speaks for link, one in parts.items()})
        if how_many_apart(situation, words) >= SEVERAL and _is_card(situation, where, words):
            mine = [parts[link] for link in words]
            found.append(_as_one(situation, where[0], mine))
            gone.update(map(id, mine))
    found = [*(one for one in hypotheses if id(one) not in gone), *found] if found else hypotheses
    for olt in _olts(situation, seen):
        found = _as_cards(situation, olt, found, apart)
    return found


def _pons_of(situation: Situation, chosen: Chosen, now_us: int) -> list[tuple[int, Slot]]:
    """The PON that it is, or is like, if it rests on words of its ONTs and its port alone, and most ONTs are lost.

    Half of them at first, while words are on their way: each PON by itself would open as soon as its last ONT is told.
    """
    told, topology = chosen.weighed.speaks, situation.topology
    if not told or chosen.besides or chosen.card:
        return []
    olt = _olt_of(situation, told[0])
    if olt < 0 or topology.role_of(olt) != "olt" or not may_have_lost_one(situation, olt):
        return []
    if any(_olt_of(situation, one) != olt for one in told) or covered_until_us(situation, chosen.weighed.candidate):
        return []
    is_young = now_us - min(map(ONSET, told)) <= situation.policy.settle_many_s * SECOND_US
    is_lost = card.half_is_lost if is_young else card.pon_is_lost
    mine = [one for one in topology.links_of(olt) if one in chosen.weighed.members and is_lost(situation, one)]
    ports = ((one, topology.ports_of(one)[topology.ends(one).index(olt)]) for one in mine)
    return [(one, (olt, slot_of(topology, olt, port))) for one, port in ports]


def _olt_of(situation: Situation, told: Evidence) -> int:
    """Who tells that an ONT is lost, or a port of its own dark; -1: something else is told."""
    if told.kind == device.NAME:
        return told.speaker
    is_own = told.kind in AT_LINKS and told.key[2] != BY_MANAGER
    return teller(situation.topology, told) if is_own else -1


def _is_card(situation: Situation, where: Slot, words: Words) -> bool:
    """Where no name tells of a slot: most of the device, which tells of some of its ports, and so lives."""
    if where[1] != NO_SLOT:
        return True
    own = any(one.kind in AT_LINKS for told in words.values() for one in told)
    return own and len(words) >= LEAST * len(linked_in(situation.topology, where))


def _at_once(words: Words, within_us: int = SPREAD_US) -> Words:
    """The most of these that began within so short a time."""
    began_us = {link: min(map(ONSET, told)) for link, told in words.items()}
    together = [
        [link for link, at_us in began_us.items() if first_us <= at_us <= first_us + within_us]
        for first_us in sorted(began_us.values())
    ]
    most = max(together, key=len, default=[])
    return {link: words[link] for link in sorted(most)}


def _as_one(situation: Situation, olt: int, parts: list[Chosen]) -> Chosen:
    apart = [one.weighed for one in parts]
    told = in_order(situation, {one for each in apart for one in each.speaks})
    whole = whole_of(situation, olt, apart, told, situation.scores.silent_card)
    several = sum(each.gain for each in apart)
    sure = situation.scores.confidence_ppm(whole.gain, [several])
    return Chosen(whole, [(apart[0].candidate, several)], sure, card=True)


def _as_cards(situation: Situation, olt: int, hypotheses: list[Chosen], apart: list[Unreached]) -> list[Chosen]:
    """The hypotheses, with what is said of its PONs as of cards of it: where one is dead, or all of it would be.

    Whose failing lets many ONTs work is no failure of the whole; nor has who tells of them lost its way. Of an OLT that
    has lost a card already two more PONs are another.
    """
    stands = olt in situation.claims.card_owner
    is_one, fewest = stands or any(one.card and one.weighed.candidate == olt for one in hypotheses), SEVERAL - stands
    words, left = _losses(situation, olt), situation.memo.unreached  # by the search
    none_works = bool(words) and _none_works(situation, olt)
    mine = {one for told in words.values() for one in told}
    ways = [one for one in apart if not mine.isdisjoint(left.get(one.region, ()))]
    greater = [one for one in hypotheses if _takes_all(situation, one, olt) and not mine.isdisjoint(one.weighed.speaks)]
    words = _at_once(words, situation.policy.fresh_s * SECOND_US if greater or ways else SPREAD_US)
    mine = {one for told in words.values() for one in told}
    parts = [one for one in hypotheses if not mine.isdisjoint(one.weighed.speaks)]
    several = is_one and len(parts) > 1 and not any(one.besides for one in parts)
    if not (ways or greater or several) or how_many_apart(situation, words) < fewest:
        return hypotheses
    none_left = none_works and not is_one
    if none_left and not (len(parts) == len(greater) == 1 and is_by_manager(situation, olt, parts[0].weighed)):
        return hypotheses
    smaller = [one.weighed for one in parts if one not in greater]
    own = [one for one in own_words(situation, olt, words) if one.owner is None]
    told = in_order(situation, mine.union(own, *(one.speaks for one in smaller)))
    prior = prior_of_all(situation, olt) if none_works else situation.scores.silent_card
    whole = whole_of(situation, olt, smaller, told, prior)
    unreached = None
    if none_works and greater:
        unreached = by_manager.lost_its_way(situation, greater[0].unreached, told)
        count_calls(whole, greater[0].weighed)
    rivals = sum(one.weighed.gain for one in parts) + sum(one.gain for one in ways)
    if whole.gain <= rivals:
        return hypotheses
    for way in ways:
        left.pop(way.region, None)
    sure = situation.scores.confidence_ppm(whole.gain, [rivals, *([] if unreached is None else [unreached])])
    first = [(parts[0].weighed.candidate, rivals)] if parts else []
    gone = {id(one) for one in parts}
    return [*(one for one in hypotheses if id(one) not in gone), Chosen(whole, first, sure, unreached, card=True)]


def is_by_manager(situation: Situation, olt: int, whole: Weighed) -> bool:
    """Only an access manager tells of its ONTs, and not that it is lost itself: it may live, and none of its PONs."""
    if olt in situation.told.lost_devices or any(one.speaker != olt for one in whole.speaks):
        return False
    alone = by_manager.is_alone(situation, whole.candidate, whole.speaks)
    return alone and not by_manager.loses_others(situation, whole.speaks)


def prior_of_all(situation: Situation, olt: int, without: Collection[str] = ()) -> int:
    """That all its PONs fail, and it lives: as seldom as it fails itself. But for one that tells of its ports' light.

    More often where a card of it is dead already, by an incident that is none of these (`without`).
    """
    policy, owner = situation.policy, situation.claims.card_owner.get(olt)
    dead = 0 if owner is None or owner in without else len(card.out(situation, olt, owner))
    hazard = micro(min(policy.hazard_most, policy.hazard_each * dead))
    tells = olt in situation.told.life.of_light
    return hazard + (situation.scores.silent_card if tells else situation.candidates.prior(olt))


def judged(situation: Situation, whole: Weighed, without: Collection[str]) -> Chosen | None:
    """An incident of one of these (`without`) is about all its PONs, of which a manager alone tells; None: it is not.

    `whole`: what it is worth that all of it is down, by what the incident holds.
    """
    olt = whole.candidate
    if situation.claims.card_owner.get(olt) not in without or situation.told.only_a_card_is_dead(olt):
        return None
    if not is_by_manager(situation, olt, whole) or not _none_works(situation, olt):
        return None
    pons = whole_of(situation, olt, [], whole.speaks, prior_of_all(situation, olt, without))
    count_calls(pons, whole)
    unreached = by_manager.lost_its_way(situation, by_below(situation, whole), whole.speaks)
    sure = situation.scores.confidence_ppm(pons.gain, [whole.gain, *([] if unreached is None else [unreached])])
    return Chosen(pons, [(olt, whole.gain)], sure, unreached, card=True)


def count_calls(all_pons: Weighed, whole: Weighed) -> None:
    """Who calls of all of it calls of its PONs."""
    more = whole.calls - all_pons.calls
    all_pons.calls, all_pons.callers, all_pons.gain = whole.calls, whole.callers, all_pons.gain + more


def _none_works(situation: Situation, olt: int) -> bool:
    return all(card.half_is_lost(situation, one) for one in _with_onts(situation, olt))


def _with_onts(situation: Situation, olt: int) -> list[int]:
    """Its links behind which ONTs hang."""
    return [one for one in situation.topology.links_of(olt) if card.lost_behind(situation, one)[1]]


def _losses(situation: Situation, olt: int) -> Words:
    """What nobody explains of ONTs of PONs that are lost."""
    free, found = situation.support.free.get(olt, ()), Words()
    if len(free) < FEWEST:
        return found
    lost = {one for one in _with_onts(situation, olt) if card.pon_is_lost(situation, one)}
    if len(lost) < FEWEST:
        return found
    refuted, position = situation.told.life.refuted, situation.topology.position.item
    mine = [one for one in free if one.kind == device.NAME and one.speaker == olt and one not in refuted]
    mine = sorted(in_order(situation, mine), key=lambda one: position(one.device))
    places = [position(one.device) for one in mine]
    for link in sorted(lost):
        for low, high in down_alone(situation.topology, link).intervals:
            found.setdefault(link, []).extend(mine[bisect_left(places, low) : bisect_left(places, high)])
    return {link: in_order(situation, told) for link, told in found.items() if told}


def _takes_all(situation: Situation, chosen: Chosen, olt: int) -> bool:
    predicted = None if chosen.card else predicted_by(situation, chosen.weighed.candidate)
    return predicted is not None and predicted.down.holds(situation.topology.position.item(olt))
