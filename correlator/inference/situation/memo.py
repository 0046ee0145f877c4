"""What searches leave behind, to be asked again at less cost; nothing decided depends on it."""

import numpy as np

from correlator.inference.evidence.kind import Evidence
from topology.graph import Topology


class Memo:
    def __init__(self, topology: Topology) -> None:
        self.units = 0  # counted work of the search under way
        self.unreached: dict[str | None, list[Evidence]] = {}  # by region, in the last search: only a poller is lost
        self.looked = (0, 0)  # when, and at which strays, it was last looked how much is told by chance
        self.islands: list[tuple[set[int], list[int]]] = []  # of lost devices behind dark links, as of `islands_at`
        self.islands_at = -1
        self._topology = topology
        self._places_in: dict[str | None, np.ndarray] = {}

    def places_in(self, region: str | None) -> np.ndarray:
        """The positions of the devices of a region."""
        known = self._places_in.get(region)
        if known is None:
            devices, region_of = self._topology.device_at.tolist(), self._topology.region_of
            inside = [place for place, one in enumerate(devices) if region_of(one) == region]
            known = self._places_in[region] = np.array(inside, dtype=np.int64)
        return known
