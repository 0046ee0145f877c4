"""What each domain would decide on: the part of `simpul inventory check` that tells whether regions are well chosen."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from correlator.policy import DomainPolicy
from topology.domains import partition
from topology.graph import Topology


@dataclass(frozen=True, slots=True)
class Portion:
    """`customers`: whose first service it is that the domain decides on."""

    domain: str
    regions: Sequence[str]
    devices: int
    links: int
    services: int
    customers: int


def shares(topology: Topology, rules: DomainPolicy) -> list[Portion]:
    """The national domain's first; none where one kernel decides on all."""
    if len(rules.names) < 2:
        return []
    of, first = partition(topology, rules.names, rules.regions).of, topology.first
    regions: dict[str, list[str]] = {name: [] for name in rules.names}
    for region in topology.plant.regions:
        regions[rules.regions.get(region, rules.names[0])].append(region)
    called = [services[0] for n in range(len(topology.customer_ids)) if (services := topology.services_of(n))]
    parts = [
        np.bincount(numbers, minlength=len(rules.names)).tolist()
        for numbers in (
            of[first.device : first.link],
            of[first.link : first.service],
            of[first.service : first.risk_group],
            of[first.service + np.array(called, dtype=np.int64)],
        )
    ]
    return [
        Portion(name, sorted(regions[name]), *(part[number] for part in parts))
        for number, name in enumerate(rules.names)
    ]


def strangers(topology: Topology, rules: DomainPolicy) -> list[str]:
    """Regions that the policy gives to a domain and the inventory does not have."""
    return sorted(rules.regions.keys() - set(topology.plant.regions))
