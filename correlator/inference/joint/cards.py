"""A card that is dead and says nothing of itself: all ports of a slot go dark at once, and the device lives to tell.

The search finds each of the links by itself, or the whole device, which tells of its own ports and so is not dead.
That a slot's ports fail within seconds is no chance: what they share is the card (X.733 "equipmentMalfunction"). Which
ports are of one slot their names say: all but the last number. Ports whose names tell of no slot share the device: most
of them, for a rack without mains looks the same; or three within three seconds that no site, mains or duct joins. A
card may hold several slots (ge-0/0/2 and ge-0/1/0 are of card 0): where several failures of its ports begin at once, in
fibres that have nothing in common, it is the card. So where a device alone tells of three ports of a card within three
seconds by its own clock, at which nobody hangs who could tell as well.
"""

import math
import re
from collections import Counter
from collections.abc import Collection, Iterable
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from correlator.events import SECOND_US
from correlator.inference.bearing import are_at_once
from correlator.inference.evidence import direct, fibre, link, power, protection
from correlator.inference.evidence.device import POLLED
from correlator.inference.evidence.direct import SPREAD_US
from correlator.inference.evidence.kind import Evidence
from correlator.inference.likelihood import micro
from correlator.inference.planned_work import covered_until_us
from correlator.inference.search import Chosen, in_order
from correlator.inference.silence import count
from correlator.inference.situation.situation import Situation
from correlator.inference.situation.whose import is_anothers
from correlator.inference.weighing import Weighed
from correlator.inference.worth import ONSET, by_chance, told_worth
from topology.around import LEAVES
from topology.cover import cut_routes
from topology.csr import view
from topology.graph import Topology

FEWEST, LEAST = 2, 0.75  # ports of a slot that are told dark, at least; and such a part of them
SEVERAL = 3  # ... where nobody else tells, or no slot is known
APART = 2  # of ports to splitters so many that share no fibre
NO_SLOT = "-"
WIDE = "/*"  # after the name of a card
NOT_OF_CARDS = (fibre.NAME, power.NAME, protection.NAME)  # a card lets nobody say so
IN_SLOT = re.compile(r"(.*\d)[/.:]\d+")  # ge-0/0/1, Gi0/1/0/3, 0/1/4: the last number is of the port
MODULE = re.compile(r"[a-z]+-(\d+)/\d+")  # of ge-0/1/3: card, module
IN_CARD = re.compile(r"(.*\d/\d+)/\d+")  # of Te0/1/0/3: rack, card, module; 0/9/3 has none: frame, card
Slot = tuple[int, str]  # device, and what the names of its ports begin with


class Card(NamedTuple):
    chosen: Chosen
    better: int  # than its parts, each by itself; micro-nats
    spread_us: int  # from the first to the last of what the device itself says


def join(situation: Situation, hypotheses: list[Chosen], seen: set[int], now_us: int) -> list[Chosen]:
    """The hypotheses, with those about ports of one slot replaced where a dead card explains them better.

    `seen`: all that was looked at. Several ports that nobody but their device tells of are a card as well.
    """
    by_slot: dict[Slot, list[Chosen]] = {}
    for one in hypotheses:
        for where in slots_of(situation, one):
            by_slot.setdefault(where, []).append(one)
    cards: list[Chosen] = []
    gone = set[int]()  # by their ids: they are many
    known = {one for each in hypotheses for one in each.weighed.speaks}
    for device, slot in sorted(
        by_slot, key=lambda one: (one[1].endswith(WIDE), -len(by_slot[one]), situation.names.name_of(one[0]), one[1])
    ):
        parts = [one for one in by_slot[device, slot] if id(one) not in gone]
        whole = as_card(situation, (device, slot), parts, beside=_beside(situation, (device, slot), known))
        if whole is not None:
            cards.append(whole.chosen)
            gone.update(id(one) for one in parts)
            known.update(whole.chosen.weighed.speaks)
    cards += _by_itself(situation, seen, known, now_us)
    return [*(one for one in hypotheses if id(one) not in gone), *cards] if cards else hypotheses


