"""The memory twins of what several machines share."""

from collections.abc import Mapping


class MemoryProcessStatus:
    """Last words."""

    def __init__(self) -> None:
        self._words: dict[str, bytes] = {}

    def write(self, name: str, body: bytes) -> None:
        self._words = dict(sorted({**self._words, name: body}.items()))

    def read(self) -> Mapping[str, bytes]:
        return self._words

    def close(self) -> None:
        """Nothing to close."""


class MemoryBlobs:
    """Pieces of bytes, in the order in which they were kept."""

    def __init__(self) -> None:
        self._kept: dict[str, bytes] = {}

    def holds(self, name: str) -> bool:
        return name in self._kept

    def keep(self, name: str, data: bytes) -> None:
        self._kept.setdefault(name, data)

    def find(self, name: str) -> bytes | None:
        return self._kept.get(name)

    def forget(self, prefix: str, most: int) -> None:
        names = [name for name in self._kept if name.startswith(prefix)]
        for name in names[: max(0, len(names) - most)]:
            del self._kept[name]

    def close(self) -> None:
        """Nothing to close."""
