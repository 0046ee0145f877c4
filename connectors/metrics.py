"""What `/metrics` shows: counts of what came in and what was refused, on a registry of our own (Prometheus text)."""

from collections.abc import Callable

from prometheus_client import CollectorRegistry, Gauge, generate_latest
from prometheus_client import Counter as Series

MOST_SERIES = 500  # distinct (what, reason); a hostile sender must not fill the memory with labels


class PrometheusCounter:
    """Implements `ports.Counter`. Reasons beyond `MOST_SERIES` are counted under `other`, never lost."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._series = Series(
            "simpul_intake", "What listeners took and refused, by reason", ("what", "reason"), registry=self.registry
        )
        self._known: dict[tuple[str, str], Series] = {}

    def count(self, what: str, reason: str = "", n: int = 1) -> None:
        """Add `n`; `what` as `api.alarm`, `snmp.refused`; `reason` is empty where there is none to give."""
        series = self._known.get((what, reason))
        if series is None:
            kept = reason if len(self._known) < MOST_SERIES else "other"
            series = self._series.labels(what, kept)
            if kept == reason:
                self._known[what, reason] = series
        series.inc(n)

    def gauge(self, name: str, says: str, read: Callable[[], float]) -> None:
        """Show a number that is read when `/metrics` is asked: the worker's lag, the queue's length."""
        Gauge(f"simpul_{name}", says, registry=self.registry).set_function(read)

    def exposition(self) -> bytes:
        """The text that Prometheus scrapes (format 0.0.4)."""
        return generate_latest(self.registry)
