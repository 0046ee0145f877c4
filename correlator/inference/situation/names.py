"""Candidates by number and by name: the rows of the inventory, ports that no row names, and the outside."""

from collections.abc import Iterable

from topology.graph import Topology
from topology.model import Role

EXTERNAL = -1  # the candidate "the cause is outside"


class Names:
    def __init__(self, topology: Topology) -> None:
        self._topology = topology
        self._loose: dict[str, int] = {}  # ports of known devices that no row names: candidates beyond the rows
        self._loose_names: list[str] = []

    def name_of(self, candidate: int) -> str:
        if candidate == EXTERNAL:
            return "external"
        rows = len(self._topology.ids)
        return self._topology.ids[candidate] if candidate < rows else self._loose_names[candidate - rows]

    def ranked(self, gains: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
        """(candidate, gain): the best first, of equal ones by name."""
        return sorted(gains, key=lambda pair: (-pair[1], self.name_of(pair[0])))

    def kind_of(self, candidate: int) -> str:
        if candidate == EXTERNAL:
            return "external"
        return self._topology.kind_of(candidate) if candidate < len(self._topology.ids) else "port"

    def candidate(self, name: str) -> int | None:
        """The candidate of an id, as a person or an alarm may name it."""
        if name == "external":
            return EXTERNAL
        found = self._topology.find(name)
        return self.loose(name) if found is None else found

    def loose(self, name: str) -> int | None:
        """A port that no row names, of a device that the inventory has."""
        number = self._loose.get(name)
        if number is None and self._topology.find_port(name) is not None:
            number = self._loose[name] = len(self._topology.ids) + len(self._loose_names)
            self._loose_names.append(name)
        return number

    def role_of(self, device: int) -> Role | None:
        """None where it is none."""
        return self._topology.role_of(device) if device >= 0 else None
