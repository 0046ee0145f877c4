"""`simpul doctor` on machines where something is wrong: it names the part, and what to do."""

import json
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from correlator.events import moment
from streams import bootstrap, clock
from tests.certificates import Authority, Pair
from tests.connectors.rota.house import ROTA, written
from tests.integration.house import living, settings
from tests.streams.cli.everything import app
from tests.streams.small import INVENTORY
from topology.loaders.dump import to_json


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "inventory.json").write_bytes(to_json(INVENTORY))
    return tmp_path


def doctor(folder: Path, text: str = "", *words: str) -> Result:
    """`text`: what the settings say beside the usual."""
    usual = f'data = "{folder / "data"}"\ninventory = "{folder / "inventory.json"}"\n'
    if "port = " not in text:
        text += "\n[http]\nport = 0\n[snmp]\nport = 0\n"
    (folder / "simpul.toml").write_text(usual + text)
    return CliRunner(env={"COLUMNS": "200"}).invoke(app, ["doctor", "--config", str(folder / "simpul.toml"), *words])


def found(folder: Path, text: str = "") -> dict[str, dict[str, Any]]:
    """Findings by part, the worst of each."""
    result = doctor(folder, text, "--json")
    report = json.loads(result.stdout)
    assert result.exit_code == (0 if report["good"] else 1)
    order = ("ok", "warning", "wrong")
    return {one["part"]: one for one in sorted(report["findings"], key=lambda one: order.index(one["state"]))}


@contextmanager
def listening(kind: socket.SocketKind) -> Iterator[int]:
    with socket.socket(socket.AF_INET, kind) as door:
        door.bind(("127.0.0.1", 0))
        if kind == socket.SOCK_STREAM:
            door.listen()
        yield door.getsockname()[1]


def closed_port() -> int:
    with listening(socket.SOCK_STREAM) as port:
        return port


def test_a_machine_that_is_ready(folder: Path) -> None:
    result = doctor(folder)
    assert result.exit_code == 0, result.stdout
    assert "0 wrong" in result.stdout
    said = found(folder)
    assert {one["state"] for one in said.values()} <= {"ok", "warning"}
    assert {"data", "http.port", "snmp.port", "snmp.buffer_bytes", "clock", "inventory", "policy"} <= said.keys()
    assert "3 devices" in said["inventory"]["what"]
    assert "2 customers" in said["inventory"]["what"]
    assert not (folder / "data").exists(), "it only looks"


@pytest.mark.parametrize(("kind", "part"), [(socket.SOCK_STREAM, "http"), (socket.SOCK_DGRAM, "snmp")])
def test_a_port_that_is_taken_and_by_whom(folder: Path, kind: socket.SocketKind, part: str) -> None:
    with listening(kind) as port:
        other = "snmp" if part == "http" else "http"
        one = found(folder, f"[{part}]\nport = {port}\n[{other}]\nport = 0\n")[f"{part}.port"]
    assert one["state"] == "wrong"
    assert f"port {port}" in one["what"]
    assert f"process {os.getpid()} " in one["what"]
    assert f"{part}.port" in one["remedy"]


def test_beside_the_running_service_its_own_ports_are_well(folder: Path) -> None:
    with living(settings(folder)) as live:
        assert live.running.snmp is not None
        ports = f"[http]\nport = {live.running.http[1]}\n[snmp]\nport = {live.running.snmp[1]}\n"
        said = found(folder, ports)
    for part in ("http.port", "snmp.port"):
        assert said[part]["state"] == "ok"
        assert "running service" in said[part]["what"]
    assert "a service works on it" in said["data"]["what"]
    assert said["data, rights"]["state"] == "ok"
    assert said["data, owner"]["state"] == "ok"
    assert "the last record is of" in said["clock, journal"]["what"]


def test_settings_that_cannot_be_used(folder: Path) -> None:
    said = found(folder, "[http]\nport = 99999\nbatch = 0\n")
    assert list(said) == ["settings"]
    assert "http.port" in said["settings"]["what"]
    assert "http.batch" in said["settings"]["what"]


@pytest.mark.parametrize(
    ("text", "part", "words"),
    [
        ('policy = "nowhere.toml"', "policy", "nowhere.toml"),
        ('[channels.routes]\nemail = ["smtp"]', "channels", "which is not set up"),
        ('[channels.smtp]\nhost = "127.0.0.1"\nport = {closed}', "channels.smtp", "does not answer"),
        ('[channels.smtp]\nhost = "mail..example"', "channels.smtp", "does not answer"),
        (
            '[channels.webhook]\nurl = "http://127.0.0.1:{closed}/"\nplain = true\nunsigned = true',
            "channels.webhook",
            "does not answer",
        ),
        ('[channels.webhook]\nurl = "gateway"\nunsigned = true', "settings", "channels.webhook.url"),
        (
            '[channels.webhook]\nurl = "http://:80/"\nplain = true\nunsigned = true',
            "channels.webhook",
            "is no address",
        ),
    ],
)
def test_what_is_given_and_wrong(folder: Path, text: str, part: str, words: str) -> None:
    doors = "\n[http]\nport = 0\n[snmp]\nport = 0\n"
    one = found(folder, text.replace("{closed}", str(closed_port())) + doors)[part]
    assert one["state"] == "wrong"
    assert words in one["what"]
    assert one["remedy"]


