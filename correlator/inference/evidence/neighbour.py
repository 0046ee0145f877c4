"""A router has lost its neighbour at a port: another means than the light there, so it is told twice."""

from correlator.events import AlarmType
from correlator.inference.evidence import link
from correlator.inference.evidence.kind import Kind, Meaning, Said
from topology.graph import Topology

NAME = "neighbour"


def meaning(topology: Topology, worth: dict[AlarmType, int], said: Said) -> Meaning | None:
    return link.told_at(topology, worth, said, NAME) if said.alarm_type == "neighbor_down" else None


KIND = Kind(
    NAME,
    {"en": "routing neighbour lost", "id": "tetangga routing hilang"},
    meaning,
    link.turned,
    link.owner,
    link.adds,
    link.hurt,
    down=True,
)
