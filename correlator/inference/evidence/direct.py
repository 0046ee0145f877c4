"""An alarm about a port that no link ends at: it speaks for that port, and for a dead card of its device.

Where many customers hang at it, it is the port of a PON of which no row tells more: what holds of a dark link there
holds of it. Else it is the line of one customer, who may have switched off what is at its end.
"""

from collections.abc import Collection, Iterable
from dataclasses import replace
from typing import TYPE_CHECKING

from correlator.events import SECOND_US, AlarmType
from correlator.inference.evidence.kind import Candidates, Evidence, Kind, Meaning, Said
from correlator.inference.evidence.link import DARK
from topology.cover import holders
from topology.failure import expand
from topology.graph import Topology
from topology.impact import is_feeder, is_shared

if TYPE_CHECKING:
    from correlator.inference.situation.situation import Situation

NAME = "direct"
SEVERAL = 2  # of one may be said in the same second what has nothing to do with it
SPREAD_US = 3 * SECOND_US  # between two words of one device that are of one failure, by its own clock


def meaning(topology: Topology, worth: dict[AlarmType, int], said: Said) -> Meaning | None:
    loose = said.object_kind == "loose_port" or (said.object_kind == "port" and topology.link_of(said.element) < 0)
    if not loose or said.alarm_type == "card_failure":
        return None
    mute = holders(topology, topology.device_of(said.element)) if said.object_kind == "port" else set[int]()
    told = Meaning((NAME, said.element, 0), NAME, worth[said.alarm_type], (said.element,), tuple(sorted(mute)))
    if said.alarm_type in DARK and is_feeder(topology, said.element):
        return replace(told, feeder=True)
    return told


def device_of(situation: "Situation", told: Meaning | Evidence) -> int:
    """Of a port at which a service hangs; -1 of one that no row names."""
    port = told.key[1] if told.kind == NAME else -1
    return situation.topology.device_of(port) if situation.candidates.is_row(port) else -1


def turned(situation: "Situation", told: Evidence, by: int) -> None:
    picture, device = situation.told, device_of(situation, told)
    if device < 0:
        return
    ports = picture.dark_ports.setdefault(device, set())
    (ports.add if by > 0 else ports.discard)(told.key[1])
    if not ports:
        del picture.dark_ports[device]
    if device in picture.partial or device in situation.claims.card_owner:
        picture.cards_turned.add(device)


def owner(situation: "Situation", told: Meaning | Evidence) -> str | None:
    """A dead card explains the dark ports of its device; one that nobody names those that went dark as the others."""
    device, owners = device_of(situation, told), situation.claims.card_owner
    incident = owners.get(device) if owners and device >= 0 else None
    if incident is None or situation.told.only_a_card_is_dead(device):
        return incident
    held = [one for one in situation.claims.holdings.get(incident, ()) if device_of(situation, one) == device]
    return incident if isinstance(told, Evidence) and _is_as_these(situation, told, held) else None


def _is_as_these(situation: "Situation", told: Evidence, held: list[Evidence]) -> bool:
    """It went dark with several of them; or soon after all, in their cable, which loses one after the other."""
    began_us, groups_of = [one.onset_us for one in held], situation.topology.groups_of
    if sum(abs(told.onset_us - at_us) <= SPREAD_US for at_us in began_us) >= SEVERAL:
        return True
    if not held or max(began_us) - min(began_us) <= situation.policy.fresh_s * SECOND_US:
        return False
    soon = told.onset_us - max(began_us) <= situation.policy.together_s * SECOND_US
    return soon and bool(set(groups_of(told.key[1])).intersection(*(groups_of(one.key[1]) for one in held)))


def out(situation: "Situation", device: int, incident: str = "") -> Iterable[int]:
    """Ports that a dead card of the device takes along: none that was dark before, or is another incident's.

    Of a card that nobody names, an `incident` is of those that it holds.
    """
    owner, observations = situation.claims.card_owner.get(device), situation.told.observations
    if incident and not situation.told.only_a_card_is_dead(device):
        owner = incident
    for port in sorted(situation.told.dark_ports.get(device, ())):
        one = observations[NAME, port, 0]
        if (one.owner or one.suspect) == owner if owner is not None else (one.owner or one.suspect) is not None:
            yield port


def of_card(situation: "Situation", device: int, told: Evidence) -> bool:
    """The incident of this device, of which a card is dead, holds it: so it speaks for that, though it names none."""
    incident = situation.claims.card_owner.get(device)
    return (
        incident is not None and told.owner == incident and told.kind == NAME and device_of(situation, told) == device
    )


def at_devices_of(situation: "Situation", failed: Collection[int]) -> Iterable[Evidence]:
    """What nobody explains of ports of devices that one of these is, or holds: told just before it was lost."""
    dark, observations = situation.told.dark_ports, situation.told.observations
    rows = [one for one in failed if situation.candidates.is_row(one)] if dark else []
    for device in sorted(expand(situation.topology, rows).devices & dark.keys()):
        found = (observations[NAME, port, 0] for port in sorted(dark[device]))
        yield from (one for one in found if one.owner is None)


def alone(situation: "Situation", told: Evidence) -> Candidates:
    """A port at which several hang, as of a PON or a sector; of one customer's line a word says little.

    But where another way of theirs had been dark for long: both are seldom switched off, and at two times.
    """
    if is_shared(situation.topology, told.key[1]):
        return told.plain
    if device_of(situation, told) < 0:
        return ()
    apart_us, observations = situation.policy.together_s * SECOND_US, situation.told.observations
    others = [observations.get((NAME, port, 0)) for port in other_ways(situation.topology, told.key[1])]
    at_once = any(one is not None and abs(one.onset_us - told.onset_us) <= apart_us for one in others)
    return () if at_once else tuple(_closed(situation, told))


def hurt(situation: "Situation", told: Meaning | Evidence) -> Candidates:
    """Its device of which a card is dead; and a service all of whose ways are told dark, each a port as this."""
    device = device_of(situation, told)
    if device < 0:
        return ()
    card = (device,) if situation.told.only_a_card_is_dead(device) else ()
    return (*card, *_closed(situation, told))


def _closed(situation: "Situation", told: Meaning | Evidence) -> list[int]:
    """Services of which all ways are told dark, with this one."""
    topology, dark, port = situation.topology, situation.told.dark_ports, told.key[1]
    return [
        topology.first.service + service
        for service in _with_several_ways(topology, port)
        if all(
            point == port or point in dark.get(topology.device_of(point), ())
            for point in topology.service_attach(service)
        )
    ]


def other_ways(topology: Topology, port: int) -> list[int]:
    """Ports at which the services that hang there as well have their other ways."""
    points = {point for service in _with_several_ways(topology, port) for point in topology.service_attach(service)}
    return sorted(points - {port})


def _with_several_ways(topology: Topology, port: int) -> list[int]:
    """Services of one customer's line, which have other attach points too."""
    if is_shared(topology, port):
        return []
    services = topology.places.port_services[port - topology.first.port]
    return sorted(service for service in services if topology.places.gated_up.item(service) > 1)


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
