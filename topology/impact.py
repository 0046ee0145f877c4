"""What a failure does and what it would show: who is cut off, which services and customers are down or at risk.

Exact for joint failures: two halves of a ring, both routes of a protected link, two legs of a gate.
"""

from dataclasses import dataclass

import numpy as np

from topology.down import Down, Intervals, down, down_alone, inside
from topology.gates import customers_of, services_down, services_named
from topology.graph import Topology
from topology.risk import services_at_risk

__all__ = [
    "Down",
    "Prediction",
    "customers_below",
    "customers_of",
    "down",
    "prediction",
    "services_at_risk",
    "services_down",
]


@dataclass(frozen=True, slots=True)
class Prediction:
    """What one element's failure would let the observables say."""

    down: Down
    links: tuple[int, ...]  # stopped, and an end that is still reached would speak of it
    polled: int  # devices down that a poller watches
    onts: tuple[int, ...]  # positions of ONTs down whose speaker is still reached
    degraded: tuple[int, ...]
    services: tuple[int, ...]  # service numbers that go down though no interval alone tells it


def prediction(topology: Topology, element: int) -> Prediction:
    """Of one element's failure; worked out once."""
    known = topology.memo.predictions.get(element)
    if known is None:
        known = topology.memo.predictions[element] = predict(topology, down_alone(topology, element))
    assert isinstance(known, Prediction)
    return known


def predict(topology: Topology, fallen: Down) -> Prediction:
    """Of any failure; nothing is kept."""
    prefix = topology.polled_prefix
    return Prediction(
        down=fallen,
        links=tuple(link for link in fallen.links if told(topology, link, fallen)),
        polled=sum(prefix.item(high) - prefix.item(low) for low, high in fallen.intervals),
        onts=onts_told(topology, fallen.intervals),
        degraded=fallen.degraded,
        services=tuple(sorted(services_named(topology, fallen))),
    )


def told(topology: Topology, link: int, fallen: Down) -> bool:
    """Whether an end of a stopped link is still reached by a gateway and speaks."""
    for device in topology.ends(link):
        position = topology.places.position.item(device)
        if position < topology.places.reached and not fallen.holds(position) and topology.role_of(device) != "splitter":
            return True
    return False


def onts_told(topology: Topology, intervals: Intervals) -> tuple[int, ...]:
    """ONTs in the intervals whose speaker stands outside them: the others have nobody left to tell of them."""
    places = topology.places
    found: list[int] = []
    for low, high in intervals:
        begin, end = np.searchsorted(places.ont_positions, (low, high))
        if begin == end:
            continue
        onts = places.ont_positions[begin:end]
        speakers = places.speaker[onts]
        onts, speakers = onts[speakers >= 0], speakers[speakers >= 0]
        found += onts[~inside(places.position[speakers], intervals)].tolist()
    return tuple(found)


def customers_below(topology: Topology, element: int) -> int:
    """Customers with at least one service that this element's failure alone takes down; worked out once."""
    known = topology.memo.below.get(element)
    if known is None:
        services = services_down(topology, down_alone(topology, element))
        known = topology.memo.below[element] = len(customers_of(topology, services))
    return known
