"""A dead card whose ports are told one after the other: the first link has opened when the next is told dark.

By itself each is a link. Where what opened a moment ago rests on ports of the same slot or card, the card takes it over
(what makes a card: `cards`); where names tell of no slot only if neither a site nor mains join them.
"""

from correlator.inference.beside import speaking
from correlator.inference.evidence.direct import SPREAD_US
from correlator.inference.joint.cards import (
    NO_SLOT,
    Slot,
    are_apart,
    as_card,
    linked_in,
    own_words,
    slot_of_all,
    slots_of,
)
from correlator.inference.rerooting import Know, Offer, may_move, opened_just_now
from correlator.inference.search import Chosen
from correlator.inference.situation.situation import Situation
from correlator.inference.weighing import Weighed, weigh_set


def late_cards(situation: Situation, chosen: list[Chosen], know: Know, now_us: int) -> list[Offer]:
    """The best first. `chosen`: what the search found of what nobody holds yet."""
    by_slot: dict[Slot, list[Chosen]] = {}
    for one in chosen:
        for where in slots_of(situation, one):
            by_slot.setdefault(where, []).append(one)
    found: list[Offer] = []
    for where, new in by_slot.items():
        opened = _opened(situation, where, know, now_us)
        card = as_card(situation, where, [*new, *opened.values()], frozenset(opened)) if opened else None
        if card is None or card.better <= situation.scores.reroot or card.spread_us > SPREAD_US:
            continue
        links = {one.link for one in card.chosen.weighed.speaks} & linked_in(situation.topology, where)
        if where[1] != NO_SLOT or are_apart(situation, where[0], own_words(situation, where[0], links)):
            found.append(Offer(card.better, card.chosen, sorted(opened)))
    return sorted(found, key=lambda one: (-one.better, situation.names.name_of(one.chosen.weighed.candidate)))


def judged(situation: Situation, whole: Weighed, now_us: int, without: list[str]) -> Chosen | None:
    """How sure the card that an incident of these (`without`) is about is by now, against each of its links by itself.

    None: it is about none, or about one that is named. `whole`: what it is worth that all of the device is dead.
    """
    device, told = whole.candidate, whole.speaks
    owner = situation.claims.card_owner.get(device)
    if owner not in without or situation.told.only_a_card_is_dead(device):
        return None
    links = {one.link for one in situation.claims.held_by(owner)}.intersection(situation.topology.links_of(device))
    slot, parts = slot_of_all(situation.topology, device, links), list[Chosen]()
    for one in own_words(situation, device, links):
        weighed = (
            weigh_set(situation, other, speaking(situation, other, told, without), now_us, without)
            for other in sorted(one.credit)
        )
        best = max((each for each in weighed if each is not None), key=lambda each: each.gain, default=None)
        parts += [] if best is None else [Chosen(best)]
    card = as_card(situation, (device, slot), parts, frozenset(without)) if slot is not None and parts else None
    return None if card is None else card.chosen


def _opened(situation: Situation, where: Slot, know: Know, now_us: int) -> dict[str, Chosen]:
    """Incidents that opened a moment ago and rest on other links of the slot, each with its root as it stands."""
    found: dict[str, Chosen] = {}
    for told in own_words(situation, where[0], linked_in(situation.topology, where)):
        if told.owner is None or told.owner in found:
            continue
        standing = know(told.owner)
        root, held = situation.names.candidate(standing.root), situation.claims.holdings.get(told.owner, set())
        if root is None or not may_move(standing) or not opened_just_now(situation, standing, now_us):
            continue
        weighed = weigh_set(situation, root, sorted(held, key=lambda each: each.key), now_us, [told.owner])
        if weighed is not None and where in slots_of(situation, whole := Chosen(weighed)):
            found[told.owner] = whole
    return found
