"""The raw log's memory twin: a list a place."""

from collections.abc import Sequence

from connectors.formats.raw_frames import Placed
from connectors.ports import JournalFull


class MemoryRawLog:
    """Set `away` and it acts as a log whose brokers do not answer."""

    def __init__(self) -> None:
        self.away = False
        self.kept: dict[int, list[bytes]] = {}

    async def append(self, frames: Sequence[Placed]) -> None:
        if self.away:
            raise JournalFull("Nobody answers", "Check the brokers; the service goes on by itself")
        for frame in frames:
            self.kept.setdefault(frame.place, []).append(frame.body)

    async def close(self) -> None:
        """Nothing to close."""
