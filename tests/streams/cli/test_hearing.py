"""`simpul sources` of a real server, and `simpul webhook test` of a body in a file."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from tests.connectors.api.doorway import Door
from tests.connectors.serving import serving
from tests.streams.cli.everything import app

ROOT = Path(__file__).parents[3]
KOTA = ROOT / "tests/scenarios/networks/kota.json"
PAGE = (ROOT / "docs/webhooks.md").read_text()
ALARM = {"object": "SBY-CR1", "alarm_type": "device_unreachable", "severity": "major", "state": "raised"}
EVENT = {"event": "1", "value": "1", "trigger": "2", "host": "CORE-A", "severity": "4", "item": "icmpping"}


@pytest.fixture
def door(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Door, str]]:
    monkeypatch.chdir(tmp_path)
    door = Door(tmp_path / "page")
    with serving(door.app) as url:
        yield door, url


def say(*words: str | Path) -> Result:
    return CliRunner(env={"COLUMNS": "200", "SIMPUL_TOKEN": ""}).invoke(app, list(map(str, words)))


def test_sources_says_who_speaks_and_what_to_do(door: tuple[Door, str]) -> None:
    its, url = door
    asked = ("sources", "--url", url, "--token", "badge-noc_operator")
    assert say(*asked).output.startswith("Nobody has spoken")
    its.ask("POST", "/webhooks/generic", "source", json=[ALARM, {**ALARM, "object": "[web]-9"}])
    told = say(*asked).output
    assert re.search(r"(?m)^generic +the source +2026-03-01 .*\(0 s ago\) +2 +2\.0 +0 +1$", told), told
    assert "generic the source: Give the inventory [web]-9" in told
    assert "no row of the inventory names [web]-9 (as name, 1 times)" in told
    found = json.loads(say(*asked, "--json").output)
    assert [one["source"] for one in found["sources"]] == ["the source"]


def test_a_body_is_shown_as_what_it_would_become(tmp_path: Path) -> None:
    body = tmp_path / "body.json"
    body.write_text(json.dumps(EVENT))
    done = say("webhook", "test", "zabbix", body, "--inventory", KOTA)
    assert (done.exit_code, done.output) == (0, "row 0: CORE-A device_unreachable raised major trigger 2\n")
    body.write_text(json.dumps({**EVENT, "host": "web-9"}))
    done = say("webhook", "test", "zabbix", body, "--inventory", KOTA)
    assert done.exit_code == 1
    assert "the inventory has no such object" in done.output
    body.write_text(json.dumps({**EVENT, "value": "7"}))
    done = say("webhook", "test", "zabbix", body, "--inventory", KOTA, "--json")
    assert done.exit_code == 1
    assert json.loads(done.output)["field"] == "value"
    assert say("webhook", "test", "nagios", body).exit_code == 2
    assert say("webhook", "test", "zabbix", tmp_path / "none.json").exit_code == 2


def test_the_mapping_that_the_page_shows_does_what_it_says(tmp_path: Path) -> None:
    [shown] = re.findall(r"```\n(\[webhooks\.nce\].*?)```", PAGE, re.DOTALL)
    config, body = tmp_path / "simpul.toml", tmp_path / "body.json"
    config.write_text(shown)
    row = {"neName": "CORE-A", "port": "east", "clearedType": "active", "probableCause": "LOS", "sev": 1, "serial": 5}
    row |= {"raisedAt": "2026-03-01T08:03:20+07:00", "id": "x-5", "detail": "no light"}
    body.write_text(json.dumps({"alarms": [row, {**row, "probableCause": "FAN"}]}))
    done = say("webhook", "test", "nce", body, "--inventory", KOTA, "--config", config)
    lines = done.output.splitlines()
    assert lines[0] == "row 0: CORE-A/east loss_of_signal raised critical 5 (no light)"
    assert "webhooks.nce.fields.alarm_type: nothing says what 'FAN' is" in lines[1]
    assert done.exit_code == 1


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ('format = "mapped"', "fields go with format"),
        ('format = "zabbix"\nsecret = "short"', "webhooks.nce.secret"),
        ('format = "nagios"', "webhooks.nce.format"),
        (
            'format = "mapped"\n[webhooks.nce.fields]\nobject = "a.."\nstate = "b"\nqualifier = "c"',
            "webhooks.nce.fields.object: 'a..' is no JMESPath",
        ),
        (
            'format = "mapped"\n[webhooks.nce.fields]\nobject = "nofunction(a)"\nstate = "b"',
            "give alarm_type, qualifier or both",
        ),
        (
            'format = "mapped"\n[webhooks.nce.fields]\nobject = "a"\nstate = "b"\nqualifier="c"\ncleared=["raised"]',
            "'raised' is in raised and in cleared",
        ),
    ],
)
def test_a_wrong_setting_is_named_with_its_remedy(tmp_path: Path, settings: str, said: str) -> None:
    config = tmp_path / "simpul.toml"
    config.write_text(f"[webhooks.nce]\n{settings}\n")
    done = say("webhook", "test", "zabbix", KOTA, "--config", config)
    assert done.exit_code == 2
    assert said in done.output


@pytest.mark.parametrize(("name", "said"), [("a b", "is no name"), ("zabbix", "Give it another name")])
def test_a_name_that_is_no_address_is_named(tmp_path: Path, name: str, said: str) -> None:
    config = tmp_path / "simpul.toml"
    config.write_text(f'[webhooks."{name}"]\nformat = "generic"\n')
    done = say("webhook", "test", "generic", KOTA, "--config", config)
    assert done.exit_code == 2
    assert said in done.output
