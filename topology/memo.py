"""Answers that a compiled network has worked out and keeps."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Together:
    """Elements that fail two or more members of one block of the graph."""

    killed: dict[int, tuple[int, ...]]  # element -> vertices
    at: dict[int, tuple[int, ...]]  # vertex -> elements


@dataclass(slots=True)
class Memo:
    """Answers already worked out, by element. It grows with use and changes no answer."""

    covers: dict[int, tuple[int, ...]] = field(default_factory=dict)
    stops: dict[int, tuple[int, ...]] = field(default_factory=dict)
    degrades: dict[int, tuple[int, ...]] = field(default_factory=dict)
    together: dict[int, Together] = field(default_factory=dict)  # by block
    joints: dict[int, dict[int, tuple[int, ...]]] = field(default_factory=dict)  # by block
    services: dict[int, tuple[int, ...]] = field(default_factory=dict)
    downs: dict[int, object] = field(default_factory=dict)
    predictions: dict[int, object] = field(default_factory=dict)
    below: dict[int, int] = field(default_factory=dict)
    exposed: dict[object, object] = field(default_factory=dict)  # by a block's wound; emptied when it is full
    equivalents: dict[int, tuple[int, ...]] = field(default_factory=dict)
