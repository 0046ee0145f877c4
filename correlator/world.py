"""The immutable World in which a record is folded: the network as it is built, and the policy. Named by its hash."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from correlator.policy import Policy
from correlator.policy.faults import FaultPolicy
from correlator.related import Related
from topology.domains import Domains, partition
from topology.graph import Topology

if TYPE_CHECKING:
    from correlator.inference.port import Engine


@dataclass(frozen=True, slots=True)
class Share:
    """What one kernel decides on, where several share the network."""

    domains: Domains
    number: int

    def has(self, topology: Topology, name: str) -> bool:
        """Whether an alarm on this object is of our part."""
        return self.domains.of_object(topology, name) == self.domains.names[self.number]


MakeEngine = Callable[[Topology, FaultPolicy, Related, Share | None], "Engine"]


@dataclass(frozen=True, slots=True)
class World:
    """`domain`: whose kernel folds in it; the same World for all. Empty, or unknown to the policy: it decides alone."""

    topology: Topology
    policy: Policy
    domain: str = ""
    engine: MakeEngine | None = None  # what finds the faults; None: the one of the service. Not part of the hash

    @property
    def hash(self) -> str:
        return f"{self.topology.hash}+{self.policy.hash}"

    @property
    def domains(self) -> Domains | None:
        """Who decides on which element; None where one kernel decides on all."""
        rules = self.policy.domains
        return partition(self.topology, rules.names, rules.regions) if len(rules.names) > 1 else None

    @property
    def share(self) -> Share | None:
        """This kernel's; None where it decides on everything."""
        domains = self.domains
        if domains is None or self.domain not in domains.names:
            return None
        return Share(domains, domains.names.index(self.domain))
