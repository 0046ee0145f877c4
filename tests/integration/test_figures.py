"""What the live service shows at /metrics: one valid exposition of both processes, with what an operator watches."""

from pathlib import Path

from prometheus_client import Metric as Family
from prometheus_client.parser import text_string_to_metric_families

from connectors.metrics import (
    ACTIVE_ALARMS,
    API_ERRORS,
    APPLIED_OFFSET,
    BEHIND,
    EFFECTS_DECIDED,
    EVENTS_FOLDED,
    EVENTS_JOURNALED,
    INCIDENTS,
    JOURNAL_APPENDED,
    JOURNAL_FULL,
    JOURNAL_OFFSET,
    LATENCY,
    MESSAGES,
    OVERDUE_MESSAGE,
    SOLVE_UNITS,
    SOLVES,
    WORKER_SILENT,
    Metric,
)
from tests.integration.house import Live, living, settings, until

DOMAIN = "id"
POLLER = {"source": "poller", "alarm_type": "device_unreachable", "severity": "critical", "state": "raised"}


def test_what_happened_is_in_the_figures(tmp_path: Path) -> None:
    with living(settings(tmp_path, clock_factor=20)) as live:
        for device in ("DPS-1", "JKT-1"):
            assert live.post("/alarms", {**POLLER, "object": device}).status_code == 202
        assert live.post("/alarms", {**POLLER, "object": 7}).status_code == 422
        complaint = {"id": "c-1", "channel": "phone", "customer": "CU-1", "text": "internet mati total"}
        assert live.post("/complaints", complaint).status_code == 201
        order = {"action": "close", "target": "IN-000099", "reason": "a test"}
        assert live.post("/commands", order).status_code == 202
        until("figures of all that", lambda: told(live))
        found = families(live)
    assert value(found, BEHIND, domain=DOMAIN) == 0
    assert value(found, JOURNAL_FULL) == 0
    assert value(found, WORKER_SILENT) < 10
    assert value(found, API_ERRORS, status="422", door="/alarms") == 1
    assert value(found, EFFECTS_DECIDED, kind="rejected", reason="unknown_target") == 1
    assert value(found, SOLVE_UNITS) > 0
    assert value(found, SOLVES) > 0
    events = value(found, EVENTS_JOURNALED)
    assert value(found, EVENTS_FOLDED) > events == 4  # beats and receipts too
    assert stages(found, "intake") == {"received_to_journal": 3}
    assert stages(found, "worker").items() >= {"received_to_committed": 3}.items()
    assert {"journal_to_committed", "decided_to_queued", "decided_to_sent"} <= stages(found, "worker").keys()
    assert value(found, OVERDUE_MESSAGE, domain=DOMAIN) < 60
    memory = found["simpul_process_resident_memory_bytes"].samples
    assert {one.labels["process"] for one in memory if one.value > 1_000_000} == {"intake", "worker"}


def told(live: Live) -> bool:
    found = families(live)
    standing = [sample.value for sample in found[INCIDENTS.name].samples]
    sent = [sample.value for sample in found[MESSAGES.name].samples if sample.labels["state"] == "sent"]
    appended, applied = value(found, JOURNAL_APPENDED), value(found, APPLIED_OFFSET, domain=DOMAIN)
    return (
        value(found, ACTIVE_ALARMS, domain=DOMAIN) == 2
        and sum(standing) >= 1
        and sum(sent) >= 1
        and appended == applied == value(found, JOURNAL_OFFSET, domain=DOMAIN)
    )


def families(live: Live) -> dict[str, Family]:
    """As Prometheus reads them; each is described once."""
    with live.client() as client:
        text = client.get("/metrics").raise_for_status().text
    described = [tuple(line.split()[1:3]) for line in text.splitlines() if line.startswith("#")]
    assert len(described) == len(set(described))
    return {family.name: family for family in text_string_to_metric_families(text)}


def stages(found: dict[str, Family], process: str) -> dict[str, float]:
    """How often each was measured."""
    samples = [one for one in found[LATENCY.name].samples if one.labels["process"] == process]
    return {one.labels["stage"]: one.value for one in samples if one.name.endswith("_count")}


def value(found: dict[str, Family], metric: Metric, **labels: str) -> float:
    """Of the one sample with these labels, of whichever process."""
    family = found[metric.name.removesuffix("_total")]
    [sample] = [one for one in family.samples if {**one.labels, "process": ""} == {**labels, "process": ""}]
    return float(sample.value)
