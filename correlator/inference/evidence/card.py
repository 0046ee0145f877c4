"""A card is dead, and its device or port says so itself: the device is broken where its links are dark."""

from collections.abc import Collection
from typing import TYPE_CHECKING

from correlator.events import AlarmType
from correlator.inference.evidence.kind import Evidence, Kind, Meaning, Said
from correlator.inference.silence import count
from topology import cover
from topology.around import around
from topology.down import down_alone
from topology.graph import Topology
from topology.impact import prediction

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
    if not situation.candidates.is_row(device):  # a port that no row names has no links
        return
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


def links_out(situation: "Situation", device: int) -> tuple[int, ...]:
    """Links of a device with a dead card that it takes along: they are told dark, or a PON behind one is lost.

    Or the device at the other end of one is, and has no way but over this one; where several there are.
    """
    topology = situation.topology
    found = set(situation.told.dark_links.of(device))
    if topology.is_device(device):
        below, position, lost = down_alone(topology, device), topology.position.item, situation.told.lost_devices
        trunks = around(topology, device).trunks if count(situation.silence.lost, below.intervals) >= SEVERAL else ()
        found.update(link for link, other in trunks if other in lost and below.holds(position(other)))
        if topology.role_of(device) == "olt":
            found.update(link for link in topology.links_of(device) if pon_is_lost(situation, link))
    return tuple(sorted(found))


def pon_is_lost(situation: "Situation", link: int) -> bool:
    """A dead port says nothing of itself, and its OLT says of most ONTs behind it that they are lost."""
    lost, onts = lost_behind(situation, link)
    return lost > MOST * onts


def pon_turned(situation: "Situation", told: Evidence, by: int) -> None:
    """With this word of an ONT a whole PON of an OLT with a dead card may be lost now, or no longer."""
    if told.speaker not in situation.told.partial:
        return
    for link in pons_of(situation, told):
        lost, onts = lost_behind(situation, link)
        if (lost > MOST * onts) != (lost - by > MOST * onts):
            situation.told.cards_turned.add(told.speaker)


def pons_of(situation: "Situation", told: Meaning | Evidence) -> list[int]:
    """The links of its OLT by which this ONT hangs."""
    topology, place = situation.topology, situation.topology.position.item(told.device)
    return [link for link in topology.links_of(told.speaker) if down_alone(topology, link).holds(place)]


def lost_behind(situation: "Situation", link: int) -> tuple[int, int]:
    """(how many ONTs behind it are told lost, how many there are), whoever explains that."""
    silence, onts = situation.silence, prediction(situation.topology, link).onts
    return count(silence.lost, onts), sum(int(silence.known.onts[low:high].sum()) for low, high in onts)


KIND = Kind(NAME, {"en": "dead card", "id": "card rusak"}, meaning, turned, apart=True, points=True)
