"""A device says with its last breath that it lost power; the device above it tells that."""

from typing import TYPE_CHECKING

from correlator.events import SECOND_US, AlarmType
from correlator.inference.evidence.kind import Evidence, Kind, Meaning, Said
from topology import cover
from topology.graph import Topology

if TYPE_CHECKING:
    from correlator.inference.situation.situation import Situation

NAME = "gasp"


def meaning(topology: Topology, worth: dict[AlarmType, int], said: Said) -> Meaning | None:
    if said.object_kind != "device" or said.alarm_type != "dying_gasp":
        return None
    # a customer who switches off is no fault: it speaks for the mains of more than this one device
    mains = tuple(c for c in cover.unpowers(topology, said.element) if c != said.element)
    return Meaning((NAME, said.element, 0), NAME, worth["dying_gasp"], mains, device=said.element)


def turned(situation: "Situation", told: Evidence, by: int) -> None:
    """How many under each candidate lost power; its own mains say nothing of what is above."""
    picture, topology = situation.told, situation.topology
    (picture.gasped.add if by > 0 else picture.gasped.discard)(told.device)
    own = set(cover.unpowers(topology, told.device))
    for candidate in cover.cuts_off(topology, told.device):
        if candidate not in own:
            count = picture.gasping.get(candidate, 0) + by
            if count:
                picture.gasping[candidate] = count
            else:
                del picture.gasping[candidate]


def street_of(situation: "Situation", told: Meaning | Evidence) -> str | None:
    """The incident of a street without mains, where another home of it said within minutes of this that it has none."""
    streets = situation.claims.streets
    if not streets or not isinstance(told, Evidence):
        return None
    topology, fresh_us = situation.topology, situation.policy.fresh_s * SECOND_US
    places = (end for link in topology.links_of(told.device) for end in topology.ends(link) if end != told.device)
    incident = next((streets[place] for place in places if place in streets), None)
    held = situation.claims.holdings.get(incident, ()) if incident is not None else ()
    then = any(one.kind == NAME and abs(one.onset_us - told.onset_us) <= fresh_us for one in held)
    return incident if then else None


KIND = Kind(
    NAME, {"en": "dying gasp", "id": "dying gasp"}, meaning, turned, street_of, apart=True, outside=True, down=True
)
