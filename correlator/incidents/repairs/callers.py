"""Who calls since it was told that they are reached again."""

from collections.abc import Mapping

from correlator.events import HOUR_US
from correlator.incidents import complaints, dating
from correlator.incidents.impact import CALLERS
from correlator.rows.incidents import IncidentRow
from correlator.state import Draft
from topology import impact as reach
from topology.down import down_alone


def called_since(draft: Draft, incident: IncidentRow, well: Mapping[str, int]) -> set[str]:
    """Of devices that were told to be reached again: those that are not, as several say who hang by them and call.

    `well`: when that was told.
    """
    topology, hours = draft.world.topology, draft.world.policy.faults.call_over_h
    first_us = max(min(well.values(), default=0), draft.now_us - hours * HOUR_US if hours else 0)
    calls = [row for row in complaints.of_incident(draft, incident) if row.at_us > first_us] if well else []
    calls = [row for row in calls if row.symptom == "no_service" and not row.well]
    found = set[str]()
    for device, at_us in well.items():
        callers = {row.customer for row in calls if row.at_us >= at_us + dating.ANSWERS_US}
        element = topology.find(device)
        if element is None or len(callers) < CALLERS:
            continue
        behind = reach.customers_of(topology, reach.services_down(topology, down_alone(topology, element)))
        if len(callers.intersection(behind.tolist())) >= CALLERS:
            found.add(device)
    return found
