"""A card of an OLT that says nothing, nor do its ports: all ONTs of several of its PONs are lost in the same seconds.

The search finds the feeder of each. That several are cut at once whose fibres have nothing in common is no chance: what
they share is the card (for what ports say of themselves: `cards`). Where they share a duct, that is it, or may be.
"""

from collections.abc import Collection
from itertools import combinations

from correlator.events import SECOND_US
from correlator.inference.evidence import card, device
from correlator.inference.evidence.direct import SPREAD_US
from correlator.inference.joint.cards import NO_SLOT, SEVERAL, Slot, may_have_lost_one, slot_of, whole_of
from correlator.inference.planned_work import covered_until_us
from correlator.inference.search import Chosen, in_order
from correlator.inference.situation.situation import Situation
from correlator.inference.worth import ONSET
from topology.cover import cut_routes


def near(situation: Situation) -> None:
    """Where something changed for one of several PONs that are lost, all of them are looked at in the search."""
    topology, touched, owners = situation.topology, situation.touched, situation.claims.link_owner
    olts = [one for one in touched if topology.is_device(one) and topology.role_of(one) == "olt"]
    for olt in sorted(one for one in olts if may_have_lost_one(situation, one)):
        mine = [one for one in topology.links_of(olt) if one not in owners]
        if len(mine := [one for one in mine if _is_half_lost(situation, one)]) >= SEVERAL:
            touched.update(mine)


def _is_half_lost(situation: Situation, link: int) -> bool:
    lost, onts = card.lost_behind(situation, link)
    return 0 < onts <= 2 * lost


def join(situation: Situation, hypotheses: list[Chosen], now_us: int) -> list[Chosen]:
    """The hypotheses, with those about PONs of one card replaced by that."""
    by_slot: dict[Slot, dict[int, Chosen]] = {}
    for one in hypotheses:
        for link, where in _pons_of(situation, one, now_us):
            by_slot.setdefault(where, {})[link] = one
    found, gone = list[Chosen](), set[int]()  # by their ids: they are many
    for where in sorted(by_slot):
        parts = _at_once(by_slot[where])
        if len(parts) >= SEVERAL and not _share_a_fibre(situation, parts):
            found.append(_as_one(situation, where[0], list(parts.values())))
            gone.update(map(id, parts.values()))
    return [*(one for one in hypotheses if id(one) not in gone), *found] if found else hypotheses


def _pons_of(situation: Situation, chosen: Chosen, now_us: int) -> list[tuple[int, Slot]]:
    """The PON that it is, or is like, if it rests on words of ONTs alone, and most of those behind it are lost.

    Half of them at first, while words are on their way: each PON by itself would open as soon as its last ONT is told.
    """
    told, topology = chosen.weighed.speaks, situation.topology
    if not told or chosen.besides or chosen.card or any(one.kind != device.NAME or one.speaker < 0 for one in told):
        return []
    olt = told[0].speaker
    if topology.role_of(olt) != "olt" or not may_have_lost_one(situation, olt):
        return []
    if any(one.speaker != olt for one in told) or covered_until_us(situation, chosen.weighed.candidate):
        return []
    is_young = now_us - min(map(ONSET, told)) <= situation.policy.settle_many_s * SECOND_US
    is_lost = _is_half_lost if is_young else card.pon_is_lost
    mine = [one for one in topology.links_of(olt) if one in chosen.weighed.members and is_lost(situation, one)]
    ports = ((one, topology.ports_of(one)[topology.ends(one).index(olt)]) for one in mine)
    slots = ((one, (olt, slot_of(topology, olt, port))) for one, port in ports)
    return [(one, where) for one, where in slots if where[1] != NO_SLOT]


def _at_once(parts: dict[int, Chosen]) -> dict[int, Chosen]:
    """The most of these that began within so short a time."""
    began_us = {link: min(map(ONSET, one.weighed.speaks)) for link, one in parts.items()}
    together = [
        [link for link, at_us in began_us.items() if first_us <= at_us <= first_us + SPREAD_US]
        for first_us in sorted(began_us.values())
    ]
    most = max(together, key=len)
    return {link: parts[link] for link in sorted(most)}


def _share_a_fibre(situation: Situation, links: Collection[int]) -> bool:
    """Some two of these lie in one span, duct or bridge."""
    laid = [set[int]().union(*cut_routes(situation.topology, one)) for one in links]
    return any(not one.isdisjoint(other) for one, other in combinations(laid, 2))


def _as_one(situation: Situation, olt: int, parts: list[Chosen]) -> Chosen:
    apart = [one.weighed for one in parts]
    told = in_order(situation, {one for each in apart for one in each.speaks})
    whole = whole_of(situation, olt, apart, told, situation.scores.silent_card)
    several = sum(each.gain for each in apart)
    sure = situation.scores.confidence_ppm(whole.gain, [several])
    return Chosen(whole, [(apart[0].candidate, several)], sure, card=True)
