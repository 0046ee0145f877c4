"""What is known of every candidate before anything speaks: its prior, its class. Memos."""

from correlator.inference.likelihood import Scores, micro
from correlator.inference.observations import Planner
from correlator.policy.faults import FaultPolicy
from topology import cover
from topology.graph import Topology
from topology.impact import prediction

Twins = tuple[int, int, tuple[int, ...]]  # the likeliest, ln of the summed rates, all
Family = tuple[int, tuple[int, ...], int]  # likeliest member, all that no evidence can tell apart, ln of summed rates


class Elements:
    """Of one topology and policy; each answer is worked out once."""

    def __init__(self, topology: Topology, policy: FaultPolicy, scores: Scores, planner: Planner) -> None:
        self._topology = topology
        self._policy = policy
        self._scores = scores
        self._planner = planner
        self._priors: dict[int, int] = {}
        self._families: dict[int, Family] = {}
        self._leaves: dict[int, bool] = {}

    def is_row(self, candidate: int) -> bool:
        """Not so: the outside, a port that no row names."""
        return 0 <= candidate < len(self._topology.ids)

    def prior(self, candidate: int) -> int:
        """alpha, in micro-nats, of the candidate alone."""
        known = self._priors.get(candidate)
        if known is None:
            known = self._priors[candidate] = self._prior(candidate)
        return known

    def _prior(self, candidate: int) -> int:
        policy, topology = self._policy, self._topology
        match self._planner.kind_of(candidate):
            case "span":
                return self._scores.fibre_prior(topology.length_km(candidate), conduit=False)
            case "conduit":
                return self._scores.fibre_prior(topology.length_km(candidate), conduit=True)
            case "site":
                return micro(policy.prior_site)
            case "splitter":
                return micro(policy.prior_splitter)
            case "port":
                return micro(policy.prior_port)
            case "link" if not topology.routes_of(candidate):
                return micro(policy.prior_patch)
            case "device" if topology.role_of(candidate) == "olt":
                return micro(policy.prior_olt)
            case _:
                return micro(policy.prior_other)

    def family(self, candidate: int) -> Family:
        known = self._families.get(candidate)
        if known is not None:
            return known
        members = cover.equivalents(self._topology, candidate) if self.is_row(candidate) else (candidate,)
        name = self._planner.name_of
        best = min(members, key=lambda c: (-self.prior(c), name(c)))
        made = (best, members, self._scores.add(self.prior(c) for c in members))
        for member in members:
            self._families[member] = made
        return made

    def is_leaf(self, candidate: int) -> bool:
        """It takes one ONT down and nothing else: whatever tells of that, the customer may have switched it off."""
        known = self._leaves.get(candidate)
        if known is None:
            known = self._leaves[candidate] = self.is_row(candidate) and self._takes_one_ont(candidate)
        return known

    def _takes_one_ont(self, candidate: int) -> bool:
        intervals = prediction(self._topology, candidate).down.intervals
        if len(intervals) != 1 or intervals[0][1] - intervals[0][0] != 1:
            return False
        return self._topology.role_of(self._topology.device_at.item(intervals[0][0])) == "ont"
