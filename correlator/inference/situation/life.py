"""Signs of life: when each device spoke last itself, and so when it had a way to us.

What a device says of its own ports crosses the network to us; so does what an OLT says of its ONTs. A word of a poller,
of an optical manager or of a power monitor is no such sign.
"""

from collections.abc import Iterable

import numpy as np

from correlator.events import AlarmType
from topology.around import AT_HOME
from topology.graph import Topology

OF_DEVICES: frozenset[AlarmType] = frozenset({"card_failure", "signal_degraded", "high_temperature"})
NOBODY = -1


class Life:
    def __init__(self, topology: Topology) -> None:
        self._topology = topology
        self._tellers: dict[tuple[str, AlarmType], int] = {}
        self._last_us = np.zeros(len(topology.device_at), dtype=np.int64)  # by position

    def heard(self, name: str, alarm_type: AlarmType, at_us: int) -> None:
        """Such an alarm was raised or cleared then."""
        teller = self._tellers.get((name, alarm_type))
        if teller is None:
            teller = self._teller(name, alarm_type)
            if teller != NOBODY or self._topology.find(name) is not None:  # of names that nobody knows there is no end
                self._tellers[name, alarm_type] = teller
        if teller != NOBODY and at_us > self._last_us[teller]:
            self._last_us[teller] = at_us

    def latest(self, intervals: Iterable[tuple[int, int]]) -> int:
        """When a device there spoke last; 0: none ever did."""
        return max([int(self._last_us[low:high].max()) for low, high in intervals], default=0)

    def since(self, intervals: Iterable[tuple[int, int]], at_us: int, unclaimed: bytearray) -> int:
        """How many devices there spoke later than that; those that settled incidents account for left out."""
        late = [(self._last_us[low:high] > at_us, low, high) for low, high in intervals]
        return sum([int(np.count_nonzero(spoke & _view(unclaimed, low, high))) for spoke, low, high in late])

    def _teller(self, name: str, alarm_type: AlarmType) -> int:
        """The position of the device that says such a thing; -1: it is no sign of life."""
        topology = self._topology
        element = topology.find(name)
        if element is None:
            element, kind = topology.find_port(name), "port"
        else:
            kind = topology.kind_of(element)
        if element is None or alarm_type == "fiber_break":
            return NOBODY
        if kind == "port":
            return self._place(topology.device_of(element if topology.find(name) is not None else name))
        if kind != "device":
            return NOBODY
        if topology.role_of(element) in AT_HOME:
            speaker = topology.places.speaker.item(max(0, topology.position.item(element)))
            return self._place(speaker) if speaker >= 0 else NOBODY
        return self._place(element) if alarm_type in OF_DEVICES else NOBODY

    def _place(self, device: int) -> int:
        return self._topology.position.item(device)


def _view(flags: bytearray, low: int, high: int) -> "np.ndarray[tuple[int], np.dtype[np.bool_]]":
    return np.frombuffer(flags, dtype=np.bool_)[low:high]
