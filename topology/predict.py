"""What one failure would let the observables say: the devices, links and services that would be told of.

What nobody is left to tell of is left out: a stopped link between devices that are cut off, an ONT below a dead OLT.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from topology.down import Down, Interval, Intervals, down_alone, inside, merged
from topology.gates import position_of, services_named
from topology.graph import Topology


@dataclass(frozen=True, slots=True)
class Prediction:
    """What one element's failure would let the observables say."""

    down: Down
    links: tuple[int, ...]  # stopped, and an end that is still reached would speak of it
    polled: int  # devices down that a poller watches
    onts: Intervals  # positions between which every ONT is down and its speaker is still reached
    degraded: tuple[int, ...]
    services: tuple[int, ...]  # service numbers that go down though no interval alone tells it


@dataclass(frozen=True, slots=True)
class Signature:
    """All that evidence can see of a failure; two elements of the same signature cannot be told apart."""

    speakers: Intervals  # of the devices that are no splitters, counted along the positions
    links: tuple[int, ...]
    degraded: tuple[int, ...]
    simple: Intervals  # of the services with one attach point, counted along the positions
    services: tuple[int, ...]  # numbers of those with several

    def is_empty(self) -> bool:
        """Whether nothing that speaks, and no customer, would notice."""
        return not (self.speakers or self.links or self.degraded or self.simple or self.services)


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
    """Whether an end of the link is still reached by a gateway and speaks."""
    for device in topology.ends(link):
        position = topology.places.position.item(device)
        if position < topology.places.reached and not fallen.holds(position) and topology.role_of(device) != "splitter":
            return True
    return False


def onts_told(topology: Topology, intervals: Intervals) -> Intervals:
    """ONTs in the intervals whose speaker stands outside them: the others have nobody left to tell of them."""
    places = topology.places
    found: list[Interval] = []
    bounds = places.ont_positions.searchsorted(np.array(intervals, dtype=np.int32).reshape(-1, 2))
    for begin, end in bounds[bounds[:, 0] < bounds[:, 1]]:
        onts = places.ont_positions[begin:end]
        speakers = places.speaker[onts]
        heard = (speakers >= 0) & ~inside(places.position[speakers], intervals)
        turns = np.flatnonzero(np.diff(heard, prepend=False, append=False))
        starts, ends = onts[turns[::2]].tolist(), (onts[turns[1::2] - 1] + 1).tolist()
        found += zip(starts, ends, strict=True)
    return tuple(found)


def speakers_in(topology: Topology, intervals: Intervals) -> frozenset[int]:
    """Devices in the intervals that speak for ONTs and CPEs; worked out once."""
    known = topology.memo.speakers.get(intervals)
    if known is None:
        places = topology.places
        inner = inside(places.speaker_positions, intervals)
        known = frozenset(places.device_at[places.speaker_positions[inner]].tolist())
        topology.memo.speakers[intervals] = known
    return known


def signature(topology: Topology, element: int) -> Signature:
    """Of one element's failure: what speaks and who is a customer, each in its state."""
    predicted, places = prediction(topology, element), topology.places
    fallen = predicted.down
    simple = counted(places.simple_starts, fallen.intervals)
    single = [spot_of(topology, service) for service in predicted.services if not places.gated[service]]
    return Signature(
        speakers=counted(places.speaking_prefix, fallen.intervals),
        links=predicted.links,
        degraded=tuple(link for link in predicted.degraded if told(topology, link, fallen)),
        simple=merged([*simple, *((spot, spot + 1) for spot in single)]) if single else simple,
        services=tuple(service for service in predicted.services if places.gated[service]),
    )


def spot_of(topology: Topology, service: int) -> int:
    """The place of a service with one attach point among its like, in order of position."""
    places = topology.places
    position = position_of(topology, topology.demand.service_attach[service][0])
    low, high = places.simple_starts.item(position), places.simple_starts.item(position + 1)
    return low + int(places.simple_services[low:high].searchsorted(service))


def counted(prefix: "np.ndarray[tuple[int], np.dtype[np.int64]]", intervals: Iterable[Interval]) -> Intervals:
    """Intervals of positions as intervals of what is counted before each position."""
    return merged((prefix.item(low), prefix.item(high)) for low, high in intervals)