MAIL = '[channels.smtp]\nhost = "127.0.0.1"\nport = {closed}\n[channels.routes]\n'
FROM_PHONE = 'email = ["smtp"]\nphone = ["smtp"]\n'


@pytest.mark.parametrize(
    ("routes", "words"),
    [
        ('email = ["smtp"]\n', "staff, phone, portal, walk_in"),
        (FROM_PHONE + 'staff = ["smtp"]\n', "portal, walk_in"),
        (FROM_PHONE + 'staff = ["smtp"]\nportal = []\nwalk_in = ["file"]\n', "portal"),
        (FROM_PHONE + 'staff = ["smtp"]\nportal = ["smtp", "file"]\nwalk_in = ["file"]\n', None),
    ],
)
def test_words_without_a_way_to_anybody(folder: Path, routes: str, words: str | None) -> None:
    doors = "\n[http]\nport = 0\n[snmp]\nport = 0\n"
    one = found(folder, MAIL.replace("{closed}", str(closed_port())) + routes + doors).get("channels.routes")
    if words is None:
        assert one is None
        return
    assert one is not None
    assert one["state"] == "warning"
    assert f"no route is for {words}: " in one["what"]
    assert '["smtp"]' in one["remedy"]


def test_without_any_channel_one_warning_is_enough(folder: Path) -> None:
    assert "channels.routes" not in found(folder)


SHARED = """
policy = "{folder}/policy.toml"
domain = "nasional"
[kafka]
servers = "127.0.0.1:1"
domains = ["timur", "nasional"]
[database]
url = "postgresql://127.0.0.1:1/simpul"
[http]
port = 0
[snmp]
port = 0
"""


@pytest.mark.parametrize(
    ("names", "state", "words"),
    [
        ('["nasional", "timur"]', "ok", "nasional, timur; 1 region is"),
        ('["nasional", "timur", "barat"]', "wrong", "the policy nasional, timur, barat"),
    ],
)
def test_settings_and_policy_name_the_same_domains(folder: Path, names: str, state: str, words: str) -> None:
    (folder / "policy.toml").write_text(f'[domains]\nnames = {names}\nregions = {{Bali = "timur"}}\n')
    one = found(folder, SHARED.format(folder=folder))["domains"]
    assert one["state"] == state
    assert words in one["what"]


def test_a_policy_that_names_no_holiday_of_the_year(folder: Path) -> None:
    assert found(folder)["policy, holidays"]["state"] == "ok", "the service knows them"
    (folder / "policy.toml").write_text("[care]\nholidays = []\n")
    one = found(folder, f'policy = "{folder}/policy.toml"\n')["policy, holidays"]
    assert one["state"] == "warning"
    assert "simpul holidays" in one["remedy"]
    year = f"{moment(clock.wall_us()):%Y}"
    (folder / "policy.toml").write_text(f'[care]\nholidays = []\nmore_holidays = ["{year}-01-01"]\n')
    assert found(folder, f'policy = "{folder}/policy.toml"\n')["policy, holidays"]["state"] == "ok"


def test_a_collector_that_is_away_stops_nothing(folder: Path) -> None:
    text = '[traces]\nendpoint = "http://127.0.0.1:{port}/v1/traces"\n[http]\nport = 0\n[snmp]\nport = 0\n'
    one = found(folder, text.replace("{port}", str(closed_port())))["traces"]
    assert one["state"] == "warning"
    assert "does not answer" in one["what"]
    with listening(socket.SOCK_STREAM) as port:
        assert found(folder, text.replace("{port}", str(port)))["traces"]["state"] == "ok"


@pytest.mark.parametrize(
    ("rota", "state", "words"),
    [
        (ROTA, "ok", "3 persons"),
        ("", "warning", "nobody is on duty"),
        (ROTA.replace('"mon", "tue"', '"senin"'), "wrong", "shifts[0].days[0]"),
    ],
)
def test_who_is_called_at_night(folder: Path, rota: str, state: str, words: str) -> None:
    one = found(folder, f'rota = "{written(folder, rota)}"\n')["rota"]
    assert one["state"] == state
    assert words in one["what"]
    assert state == "ok" or one["remedy"]


