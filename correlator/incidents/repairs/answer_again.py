"""Devices that can be reached over the root alone answer their poller again: it works, whatever else is told.

Two at the least within two minutes, as a repair is told, and no fewer than those of them that are lost still: a manager
that clears what it likes does so now and then, and two in five. What stands then is of another fault, or its clear is
lost.
"""

from bisect import bisect
from collections.abc import Iterable, Mapping

from correlator.incidents.beside.standing import failed_elements
from correlator.incidents.ends.when_over import ENDING_US
from correlator.incidents.index import index_of
from correlator.inference.port import Observation
from correlator.rows.incidents import IncidentRow
from correlator.state import Draft
from topology.around import AT_HOME
from topology.down import Intervals, contains, down_alone

ENOUGH = 2  # a single one may be a mistake


def over_it_alone(
    draft: Draft, incident: IncidentRow, well: Mapping[str, int], standing: Iterable[Observation]
) -> bool:
    """`well`: who was told long ago to be reached again."""
    topology, alarms = draft.world.topology, draft.state.alarms
    below = index_of(draft).related.fallen(failed_elements(draft, incident)).intervals
    back = _below(draft, well, below)
    times = sorted(well[topology.ids[topology.device_at.item(place)]] for place in back)
    together = max((bisect(times, at_us + ENDING_US) - place for place, at_us in enumerate(times)), default=0)
    if together < ENOUGH:
        return False
    told = (alarms[key].object for one in standing if one.kind == "device" for key in one.alarms)
    lost = _below(draft, told, below) - back
    passed = [one for one in sorted(lost) if any(contains(_behind(draft, one), place) for place in sorted(back))]
    return together >= len(lost) - len(passed)


def _behind(draft: Draft, place: int) -> Intervals:
    topology = draft.world.topology
    return down_alone(topology, topology.device_at.item(place)).intervals


def _below(draft: Draft, names: Iterable[str], below: Intervals) -> set[int]:
    """Positions of those that have no other way. Of a customer's own device who tells says it late, or never."""
    topology = draft.world.topology
    found = [one for name in names if (one := topology.find(name)) is not None and topology.is_device(one)]
    places = {topology.position.item(one) for one in found if topology.role_of(one) not in AT_HOME}
    return {place for place in places if contains(below, place)}
