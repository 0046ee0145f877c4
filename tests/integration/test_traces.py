"""One incident as a trace: from the traps that told it to the notice that its customer got, over a real exporter."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from connectors.metrics import SPANS_LOST
from streams.settings import Settings, Traces
from tests.collector import Collector, Heard, collecting
from tests.integration.house import LINK_DOWN, Live, all_done, living, settings, until
from tests.integration.test_figures import families

pytestmark = pytest.mark.skipif(shutil.which("snmptrap") is None, reason="needs net-snmp: apt install snmp")

POLLER = {"source": "poller", "object": "DPS-1", "alarm_type": "device_unreachable", "severity": "critical"}
WORDS = "internet mati total sejak pagi"
WAY = [
    "received and appended",
    "frame folded",
    "incident suspected",
    "incident open",
    "campaign decided",
    "campaign queued",
    "campaign sent",
]


def traced(folder: Path, endpoint: str, **more: float) -> Settings:
    """Story seconds are short: an incident opens when it has settled."""
    return settings(folder, clock_factor=20, traces=Traces(endpoint=endpoint, **more))


def cut(live: Live) -> None:
    """The fibre to Denpasar: one end says so by a trap, a poller misses the other, a customer calls."""
    live.trap(LINK_DOWN, "10.0.0.2", 2, "2")
    assert live.post("/alarms", {**POLLER, "state": "raised"}).status_code == 202
    complaint = {"channel": "phone", "customer": "CU-1", "text": WORDS, "contact": "+62811111"}
    assert live.post("/complaints", complaint).status_code == 201


def both(collector: Collector) -> tuple[list[Heard], list[Heard]] | None:
    """The incident's trace and that of its ticket, once the customers and the staff were written to."""
    incident, ticket = collector.trace_with("campaign sent"), collector.trace_with("alert sent")
    return (incident, ticket) if incident and ticket else None


def test_an_incident_from_trap_to_notice(tmp_path: Path) -> None:
    with collecting() as collector:
        with living(traced(tmp_path, collector.endpoint)) as live:
            cut(live)
            spans, of_ticket = until("traces", lambda: both(collector))
        everything = b"".join(one.span.SerializeToString() for one in collector.heard)
    assert [name for name in WAY if name not in {one.name for one in spans}] == []
    ids = {one.span.span_id for one in spans}
    [whole] = [one for one in spans if not one.span.parent_span_id]
    assert (whole.name, whole.about["simpul.incident"]) == ("incident", "IN-000001")
    assert [one.name for one in spans if one is not whole and one.span.parent_span_id not in ids] == []
    [alert, *_] = [one for one in spans if one.name == "alert decided"]
    assert [link.trace_id for link in alert.span.links] == [of_ticket[0].span.trace_id]
    assert not any(word.encode() in everything for word in (WORDS, "+62811111", "noc@cu-1.example"))


def test_a_collector_that_refuses_is_no_trouble(tmp_path: Path) -> None:
    with collecting() as collector:
        collector.refuses = True
        with living(traced(tmp_path, collector.endpoint)) as live:
            cut(live)
            until("messages", lambda: live.messages_of("outage") and all_done(live.settings))
            lost = until("word of lost spans", lambda: lost_by_now(live))
            assert live.health()[0] == 200
    assert lost > 0


def lost_by_now(live: Live) -> float:
    found = families(live)
    lost = found.get(SPANS_LOST.name.removesuffix("_total"))
    return sum(one.value for one in lost.samples if one.labels["process"] == "worker") if lost else 0


def test_nothing_is_imported_that_nobody_needs(tmp_path: Path) -> None:
    """No web server by a worker, no client where nothing is posted, no PostgreSQL by SQLite, no exporter alone."""
    given = settings(tmp_path)
    see = (
        "import sys; from streams import bootstrap; from streams.settings import Settings\n"
        "def found(*names): print([name for name in sys.modules if name.startswith(names)])\n"
        "given = Settings.model_validate_json(sys.argv[1]); bootstrap.prepare(given); bootstrap.worker(given)\n"
        "found('fastapi', 'starlette', 'psycopg', 'networkx', 'httpx')\n"
        "bootstrap.intake(given)\n"
        "found('opentelemetry.sdk', 'opentelemetry.exporter', 'google.protobuf', 'connectors.telemetry.traces')"
    )
    command = [sys.executable, "-c", see, given.model_dump_json()]
    said = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    assert said.splitlines()[-2:] == ["[]", "[]"]
