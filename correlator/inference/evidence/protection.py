"""A protected link has switched: one route is lost, another carries; and who has not, though a route would be lost."""

from typing import TYPE_CHECKING

from correlator.events import AlarmType
from correlator.inference.evidence.kind import Case, Kind, Meaning, Said, Silence
from correlator.inference.evidence.link import ENDS, can_tell, link_end
from topology import cover
from topology.graph import Topology

if TYPE_CHECKING:
    from correlator.inference.situation.situation import Situation

NAME = "switch"


def meaning(topology: Topology, worth: dict[AlarmType, int], said: Said) -> Meaning | None:
    found = link_end(topology, said)
    if found is None or said.alarm_type != "protection_switch":
        return None
    link, end = found
    credit, explain = cover.degrades(topology, link), cover.stops(topology, link)
    return Meaning((NAME, link, end), NAME, worth[said.alarm_type], credit, explain, link=link)


def count(situation: "Situation", case: Case, _: int) -> int:
    """Links that would lose a route, of which neither end says so: not every device tells of that."""
    topology, told, down = situation.topology, situation.told, case.predicted.down
    works = [link for link in case.predicted.degraded if link not in told.dark_links]
    quiet = [link for link in works if not any((NAME, link, end) in told.observations for end in ENDS)]
    return sum([1 for link in quiet if any(can_tell(situation, device, down) for device in topology.ends(link))])


SILENT = Silence(
    "route",
    {"en": "protected link without a word of a switch", "id": "link terproteksi tanpa laporan pindah jalur"},
    lambda policy: policy.switch,
    count,
    rough=True,
    seldom=True,
)
KIND = Kind(NAME, {"en": "protection switched", "id": "proteksi pindah jalur"}, meaning, silences=(SILENT,))
