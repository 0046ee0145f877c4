"""No fault of the network: mains are lost within minutes at many places of a region that share no power.

Batteries carry on, and nothing need be down. It is named so that staff see one thing, and know how long batteries have.
"""

from collections import defaultdict

from correlator.events import SECOND_US
from correlator.inference.evidence.kind import Evidence
from correlator.inference.situation.situation import Situation
from correlator.inference.worth import without_pause
from topology.graph import Topology


def lost(situation: Situation, told: list[Evidence]) -> tuple[int, list[Evidence]]:
    """At how many places, and what tells it; 0: not so many that it must be the public power.

    What customers may have switched off at home does not count, and who shares a risk group is one place.
    """
    pause_us, fewest = situation.policy.fresh_s * SECOND_US, situation.policy.external_sites
    topology = situation.topology
    by_region: dict[str | None, list[Evidence]] = defaultdict(list)
    for one in told:
        if not one.home:
            by_region[topology.region_of(_site(topology, one))].append(one)
    best: tuple[int, list[Evidence]] = 0, []
    for region in sorted(by_region, key=str):
        for part in without_pause(by_region[region], pause_us):
            sites = {_site(topology, one) for one in part}
            places = {min(topology.groups_of(site), default=site) for site in sites}
            if len(places) >= fewest and len(places) > best[0]:
                best = len(places), part
    return best


def _site(topology: Topology, told: Evidence) -> int:
    """A risk group that says so itself stands for its sites."""
    return topology.site_of(told.device) if told.device >= 0 else told.key[1]
