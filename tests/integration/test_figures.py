"""What the live service shows at /metrics: one valid exposition of both processes, with what an operator watches."""

from pathlib import Path

from prometheus_client import Metric
from prometheus_client.parser import text_string_to_metric_families

from tests.integration.house import Live, living, settings, until

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
    assert value(found, "simpul_worker_behind_seconds") == 0
    assert value(found, "simpul_intake_journal_full") == 0
    assert value(found, "simpul_intake_worker_silent_seconds") < 10
    assert value(found, "simpul_intake", what="api.error", reason="422 /alarms") == 1
    assert value(found, "simpul_worker", what="kernel.rejected", reason="unknown_target") == 1
    assert value(found, "simpul_worker", what="kernel.solve_units", reason="") > 0
    assert value(found, "simpul_worker", what="kernel.solves", reason="") > 0
    events = value(found, "simpul_intake", what="intake.events", reason="")
    assert value(found, "simpul_worker", what="kernel.events", reason="") > events == 4  # beats and receipts too
    assert stages(found, "intake") == {"received_to_journal": 3}
    assert stages(found, "worker").items() >= {"received_to_committed": 3}.items()
    assert {"journal_to_committed", "decided_to_queued", "decided_to_sent"} <= stages(found, "worker").keys()
    assert value(found, "simpul_worker_overdue_message_seconds") < 60
    assert value(found, "simpul_worker_process_resident_memory_bytes") > 1_000_000


def told(live: Live) -> bool:
    found = families(live)
    standing = [sample.value for sample in found["simpul_worker_incidents"].samples]
    sent = [sample.value for sample in found["simpul_worker_messages"].samples if sample.labels["state"] == "sent"]
    appended, applied = (
        value(found, name) for name in ("simpul_intake_appended_offset", "simpul_worker_applied_offset")
    )
    return (
        value(found, "simpul_worker_active_alarms") == 2
        and sum(standing) >= 1
        and sum(sent) >= 1
        and appended == applied == value(found, "simpul_worker_journal_offset")
    )


def families(live: Live) -> dict[str, Metric]:
    """As Prometheus reads them; each is described once."""
    with live.client() as client:
        text = client.get("/metrics").raise_for_status().text
    described = [tuple(line.split()[1:3]) for line in text.splitlines() if line.startswith("#")]
    assert len(described) == len(set(described))
    return {family.name: family for family in text_string_to_metric_families(text)}


def stages(found: dict[str, Metric], process: str) -> dict[str, float]:
    """How often each was measured."""
    samples = found[f"simpul_{process}_latency_seconds"].samples
    return {one.labels["stage"]: one.value for one in samples if one.name.endswith("_count")}


def value(found: dict[str, Metric], name: str, **labels: str) -> float:
    """Of the one sample with these labels; the rest of its labels must be none."""
    [sample] = [one for one in found[name].samples if one.labels == labels and not one.name.endswith("_created")]
    return float(sample.value)
