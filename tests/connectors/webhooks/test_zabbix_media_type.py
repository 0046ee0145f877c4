"""The media type in `deploy/zabbix/`: its script posts what our parser reads.

A real engine runs it (node); Zabbix's own objects are faked."""

import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from connectors.access.signatures import Signer
from connectors.formats.json_rows import Envelope
from connectors.webhooks import zabbix
from correlator.events import Alarm, moment
from tests.connectors.house import NOW_US

FILE = Path(__file__).parents[3] / "deploy/zabbix/media_simpul.yaml"
[MEDIA] = YAML(typ="safe").load(FILE.read_text())["zabbix_export"]["media_types"]
# Zabbix hands a script the parameters as `value`, and has these objects (Duktape); node has none of them
AROUND = """
const crypto = require('crypto'), posted = {headers: [], body: null, url: null};
const Zabbix = {log: () => {}};
const hmac = (kind, key, text) => crypto.createHmac(kind, key).update(text).digest('hex');
class HttpRequest {
    addHeader(line) { posted.headers.push(line); }
    post(url, body) { posted.url = url; posted.body = body; return '{}'; }
    getStatus() { return STATUS; }
}
const run = new Function('value', 'HttpRequest', 'Zabbix', 'hmac', SCRIPT);
try { posted.returned = run(VALUE, HttpRequest, Zabbix, hmac); } catch (error) { posted.thrown = String(error); }
console.log(JSON.stringify(posted));
"""
MACROS = {
    "{EVENT.SOURCE}": "0",
    "{EVENT.ID}": "41207",
    "{EVENT.VALUE}": "1",
    "{EVENT.NAME}": 'Interface "2": Link down',
    "{EVENT.NSEVERITY}": "4",
    "{EVENT.TAGSJSON}": '[{"tag":"interface","value":"2"}]',
    "{EVENT.TIMESTAMP}": "1772327000",
    "{EVENT.UPDATE.STATUS}": "0",
    "{EVENT.UPDATE.ACTION}": "",
    "{TRIGGER.ID}": "16421",
    "{HOST.HOST}": "SBY-CR1",
    "{HOST.NAME}": "Surabaya core",
    "{HOST.IP}": "10.0.0.2",
    "{ITEM.KEY1}": "net.if.status[ifOperStatus.2]",
}


def ran(given: dict[str, str] | None = None, status: int = 202, **macros: str) -> dict[str, Any]:
    """What the script did. `given`: values of its own parameters; `macros`: by their names without dots."""
    node = shutil.which("node")
    assert node is not None, "node is not installed: apt-get install nodejs"
    known = {**MACROS, **{"{" + name.replace("_", ".") + "}": value for name, value in macros.items()}}
    values = {one["name"]: known.get(one["value"], one["value"]) for one in MEDIA["parameters"]} | (given or {})
    script = (
        f"const STATUS = {status}, SCRIPT = {json.dumps(MEDIA['script'])}, VALUE = {json.dumps(json.dumps(values))};"
    )
    done = subprocess.run(
        [node, "-e", script + AROUND],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
        env={"TZ": "Asia/Jakarta"},
    )
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def read(posted: dict[str, Any]) -> Alarm:
    [row] = zabbix.parse(posted["body"].encode(), Envelope(moment(NOW_US), "zbx"))  # type: ignore[misc]  # it is a list
    assert isinstance(row, Alarm), row
    return row


def test_a_problem_is_posted_with_the_token() -> None:
    posted = ran({"token": "simpul_ab_cd", "url": "https://noc.example.net/webhooks/zabbix"})
    assert posted["returned"] == "OK"
    assert posted["url"] == "https://noc.example.net/webhooks/zabbix"
    assert "Authorization: Bearer simpul_ab_cd" in posted["headers"]
    assert "Content-Type: application/json" in posted["headers"]
    alarm = read(posted)
    assert (alarm.object, alarm.alarm_type, alarm.state, alarm.severity) == (
        "SBY-CR1/2",
        "link_down",
        "raised",
        "major",
    )
    assert alarm.time.isoformat() == "2026-03-01T01:03:20+00:00"


def test_a_recovery_is_of_the_same_alarm_at_its_own_time() -> None:
    raised, cleared = read(ran()), read(ran(EVENT_VALUE="0", EVENT_RECOVERY_TIMESTAMP="1772327300"))
    assert (raised.object, raised.qualifier) == (cleared.object, cleared.qualifier)
    assert (cleared.state, cleared.time.isoformat()) == ("cleared", "2026-03-01T01:08:20+00:00")


def test_before_zabbix_7_the_time_is_the_clock_of_its_server() -> None:
    """A macro that this Zabbix does not know is left as it is."""
    posted = ran(EVENT_TIMESTAMP="{EVENT.TIMESTAMP}", EVENT_DATE="2026.03.01", EVENT_TIME="08:03:20")
    assert read(posted).time.isoformat() == "2026-03-01T01:03:20+00:00"


def test_an_acknowledgement_posts_nothing_and_a_change_of_severity_does() -> None:
    acknowledged = ran(EVENT_UPDATE_STATUS="1", EVENT_UPDATE_ACTION="acknowledged")
    assert acknowledged["body"] is None
    assert "nothing to tell" in acknowledged["returned"]
    changed = ran(
        EVENT_UPDATE_STATUS="1", EVENT_UPDATE_ACTION="changed severity from High to Disaster", EVENT_NSEVERITY="5"
    )
    assert (read(changed).severity, read(changed).state) == ("critical", "raised")


def test_with_a_secret_the_body_is_signed_and_no_token_is_sent() -> None:
    posted = ran({"secret": "0123456789abcdef", "token": "simpul_ab_cd"})
    headers = dict(line.split(": ", 1) for line in posted["headers"])
    assert "Authorization" not in headers
    at_us = int(headers["X-Simpul-Signature"].split(",")[0].removeprefix("t=")) * 1_000_000
    signer = Signer("zbx", "0123456789abcdef")
    assert signer.fault(headers, posted["body"].encode(), at_us) is None
    assert signer.fault(headers, posted["body"].encode() + b" ", at_us) == "the signature is wrong"


@pytest.mark.parametrize("status", [401, 422, 503])
def test_what_is_refused_fails_so_that_zabbix_tries_again_and_shows_it(status: int) -> None:
    assert f"HTTP {status}" in ran(status=status)["thrown"]


def test_events_of_others_than_triggers_fail() -> None:
    assert "triggers" in ran(EVENT_SOURCE="1")["thrown"]


def test_the_export_is_one_that_zabbix_imports() -> None:
    """Fields and values of Zabbix's own exports of version 6.0, which later versions import."""
    assert (MEDIA["type"], MEDIA["name"]) == ("WEBHOOK", "Simpul")
    assert {one["operation_mode"] for one in MEDIA["message_templates"]} == {"PROBLEM", "RECOVERY", "UPDATE"}
    names = [one["name"] for one in MEDIA["parameters"]]
    assert len(names) == len(set(names))
    assert "=>" not in MEDIA["script"]  # Duktape reads ECMAScript 5
    assert not re.search(r"(?m)^\s*(const|let) |`", MEDIA["script"])
