"""An alarm about a port that no link ends at: it speaks for that port, and for a dead card of its device.

Where many customers hang at it, it is the port of a PON of which no row tells more: what holds of a dark link there
holds of it. Else it is the line of one customer, who may have switched off what is at its end.
"""

from collections.abc import Collection, Iterable
from dataclasses import replace
from typing import TYPE_CHECKING

from correlator.events import AlarmType
from correlator.inference.evidence.kind import Candidates, Evidence, Kind, Meaning, Said
from correlator.inference.evidence.link import DARK
from topology.cover import holders
from topology.failure import expand
from topology.graph import Topology
from topology.impact import is_feeder

if TYPE_CHECKING:
    from correlator.inference.situation.situation import Situation

NAME = "direct"


def meaning(topology: Topology, worth: dict[AlarmType, int], said: Said) -> Meaning | None:
    loose = said.object_kind == "loose_port" or (said.object_kind == "port" and topology.link_of(said.element) < 0)
    if not loose or said.alarm_type == "card_failure":
        return None
    mute = holders(topology, topology.device_of(said.element)) if said.object_kind == "port" else set[int]()
    told = Meaning((NAME, said.element, 0), NAME, worth[said.alarm_type], (said.element,), tuple(sorted(mute)))
    if said.alarm_type in DARK and is_feeder(topology, said.element):
        return replace(told, feeder=True)
    return told


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


def at_devices_of(situation: "Situation", failed: Collection[int]) -> Iterable[Evidence]:
    """What nobody explains of ports of devices that one of these is, or holds: told just before it was lost."""
    dark, observations = situation.told.dark_ports, situation.told.observations
    rows = [one for one in failed if situation.candidates.is_row(one)] if dark else []
    for device in sorted(expand(situation.topology, rows).devices & dark.keys()):
        found = (observations[NAME, port, 0] for port in sorted(dark[device]))
        yield from (one for one in found if one.owner is None)


def alone(situation: "Situation", told: Evidence) -> Candidates:
    """The port of a PON; of one customer's line a word says little."""
    return told.plain if is_feeder(situation.topology, told.key[1]) else ()


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
    alone=alone,
    apart=True,
    points=True,
    down=True,
)
