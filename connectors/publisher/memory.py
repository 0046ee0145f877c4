"""The publisher's memory twin."""

from collections import defaultdict
from collections.abc import Sequence

from connectors.formats.cloud_events import CloudEvent
from connectors.ports import JournalFull


class MemoryPublisher:
    """`told`, a list a domain; while `away` nobody answers."""

    def __init__(self) -> None:
        self.told: dict[str, list[CloudEvent]] = defaultdict(list)
        self.away = False

    def publish(self, domain: str, events: Sequence[CloudEvent]) -> None:
        if self.away:
            raise JournalFull("Nobody answers", "Wait")
        self.told[domain] += events

    def close(self) -> None:
        """Nothing to close."""
