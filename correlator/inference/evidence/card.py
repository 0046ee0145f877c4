"""A card is dead, and its device or port says so itself: the device is broken where its links are dark."""

from bisect import bisect_left
from collections.abc import Collection, Iterable
from typing import TYPE_CHECKING

from correlator.events import SECOND_US, AlarmType
from correlator.inference.evidence.kind import Candidates, Evidence, Kind, Meaning, Said
from correlator.inference.silence import count
from topology import cover
from topology.around import around
from topology.down import down_alone
from topology.graph import Topology
from topology.impact import is_shared, prediction

if TYPE_CHECKING:
    from correlator.inference.situation.situation import Situation

NAME = "card"
MOST = 0.75  # some words are always missing
SEVERAL = 2  # devices behind it that are called lost; of one the word may be chance


def meaning(topology: Topology, worth: dict[AlarmType, int], said: Said) -> Meaning | None:
    if said.alarm_type != "card_failure":
        return None
    element, value = said.element, worth["card_failure"]
    match said.object_kind:
        case "device":
            return Meaning((NAME, element, 0), NAME, value, (element,), cover.unpowers(topology, element))
        case "port" | "loose_port":
            return Meaning((NAME, element, 0), NAME, value, (element,))
        case _:
            return None


def turned(situation: "Situation", told: Evidence, by: int) -> None:
    picture, device = situation.told, told.key[1]
    if not situation.candidates.is_row(device) or is_shared(situation.topology, device):
        return  # a port that no row names has no links; one at which customers hang is broken as a whole
    (picture.partial.add if by > 0 else picture.partial.discard)(device)
    picture.cards_turned.add(device)


def only_that(situation: "Situation", device: int, cards: Collection[str]) -> bool:
    """A card of it is dead, and not all of it. `cards`: what an incident's alarms called so, which may have ended.

    A splitter has none.
    """
    if situation.told.only_a_card_is_dead(device):
        return True
    topology = situation.topology
    if not cards or not topology.is_device(device) or topology.role_of(device) == "splitter":
        return False
    return topology.ids[device] in cards and device not in situation.told.lost_devices


def out(situation: "Situation", device: int, incident: str = "") -> tuple[int, ...]:
    """Links of a device with a dead card that it takes along: they are told dark, or a PON behind one is lost.

    Or the device at the other end of one is, and has no way but over this one; where several there are. Of a card that
    nobody names, an `incident` is of those of which it holds something; of such a PON half is enough.
    """
    topology = situation.topology
    found = set(situation.told.dark_links.of(device))
    if topology.is_device(device):
        below, position, lost = down_alone(topology, device), topology.position.item, situation.told.lost_devices
        trunks = around(topology, device).trunks if count(situation.silence.lost, below.intervals) >= SEVERAL else ()
        found.update(link for link, other in trunks if other in lost and below.holds(position(other)))
    is_known = not incident or situation.told.only_a_card_is_dead(device)
    if topology.is_device(device) and topology.role_of(device) == "olt":
        is_lost = pon_is_lost if is_known else half_is_lost
        found.update(link for link in topology.links_of(device) if is_lost(situation, link))
    return tuple(sorted(found)) if is_known else tuple(held_of(situation, incident, sorted(found)))


def held_of(situation: "Situation", incident: str, links: Iterable[int]) -> list[int]:
    """Those of which it holds something, or of what hangs by them; or suspects."""
    held, position = situation.claims.held_by(incident), situation.topology.position.item
    own, places = {one.link for one in held}, sorted({position(one.device) for one in held if one.device >= 0})
    found = []
    for link in links:
        below = down_alone(situation.topology, link).intervals
        if link in own or any(bisect_left(places, low) < bisect_left(places, high) for low, high in below):
            found.append(link)
    return found


def began_with(situation: "Situation", incident: str, told: Evidence) -> bool:
    """Several of what it holds began as this did: one failure is told within so long."""
    fresh_us = situation.policy.fresh_s * SECOND_US
    held = situation.claims.held_by(incident)
    return sum([abs(told.onset_us - one.onset_us) <= fresh_us for one in held]) >= SEVERAL


def pon_is_lost(situation: "Situation", link: int) -> bool:
    """A dead port says nothing of itself, and its OLT says of most ONTs behind it that they are lost."""
    return _lost(*lost_behind(situation, link))[0]


def half_is_lost(situation: "Situation", link: int) -> bool:
    """Of the ONTs behind it, at least."""
    return _lost(*lost_behind(situation, link))[1]


def _lost(lost: int, onts: int) -> tuple[bool, bool]:
    """Most of them, and half."""
    return lost > MOST * onts, 0 < onts <= 2 * lost


def pon_turned(situation: "Situation", told: Evidence, by: int) -> None:
    """With this word of an ONT a whole PON of an OLT with a dead card may be lost now, or no longer."""
    if told.speaker not in situation.told.partial and told.speaker not in situation.claims.card_owner:
        return
    for link in pons_of(situation, told):
        lost, onts = lost_behind(situation, link)
        if _lost(lost, onts) != _lost(lost - by, onts):
            situation.told.cards_turned.add(told.speaker)


def pons_of(situation: "Situation", told: Meaning | Evidence) -> list[int]:
    """The links of its OLT by which this ONT hangs."""
    topology, place = situation.topology, situation.topology.position.item(told.device)
    return [link for link in topology.links_of(told.speaker) if down_alone(topology, link).holds(place)]


def lost_behind(situation: "Situation", link: int) -> tuple[int, int]:
    """(how many ONTs behind it are told lost, how many there are), whoever explains that."""
    silence, onts = situation.silence, prediction(situation.topology, link).onts
    return count(silence.lost, onts), sum(int(silence.known.onts[low:high].sum()) for low, high in onts)


def alone(situation: "Situation", told: Evidence) -> Candidates:
    """The port of it at which several customers hang; what is dead of a device one word does not say."""
    return told.plain if is_shared(situation.topology, told.key[1]) else ()


KIND = Kind(NAME, {"en": "dead card", "id": "card rusak"}, meaning, turned, apart=True, points=True, alone=alone)