def of_one_device(situation: Situation, hypotheses: list[Chosen]) -> list[Chosen]:
    """The hypotheses, with those about several cards of one device, or ports of it, replaced by that of all.

    They have one root, so they are one incident. It is as sure as the least sure of them.
    """
    by_device: dict[int, list[Chosen]] = {}
    for one in hypotheses:
        if one.card:
            by_device.setdefault(one.weighed.candidate, []).append(one)
    several = {device: parts for device, parts in by_device.items() if len(parts) > 1}
    gone = {id(one) for parts in several.values() for one in parts}
    whole = [_as_one(situation, device, parts) for device, parts in several.items()]
    return [*(one for one in hypotheses if id(one) not in gone), *whole] if whole else hypotheses


def _as_one(situation: Situation, device: int, parts: list[Chosen]) -> Chosen:
    apart = [one.weighed for one in parts]
    told = in_order(situation, {one for each in apart for one in each.speaks})
    whole = whole_of(situation, device, apart, told, max(each.prior for each in apart))
    least = min(parts, key=lambda one: one.confidence_ppm)
    rivals = [(other, whole.gain - least.weighed.gain + its) for other, its in least.rivals]
    return Chosen(whole, rivals, least.confidence_ppm, card=True)


def whole_of(situation: Situation, device: int, apart: list[Weighed], told: list[Evidence], prior: int) -> Weighed:
    """Several failures as one of this device: what is told is weighed as of one, silence and calls add up."""
    worth = told_worth(situation, device, told)
    silence, calls = sum(each.silence for each in apart), sum(each.calls for each in apart)
    silent = dict(sum((Counter(each.silent) for each in apart), Counter()))
    gain = prior + worth.total + silence + calls
    whole = Weighed(device, (device,), gain, told, prior, *worth, silence=silence, calls=calls, silent=silent)
    whole.callers = sum(each.callers for each in apart)
    return whole


def _beside(situation: Situation, where: Slot, known: set[Evidence]) -> list[Evidence]:
    """Of other ports of it, what the device alone tells and nothing explains; nobody at their other ends could."""
    device, half = where[0], situation.told.dark_links.half
    if where[1] == NO_SLOT:
        return []
    links = [one for one in linked_in(situation.topology, where) if half.get(one, device) != device]
    told = [one for one in own_words(situation, device, links) if one.owner is None and one not in known]
    if not told:
        return told
    below = situation.related.fallen(tuple(sorted(one.link for one in told)))
    if any(link.can_tell(situation, half[one.link], below) or covered_until_us(situation, one.link) for one in told):
        return []
    return told


def _by_itself(situation: Situation, seen: set[int], known: set[Evidence], now_us: int) -> list[Chosen]:
    """Cards of devices that alone tell of several ports, each of which by itself may be chance."""
    topology, half, found = situation.topology, situation.told.dark_links.half, list[Chosen]()
    slots = {slot for one in seen & half.keys() for slot in _told_by(situation, one)}
    slots.update(_told_at_ports(situation, seen))
    slots.update([(device, _card(slot)) for device, slot in sorted(slots) if slot != NO_SLOT])
    for device, slot in sorted(slots, key=lambda one: (one[1].endswith(WIDE), one)):
        dark = situation.told.dark_ports.get(device, ())
        if situation.told.dark_links.number_at(device) + len(dark) < SEVERAL:
            continue
        ports = [one for one, of in _linked(topology, device).items() if _is_in(of, slot)]
        own = own_words(situation, device, [one for one in ports if half.get(one, device) != device])
        loose = [one for one in sorted(dark) if _is_in(slot_of(topology, device, one), slot)]
        own += [situation.told.observations[direct.NAME, one, 0] for one in loose]
        if len(own) < SEVERAL or not known.isdisjoint(own) or not are_at_once(own):
            continue
        if slot.endswith(WIDE):
            if _spread_us(own) > SPREAD_US:
                continue
        elif len(own) < LEAST * (len(ports) + (len(_loose(topology, device, slot)) if loose else 0)):
            continue
        elements = tuple(sorted(one.link if one.link >= 0 else one.key[1] for one in own))
        if any(one.owner is not None for one in own) or any(covered_until_us(situation, one) for one in elements):
            continue
        below = situation.related.fallen(elements)
        if any(one in half and link.can_tell(situation, half[one], below) for one in elements):  # and says nothing
            continue
        worth, prior = told_worth(situation, device, in_order(situation, own)), situation.scores.silent_card
        lost, age_us = count(situation.silence.silent_polled, below.intervals), now_us - min(map(ONSET, own))
        silence = lost * situation.scores.silence(age_us)[POLLED.name]
        gain = prior + worth.total + silence
        if gain > 0:
            whole = Weighed(device, (device,), gain, own, prior, *worth, silence=silence)
            whole.silent = {POLLED.name: lost} if lost else {}
            found.append(Chosen(whole, [], situation.scores.confidence_ppm(gain, []), card=True))
            known = known.union(own)
    return found


