"""An alarm about a port that no link ends at: it speaks for that port alone."""

from correlator.events import AlarmType
from correlator.inference.evidence.kind import Kind, Meaning, Said
from topology.graph import Topology

NAME = "direct"


def meaning(topology: Topology, worth: dict[AlarmType, int], said: Said) -> Meaning | None:
    loose = said.object_kind == "loose_port" or (said.object_kind == "port" and topology.link_of(said.element) < 0)
    if not loose or said.alarm_type == "card_failure":
        return None
    return Meaning((NAME, said.element, 0), NAME, worth[said.alarm_type], (said.element,))


KIND = Kind(
    NAME,
    {"en": "alarm on it directly", "id": "alarm langsung pada elemen itu"},
    meaning,
    apart=True,
    points=True,
    down=True,
)
