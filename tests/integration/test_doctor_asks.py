"""`simpul doctor` asks what the service would ask: Prometheus, Zabbix's and LibreNMS' stand-ins, net-snmp's agents."""

import json
import ssl
from collections.abc import Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import pytest

from connectors.polls import alarm_mib, port_names
from streams.bootstrap.snmp.users import add_snmp_user
from streams.settings import Settings
from tests.certificates import Authority
from tests.connectors.polls.peers import alertmanager, blackbox, free_port, prometheus, running, target
from tests.connectors.polls.server import serves
from tests.connectors.polls.snmpd import COMMUNITY, snmpd
from tests.connectors.snmp.usm.station import SEALS, SIGNS
from tests.integration.house import until
from tests.integration.test_doctor import closed_port, found
from tests.streams.small import INVENTORY
from topology.loaders.dump import to_json

DOORS = "[http]\nport = 0\n[snmp]\nport = 0\n"
IF_MIB = ("1.3.6.1.2.1.2.2.1", "1.3.6.1.2.1.31.1.1.1")
ADDRESSES = ("127.0.0.1", "127.0.0.2", "127.0.0.3")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "inventory.json").write_bytes(to_json(INVENTORY))
    return tmp_path


def poll(folder: Path, system: str, url: str, more: str = "") -> dict[str, Any]:
    return found(folder, f'{DOORS}[polls.jkt]\nsystem = "{system}"\nurl = "{url}"\n{more}')["polls.jkt"]


@pytest.mark.parametrize(
    ("names", "state", "words"),
    [
        (("JKT-1", "DPS-1"), "ok", "asks 2 devices of the inventory, 1 alarm active; it is asked every 60 s"),
        (("JKT-1", "olt-baru"), "warning", "no row names olt-baru"),
        (("JKT-1",), "ok", "asks 1 device of the inventory, 0 alarms active"),
    ],
)
def test_a_prometheus_that_answers(folder: Path, names: tuple[str, ...], state: str, words: str) -> None:
    """The first of these is alive."""
    with running(target()) as alive, running(blackbox(folder)) as probes:
        dead = f"127.0.0.1:{closed_port()}"
        targets = {name: alive.address if name == names[0] else dead for name in names}
        with running(prometheus(folder, probes, targets)) as peer:
            one = until(
                words, lambda: seen if words in (seen := poll(folder, "prometheus", peer.url))["what"] else None
            )
    assert one["state"] == state
    assert words in one["what"]
    assert state == "ok" or "docs/polls.md" in one["remedy"]
    assert not (folder / "data").exists(), "it only looks"


def test_an_alertmanager_that_was_just_started_is_no_fault(folder: Path) -> None:
    with running(alertmanager(folder, "route:\n  receiver: nobody\nreceivers:\n  - name: nobody\n")) as peer:
        one = poll(folder, "alertmanager", peer.url)
    assert one["state"] == "warning"
    assert "started a few minutes ago" in one["what"]


def test_a_token_that_may_not_read(folder: Path) -> None:
    def librenms(path: str, headers: dict[str, str], body: bytes) -> tuple[int, Any]:
        del body
        if headers.get("x-auth-token") != "right":
            return 401, {"message": "Unauthenticated."}
        if path == "/api/v0/devices":
            return 200, {"devices": [{"hostname": "10.0.0.3", "status": "1"}, {"hostname": "JKT-1", "status": "1"}]}
        return 200, {"alerts": [], "ports": []}

    with serves(librenms) as server:
        assert poll(folder, "librenms", server.url, 'token = "right"\n')["state"] == "ok"
        one = poll(folder, "librenms", server.url, 'token = "wrong"\n')
    assert (one["state"], one["remedy"]) == ("wrong", "Give polls.jkt a token or password that may read")
    assert "401" in one["what"]


def test_a_zabbix_that_polls_nobody_whom_we_know(folder: Path) -> None:
    def zabbix(path: str, headers: dict[str, str], body: bytes) -> tuple[int, Any]:
        del path, headers
        return 200, {"jsonrpc": "2.0", "result": "7.0.0" if b"apiinfo" in body else [], "id": 1}

    with serves(zabbix) as server:
        one = poll(folder, "zabbix", server.url, 'token = "zt"\n')
    assert one["state"] == "warning"
    assert "polls no device that a row names" in one["what"]


def test_one_that_is_not_there(folder: Path) -> None:
    one = poll(folder, "prometheus", f"http://127.0.0.1:{closed_port()}")
    assert one["state"] == "wrong"
    assert "does not answer" in one["what"]
    assert "polls.jkt.url" in one["remedy"]


