"""A card that is dead and says nothing of itself: all ports of a slot go dark at once, and the device lives to tell.

The search finds each of the links by itself, or the whole device, which tells of its own ports and so is not dead.
That a slot's ports fail within seconds is no chance: what they share is the card (X.733 "equipmentMalfunction"). Which
ports are of one slot their names say: all but the last number. Of a device that has no other slot all are dark.
"""

import re
from collections import Counter
from collections.abc import Iterable
from itertools import pairwise

from correlator.events import SECOND_US
from correlator.inference.evidence import link
from correlator.inference.evidence.kind import Evidence
from correlator.inference.likelihood import SPREAD_S
from correlator.inference.planned_work import covered_until_us
from correlator.inference.search import Chosen, in_order
from correlator.inference.situation.situation import Situation
from correlator.inference.situation.whose import is_anothers
from correlator.inference.weighing import Weighed
from correlator.inference.worth import told_worth
from topology.around import LEAVES
from topology.graph import Topology

FEWEST, LEAST = 2, 0.75  # ports of a slot that are told dark, at least; and such a part of them
IN_SLOT = re.compile(r"(.*\d)[/.:]\d+")  # ge-0/0/1, Gi0/1/0/3, 0/1/4: the last number is of the port
Slot = tuple[int, str]  # device, and what the names of its ports begin with


def join(situation: Situation, hypotheses: list[Chosen]) -> list[Chosen]:
    """The hypotheses, with those about ports of one slot replaced where a dead card explains them better."""
    by_slot: dict[Slot, list[Chosen]] = {}
    for one in hypotheses:
        for where in _slots(situation, one):
            by_slot.setdefault(where, []).append(one)
    cards: list[Chosen] = []
    gone = set[int]()  # by their ids: they are many
    for device, slot in sorted(by_slot, key=lambda one: (-len(by_slot[one]), situation.names.name_of(one[0]), one[1])):
        parts = [one for one in by_slot[device, slot] if id(one) not in gone]
        if len(set[int]().union(*(_links(one) for one in parts))) < FEWEST:
            continue
        ports = _linked(situation.topology, device)
        mine = {one for one, of in ports.items() if of == slot}
        whole = _as_card(situation, device, mine, parts, LEAST if len(mine) < len(ports) else 1.0)
        if whole is not None:
            cards.append(whole)
            gone.update(id(one) for one in parts)
    return [*(one for one in hypotheses if id(one) not in gone), *cards] if cards else hypotheses


def _links(chosen: Chosen) -> set[int]:
    """What it rests on, of link ends."""
    return {one.link for one in chosen.weighed.speaks if one.kind == link.NAME}


def _slots(situation: Situation, chosen: Chosen) -> Iterable[Slot]:
    """Those of which devices tell, by their own ports, of all links that it rests on."""
    links = _links(chosen)
    if not links or chosen.besides or covered_until_us(situation, chosen.weighed.candidate):
        return ()
    return set.intersection(*(set(_told_by(situation, one)) for one in sorted(links)))


def _told_by(situation: Situation, dark: int) -> Iterable[Slot]:
    """The devices at its ends that tell that it is dark, live, and may have lost a card; with the slot."""
    topology, told, claims = situation.topology, situation.told, situation.claims
    for end, device in enumerate(topology.ends(dark)):
        slot = _slot(topology, device, topology.ports_of(dark)[end])
        if not slot or (link.NAME, dark, end) not in told.observations or topology.role_of(device) in LEAVES:
            continue
        known = device in claims.root_owner or device in claims.card_owner or device in told.partial
        if not (known or device in told.lost_devices or is_anothers(situation, device)):
            yield device, slot


def _slot(topology: Topology, device: int, port: int) -> str:
    """Of a port of this device; empty where its name tells of none."""
    found = IN_SLOT.fullmatch(topology.ids[port].removeprefix(f"{topology.ids[device]}/"))
    return found[1] if found else ""


def _linked(topology: Topology, device: int) -> dict[int, str]:
    """Links of a device, each with the slot of its port."""
    ends = ((one, topology.ends(one).index(device)) for one in topology.links_of(device))
    return {one: _slot(topology, device, topology.ports_of(one)[end]) for one, end in ends}


def _as_card(situation: Situation, device: int, mine: set[int], parts: list[Chosen], least: float) -> Chosen | None:
    """All of it as one; None where that is no better, too few ports of the slot are told, or not at once.

    `mine`: links of the slot, of which at least such a part has to be told dark.
    """
    apart = [part.weighed for part in parts]
    own = _own(situation, device, {one.link for each in apart for one in each.speaks if one.link in mine})
    if len(own) < max(FEWEST, least * len(mine)) or any(one.owner is not None for one in own):
        return None
    began = sorted(one.onset_us for one in own)
    if any(at_us - before_us > SPREAD_S * SECOND_US for before_us, at_us in pairwise(began)):
        return None
    told = in_order(situation, {*own, *(one for each in apart for one in each.speaks)})
    worth, prior = told_worth(situation, device, told), situation.scores.silent_card
    silence, calls = sum(each.silence for each in apart), sum(each.calls for each in apart)
    gain, several = prior + worth.total + silence + calls, sum(each.gain for each in apart)
    if gain <= several:
        return None
    silent = dict(sum((Counter(each.silent) for each in apart), Counter()))
    whole = Weighed(device, (device,), gain, told, prior, *worth, silence=silence, calls=calls, silent=silent)
    whole.callers = sum(each.callers for each in apart)
    sure = situation.scores.confidence_ppm(gain, [several])
    return Chosen(whole, [(apart[0].candidate, several)], sure, card=True)


def _own(situation: Situation, device: int, links: Iterable[int]) -> list[Evidence]:
    """What the device tells of these links at its own ports."""
    ends = ((one, situation.topology.ends(one).index(device)) for one in sorted(links))
    found = (situation.told.observations.get((link.NAME, one, end)) for one, end in ends)
    return [one for one in found if one is not None]
