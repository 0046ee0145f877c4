"""A dead card whose ports are told one after the other: the first link has opened when the next is told dark.

By itself each is a link. Where what opened a moment ago rests on ports of the same slot or card, the card takes it over
(what makes a card: `cards`); not so where names tell of no slot: there a site without mains looks the same.
"""

from correlator.inference.evidence.direct import SPREAD_US
from correlator.inference.joint.cards import NO_SLOT, Slot, as_card, linked_in, own_words, slots_of
from correlator.inference.rerooting import Know, Offer, may_move, opened_just_now
from correlator.inference.search import Chosen
from correlator.inference.situation.situation import Situation
from correlator.inference.weighing import weigh_set


def late_cards(situation: Situation, chosen: list[Chosen], know: Know, now_us: int) -> list[Offer]:
    """The best first. `chosen`: what the search found of what nobody holds yet."""
    by_slot: dict[Slot, list[Chosen]] = {}
    for one in chosen:
        for where in slots_of(situation, one):
            if where[1] != NO_SLOT:
                by_slot.setdefault(where, []).append(one)
    found: list[Offer] = []
    for where, new in by_slot.items():
        opened = _opened(situation, where, know, now_us)
        card = as_card(situation, where, [*new, *opened.values()], frozenset(opened)) if opened else None
        if card is not None and card.better > situation.scores.reroot and card.spread_us <= SPREAD_US:
            found.append(Offer(card.better, card.chosen, sorted(opened)))
    return sorted(found, key=lambda one: (-one.better, situation.names.name_of(one.chosen.weighed.candidate)))


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