def test_a_certificate_that_nobody_here_knows(folder: Path) -> None:
    authority = Authority(folder)
    pair = authority.pair()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pair.certificate, pair.key)

    def answers(path: str, headers: dict[str, str], body: bytes) -> tuple[int, Any]:
        del path, headers, body
        return 200, {"status": "success", "data": {"resultType": "vector", "result": []}}

    with serves(answers, context) as server:
        one = poll(folder, "prometheus", server.url)
        assert one["state"] == "wrong"
        assert "polls.jkt.authorities" in one["remedy"]
        one = poll(folder, "prometheus", server.url, f'authorities = "{authority.file}"\n')
        assert "answers: 0 alarms active" in one["what"]
        one = poll(folder, "prometheus", server.url, 'authorities = "nowhere.pem"\n')
        assert (one["state"], "nowhere.pem cannot be read" in one["what"]) == ("wrong", True)


@pytest.fixture
def on_loopback(folder: Path) -> Path:
    """The three devices of the inventory have their addresses here."""
    text = (folder / "inventory.json").read_text()
    for old, new in zip(("10.0.0.1", "10.0.0.2", "10.0.0.3"), ADDRESSES, strict=True):
        text = text.replace(old, new)
    (folder / "inventory.json").write_text(text)
    return folder


def agent(
    folder: Path, port: int, trees: Sequence[str], rows: list[tuple[str, str, str]], view: str = ""
) -> AbstractContextManager[None]:
    file = folder / "rows.json"
    file.write_text(json.dumps(rows))
    return snmpd(folder, port, trees, file, ("smux", "ifTable", "ifXTable"), view)


PORT_1 = (f"{port_names.DESCR}.1", "string", "GigabitEthernet0/1")


@pytest.mark.parametrize(
    ("given", "state", "words"),
    [
        (f'community = "{COMMUNITY}"', "wrong", "did not answer"),
        (f'community = "{COMMUNITY}"\ndevices = ["127.0.0.1"]', "ok", "1 device asked by a community"),
        ('username = "noc"\ndevices = ["127.0.0.1"]', "ok", "1 device asked by the user noc"),
        (f'community = "{COMMUNITY}"\ndevices = ["127.0.0.0/8"]', "warning", "did not answer"),
        ('community = "nonsense"\ndevices = ["127.0.0.1"]', "wrong", "does not answer"),
        ('username = "siapa"\ndevices = ["127.0.0.1"]', "wrong", "whom no file has"),
        (f'community = "{COMMUNITY}"\ndevices = ["10.9.0.0/16"]', "warning", "no device of the inventory"),
    ],
)
def test_devices_that_are_asked_for_their_ports(on_loopback: Path, given: str, state: str, words: str) -> None:
    """The agent is at 127.0.0.1 alone."""
    folder, port = on_loopback, free_port()
    add_snmp_user(Settings(data=folder / "data"), ("SHA-256", SIGNS), ("AES-128", SEALS), "noc")
    if "devices" not in given:
        given += '\ndevices = ["127.0.0.2", "127.0.0.3"]'
    with agent(folder, port, IF_MIB, [PORT_1]):
        said = found(folder, f"{DOORS}[ports.core]\nport = {port}\n{given}\n")
    one = said.get("ports.core") or said["ports"]
    assert one["state"] == state, one
    assert words in one["what"]
    assert state == "ok" or one["remedy"]


def test_an_agent_whose_view_has_no_ports(on_loopback: Path) -> None:
    folder, port = on_loopback, free_port()
    with agent(folder, port, IF_MIB, [PORT_1], view=".1.3.6.1.2.1.1"):
        given = f'port = {port}\ncommunity = "{COMMUNITY}"\ndevices = ["127.0.0.1"]\n'
        one = found(folder, f"{DOORS}[ports.core]\n{given}")["ports.core"]
    assert one["state"] == "wrong"
    assert "shows nothing of IF-MIB" in one["what"]
    assert "view of ports.core" in one["remedy"]


@pytest.mark.parametrize("has", [True, False])
def test_an_agent_with_and_without_an_alarm_mib(folder: Path, has: bool) -> None:
    port = free_port()
    rows = [(f"{alarm_mib.OVERFLOW}.0", "counter", "0")] if has else []
    with agent(folder, port, [alarm_mib.ALARM], rows):
        one = poll(folder, "snmp", f"snmp://127.0.0.1:{port}", f'token = "{COMMUNITY}"\n')
    assert (one["state"], "shows nothing of ALARM-MIB" in one["what"]) == (("ok", False) if has else ("wrong", True))