def _told_at_ports(situation: Situation, seen: set[int]) -> Iterable[Slot]:
    """Slots of devices of whose dark ports, at which no link ends, some were looked at."""
    for device, ports in situation.told.dark_ports.items():
        if not ports.isdisjoint(seen) and may_have_lost_one(situation, device):
            yield from ((device, slot_of(situation.topology, device, port)) for port in sorted(ports & seen))


def _loose(topology: Topology, device: int, slot: str) -> list[int]:
    """Ports of the slot at which no link ends, and customers do."""
    first = topology.first.port
    ports = (np.flatnonzero(view(topology.plant.port_device) == device) + first).tolist()
    return [one for one in ports if topology.link_of(one) < 0 and slot_of(topology, device, one) == slot]


def _links(chosen: Chosen) -> set[int]:
    """What it rests on, of link ends."""
    return {one.link for one in chosen.weighed.speaks if one.kind in link.AT_LINKS}


def slots_of(situation: Situation, chosen: Chosen) -> Iterable[Slot]:
    """Those of which devices tell, by their own ports, of all links that it rests on."""
    links = _links(chosen)
    if not links or chosen.besides or covered_until_us(situation, chosen.weighed.candidate):
        return ()
    told_by = [set(_told_by(situation, one)) for one in sorted(links)]
    cards = [{(device, _card(slot)) for device, slot in each if slot != NO_SLOT} for each in told_by]
    return set.intersection(*told_by) | set.intersection(*cards)


def _told_by(situation: Situation, dark: int) -> Iterable[Slot]:
    """The devices at its ends that tell that it is dark, live, and may have lost a card; with the slot."""
    topology = situation.topology
    for end, device in enumerate(topology.ends(dark)):
        slot = slot_of(topology, device, topology.ports_of(dark)[end])
        if _said_at(situation, dark, end) is None or topology.role_of(device) in LEAVES:
            continue
        if may_have_lost_one(situation, device):
            yield device, slot


def may_have_lost_one(situation: Situation, device: int) -> bool:
    """Or another: of a card that is named, all that is dark there is."""
    told = situation.told
    known = device in situation.claims.root_owner or device in told.partial
    return not (known or device in told.lost_devices or is_anothers(situation, device))


def slot_of(topology: Topology, device: int, port: int) -> str:
    """Of a port of this device."""
    found = IN_SLOT.fullmatch(topology.ids[port].removeprefix(f"{topology.ids[device]}/"))
    return found[1] if found else NO_SLOT


def _card(slot: str) -> str:
    """What several slots are on: ge-0/0 and ge-0/1 are modules of card 0, Te0/1/0 and Te0/1/1 of card 0/1."""
    found = MODULE.fullmatch(slot) or IN_CARD.fullmatch(slot)
    return (found[1] if found else slot) + WIDE


def slot_of_all(topology: Topology, device: int, links: Collection[int]) -> str | None:
    """The slot that holds all of these ports, or else the card; None: they have none in common."""
    slots = {slot for one, slot in _linked(topology, device).items() if one in links}
    if len(slots) > 1 and NO_SLOT not in slots:
        slots = set(map(_card, sorted(slots)))
    return slots.pop() if len(slots) == 1 else None


def _is_in(slot: str, where: str) -> bool:
    """`where`: a slot, or a card (`_card`)."""
    return slot == where or (slot != NO_SLOT and _card(slot) == where)


def linked_in(topology: Topology, where: Slot) -> set[int]:
    """Links whose ports are of the slot or card."""
    device, slot = where
    return {one for one, of in _linked(topology, device).items() if _is_in(of, slot)}


def _linked(topology: Topology, device: int) -> dict[int, str]:
    """Links of a device, each with the slot of its port."""
    ends = ((one, topology.ends(one).index(device)) for one in topology.links_of(device))
    return {one: slot_of(topology, device, topology.ports_of(one)[end]) for one, end in ends}


