"""A protected link has switched: one route is lost, another carries."""

from correlator.events import AlarmType
from correlator.inference.evidence.kind import Kind, Meaning, Said
from correlator.inference.evidence.link import link_end
from topology import cover
from topology.graph import Topology

NAME = "switch"


def meaning(topology: Topology, worth: dict[AlarmType, int], said: Said) -> Meaning | None:
    found = link_end(topology, said)
    if found is None or said.alarm_type != "protection_switch":
        return None
    link, end = found
    credit, explain = cover.degrades(topology, link), cover.stops(topology, link)
    return Meaning((NAME, link, end), NAME, worth[said.alarm_type], credit, explain, link=link)


KIND = Kind(NAME, {"en": "protection switched", "id": "proteksi pindah jalur"}, meaning)
