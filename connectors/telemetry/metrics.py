"""What `/metrics` shows of one process: what `connectors/metrics.py` declares, with a label `process` on each."""

import threading
from bisect import bisect_left
from collections import Counter as Tally
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Literal

from prometheus_client import CollectorRegistry, Gauge, ProcessCollector, generate_latest
from prometheus_client import Counter as Series
from prometheus_client import Metric as Family
from prometheus_client.core import GaugeMetricFamily, HistogramMetricFamily
from prometheus_client.parser import text_string_to_metric_families
from prometheus_client.registry import Collector

from connectors.metrics import Counted, Read, Spread

MOST_SERIES = 200  # of one metric; a hostile sender must not fill the memory with labels
PROCESS = "process"  # the label that every series has

Process = Literal["api", "dispatch", "edge", "intake", "worker"]
Figures = Mapping[tuple[str, ...], float]  # by the values of the labels


class PrometheusCounter:
    """Implements `ReadCounter`. What has other labels than the first `MOST_SERIES` is counted under `other`."""

    def __init__(self, process: Process = "intake") -> None:
        self.registry = CollectorRegistry()
        self.process = process
        self._families: dict[Counted, Series] = {}
        self._known: dict[Counted, dict[tuple[str, ...], Series]] = {}
        self._lock = threading.Lock()
        ProcessCollector(namespace="simpul", registry=self.registry)  # memory, CPU, open files

    def count(self, metric: Counted, *labels: str, n: int = 1) -> None:
        """Add `n`. Raises ValueError where these are not the metric's labels."""
        series = self._known.get(metric, {}).get(labels)
        (series or self._first(metric, labels)).inc(n)

    def _first(self, metric: Counted, labels: tuple[str, ...]) -> Series:
        with self._lock:
            if metric not in self._families:
                self._families[metric] = Series(metric.name, metric.says, metric.labels, registry=self.registry)
            family, known = self._families[metric], self._known.setdefault(metric, {})
            if len(known) >= MOST_SERIES:
                return family.labels(*["other"] * len(labels))
            known[labels] = family.labels(*labels) if labels else family
            return known[labels]

    def so_far(self, metric: Counted) -> dict[tuple[str, ...], int]:
        family = self._families.get(metric)
        samples = [] if family is None else [one for found in family.collect() for one in found.samples]
        return {
            tuple(one.labels[label] for label in metric.labels): int(one.value)
            for one in samples
            if one.name == metric.name
        }

    def gauge(self, metric: Read, read: Callable[[], float]) -> None:
        """Show a number that is read when `/metrics` is asked."""
        Gauge(metric.name, metric.says, registry=self.registry).set_function(read)

    def gauges(self, metric: Read, read: Callable[[], Figures]) -> None:
        """Show numbers that are read together when `/metrics` is asked, one for each value of the labels."""
        self.registry.register(_Together(metric, read))

    def histogram(self, metric: Spread, buckets: Sequence[float]) -> "Histogram":
        made = Histogram(metric, buckets)
        self.registry.register(made)
        return made

    def exposition(self) -> bytes:
        """The text that Prometheus scrapes (format 0.0.4)."""
        return generate_latest(_Given(self._named()))

    def _named(self) -> Iterator[Family]:
        for family in self.registry.collect():
            family.samples = [one._replace(labels={PROCESS: self.process, **one.labels}) for one in family.samples]
            yield family


class MemoryCounter:
    """The memory twin of `api.doors.ReadCounter`."""

    def __init__(self) -> None:
        self._counts: Tally[tuple[Counted, tuple[str, ...]]] = Tally()

    def count(self, metric: Counted, *labels: str, n: int = 1) -> None:
        if len(labels) != len(metric.labels):
            raise ValueError(f"{metric.name} has the labels {metric.labels}, not {labels}")
        self._counts[metric, labels] += n

    def so_far(self, metric: Counted) -> dict[tuple[str, ...], int]:
        return {labels: n for (one, labels), n in self._counts.items() if one is metric}

    def counted(self, metric: Counted, *labels: str) -> int:
        return self._counts[metric, labels]

    def by_label(self, metric: Counted, *first: str) -> dict[str, int]:
        """By its last label, where these are the others."""
        return {labels[-1]: n for (one, labels), n in self._counts.items() if one is metric and labels[:-1] == first}


def joined(*texts: str) -> bytes:
    """What several processes show as one exposition: each metric is described once."""
    families: dict[str, Family] = {}
    for text in texts:
        for family in text_string_to_metric_families(text):
            if (known := families.setdefault(family.name, family)) is not family:
                known.samples += family.samples
    return generate_latest(_Given(families.values()))


class Histogram(Collector):
    """One family, by the value of its one label. A frame's values are taken together: the library's own, which takes
    one after the other, cost more than all else that is done with an event on its way to the journal."""

    def __init__(self, metric: Spread, buckets: Sequence[float]) -> None:
        self._metric = metric
        self._edges = sorted(buckets)
        self._known: dict[str, _Counts] = {}
        self._lock = threading.Lock()

    def observe(self, label: str, values: Iterable[float], times: int = 1) -> None:
        """Each of these values so many times."""
        edges = self._edges
        with self._lock:
            known = self._known.get(label)
            if known is None:
                known = self._known[label] = _Counts([0] * (len(edges) + 1))
            for value in values:
                known.numbers[bisect_left(edges, value)] += times
                known.total += value * times

    def describe(self) -> Iterator[HistogramMetricFamily]:
        yield HistogramMetricFamily(self._metric.name, self._metric.says, labels=self._metric.labels)

    def collect(self) -> Iterator[HistogramMetricFamily]:
        edges = [*map(str, self._edges), "+Inf"]
        with self._lock:
            known = {label: (list(accumulate(one.numbers)), one.total) for label, one in self._known.items()}
        for family in self.describe():
            for label, (numbers, total) in known.items():
                family.add_metric([label], list(zip(edges, numbers, strict=True)), total)
            yield family


@dataclass(slots=True)
class _Counts:
    """How many values lie up to each edge and above the one before, the last above all; their sum."""

    numbers: list[int]
    total: float = 0.0


class _Given(Collector):
    def __init__(self, families: Iterable[Family]) -> None:
        self._families = families

    def collect(self) -> Iterable[Family]:
        return self._families


class _Together(Collector):
    """One family of gauges, read when asked."""

    def __init__(self, metric: Read, read: Callable[[], Figures]) -> None:
        self._metric = metric
        self._read = read

    def describe(self) -> Iterator[GaugeMetricFamily]:
        yield GaugeMetricFamily(self._metric.name, self._metric.says, labels=self._metric.labels)

    def collect(self) -> Iterator[GaugeMetricFamily]:
        for family in self.describe():
            for values, number in self._read().items():
                family.add_metric(values, number)
            yield family
