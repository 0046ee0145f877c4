"""How long things take, by stage, as `/metrics` shows it: from the times that the records carry.

A time of another machine's clock is as good as that clock: keep them together (NTP). What came out below nought is
counted as nought.
"""

from collections.abc import Iterable

from connectors.formats.raw_frames import RawFrame
from connectors.metrics import LATENCY
from connectors.telemetry.metrics import PrometheusCounter
from connectors.telemetry.witness import Committed, Fanned, Journaled, Tried, arrived_us
from correlator.events import Event

BUCKETS_S = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.0, 5.0, 10.0, 30.0, 60.0, 300.0, 3600.0)


class Latency:
    """Implements `Witness`. Each event and each message counts as one."""

    def __init__(self, counter: PrometheusCounter) -> None:
        self._seconds = counter.histogram(LATENCY, BUCKETS_S)

    def kept(self, frame: RawFrame, done_us: int) -> None:
        self._since("received_to_raw", (datagram.at_us for datagram in frame.datagrams), done_us)

    def journaled(self, step: Journaled) -> None:
        self._since("received_to_journal", arrivals(step.frame.events), step.done_us)

    def committed(self, step: Committed) -> None:
        self._since("received_to_committed", arrivals(step.frame.events), step.done_us)
        self._took("journal_to_committed", step.done_us - step.frame.at_us, len(step.frame.events))

    def fanned(self, step: Fanned) -> None:
        if step.messages:
            self._took("decided_to_queued", step.done_us - step.effect.at_us, step.messages)

    def tried(self, step: Tried) -> None:
        if step.settled.state == "sent":
            self._took("decided_to_sent", step.done_us - step.effect.at_us)

    def _since(self, stage: str, times_us: Iterable[int], done_us: int) -> None:
        self._seconds.observe(stage, [max(0, done_us - at_us) / 1e6 for at_us in times_us])

    def _took(self, stage: str, us: int, n: int = 1) -> None:
        self._seconds.observe(stage, [max(0, us) / 1e6], n)


def arrivals(events: Iterable[Event]) -> list[int]:
    """Of those that came from outside."""
    return [at_us for event in events if (at_us := arrived_us(event)) is not None]
