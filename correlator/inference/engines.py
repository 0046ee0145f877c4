"""The engines that there are, a line each; every one passes the port's compliance suite."""

from correlator.inference.engine import NoisyOr
from correlator.world import MakeEngine

ENGINES: dict[str, MakeEngine] = {"noisy-or": NoisyOr}
DEFAULT = "noisy-or"  # the one that the service runs
