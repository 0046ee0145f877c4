"""Services whose probe has spoken before and says nothing now: each is known up, and speaks against its covers."""

from bisect import bisect_left, insort
from collections.abc import Iterable

from topology.graph import Topology


class Probes:
    """By the position of the one device that a service hangs on; services with several attach points are left out."""

    def __init__(self, topology: Topology) -> None:
        self._topology = topology
        self._up: dict[str, int] = {}  # key of the alarm -> position
        self._positions: list[int] = []

    def hear(self, key: str, service: int, up: bool) -> None:
        """`service`: its number. Whether it is known to be up."""
        if up == (key in self._up):
            return
        if not up:
            position = self._up.pop(key)
            del self._positions[bisect_left(self._positions, position)]
            return
        position = self._place(service)
        if position >= 0:
            self._up[key] = position
            insort(self._positions, position)

    def up(self, intervals: Iterable[tuple[int, int]]) -> list[int]:
        """Positions in these intervals, one for each service that is up there."""
        found: list[int] = []
        for low, high in intervals:
            found += self._positions[bisect_left(self._positions, low) : bisect_left(self._positions, high)]
        return found

    def how_many_up(self) -> int:
        return len(self._positions)

    def _place(self, service: int) -> int:
        attach = self._topology.demand.service_attach[service]
        if len(attach) != 1:
            return -1
        position = self._topology.places.position.item(self._topology.device_of(attach[0]))
        return position if position < self._topology.places.reached else -1
