"""Frames that are appended one after the other, by journals to which nothing is cheaper together."""

from collections.abc import Callable, Sequence

from connectors.ports import JournalFull
from correlator.events import Frame


def each(append: Callable[[str, Frame], int], domain: str, frames: Sequence[Frame]) -> list[int]:
    """The offsets up to where it became full. Raises JournalFull where none was appended."""
    offsets: list[int] = []
    for frame in frames:
        try:
            offsets.append(append(domain, frame))
        except JournalFull:
            if not offsets:
                raise
            break
    return offsets
