"""The power goes at the moment of an answer: what the service acknowledged is there when it starts again."""

import os
import shutil
import signal
import socket
import subprocess
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest

from connectors.access.tokens import Tokens
from connectors.journal.sqlite import SqliteJournal
from correlator.events import Complaint, Event
from streams import bootstrap
from streams.settings import load
from tests.integration.command import children, port_of, service, write
from tests.integration.house import LINK_DOWN, PATIENCE_S, TRAP_ADDRESS, alive, until
from tests.power.disk import COMPILER, Disk
from tests.streams.small import INVENTORY
from topology.loaders.dump import to_json

pytestmark = [
    pytest.mark.skipif(COMPILER is None, reason="needs a C compiler: apt install gcc"),
    pytest.mark.skipif(shutil.which("snmpinform") is None, reason="needs net-snmp: apt install snmp"),
]

COMPLAINT = {"id": "c-1", "channel": "phone", "customer": "CU-1", "text": "internet mati total"}
ALARM = {"id": "a-1", "source": "poller", "object": "DPS-1", "alarm_type": "device_unreachable", "state": "raised"}
COMMAND = {"id": "o-1", "action": "note", "target": "IN-000001", "reason": "the night shift has it"}


def door(run: subprocess.Popen[str], config: Path) -> httpx.Client:
    """With a token of its own: the one of before may be gone with the power."""
    with bootstrap.tokens(load(config)) as tokens:
        bearer = token_of(tokens)
    return httpx.Client(
        base_url=f"http://127.0.0.1:{port_of(run)}",
        headers={"Authorization": f"Bearer {bearer}"},
        timeout=PATIENCE_S,
        trust_env=False,
    )


def token_of(tokens: Tokens) -> str:
    return tokens.issue(f"drill-{len(tokens.listed())}", "administrator")


def posted(path: str, body: dict[str, str]) -> Callable[[subprocess.Popen[str], Path], None]:
    def post(run: subprocess.Popen[str], config: Path) -> None:
        with door(run, config) as client:
            answer = client.post(path, json=body)
            off(config)
            assert answer.is_success, answer.text

    return post


def informed(_: subprocess.Popen[str], config: Path) -> None:
    """Acknowledged (RFC 3416, 4.2.7): snmpinform ends well only then."""
    varbinds = ["1.3.6.1.2.1.2.2.1.1.2", "i", "2", "1.3.6.1.2.1.31.1.1.1.1.2", "s", "2", TRAP_ADDRESS, "a", "10.0.0.2"]
    port = load(config).snmp.port
    told = ["snmpinform", "-v", "2c", "-c", "public", "-r", "0", "-t", "60", f"127.0.0.1:{port}", "", LINK_DOWN]
    subprocess.run([*told, *varbinds], check=True)
    off(config)


def off(config: Path) -> None:
    Disk(config.parent).power_off()


def killed(run: subprocess.Popen[str]) -> None:
    """All at once: nobody writes a farewell."""
    pids = [run.pid, *children(run.pid)]
    os.kill(run.pid, signal.SIGSTOP)  # it shall start nobody again
    for pid in reversed(pids):
        os.kill(pid, signal.SIGKILL)
    run.wait()
    until("end of all", lambda: not any(map(alive, pids)))


def journal(config: Path) -> list[Event]:
    given = load(config)
    read = SqliteJournal(given.data / "journal.db", readonly=True)
    try:
        return [event for _, frame in read.read(given.domain, 0, 10_000) for event in frame.events]
    finally:
        read.close()


ACKNOWLEDGED = {
    "a complaint": (posted("/complaints", COMPLAINT), lambda event: getattr(event, "id", None) == "c-1"),
    "an alarm": (posted("/alarms", ALARM), lambda event: getattr(event, "id", None) == "a-1"),
    "a command": (posted("/commands", COMMAND), lambda event: getattr(event, "id", None) == "o-1"),
    "an inform": (informed, lambda event: getattr(event, "object", None) == "SBY-1/2"),
}


@pytest.mark.parametrize("name", ACKNOWLEDGED)
def test_what_was_acknowledged_is_there(name: str, tmp_path: Path) -> None:
    act, is_it = ACKNOWLEDGED[name]
    (tmp_path / "inventory.json").write_bytes(to_json(INVENTORY))
    config, disk = write(tmp_path, snmp=free_port()), Disk(tmp_path)
    disk.data.mkdir(mode=0o700)
    with service(config, **disk.environment()) as run:
        act(run, config)
        killed(run)
    disk.power_on()
    assert [event for event in journal(config) if is_it(event)] != []
    if name == "a complaint":
        known_again(config)


def known_again(config: Path) -> None:
    """The service starts on what is left; its number is answered again, and the next one is another."""
    [number] = [event.number for event in journal(config) if isinstance(event, Complaint)]
    with service(config) as run, door(run, config) as client:
        again = client.post("/complaints", json=COMPLAINT).json()
        assert (again["number"], again["repeated"]) == (number, True)
        assert client.post("/complaints", json=COMPLAINT | {"id": "c-2"}).json()["number"] != number
        assert client.get("/healthz").status_code == 200
        killed(run)


def free_port() -> int:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
        return port
