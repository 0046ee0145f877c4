"""When devices and their ports were told to be well last, by place in the network: a cache over the rows of alarms."""

from collections.abc import Iterable, Iterator

import numpy as np

from correlator.rows.incidents import AlarmRow
from topology.gates import position_of
from topology.graph import Topology


class ToldWell:
    """Of the alarms that ended, also where they stand again."""

    def __init__(self, topology: Topology) -> None:
        self._topology = topology
        self._ended: dict[int, dict[str, AlarmRow]] = {}  # by position of the device
        self._last_us = np.zeros(len(topology.device_at), np.int64)

    def heed(self, row: AlarmRow) -> None:
        """It may have ended, or ended at another time than was thought."""
        if row.let_go == "by_hand":  # nobody said so of it
            self.forget(row)
            return
        if not row.cleared_us:
            return
        place = self._place(row.object)
        if place < 0:
            return
        self._ended.setdefault(place, {})[row.key] = row
        if row.cleared_us >= self._last_us[place]:
            self._last_us[place] = row.cleared_us
        else:
            self._look(place)

    def forget(self, row: AlarmRow) -> None:
        """No row is left of it."""
        place = self._place(row.object)
        if place >= 0 and self._ended.get(place, {}).pop(row.key, None) is not None:
            self._look(place)

    def last_us(self, intervals: Iterable[tuple[int, int]]) -> int:
        """Event time of the last such word within these positions; 0: none."""
        return max((int(self._last_us[low:high].max()) for low, high in intervals), default=0)

    def ended_since(self, at_us: int) -> Iterator[AlarmRow]:
        """What ended then or later, and does not stand again."""
        for place in np.flatnonzero(self._last_us >= at_us).tolist():
            ended = sorted(self._ended[place].items())
            yield from (row for _, row in ended if row.cleared_us >= at_us and not row.active)

    def _look(self, place: int) -> None:
        self._last_us[place] = max((row.cleared_us for row in self._ended[place].values()), default=0)

    def _place(self, name: str) -> int:
        """The position of the device that it is or is of; -1: of none."""
        topology = self._topology
        element = topology.find(name)
        if element is None or topology.kind_of(element) not in ("device", "port"):
            return -1
        return position_of(topology, element)
