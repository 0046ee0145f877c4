"""What is small, and was found all the same."""

import asyncio
import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from connectors.channels.file import FileChannel
from streams.settings import Webhook
from tests.contracts.test_channel import clock, message
from tests.integration.command import environment
from tests.integration.house import PATIENCE_S, SIMPUL, living, settings, until
from tests.security.besieged import Besieged


@pytest.mark.parametrize("path", ["/alarms/", "/signin/", "/incidents/IN-000001/", "//evil.example/", "/", "/page/"])
@pytest.mark.parametrize("header", ["Host", "X-Forwarded-Host"])
def test_no_redirect_names_a_strange_host(besieged: Besieged, path: str, header: str) -> None:
    with besieged.live.client() as client:
        answer = client.get(path, headers={header: "evil.example"})
        alone = client.get(path, headers={header: "evil.example", "Authorization": ""})
    for one in (answer, alone):
        assert not one.headers.get("location", "/").startswith(("http", "//")), one.headers
        assert "evil.example" not in one.headers.get("location", "")


def test_nobody_fills_the_labels_of_a_metric_for_all(besieged: Besieged) -> None:
    def asked(address: str, kind: str) -> None:
        with httpx.Client(transport=httpx.HTTPTransport(local_address=address), timeout=PATIENCE_S) as client:
            headers = {"Content-Type": kind, "Authorization": f"Bearer {besieged.live.token}"}
            assert client.post(f"{besieged.live.url}/alarms", headers=headers, content=b"x").status_code == 415

    for number in range(60):
        asked("127.0.0.2", f"text/{'abcdefghij'[number // 10]}{'abcdefghij'[number % 10]}")
    asked("127.0.0.3", "text/of-another")
    with besieged.live.client() as client:
        metrics = client.get("/metrics").text
    reasons = [line for line in metrics.splitlines() if line.startswith("simpul_api_error_reasons_total{")]
    assert sum("content type text/" in line for line in reasons) <= 21
    assert any("content type text/of-another" in line for line in reasons)
    assert any('reason="other"' in line for line in reasons)


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"url": "http://sms.example.net", "secret": "s"}, "plain"),
        ({"url": "https://sms.example.net"}, "unsigned"),
        ({"url": "http://127.0.0.1:9", "unsigned": True}, "plain"),
    ],
)
def test_a_gateway_is_asked_over_tls_and_signed_unless_it_is_said(given: dict[str, object], field: str) -> None:
    with pytest.raises(ValueError, match=f"{field} = true"):
        Webhook.model_validate(given)
    assert Webhook.model_validate({**given, "plain": True, "unsigned": True}).url == given["url"]


def test_messages_that_wait_for_the_disk_are_written_together_and_each_once(tmp_path: Path) -> None:
    async def run() -> None:
        channel = FileChannel(tmp_path / "messages.jsonl", clock)
        await asyncio.gather(*(channel.send(message(n)) for n in range(200)))

    asyncio.run(run())
    lines = (tmp_path / "messages.jsonl").read_text().splitlines()
    assert sorted(json.loads(line)["id"] for line in lines) == sorted(message(n).id for n in range(200))


def test_health_says_of_a_worker_that_lives_that_it_lives(tmp_path: Path) -> None:
    with living(settings(tmp_path)) as live:
        pid = live.running.pids["worker"]
        os.kill(pid, signal.SIGSTOP)
        try:
            said = until("word of it", lambda: live.health()[1]["worker"])
        finally:
            os.kill(pid, signal.SIGCONT)
        assert f"the worker (process {pid}) lives" in said
        assert "started" not in said
        until("health", lambda: live.health()[1]["worker"] is None)


def test_sigterm_ends_the_demo_also_where_the_shell_has_it_ignore_interrupts(tmp_path: Path) -> None:
    """... as a shell without job control does with what it starts in the background."""
    command = [
        "sh",
        "-c",
        "trap '' INT; exec \"$@\"",
        "sh",
        *SIMPUL,
        "demo",
        "--fast",
        "--data",
        str(tmp_path / "data"),
    ]
    env = environment() | {"PYTHONUNBUFFERED": "1"}
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=env) as demo:
        assert demo.stdout is not None
        try:
            begun = demo.stdout.readline()
            assert begun.startswith("An invented operator"), begun + demo.stdout.read()
            demo.send_signal(signal.SIGTERM)
            said = demo.stdout.read()
            assert demo.wait(PATIENCE_S) == 1, said
        finally:
            demo.kill()
    assert "stopped" in said
    assert "broke off" not in said


def test_a_demo_that_is_stopped_while_it_imports_ends_by_its_own_exit_code(tmp_path: Path) -> None:
    """... though code of a text, as a dataclass makes it, was interrupted: Python itself would end by the signal."""
    (tmp_path / "stopped.py").write_text(
        "from streams.cli.demoing import interrupted\n"
        "try:\n    exec('interrupted()')\n"
        "except KeyboardInterrupt:\n    raise SystemExit(1)\n"
    )
    path = environment() | {"PYTHONPATH": f"{tmp_path}:{Path.cwd()}"}
    assert subprocess.run([sys.executable, "-m", "stopped"], env=path, timeout=PATIENCE_S, check=False).returncode == 1
