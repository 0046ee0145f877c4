"""A router has lost its neighbour at a port: another means than the light there, so it is told twice."""

from typing import TYPE_CHECKING

from correlator.events import AlarmType
from correlator.inference.evidence import link
from correlator.inference.evidence.kind import Evidence, Kind, Meaning, Said
from topology.graph import Topology

if TYPE_CHECKING:
    from correlator.inference.situation.situation import Situation

NAME = "neighbour"


def meaning(topology: Topology, worth: dict[AlarmType, int], said: Said) -> Meaning | None:
    return link.told_at(topology, worth, said, NAME) if said.alarm_type == "neighbor_down" else None


def turned(situation: "Situation", told: Evidence, by: int) -> None:
    link.turned(situation, told, by)


KIND = Kind(
    NAME,
    {"en": "routing neighbour lost", "id": "tetangga routing hilang"},
    meaning,
    turned,
    link.owner,
    link.adds,
    link.hurt,
)
