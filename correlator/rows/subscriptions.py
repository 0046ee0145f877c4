"""Who is told of tickets and alarms as they change (TMF630, hub)."""

import msgspec

from correlator.events import TmfEvent


class SubscriptionRow(msgspec.Struct, frozen=True):
    """One system's wish to be told."""

    id: str
    callback: str  # where it is told, by https
    events: tuple[TmfEvent, ...]
    by: str  # who asked for it
    since_us: int
