"""What is known of every candidate before anything speaks: its prior, its class. Memos."""

import math
from typing import NamedTuple

from correlator.inference.likelihood import Scores, micro
from correlator.inference.situation.names import Names
from correlator.policy.faults import FaultPolicy
from topology import cover
from topology.around import LEAVES
from topology.down import Intervals
from topology.graph import Topology
from topology.impact import is_feeder, is_shared, prediction

# how much of its failures no source may see, in the logarithm
SELDOM = micro(math.log(0.05))  # its ends tell of a cut fibre, if they are watched
NEVER = micro(math.log(0.0005))  # of several devices none says that it is well while it forwards nothing


class EquivalenceClass(NamedTuple):
    """Candidates that no evidence can tell apart."""

    likeliest: int
    members: tuple[int, ...]
    prior: int  # ln of the summed rates, in micro-nats


def _of_feeder(policy: FaultPolicy) -> tuple[float, ...]:
    """What is behind the port of a PON, besides its fibre, and has no row: with rows these are alike."""
    return policy.prior_port, policy.prior_link, policy.prior_splitter, policy.prior_passive


def _of_shared(policy: FaultPolicy) -> tuple[float, ...]:
    """What joins several customers to a port, as an antenna and its cable, and has no row: as with rows."""
    return policy.prior_port, policy.prior_link, policy.prior_patch


class Candidates:
    """Of one topology and policy; each answer is worked out once."""

    def __init__(self, topology: Topology, policy: FaultPolicy, scores: Scores, names: Names) -> None:
        self._topology = topology
        self._policy = policy
        self._scores = scores
        self._names = names
        self._priors: dict[int, int] = {}
        self._classes: dict[int, EquivalenceClass] = {}
        self._leaves: dict[int, bool] = {}
        self._unseen: dict[tuple[int, ...], int] = {}

    def is_row(self, candidate: int) -> bool:
        """Not so: the outside, a port that no row names."""
        return 0 <= candidate < len(self._topology.ids)

    def places(self, candidate: int) -> Intervals:
        """The position of a device that is reached; of anything else none."""
        place = self._topology.position.item(candidate) if self._topology.is_device(candidate) else -1
        return ((place, place + 1),) if place >= 0 else ()

    def prior(self, candidate: int) -> int:
        """alpha, in micro-nats, of the candidate alone."""
        known = self._priors.get(candidate)
        if known is None:
            known = self._priors[candidate] = self._prior(candidate)
        return known

    def _prior(self, candidate: int) -> int:
        policy, topology = self._policy, self._topology
        match self._names.kind_of(candidate):
            case "span":
                return self._scores.fibre_prior(topology.length_km(candidate), conduit=False)
            case "conduit":
                return self._scores.fibre_prior(topology.length_km(candidate), conduit=True)
            case "site" if not self._needs_mains(candidate):
                return micro(policy.prior_passive)
            case "site":
                return micro(policy.prior_site)
            case "splitter":
                return micro(policy.prior_splitter)
            case "port" if self._is_passive(candidate):
                return micro(policy.prior_passive)
            case "port" if is_feeder(topology, candidate):
                fibre = self._scores.fibre_prior(None, conduit=False)
                return self._scores.add([fibre, *map(micro, _of_feeder(policy))])
            case "port" if is_shared(topology, candidate):
                return self._scores.add(map(micro, _of_shared(policy)))
            case "port":
                return micro(policy.prior_port)
            case "link" if not topology.routes_of(candidate):
                return micro(policy.prior_patch)
            case "link":
                return micro(policy.prior_link)
            case "device" if topology.role_of(candidate) == "olt":
                return micro(policy.prior_olt)
            case _:
                return micro(policy.prior_other)

    def _is_passive(self, port: int) -> bool:
        if not self.is_row(port):
            return False
        return self._topology.role_of(self._topology.device_of(port)) == "splitter"

    def _needs_mains(self, site: int) -> bool:
        role_of = self._topology.role_of
        return any(role_of(device) not in LEAVES for device in self._topology.devices_in(site))

    def class_of(self, candidate: int) -> EquivalenceClass:
        known = self._classes.get(candidate)
        if known is None:
            alike = cover.equivalents(self._topology, candidate) if self.is_row(candidate) else (candidate,)
            known = self.made_of(alike)
            for member in alike:
                self._classes[member] = known
        return known

    def made_of(self, members: tuple[int, ...]) -> EquivalenceClass:
        """A class of these."""
        name = self._names.name_of
        likeliest = min(members, key=lambda c: (-self.prior(c), name(c)))
        return EquivalenceClass(likeliest, members, self._scores.add(self.prior(c) for c in members))

    def unseen(self, members: tuple[int, ...]) -> int:
        """ln of the part of a class's failures that no source may see: of devices and splitters, seldom of others."""
        known = self._unseen.get(members)
        if known is None:
            rates = [self.prior(one) + self._unseen_part(one) for one in members]
            known = self._unseen[members] = self._scores.add(rates) - self._scores.add(map(self.prior, members))
        return known

    def _unseen_part(self, candidate: int) -> int:
        kind = self._names.kind_of(candidate)
        if kind in ("device", "splitter"):
            return 0
        if kind != "site":
            return SELDOM
        speak = [one for one in self._topology.devices_in(candidate) if self._topology.role_of(one) not in LEAVES]
        return NEVER if len(speak) > 1 else SELDOM

    def is_leaf(self, candidate: int) -> bool:
        """It takes one ONT down and no more, or is a service: the customer may have switched off what tells of it."""
        known = self._leaves.get(candidate)
        if known is None:
            known = self._leaves[candidate] = self.is_row(candidate) and (
                self._topology.kind_of(candidate) == "service" or self._takes_one_ont(candidate)
            )
        return known

    def _takes_one_ont(self, candidate: int) -> bool:
        intervals = prediction(self._topology, candidate).down.intervals
        if len(intervals) != 1 or intervals[0][1] - intervals[0][0] != 1:
            return False
        return self._topology.role_of(self._topology.device_at.item(intervals[0][0])) == "ont"
