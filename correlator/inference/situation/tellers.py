"""Who has ever told of what: the silence of somebody who was never heard of such a thing says little."""

from collections.abc import Collection, Iterable, Iterator
from typing import NamedTuple

import numpy as np

from correlator.inference.silence import view
from topology.graph import Topology

Words = dict[str, "Word"]  # by alarm


class Word(NamedTuple):
    since_us: int  # when it was raised, of the last time that it stood
    at_us: int  # when it was told last, up or down


class Managers:
    """Of whose ONTs each access manager told, and when; from alarms that stand or are over, if a row is left.

    Not from what an OLT says itself.
    """

    def __init__(self) -> None:
        self._told: dict[str, dict[int, Words]] = {}  # by source and OLT
        self._of: dict[str, tuple[int, tuple[str, ...]]] = {}  # alarm -> its OLT, who told of it
        self.passed_on: set[str] = set()  # of what only an OLT can see, as that the light is gone

    def say(self, alarm: str, olt: int, sources: Collection[str], word: Word) -> None:
        self.forget(alarm)
        self._of[alarm] = olt, tuple(sources)
        for source in sources:
            self._told.setdefault(source, {}).setdefault(olt, {})[alarm] = word

    def date(self, alarm: str, since_us: int) -> None:
        """It was raised sooner than was known."""
        olt, sources = self._of.get(alarm, (-1, ()))
        for source in sources:
            words = self._told[source][olt]
            words[alarm] = words[alarm]._replace(since_us=since_us)

    def forget(self, alarm: str) -> None:
        olt, sources = self._of.pop(alarm, (-1, ()))
        for source in sources:
            words = self._told[source][olt]
            del words[alarm]
            if not words:
                del self._told[source][olt]

    def by_olt(self, source: str) -> Iterator[tuple[int, Words]]:
        """In the order of their numbers."""
        yield from sorted(self._told.get(source, {}).items())


class Tellers:
    """Of one topology; from what is told, up or down, of any time."""

    def __init__(self, topology: Topology) -> None:
        self._topology = topology
        self.managers = Managers()
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
