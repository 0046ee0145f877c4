"""From a count to a number with its credible interval, drawn to the number that ships: a small sample changes nothing.

Rates: Gamma-Poisson, shares: Beta-binomial (conjugate priors). Intervals hold 90 %: of a Gamma by Wilson and Hilferty's
cube root, of a Beta by the normal curve of its logit; near enough to decide whether a number is to be changed.
"""

import math
from typing import NamedTuple

Z = 1.645  # of a standard normal, 5 % lie beyond
SHARES_WORTH = 20.0  # a share that ships weighs as much as so many cases


class Estimate(NamedTuple):
    value: float
    low: float
    high: float

    def differs_from(self, shipped: float) -> bool:
        """The number that ships is out of the interval."""
        return not self.low <= shipped <= self.high


def rate(shipped: float, counted: float, exposure: float) -> Estimate:
    """Of what happened `counted` times in `exposure`; the shipped rate weighs as much as one that was seen."""
    shape, span = 1.0 + counted, 1.0 / shipped + exposure
    return Estimate(shape / span, _quantile(shape, -Z) / span, _quantile(shape, Z) / span)


def share(shipped: float, yes: float, no: float, weight: float = SHARES_WORTH) -> Estimate:
    """Of cases that are one or the other."""
    a, b = shipped * weight + yes, (1 - shipped) * weight + no
    middle, spread = math.log(a / b), Z * math.sqrt(1 / a + 1 / b)
    return Estimate(a / (a + b), logistic(middle - spread), logistic(middle + spread))


def logistic(nats: float) -> float:
    return 1 / (1 + math.exp(-nats))


def _quantile(shape: float, z: float) -> float:
    """Of a Gamma of scale 1."""
    if shape <= 1.0:  # the exponential
        return -math.log(0.95 if z < 0 else 0.05)
    return float(shape * max(0.0, 1 - 1 / (9 * shape) + z / (3 * math.sqrt(shape))) ** 3)
