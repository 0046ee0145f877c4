"""A card is dead, and its device or port says so itself: the device is broken where its links are dark."""

from typing import TYPE_CHECKING

from correlator.events import AlarmType
from correlator.inference.evidence.kind import Evidence, Kind, Meaning, Said
from topology import cover
from topology.graph import Topology

if TYPE_CHECKING:
    from correlator.inference.situation.situation import Situation

NAME = "card"


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


KIND = Kind(NAME, {"en": "dead card", "id": "card rusak"}, meaning, turned, apart=True, points=True)
