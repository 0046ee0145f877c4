"""Counts by what and reason, bounded, as Prometheus reads them."""

from prometheus_client.parser import text_string_to_metric_families

from connectors.telemetry.metrics import MOST_SERIES, PrometheusCounter


def test_counts_add_up() -> None:
    counter = PrometheusCounter()
    counter.count("snmp.taken", n=3)
    counter.count("snmp.taken")
    counter.count("snmp.refused", "no BER")
    text = counter.exposition().decode()
    assert 'simpul_intake_total{reason="",what="snmp.taken"} 4.0' in text
    assert 'simpul_intake_total{reason="no BER",what="snmp.refused"} 1.0' in text


def test_a_gauge_is_read_when_asked() -> None:
    lag = [1.0]
    counter = PrometheusCounter()
    counter.gauge("lag_frames", "Frames not yet folded", lambda: lag[0])
    lag[0] = 5.0
    assert "simpul_intake_lag_frames 5.0" in counter.exposition().decode()


def test_gauges_have_their_labels() -> None:
    counter = PrometheusCounter("worker")
    counter.gauges("messages", "Messages of the outbox", ("word", "state"), lambda: {("phone", "dead"): 3})
    text = counter.exposition().decode()
    assert 'simpul_worker_messages{state="dead",word="phone"} 3.0' in text


def test_the_texts_of_both_processes_make_one_exposition() -> None:
    text = ""
    for process in ("intake", "worker"):
        counter = PrometheusCounter(process)
        counter.count("some")
        counter.gauge("lag_frames", "Frames", lambda: 1)
        text += counter.exposition().decode()
    described = [line.split()[1:3] for line in text.splitlines() if line.startswith("#")]
    assert len(described) == len({tuple(one) for one in described})
    names = [family.name for family in text_string_to_metric_families(text)]
    assert len(names) == len(set(names))
    assert {"simpul_intake", "simpul_worker"} <= set(names)


def test_a_flood_of_reasons_ends_under_other() -> None:
    counter = PrometheusCounter()
    for number in range(MOST_SERIES + 10):
        counter.count("http.refused", f"reason {number}")
    text = counter.exposition().decode()
    assert 'simpul_intake_total{reason="other",what="http.refused"} 10.0' in text
