"""A card is dead, and its device or port says so itself: the device is broken where its links are dark."""

from typing import TYPE_CHECKING

from correlator.events import AlarmType
from correlator.inference.evidence.kind import Evidence, Kind, Meaning, Said
from correlator.inference.silence import count
from topology import cover
from topology.graph import Topology
from topology.impact import prediction

if TYPE_CHECKING:
    from correlator.inference.situation.situation import Situation

NAME = "card"
MOST = 0.75  # some words are always missing


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


def may_be_dead(situation: "Situation", device: int) -> bool:
    """A card of it alone: it is not told lost itself, and is no splitter, which has none."""
    topology = situation.topology
    has_cards = topology.is_device(device) and topology.role_of(device) != "splitter"
    return has_cards and device not in situation.told.lost_devices


def links_out(situation: "Situation", device: int) -> tuple[int, ...]:
    """Links of a device with a dead card that it takes along: they are told dark, or a PON behind one is lost."""
    found = situation.told.dark_links.of(device)
    if situation.topology.is_device(device) and situation.topology.role_of(device) == "olt":
        behind = (link for link in situation.topology.links_of(device) if pon_is_lost(situation, link))
        found = tuple(sorted({*found, *behind}))
    return found


def pon_is_lost(situation: "Situation", link: int) -> bool:
    """A dead port says nothing of itself, and its OLT says of most ONTs behind it that they are lost."""
    silence, onts = situation.silence, prediction(situation.topology, link).onts
    return count(silence.lost, onts) > MOST * count(silence.onts, onts)


KIND = Kind(NAME, {"en": "dead card", "id": "card rusak"}, meaning, turned, apart=True, points=True)
