"""Whose silence counts: devices in sight whose word no settled incident explains, by position, one byte each.

Counting an interval is one pass of C over its bytes; a claim touches its own intervals and nothing else.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from topology.around import LEAVES, leaf_at, places_in
from topology.down import Down, Intervals
from topology.graph import Topology

Flags = npt.NDArray[np.uint8]


class Watched(NamedTuple):
    """One byte each device, by position."""

    polled: Flags  # a poller asks it
    onts: Flags
    heard: Flags  # ONTs whose OLT is in sight
    asked: int  # how many a poller asks


class Silent:
    """What is out of sight, what is claimed, what is lost; and so whose silence speaks."""

    def __init__(self, topology: Topology, regions: set[str | None], *, polled: bool) -> None:
        """`polled`: a poller watches every device; else those that one says it asks, and `regions` of which one spoke.

        `known`: who is watched, whoever explains what is said of them.
        """
        self._topology = topology
        devices = len(topology.device_at)
        self._watched = np.diff(topology.polled_prefix).astype(bool)
        self._polls = self._watched if polled else np.zeros(devices, dtype=bool)
        self._polled = polled
        self._regions = regions
        self._is_ont = np.zeros(devices, dtype=bool)
        self._is_ont[topology.places.ont_positions] = True
        self.unknown = np.zeros(devices, dtype=bool)
        self.lost = bytearray(devices)  # 1 where a device is told lost
        self.polled, self.onts, self.heard = (bytearray(devices) for _ in range(3))  # whose word or silence counts
        self.silent_polled, self.silent_onts = bytearray(devices), bytearray(devices)  # of these, who is not told lost
        self.unclaimed = bytearray(b"\1") * devices
        self._owner = np.full(devices, -1, dtype=np.int32)
        self._names: list[str] = []
        self._numbers: dict[str, int] = {}
        self._claims: dict[int, list[tuple[int, int]]] = {}
        self._blind = False
        self._leaf_at = leaf_at(topology)
        self._flags = self.polled, self.onts, self.heard, self.silent_polled, self.silent_onts, self.unclaimed
        self._look()

    def set_unknown(self, devices: Iterable[int]) -> None:
        """These and only these devices are out of sight."""
        self.unknown[:] = False
        places = self._topology.position[np.fromiter(devices, np.int64)]
        self.unknown[places[places >= 0]] = True
        self._blind = bool(self.unknown.any())
        self._look()

    def lose(self, device: int, flag: bool) -> None:
        """The device is told lost, or is no longer."""
        position = self._topology.position.item(device)
        if position >= 0:
            self.lost[position] = flag
            self.silent_polled[position] = 0 if flag else self.polled[position]
            self.silent_onts[position] = 0 if flag else self.heard[position]

    def poller_spoke(self, device: int) -> None:
        """A poller told of this device, up or down: it watches the region, and its silence counts there."""
        position = self._topology.position.item(device)
        if position < 0 or not self._watched[position]:
            return
        region = self._topology.region_of(device)
        if region not in self._regions:
            self._regions.add(region)
            if not self._polled:
                inside = places_in(self._topology, region)
                self._polls[inside] = self._watched[inside]
                self._look()

    def set_asked(self, devices: Iterable[int]) -> None:
        """A poller says that it asks these and only these; those of regions of which one ever spoke count besides."""
        if self._polled:
            return
        self._polls[:] = False
        for region in self._regions:
            inside = places_in(self._topology, region)
            self._polls[inside] = self._watched[inside]
        places = self._topology.position[np.fromiter(devices, np.int64)]
        places = places[places >= 0]
        self._polls[places] = self._watched[places]
        self._look()

    def link_is_mute(self, link: int, fallen: Down) -> bool:
        """No end of it can speak: each is out of sight, is down, or is one that never does."""
        if self._leaf_at[link - self._topology.first.link] and self._nobody_is_left(link, fallen):
            return True
        if not self._blind:
            return False
        position = self._topology.position
        ends = [(position.item(end), self._topology.role_of(end)) for end in self._topology.ends(link)]
        return all(at < 0 or self.unknown[at] or role in LEAVES or fallen.holds(at) for at, role in ends)

    def _nobody_is_left(self, link: int, fallen: Down) -> bool:
        role, at = self._topology.role_of, self._topology.position.item
        a, b = self._topology.ends(link)
        return (role(a) in LEAVES or fallen.holds(at(a))) and (role(b) in LEAVES or fallen.holds(at(b)))

    # Claims: what settled incidents explain

    def claim(self, incident: str, intervals: Intervals) -> None:
        """From now on the incident explains what these would say; the first one keeps."""
        number = self._numbers.get(incident)
        if number is None:
            number = self._numbers[incident] = len(self._names)
            self._names.append(incident)
        for low, high in intervals:
            part = self._owner[low:high]
            part[part < 0] = number
        self._claims.setdefault(number, []).extend(intervals)
        self._shut(intervals)

    def claimed_by(self, incident: str) -> Intervals:
        """Where it explains what is told; parts of it another may have claimed before."""
        return tuple(self._claims.get(self._numbers.get(incident, -1), ()))

    def forget_claims(self) -> None:
        self._owner[:] = -1
        self._claims.clear()
        self._open(0, len(self._owner), self._owner < 0)

    def owner_of(self, device: int) -> str | None:
        """The incident that explains what this device says."""
        position = self._topology.position.item(device)
        number = self._owner.item(position) if position >= 0 else -1
        return self._names[number] if number >= 0 else None

    def owners(self) -> list[str | None]:
        """By position."""
        return [self._names[number] if number >= 0 else None for number in self._owner.tolist()]

    @contextmanager
    def disregarding(self, incidents: Iterable[str]) -> Iterator[None]:
        """For the while, what these incidents explain counts as explained by nobody."""
        numbers = sorted(self._numbers[name] for name in incidents if name in self._numbers)
        intervals = [part for number in numbers for part in self._claims.get(number, ())]
        for low, high in intervals:
            owner = self._owner[low:high]
            mine = owner == numbers[0]
            for number in numbers[1:]:
                mine |= owner == number
            self._open(low, high, mine)
        try:
            yield
        finally:
            self._shut(intervals)

    # Who is heard

    def _look(self) -> None:
        """All flags anew: sight or claims changed as a whole."""
        known = ~self.unknown
        heard = known & self._is_ont
        if self._blind:
            speaker = self._topology.places.speaker
            told = np.flatnonzero(speaker >= 0)
            heard[told] &= known[self._topology.position[speaker[told]]]
        polled, onts, seen = (flags.astype(np.uint8) for flags in (known & self._polls, known & self._is_ont, heard))
        self.known = Watched(polled, onts, seen, int(polled.sum()))
        self._open(0, len(self._owner), self._owner < 0)

    def _open(self, low: int, high: int, who: npt.NDArray[np.bool_]) -> None:
        """Of the interval, these speak as far as they are in sight; the others do not."""
        for flags, known in zip((self.polled, self.onts, self.heard), self.known[:3], strict=True):
            view(flags)[low:high] = known[low:high] * who
        view(self.unclaimed)[low:high] = who
        stand = view(self.lost)[low:high] ^ 1
        view(self.silent_polled)[low:high] = view(self.polled)[low:high] & stand
        view(self.silent_onts)[low:high] = view(self.heard)[low:high] & stand

    def _shut(self, intervals: Iterable[tuple[int, int]]) -> None:
        for low, high in intervals:
            nothing = bytes(high - low)
            for flags in self._flags:
                flags[low:high] = nothing


def view(flags: bytearray) -> Flags:
    """The same bytes as an array."""
    return np.frombuffer(flags, dtype=np.uint8)


def count(flags: bytearray, intervals: Iterable[tuple[int, int]]) -> int:
    """How many are set there."""
    return sum([flags.count(1, low, high) for low, high in intervals])
