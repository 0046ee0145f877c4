"""An alarm about a port that no link ends at: it speaks for that port, and for a dead card of its device."""

from typing import TYPE_CHECKING

from correlator.events import AlarmType
from correlator.inference.evidence.kind import Candidates, Evidence, Kind, Meaning, Said
from topology.graph import Topology

if TYPE_CHECKING:
    from correlator.inference.situation.situation import Situation

NAME = "direct"


def meaning(topology: Topology, worth: dict[AlarmType, int], said: Said) -> Meaning | None:
    loose = said.object_kind == "loose_port" or (said.object_kind == "port" and topology.link_of(said.element) < 0)
    if not loose or said.alarm_type == "card_failure":
        return None
    return Meaning((NAME, said.element, 0), NAME, worth[said.alarm_type], (said.element,))


def _device(situation: "Situation", told: Meaning | Evidence) -> int:
    """Of a port at which a service hangs; -1 of one that no row names."""
    port = told.key[1]
    return situation.topology.device_of(port) if situation.candidates.is_row(port) else -1


def turned(situation: "Situation", told: Evidence, by: int) -> None:
    picture, device = situation.told, _device(situation, told)
    if device < 0:
        return
    ports = picture.dark_ports.setdefault(device, set())
    (ports.add if by > 0 else ports.discard)(told.key[1])
    if not ports:
        del picture.dark_ports[device]
    if device in picture.partial:
        picture.cards_turned.add(device)


def owner(situation: "Situation", told: Meaning | Evidence) -> str | None:
    """A dead card explains the dark ports of its device."""
    device = _device(situation, told)
    if not situation.claims.card_owner or device < 0 or not situation.told.only_a_card_is_dead(device):
        return None
    return situation.claims.card_owner.get(device)


def hurt(situation: "Situation", told: Meaning | Evidence) -> Candidates:
    device = _device(situation, told)
    return (device,) if device >= 0 and situation.told.only_a_card_is_dead(device) else ()


KIND = Kind(
    NAME,
    {"en": "alarm on it directly", "id": "alarm langsung pada elemen itu"},
    meaning,
    turned,
    owner,
    hurt=hurt,
    apart=True,
    points=True,
    down=True,
)