def as_card(
    situation: Situation,
    where: Slot,
    parts: list[Chosen],
    held: frozenset[str] = frozenset(),
    beside: Collection[Evidence] = (),
) -> Card | None:
    """All of it as one; None where that is no better, too few ports of the slot are told, or not at once.

    `held`: incidents of which some of the parts are. `beside`: what is told of ports that are in none of them.
    """
    device, slot = where
    apart, wide = [part.weighed for part in parts], slot.endswith(WIDE)  # it holds several slots: by several failures
    mine = linked_in(situation.topology, where)
    own = own_words(situation, device, {one.link for each in apart for one in each.speaks if one.link in mine})
    nothing_joins = slot == NO_SLOT and are_apart(situation, device, own)
    fewest = FEWEST if wide else max(SEVERAL if slot == NO_SLOT else FEWEST, 0 if nothing_joins else LEAST * len(mine))
    if own and beside and _spread_us([*own, *beside]) <= SPREAD_US:
        own += beside
    else:
        beside = ()
    if (wide and len(parts) + len(beside) < FEWEST) or len(own) < fewest:
        return None
    if any(one.owner is not None and one.owner not in held for one in own) or not are_at_once(own):
        return None
    told = in_order(situation, {*own, *(one for each in apart for one in each.speaks if one.kind not in NOT_OF_CARDS)})
    whole = whole_of(situation, device, apart, told, situation.scores.silent_card)
    several = sum(each.gain for each in apart)
    instant = 0 if slot == NO_SLOT else _in_one_instant(situation, apart, own)  # a rack without power looks the same
    several -= max(instant, by_chance(situation, [each.speaks for each in apart]))
    several -= max(0, sum(each.at_once for each in apart) - whole.at_once)  # all of it was said at once
    if whole.gain <= several:
        return None
    sure = situation.scores.confidence_ppm(whole.gain, [several])
    return Card(Chosen(whole, [(apart[0].candidate, several)], sure, card=True), whole.gain - several, _spread_us(own))


def how_many_apart(situation: Situation, links: Iterable[int]) -> int:
    """How many of them, at least, failed apart: those that lie in one span, duct or bridge count once."""
    parts: list[set[int]] = []
    for one in links:
        laid = set[int]().union(*cut_routes(situation.topology, one))
        beside = [part for part in parts if not part.isdisjoint(laid)]
        parts = [*(part for part in parts if part.isdisjoint(laid)), laid.union(*beside)]
    return len(parts)


def _in_one_instant(situation: Situation, apart: list[Weighed], own: list[Evidence]) -> int:
    """What it takes that as many fail at once by themselves: of their ports one device tells, and by one clock."""
    spoken = [set(each.speaks) for each in apart]
    began_us = sorted(min([one.onset_us for one in own if one in each], default=0) for each in spoken)
    began_us = [at_us for at_us in began_us if at_us]
    together, spread = situation.policy.together_s, SPREAD_US // SECOND_US
    pauses = [(at_us - before_us) / SECOND_US for before_us, at_us in pairwise(began_us)]
    return sum([micro(max(0.0, math.log(together / (pause_s + spread)))) for pause_s in pauses])


def are_apart(situation: Situation, device: int, own: list[Evidence]) -> bool:
    """Ports told dark within seconds, of which nothing else is known that they share: neither duct, site nor mains.

    Splitters need no mains: of the PONs of an OLT it is enough that no one duct holds all of them.
    """
    topology = situation.topology
    if len(own) < SEVERAL or _spread_us(own) > SPREAD_US:
        return False
    links = sorted({one.link for one in own})
    far = [end for one in links for end in topology.ends(one) if end != device]
    if topology.role_of(device) == "olt" and all(topology.role_of(one) == "splitter" for one in far):
        return how_many_apart(situation, links) >= APART
    sites = [topology.site_of(one) for one in far]
    shared = [set[int]((site, *topology.groups_of(site))) for site in sites]
    at_places_apart = sum(map(len, shared)) == len(set[int]().union(*shared))
    return at_places_apart and how_many_apart(situation, links) == len(links)


def _spread_us(own: list[Evidence]) -> int:
    began_us = [one.onset_us for one in own]
    return max(began_us) - min(began_us)


def own_words(situation: Situation, device: int, links: Iterable[int]) -> list[Evidence]:
    """What the device tells of these links at its own ports."""
    found = (_said_at(situation, one, situation.topology.ends(one).index(device)) for one in sorted(links))
    return [one for one in found if one is not None]


def _said_at(situation: Situation, dark: int, end: int) -> Evidence | None:
    """That the light is gone there; or else that the neighbour is."""
    said = (situation.told.observations.get((kind, dark, end)) for kind in link.AT_LINKS)
    return next((one for one in said if one is not None), None)
