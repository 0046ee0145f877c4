"""Prometheus' own Alertmanager posts its webhook at a real server of ours: raised, then resolved."""

import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from connectors.metrics import API_ERRORS
from correlator.events import Alarm
from tests.connectors.api.doorway import Door
from tests.connectors.serving import serving

ALERTMANAGER = Path("/usr/bin/prometheus-alertmanager")
CONFIG = """
route:
  receiver: simpul
  group_wait: 0s
  group_interval: 1s
  repeat_interval: 1h
receivers:
  - name: simpul
    webhook_configs:
      - url: {url}/webhooks/alertmanager
        send_resolved: true
        http_config:
          authorization:
            credentials: badge-source
"""


@contextmanager
def alertmanager(folder: Path, url: str) -> Iterator[str]:
    """Its address. It alone, without a cluster."""
    config = folder / "alertmanager.yml"
    config.write_text(CONFIG.format(url=url))
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    options = [f"--config.file={config}", f"--storage.path={folder / 'am'}", "--cluster.listen-address="]
    command = [ALERTMANAGER, *options, f"--web.listen-address=127.0.0.1:{port}"]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(10)


def post(url: str, alert: dict[str, object]) -> None:
    """To Alertmanager, as Prometheus does; it may still be starting."""
    transport = httpx.HTTPTransport(retries=8)  # waits 0, 0.5, 1, 2 ... seconds between
    with httpx.Client(transport=transport) as client:
        answer = client.post(f"{url}/api/v2/alerts", json=[alert])
    assert answer.status_code == 200, answer.text


def test_alertmanager_raises_and_resolves(tmp_path: Path) -> None:
    assert ALERTMANAGER.exists(), "prometheus-alertmanager is not installed: apt-get install prometheus-alertmanager"
    door = Door(tmp_path)
    alert: dict[str, object] = {
        "labels": {"alertname": "LinkDown", "instance": "10.0.0.2:9100", "ifName": "2", "severity": "critical"},
        "annotations": {"summary": "port 2 of SBY-CR1 is down"},
        "startsAt": "2026-03-01T01:02:03.5Z",
    }

    with serving(door.app) as address, alertmanager(tmp_path, address) as url:
        post(url, alert)
        raised = door.inbox.wait(1)
        post(url, {**alert, "endsAt": "2026-03-01T01:09:00Z"})
        cleared = door.inbox.wait(2)

    assert isinstance(raised, Alarm)
    assert isinstance(cleared, Alarm)
    assert (raised.object, raised.alarm_type, raised.state) == ("SBY-CR1/2", "link_down", "raised")
    assert (raised.severity, raised.source, raised.text) == (
        "critical",
        "alertmanager:the source",
        "port 2 of SBY-CR1 is down",
    )
    assert (cleared.object, cleared.alarm_type, cleared.state) == ("SBY-CR1/2", "link_down", "cleared")
    assert cleared.time.isoformat() == "2026-03-01T01:09:00+00:00"
    assert raised.id != cleared.id


@pytest.mark.parametrize("credentials", ["nonsense", "badge-portal"])
def test_a_wrong_token_is_counted_and_nothing_comes_in(tmp_path: Path, credentials: str) -> None:
    door = Door(tmp_path)
    with serving(door.app) as address:
        answer = httpx.post(
            f"{address}/webhooks/alertmanager", json={}, headers={"Authorization": f"Bearer {credentials}"}
        )
    assert answer.status_code in (401, 403)
    assert door.inbox.events == []
    assert door.counted(API_ERRORS, str(answer.status_code), "/webhooks/{name}") == 1
