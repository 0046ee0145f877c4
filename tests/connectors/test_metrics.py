"""Metrics are declared by the rules, counted under their labels, bounded, and shown as Prometheus reads them."""

import re
from collections.abc import Callable

import pytest
from prometheus_client.parser import text_string_to_metric_families

from connectors.metrics import (
    API_REASONS,
    CERTIFICATE_LEFT,
    DECLARED,
    INFORMS,
    MESSAGES,
    TRAPS_UNKNOWN,
    Counted,
    Metric,
    Spread,
)
from connectors.telemetry.metrics import MOST_SERIES, MemoryCounter, PrometheusCounter, joined

UNITS = ("seconds", "bytes")
OTHER_UNITS = re.compile(r"_(us|ms|milliseconds|minutes|hours|kb|mb|kilobytes|percent)(_|$)")


@pytest.mark.parametrize("metric", DECLARED, ids=lambda one: one.name)
def test_a_metric_is_declared_by_the_rules(metric: Metric) -> None:
    """https://prometheus.io/docs/practices/naming/"""
    assert re.fullmatch(r"simpul_[a-z]+(_[a-z]+)*", metric.name)
    assert metric.says
    assert metric.name.endswith("_total") == isinstance(metric, Counted)
    assert not metric.name.endswith(("_count", "_sum", "_bucket", "_created", "_info"))
    assert not OTHER_UNITS.search(metric.name)
    words = metric.name.removesuffix("_total").split("_")
    assert not set(words[:-1]) & set(UNITS), "the unit is last"
    assert words[-1] == "seconds" or not isinstance(metric, Spread)
    assert all(re.fullmatch(r"[a-z]+", label) for label in metric.labels)
    assert not {"process", "le", "job", "instance"} & set(metric.labels)
    assert len(metric.labels) <= 3


def test_every_metric_has_a_name_of_its_own() -> None:
    assert len({one.name for one in DECLARED}) == len(DECLARED)


def test_counts_add_up() -> None:
    counter = PrometheusCounter()
    counter.count(TRAPS_UNKNOWN, n=3)
    counter.count(TRAPS_UNKNOWN)
    counter.count(INFORMS, "taken")
    text = counter.exposition().decode()
    assert 'simpul_traps_unknown_total{process="intake"} 4.0' in text
    assert 'simpul_informs_total{outcome="taken",process="intake"} 1.0' in text


@pytest.mark.parametrize("made", [PrometheusCounter, MemoryCounter])
def test_other_labels_than_the_metrics_are_a_mistake(made: Callable[[], PrometheusCounter | MemoryCounter]) -> None:
    counter = made()
    for metric, labels in ((TRAPS_UNKNOWN, ("one",)), (INFORMS, ()), (INFORMS, ("one", "two"))):
        with pytest.raises(ValueError, match="label"):
            counter.count(metric, *labels)


@pytest.mark.parametrize("made", [PrometheusCounter, MemoryCounter])
def test_what_was_counted_is_told_by_its_labels(made: Callable[[], PrometheusCounter | MemoryCounter]) -> None:
    counter = made()
    counter.count(INFORMS, "taken", n=2)
    counter.count(INFORMS, "repeated")
    counter.count(INFORMS, "taken")
    assert counter.so_far(INFORMS) == {("taken",): 3, ("repeated",): 1}
    assert counter.so_far(TRAPS_UNKNOWN) == {}


def test_a_gauge_is_read_when_asked() -> None:
    left = [1.0]
    counter = PrometheusCounter()
    counter.gauge(CERTIFICATE_LEFT, lambda: left[0])
    left[0] = 5.0
    assert 'simpul_certificate_left_seconds{process="intake"} 5.0' in counter.exposition().decode()


def test_gauges_have_their_labels() -> None:
    counter = PrometheusCounter("worker")
    counter.gauges(MESSAGES, lambda: {("java", "phone", "dead"): 3})
    text = counter.exposition().decode()
    assert 'simpul_outbox_messages{domain="java",process="worker",state="dead",word="phone"} 3.0' in text


def test_the_texts_of_both_processes_make_one_exposition() -> None:
    texts = []
    for process in ("intake", "worker"):
        counter = PrometheusCounter(process)
        counter.count(TRAPS_UNKNOWN)
        counter.gauge(CERTIFICATE_LEFT, lambda: 1)
        texts.append(counter.exposition().decode())
    text = joined(*texts).decode()
    described = [line.split()[1:3] for line in text.splitlines() if line.startswith("#")]
    assert len(described) == len({tuple(one) for one in described})
    names = [family.name for family in text_string_to_metric_families(text)]
    assert len(names) == len(set(names))
    for line in "".join(texts).splitlines():
        assert line in text.splitlines()


def test_a_flood_of_reasons_ends_under_other() -> None:
    counter = PrometheusCounter()
    for number in range(MOST_SERIES + 10):
        counter.count(API_REASONS, f"reason {number}")
    text = counter.exposition().decode()
    assert 'simpul_api_error_reasons_total{process="intake",reason="other"} 10.0' in text
