"""Mains are lost at a site or device, or somewhere in a group that shares it: batteries may carry on."""

from correlator.events import AlarmType
from correlator.inference.evidence.kind import Kind, Meaning, Said
from topology import cover
from topology.graph import Topology

NAME = "power"
TYPES = ("power_failure", "on_battery")


def meaning(topology: Topology, worth: dict[AlarmType, int], said: Said) -> Meaning | None:
    element = said.element
    match said.object_kind:
        case "device" if said.alarm_type in TYPES:
            credit = cover.unpowers(topology, element)
            return Meaning((NAME, element, 0), NAME, worth[said.alarm_type], credit, device=element)
        case "site":
            return Meaning((NAME, element, 0), NAME, worth[said.alarm_type], cover.unpowers(topology, element))
        case "risk_group":
            return Meaning((NAME, element, 0), NAME, worth["power_failure"], (element,))
        case _:
            return None


KIND = Kind(NAME, {"en": "no mains", "id": "listrik padam"}, meaning, apart=True, outside=True)
