"""Fibre is broken: a monitor names it, or an alarm is about something passive, which does not speak by itself."""

from typing import TYPE_CHECKING

from correlator.events import AlarmType
from correlator.inference.evidence.kind import Candidates, Case, Evidence, Kind, Meaning, Said, Silence
from correlator.inference.evidence.link import link_end
from topology import cover
from topology.down import down_alone
from topology.graph import CONDUIT, Topology

if TYPE_CHECKING:
    from correlator.inference.situation.situation import Situation

NAME = "fibre"


def meaning(topology: Topology, worth: dict[AlarmType, int], said: Said) -> Meaning | None:
    value, element = worth["fiber_break"], said.element
    match said.object_kind:
        case "splitter":
            return Meaning((NAME, element, 0), NAME, value, (element,), cover.cuts_off(topology, element))
        case "span" | "conduit":
            severs = cover.severs(topology, element)
            return Meaning((NAME, element, 0), NAME, value, severs or (element,), severs)
        case _:
            found = link_end(topology, said)
            if found is None or said.alarm_type != "fiber_break":
                return None
            return Meaning((NAME, found[0], 0), NAME, value, cover.severs(topology, found[0]))


def whole(situation: "Situation", case: Case, _: int) -> int:
    """Spans in the duct whose monitors, having spoken before, find them well."""
    well, topology = situation.told.whole, situation.topology
    if not well or topology.kind[case.candidate] != CONDUIT:
        return 0
    spans, observations = topology.spans_in(case.candidate), situation.told.observations
    return sum([1 for span in spans if well.get(span) and (NAME, span, 0) not in observations])


def alone(situation: "Situation", told: Evidence) -> Candidates:
    """One route of links that work by the other: nobody else would tell of it, and nobody says that it is not so."""
    element = told.key[1]
    fallen = down_alone(situation.topology, element)
    return (element,) if fallen.degraded and not fallen.links else ()


SILENT = Silence(
    "monitor",
    {"en": "span that its monitor finds whole", "id": "ruas serat yang menurut pemantaunya utuh"},
    lambda policy: policy.types["loss_of_signal"],
    whole,
    rough=True,
    known_good=True,
)
KIND = Kind(
    NAME,
    {"en": "fibre broken, by a monitor or directly", "id": "serat putus, menurut pemantau atau alarm langsung"},
    meaning,
    silences=(SILENT,),
    apart=True,
    points=True,
    alone=alone,
    down=True,
)
