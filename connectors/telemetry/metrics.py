"""What `/metrics` shows of one process: counts of what came in and what was refused, and figures read when asked.

Each process has a registry of its own, and its name in front of every series: so the texts of two make one valid
exposition (no series is described twice).
"""

import threading
from bisect import bisect_left
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import accumulate
from typing import Literal

from prometheus_client import CollectorRegistry, Gauge, ProcessCollector, generate_latest
from prometheus_client import Counter as Series
from prometheus_client.core import GaugeMetricFamily, HistogramMetricFamily
from prometheus_client.registry import Collector

MOST_SERIES = 500  # distinct (what, reason); a hostile sender must not fill the memory with labels
SAYS = {
    "api": "What came by HTTP and was refused, by reason",
    "dispatch": "What was queued, sent and given up, by reason",
    "edge": "What listeners took and refused, by reason, and where it went",
    "intake": "What listeners took and refused, by reason",
    "worker": "What was decided, refused, sent and given up, by reason",
}

Process = Literal["api", "dispatch", "edge", "intake", "worker"]
Figures = Mapping[tuple[str, ...], float]  # by the values of the labels


class PrometheusCounter:
    """Implements `ports.Counter`. Reasons beyond `MOST_SERIES` are counted under `other`, never lost."""

    def __init__(self, process: Process = "intake") -> None:
        self.registry = CollectorRegistry()
        self.process = process
        self._prefix = f"simpul_{process}"
        self._series = Series(self._prefix, SAYS[process], ("what", "reason"), registry=self.registry)
        self._known: dict[tuple[str, str], Series] = {}
        ProcessCollector(namespace=self._prefix, registry=self.registry)  # memory, CPU, open files

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
        Gauge(f"{self._prefix}_{name}", says, registry=self.registry).set_function(read)

    def gauges(self, name: str, says: str, labels: Sequence[str], read: Callable[[], Figures]) -> None:
        """Show numbers that are read together when `/metrics` is asked, one for each value of the labels."""
        self.registry.register(_Read(f"{self._prefix}_{name}", says, labels, read))

    def histogram(self, name: str, says: str, label: str, buckets: Sequence[float]) -> "Histogram":
        """Show how often what was observed lay at or below each of the buckets, by the label."""
        made = Histogram(f"{self._prefix}_{name}", says, label, buckets)
        self.registry.register(made)
        return made

    def exposition(self) -> bytes:
        """The text that Prometheus scrapes (format 0.0.4)."""
        return generate_latest(self.registry)


class _Read(Collector):
    """One family of gauges, read when asked."""

    def __init__(self, name: str, says: str, labels: Sequence[str], read: Callable[[], Figures]) -> None:
        self._name = name
        self._says = says
        self._labels = labels
        self._read = read

    def describe(self) -> Iterator[GaugeMetricFamily]:
        yield GaugeMetricFamily(self._name, self._says, labels=self._labels)

    def collect(self) -> Iterator[GaugeMetricFamily]:
        family = GaugeMetricFamily(self._name, self._says, labels=self._labels)
        for values, number in self._read().items():
            family.add_metric(values, number)
        yield family


class Histogram(Collector):
    """Takes many equal observations as one: a frame's events came together."""

    def __init__(self, name: str, says: str, label: str, buckets: Sequence[float]) -> None:
        self._name = name
        self._says = says
        self._label = label
        self._buckets = buckets
        self._counts: dict[str, list[int]] = {}  # by the label's value; the last one: above all buckets
        self._sums: dict[str, float] = {}
        self._lock = threading.Lock()

    def observe(self, value: float, of: str, n: int = 1) -> None:
        """`of`: the label's value. From any thread."""
        with self._lock:
            counts = self._counts.get(of)
            if counts is None:
                counts = self._counts[of] = [0] * (len(self._buckets) + 1)
            counts[bisect_left(self._buckets, value)] += n
            self._sums[of] = self._sums.get(of, 0.0) + value * n

    def describe(self) -> Iterator[HistogramMetricFamily]:
        yield HistogramMetricFamily(self._name, self._says, labels=[self._label])

    def collect(self) -> Iterator[HistogramMetricFamily]:
        with self._lock:
            seen = [(of, list(counts), self._sums[of]) for of, counts in self._counts.items()]
        family = HistogramMetricFamily(self._name, self._says, labels=[self._label])
        bounds = [*(f"{bound:g}" for bound in self._buckets), "+Inf"]
        for of, counts, total in seen:
            family.add_metric([of], list(zip(bounds, accumulate(counts), strict=True)), total)
        yield family
