"""Counts by what and reason, bounded, as Prometheus reads them."""

from connectors.metrics import MOST_SERIES, PrometheusCounter


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
    assert "simpul_lag_frames 5.0" in counter.exposition().decode()


def test_a_flood_of_reasons_ends_under_other() -> None:
    counter = PrometheusCounter()
    for number in range(MOST_SERIES + 10):
        counter.count("http.refused", f"reason {number}")
    text = counter.exposition().decode()
    assert 'simpul_intake_total{reason="other",what="http.refused"} 10.0' in text
