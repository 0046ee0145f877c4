"""A dead card whose ports are told one after the other: the first link has opened when the next is told dark.

By itself each is a link. Where what opened a moment ago rests on ports of the same slot or card, the card takes it over
(what makes a card: `cards`); not so where names tell of no slot: there a site without mains looks the same.
"""

from collections.abc import Callable
from dataclasses import dataclass

from correlator.events import SECOND_US
from correlator.inference.evidence import link
from correlator.inference.joint.cards import NO_SLOT, SPREAD_US, Slot, as_card, linked_in, slots_of
from correlator.inference.port import Standing
from correlator.inference.search import Chosen
from correlator.inference.situation.situation import Situation
from correlator.inference.weighing import weigh_set

Know = Callable[[str], Standing]


@dataclass(frozen=True, slots=True)
class LateCard:
    """A card for all that these incidents hold, and what is new."""

    better: int  # micro-nats
    chosen: Chosen
    incidents: list[str]


def late_cards(situation: Situation, chosen: list[Chosen], know: Know, now_us: int) -> list[LateCard]:
    """The best first. `chosen`: what the search found of what nobody holds yet."""
    by_slot: dict[Slot, list[Chosen]] = {}
    for one in chosen:
        for where in slots_of(situation, one):
            if where[1] != NO_SLOT:
                by_slot.setdefault(where, []).append(one)
    found: list[LateCard] = []
    for where, new in by_slot.items():
        opened = _opened(situation, where, know, now_us)
        card = as_card(situation, where, [*new, *opened.values()], frozenset(opened)) if opened else None
        if card is not None and card.better > situation.scores.reroot and _is_soon(situation, where, card.chosen):
            found.append(LateCard(card.better, card.chosen, sorted(opened)))
    return sorted(found, key=lambda one: (-one.better, situation.names.name_of(one.chosen.weighed.candidate)))


def _is_soon(situation: Situation, where: Slot, card: Chosen) -> bool:
    """By the device's own clock."""
    ends = {
        (link.NAME, one, situation.topology.ends(one).index(where[0])) for one in linked_in(situation.topology, where)
    }
    began = [one.onset_us for one in card.weighed.speaks if one.key in ends]
    return max(began) - min(began) <= SPREAD_US


def _opened(situation: Situation, where: Slot, know: Know, now_us: int) -> dict[str, Chosen]:
    """Incidents that opened a moment ago and rest on other links of the slot, each with its root as it stands."""
    topology, observations, most_us = situation.topology, situation.told.observations, situation.policy.reroot_within_s
    found: dict[str, Chosen] = {}
    for one in sorted(linked_in(topology, where)):
        told = observations.get((link.NAME, one, topology.ends(one).index(where[0])))
        if told is None or told.owner is None or told.owner in found:
            continue
        standing = know(told.owner)
        root, held = situation.names.candidate(standing.root), situation.claims.holdings.get(told.owner, set())
        if root is None or not standing.live or standing.clearing or not standing.movable:
            continue
        if now_us - (standing.opened_us or now_us) > most_us * SECOND_US:
            continue
        weighed = weigh_set(situation, root, sorted(held, key=lambda each: each.key), now_us, [told.owner])
        if weighed is not None and where in slots_of(situation, whole := Chosen(weighed)):
            found[told.owner] = whole
    return found
