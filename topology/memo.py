"""Answers that a compiled network has worked out and keeps."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar

KEPT = 200_000  # answers to one question

Key = TypeVar("Key")
Value = TypeVar("Value")


class Kept(dict[Key, Value]):
    """Forgets everything when it is full: each answer can be worked out again."""

    def __init__(self, most: int = KEPT, size: Callable[[Key], int] | None = None) -> None:
        """`size`: of an answer, by its question, where they differ; `most` is of all together."""
        super().__init__()
        self._most = most
        self._size = size
        self._held = 0

    def __setitem__(self, key: Key, value: Value) -> None:
        if self._held >= self._most:
            self.clear()
            self._held = 0
        self._held += 1 if self._size is None else self._size(key)
        super().__setitem__(key, value)


@dataclass(frozen=True, slots=True)
class Together:
    """Elements that fail two or more members of one block of the graph, and those that fail one."""

    killed: dict[int, tuple[int, ...]]  # element -> vertices
    at: dict[int, tuple[int, ...]]  # vertex -> elements that fail others as well
    alone: dict[int, tuple[int, ...]]  # vertex -> elements that fail no other


@dataclass(slots=True)
class Memo:
    """Answers already worked out, by element. It grows with use, within limits, and changes no answer."""

    covers: dict[int, tuple[int, ...]] = field(default_factory=Kept)
    around: dict[int, object] = field(default_factory=Kept)
    stops: dict[int, tuple[int, ...]] = field(default_factory=Kept)
    degrades: dict[int, tuple[int, ...]] = field(default_factory=Kept)
    together: dict[int, Together] = field(default_factory=dict)  # by block
    joints: dict[int, dict[int, tuple[int, ...]]] = field(default_factory=dict)  # by block
    services: dict[int, tuple[int, ...]] = field(default_factory=Kept)
    downs: dict[int, object] = field(default_factory=Kept)
    fallen: dict[tuple[int, frozenset[int]], tuple[tuple[int, int], ...]] = field(default_factory=Kept)  # by block
    speakers: dict[tuple[tuple[int, int], ...], frozenset[int]] = field(default_factory=Kept)  # by intervals
    predictions: dict[int, object] = field(default_factory=Kept)
    below: dict[int, int] = field(default_factory=Kept)
    last: dict[str, bool] = field(default_factory=Kept)  # by name: a device behind which nothing lies
    last_links: dict[int, bool] = field(default_factory=Kept)  # to such a device, or to a splitter
    sides: dict[int, tuple[str, ...]] = field(default_factory=Kept)  # names of its links, and of their near ports
    dark: dict[frozenset[int], object] = field(default_factory=lambda: Kept(4))  # services that these take down
    exposed: dict[object, object] = field(default_factory=dict)  # by a block's wound; emptied when it is full
    equivalents: dict[int, tuple[int, ...]] = field(default_factory=Kept)
    regions: dict[object, object] = field(default_factory=dict)  # positions of its devices, by region
    domains: dict[object, object] = field(default_factory=dict)  # by their names and regions
