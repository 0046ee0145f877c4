"""A router has lost its neighbour at a port: another means than the light there, so it is told twice."""

from typing import TYPE_CHECKING

from correlator.events import AlarmType
from correlator.inference.evidence import link
from correlator.inference.evidence.kind import Candidates, Evidence, Kind, Meaning, Said
from topology.graph import Topology

if TYPE_CHECKING:
    from correlator.inference.situation.situation import Situation

NAME = "neighbour"


def meaning(topology: Topology, worth: dict[AlarmType, int], said: Said) -> Meaning | None:
    return link.told_at(topology, worth, said, NAME) if said.alarm_type == "neighbor_down" else None


def alone(situation: "Situation", told: Evidence) -> Candidates:
    """As of a dark end, but where only one of two routers that both could tell does: its routing may have started anew.

    Who is behind its only link, or has lost all of them, could not.
    """
    other = situation.told.dark_links.half.get(told.link)
    if other is None:
        return link.alone(situation, told)
    cut_off = all(situation.told.dark_links.half.get(one) == other for one in situation.topology.links_of(other))
    return link.alone(situation, told) if cut_off else ()


KIND = Kind(
    NAME,
    {"en": "routing neighbour lost", "id": "tetangga routing hilang"},
    meaning,
    link.turned,
    link.owner,
    link.adds,
    link.hurt,
    alone=alone,
    down=True,
)
