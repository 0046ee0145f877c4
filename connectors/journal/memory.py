"""The journal's memory twin: a list a domain."""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, field

from connectors.journal.codec import MOST_EVENTS
from connectors.journal.each import each
from connectors.ports import JournalFull
from correlator.events import Frame


@dataclass(slots=True)
class _Domain:
    pruned: int = 0  # so many frames went before the first that is kept
    frames: list[Frame] = field(default_factory=list)


class MemoryJournal:
    """Set `full` and it acts as a journal on a full disk."""

    def __init__(self) -> None:
        self.full = False
        self._domains: dict[str, _Domain] = {}

    def append(self, domain: str, frame: Frame) -> int:
        assert 1 <= len(frame.events) <= MOST_EVENTS, f"a frame of {len(frame.events)} events"
        if self.full:
            raise JournalFull("No space is left for the journal", "Free some; the service goes on by itself")
        kept = self._domains.setdefault(domain, _Domain())
        kept.frames.append(frame)
        return kept.pruned + len(kept.frames)

    def append_all(self, domain: str, frames: Sequence[Frame]) -> list[int]:
        return each(self.append, domain, frames)

    def read(self, domain: str, after: int, limit: int = 1000) -> list[tuple[int, Frame]]:
        kept = self._domains.get(domain) or _Domain()
        start = max(after - kept.pruned, 0)
        return list(enumerate(kept.frames[start : start + limit], kept.pruned + start + 1))

    def end(self, domain: str) -> int:
        kept = self._domains.get(domain)
        return kept.pruned + len(kept.frames) if kept else 0

    def first(self, domain: str) -> int:
        kept = self._domains.get(domain)
        return kept.pruned + 1 if kept else 0

    def domains(self) -> list[str]:
        return sorted(self._domains)

    def prune(self, domain: str, before_us: int, applied: int) -> int:
        kept = self._domains.get(domain)
        if kept is None:
            return 0
        old = bisect_left(kept.frames, before_us, key=lambda frame: frame.at_us)
        gone = max(0, min(old, applied - kept.pruned, len(kept.frames) - 1))
        del kept.frames[:gone]
        kept.pruned += gone
        return gone

    def close(self) -> None:
        """Nothing to close."""
