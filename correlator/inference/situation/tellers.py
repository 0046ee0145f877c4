"""Who has ever told of what: the silence of somebody who was never heard of such a thing says little."""

from collections.abc import Iterable

import numpy as np

from correlator.inference.silence import view
from topology.graph import Topology


class Tellers:
    """Of one topology; from what is told, up or down, of any time."""

    def __init__(self, topology: Topology) -> None:
        self._topology = topology
        self.regions: set[str | None] = set()  # of which a poller has spoken
        self.untold = bytearray(len(topology.device_at))  # 1: an ONT whose OLT has told of none
        view(self.untold)[topology.places.ont_positions] = 1

    def olt_spoke(self, ont: int) -> None:
        """Its OLT told of this ONT: its silence on the others means that they work."""
        position, speakers = self._topology.position.item(ont), self._topology.places.speaker
        if position < 0 or not self.untold[position]:
            return
        self.untold[position] = 0
        if speakers[position] >= 0:
            view(self.untold)[speakers == speakers[position]] = 0

    def untold_among(self, flags: bytearray, intervals: Iterable[tuple[int, int]]) -> int:
        """How many that are set there are of an OLT that has told of none. `flags`: one byte each device."""
        told, untold = view(flags), view(self.untold)
        parts = [(low, high) for low, high in intervals if self.untold.find(1, low, high) >= 0]
        return sum([int(np.count_nonzero(told[low:high] & untold[low:high])) for low, high in parts])

    def tells_of_region(self, position: int) -> bool:
        """Whether a poller has spoken of the region of the device there."""
        topology = self._topology
        return topology.region_of(topology.device_at.item(position)) in self.regions
