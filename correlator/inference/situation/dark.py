"""Which links are told dark, and by which of their ends."""

from collections import Counter
from collections.abc import Iterable, Iterator

from correlator.inference.evidence.kind import Evidence
from correlator.inference.evidence.link import BY_MANAGER
from topology.graph import Topology


class DarkLinks:
    def __init__(self, topology: Topology) -> None:
        self._topology = topology
        self._tellers: dict[int, list[int]] = {}  # link -> observations of end 0, of end 1, of a manager
        self.half: dict[int, int] = {}  # link that one end alone tells of -> the device at the other
        self._at: Counter[int] = Counter()  # device -> how many of its links are dark
        self.unlit: Counter[int] = Counter()  # link -> observations that its light is gone
        self.own_words: dict[int, dict[Evidence, None]] = {}  # candidate -> what devices tell that it would kill
        self.parted: Counter[int] = Counter()  # link -> observations that a neighbour is lost there

    def __contains__(self, link: int) -> bool:
        return link in self._tellers

    def __iter__(self) -> Iterator[int]:
        return iter(self._tellers)

    def __len__(self) -> int:
        return len(self._tellers)

    def turn(self, link: int, end: int, by: int, *, unlit: bool) -> None:
        """One more observation (+1) or one less (-1) tells of it, at this end. `unlit`: that its light is gone."""
        told = self.unlit if unlit else self.parted
        told[link] += by
        if not told[link]:
            del told[link]
        if link not in self._tellers:
            self._at.update(self._topology.ends(link))
        tellers = self._tellers.setdefault(link, [0, 0, 0])
        tellers[end] += by
        if not any(tellers):
            del self._tellers[link]
            self._at.subtract(self._topology.ends(link))
        if tellers[BY_MANAGER] or (tellers[0] > 0) == (tellers[1] > 0):
            self.half.pop(link, None)
        else:
            self.half[link] = self._topology.ends(link)[0 if tellers[1] else 1]

    def among(self, links: Iterable[int]) -> list[int]:
        """Those of these that are dark."""
        return sorted(self._tellers.keys() & links)

    def any_among(self, links: Iterable[int]) -> bool:
        """One of these is dark."""
        return not self._tellers.keys().isdisjoint(links)

    def of(self, device: int) -> tuple[int, ...]:
        """The dark links of a device."""
        return tuple(sorted(link for link in self._topology.links_of(device) if link in self._tellers))

    def any_of(self, device: int) -> bool:
        """A link of the device is dark."""
        return self._at.get(device, 0) > 0

    def tellers_of(self, link: int) -> list[int]:
        """Devices that tell that it is dark, or in whose place a manager does."""
        tellers = self._tellers.get(link, (0, 0, 0))
        ends = enumerate(self._topology.ends(link))
        return [device for end, device in ends if tellers[end] or tellers[BY_MANAGER]]

    def number_at(self, device: int) -> int:
        """How many links of the device are dark, whoever says so."""
        return self._at[device]

    def told_by(self, device: int) -> tuple[int, ...]:
        """Links that the device at one end alone tells of."""
        return tuple(link for link in self.of(device) if self.half.get(link, device) != device)
