"""The engines that there are, a line each; every one passes the port's compliance suite."""

from collections.abc import Callable

from correlator.inference.engine import NoisyOr
from correlator.inference.port import Engine
from correlator.policy.faults import FaultPolicy
from correlator.related import Related
from correlator.world import Share
from topology.graph import Topology

ENGINES: dict[str, Callable[[Topology, FaultPolicy, Related, Share | None], Engine]] = {"noisy-or": NoisyOr}
DEFAULT = "noisy-or"