def test_a_bad_inventory_is_told_every_fault(folder: Path) -> None:
    text = (folder / "inventory.json").read_text()
    (folder / "inventory.json").write_text(text.replace('"site":"DPS"', '"site":"XXX"'))
    one = found(folder)["inventory"]
    assert one["state"] == "wrong"
    assert "1 fault" in one["what"]
    assert "XXX" in one["what"]


def test_a_data_folder_that_others_may_read(folder: Path) -> None:
    (folder / "data").mkdir(mode=0o755)
    one = found(folder)["data, rights"]
    assert one["state"] == "warning"
    assert "chmod 700" in one["remedy"]


def doors(pair: Pair, more: str = "") -> str:
    return f'[http]\nport = 0\ncertificate = "{pair.certificate}"\nkey = "{pair.key}"\n{more}[snmp]\nport = 0\n'


def test_a_certificate_that_is_good(folder: Path) -> None:
    said = found(folder, doors(Authority(folder).pair(days=90)))
    assert {said[part]["state"] for part in ("http.certificate", "http.key")} == {"ok"}
    assert "for localhost, 127.0.0.1, good until" in said["http.certificate"]["what"]


@pytest.mark.parametrize(
    ("days", "names", "state", "words"),
    [
        (-1, ("localhost",), "wrong", "it has run out"),
        (5, ("localhost",), "warning", "days are left"),
        (90, (), "warning", "for no name"),
    ],
)
def test_a_certificate_that_is_not(folder: Path, days: float, names: tuple[str, ...], state: str, words: str) -> None:
    one = found(folder, doors(Authority(folder).pair(days=days, names=names)))["http.certificate"]
    assert one["state"] == state
    assert words in one["what"]
    assert one["remedy"]


def test_a_key_that_others_may_read_or_that_is_another_certificates(folder: Path) -> None:
    pair = Authority(folder).pair(days=90)
    pair.key.chmod(0o644)
    one = found(folder, doors(pair))["http.key"]
    assert (one["state"], one["remedy"]) == ("warning", f"chmod 600 {pair.key}")
    pair.key.write_bytes(Authority(folder).pair("other").key.read_bytes())
    assert found(folder, doors(pair))["http.certificate"]["state"] == "wrong"
    pair.key.unlink()
    assert found(folder, doors(pair))["http.key"]["state"] == "wrong"


def test_doors_in_clear_and_proxies(folder: Path) -> None:
    beyond = '[http]\nport = 0\nhost = "0.0.0.0"\n'
    snmp = "[snmp]\nport = 0\n"
    assert found(folder)["http.certificate"]["what"] == "none: the door is for this machine only"
    assert "plain = true" in found(folder, beyond + snmp)["settings"]["what"]
    assert found(folder, f"{beyond}plain = true\n{snmp}")["http.certificate"]["state"] == "warning"
    behind = found(folder, f'{beyond}proxies = ["10.1.0.0/16"]\n{snmp}')
    assert (behind["http.certificate"]["state"], behind["http.proxies"]["state"]) == ("ok", "ok")
    assert found(folder, f'{beyond}proxies = ["0.0.0.0/0"]\n{snmp}')["http.proxies"]["state"] == "wrong"


def test_tokens_that_run_out(folder: Path) -> None:
    with living(settings(folder)) as live:
        assert found(folder)["tokens"]["what"] == "1 are good"
        for name, days in (("ems-1", 5), ("ems-2", 90)):
            with bootstrap.tokens(live.settings) as kept:
                kept.issue(name, "source", moment(clock.wall_us()) + timedelta(days=days))
        one = found(folder)["tokens"]
    assert one["state"] == "warning"
    assert "ems-1 on 2" in one["what"]
    assert "ems-2" not in one["what"]


def test_a_clock_behind_what_was_recorded(folder: Path) -> None:
    (folder / "data").mkdir(mode=0o700)
    (folder / "data" / "journal.db").touch()
    later_s = (folder / "data" / "journal.db").stat().st_mtime + 3600
    os.utime(folder / "data" / "journal.db", (later_s, later_s))
    one = found(folder)["clock, journal"]
    assert one["state"] == "wrong"
    assert "ahead of this clock" in one["what"]


def test_it_leaves_nothing_behind(folder: Path) -> None:
    with living(settings(folder)):
        pass
    before = sorted(path.name for path in (folder / "data").iterdir())
    assert doctor(folder).exit_code == 0
    assert sorted(path.name for path in (folder / "data").iterdir()) == before


def test_a_file_in_the_place_of_the_data_folder(folder: Path) -> None:
    (folder / "data").write_text("")
    one = found(folder)["data"]
    assert one["state"] == "wrong"
    assert "is a file" in one["what"]
