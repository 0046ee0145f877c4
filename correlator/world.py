"""The immutable World in which a record is folded: the network as it is built, and the policy. Named by its hash."""

from dataclasses import dataclass

from correlator.policy import Policy
from topology.graph import Topology


@dataclass(frozen=True, slots=True)
class World:
    topology: Topology
    policy: Policy

    @property
    def hash(self) -> str:
        return f"{self.topology.hash}+{self.policy.hash}"
