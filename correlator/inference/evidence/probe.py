"""A service does not work, as its probe says; a probe that has spoken before and says nothing finds it up."""

from typing import TYPE_CHECKING

from correlator.events import AlarmType
from correlator.inference.evidence.kind import Candidates, Case, Evidence, Kind, Meaning, Said, Silence, kept
from topology import cover
from topology.graph import Topology

if TYPE_CHECKING:
    from correlator.inference.situation.failed_context import FailedContext
    from correlator.inference.situation.situation import Situation

NAME = "service"


def meaning(topology: Topology, worth: dict[AlarmType, int], said: Said) -> Meaning | None:
    if said.object_kind != "service":
        return None
    service = said.element - topology.first_service
    points = [topology.device_of(point) for point in topology.service_attach(service)]
    only = points[0] if len(points) == 1 else -1
    fails = cover.fails_service(topology, service)
    return Meaning((NAME, said.element, 0), NAME, worth["service_down"], fails, device=only)


def turned(situation: "Situation", told: Evidence, by: int) -> None:
    kept(situation.told.services_down, told, by)


def devices_of(topology: Topology, told: Evidence) -> list[int]:
    """Where the service hangs of which this tells."""
    points = topology.service_attach(told.key[1] - topology.first_service)
    return [topology.device_of(point) for point in points]


def owner(situation: "Situation", told: Meaning | Evidence) -> str | None:
    """As of the device that it hangs on."""
    return situation.silence.owner_of(told.device) if told.device >= 0 else None


def adds(failed: "FailedContext", told: Meaning | Evidence) -> Candidates:
    """Whoever cuts off the device that it hangs on now."""
    return failed.cutting_off(told.device) if told.device >= 0 else ()


def up(situation: "Situation", case: Case, _: int) -> int:
    """Services there whose probes find them up, where no settled incident explains what is down."""
    unclaimed = situation.silence.unclaimed
    return sum([unclaimed[place] for place in situation.told.probes.up(case.intervals)])


SILENT = Silence(
    "probe",
    {"en": "service that its probe finds up", "id": "layanan yang menurut probe normal"},
    lambda policy: policy.probe,
    up,
    known_good=True,
)
KIND = Kind(
    NAME,
    {"en": "service down, by a probe", "id": "layanan terputus, menurut probe"},
    meaning,
    turned,
    owner,
    adds,
    silences=(SILENT,),
    again=True,
    down=True,
)
