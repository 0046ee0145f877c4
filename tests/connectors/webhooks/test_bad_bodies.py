"""What is no message of theirs is refused with the field and the remedy; what nobody can place is never guessed."""

import json
from typing import Any

import pytest

from connectors.formats.json_rows import Envelope
from connectors.webhooks import alertmanager, generic, grafana, librenms, prtg, tmf642, zabbix
from connectors.webhooks.mapped import FieldMap, Mapped
from correlator.events import Alarm, moment
from correlator.wire import BadInput
from tests.connectors.house import NOW_US

ENVELOPE = Envelope(moment(NOW_US), "nms", 3)
EVENT = {"event": "1", "value": "1", "trigger": "2", "host": "SBY-CR1", "severity": "3", "time": "1772327000"}
RULE = {"state": 1, "rule_id": 7, "hostname": "SBY-CR1", "name": "Port status up/down"}
GROUP = {"version": "1", "groupKey": "", "status": "firing", "receiver": "x", "alerts": []}


@pytest.mark.parametrize(
    ("parse", "body", "field", "reason"),
    [
        (zabbix.parse, {**EVENT, "value": "2"}, "value", "EVENT.VALUE"),
        (zabbix.parse, {**EVENT, "trigger": "{TRIGGER.ID}"}, "trigger", "action be of triggers"),
        (zabbix.parse, {**EVENT, "tags": "x"}, "tags", "expected `array`"),
        (zabbix.parse, {name: EVENT[name] for name in ("event", "value", "trigger")}, "host", "needed"),
        (librenms.parse, {**RULE, "state": 9}, "state", "0 to 5"),
        (librenms.parse, {**RULE, "hostname": " "}, "hostname", "empty"),
        (librenms.parse, {**RULE, "time": "2026-03-01 08:00:00"}, "time", ""),
        (librenms.parse, {**RULE, "faults": [{}] * 4}, "faults", "more than 3"),
        (grafana.parse, {**GROUP, "version": "4"}, "version", "1"),
        (grafana.parse, {"title": "x", "state": "alerting"}, None, "needed"),
        (grafana.parse, {**GROUP, "alerts": [{}] * 4}, "alerts", "at most 3"),
    ],
)
def test_a_whole_body_is_refused(parse: Any, body: dict[str, Any], field: str | None, reason: str) -> None:
    found = parse(json.dumps(body).encode(), ENVELOPE)
    assert isinstance(found, BadInput), found
    assert field is None or found.field == field
    assert reason in found.reason


@pytest.mark.parametrize(
    ("body", "field", "reason"),
    [
        ("sensorid=1&status=Abajo&device=X", "status", "set PRTG to English"),
        (f"sensorid=1&status=Down{' ended (now: (before: ' * 4_000}&device=X", "status", "no state that is known"),
        ("sensorid=&status=Down&device=X", "sensorid", "docs/webhooks.md"),
        ("sensorid=1&status=Down&device=&host=", "device", "docs/webhooks.md"),
        ("status=Down&device=X", "sensorid", "needed"),
        ("&".join(f"f{n}=1" for n in range(200)), None, "fields"),
        ("sensorid=1&status=Down&device=" + "%41" * 34_000, None, "100000 characters"),
        ("%7B" + "%41" * 34_000, None, "100000 characters"),
        ("{", None, "no JSON"),
    ],
)
def test_a_form_is_refused(body: str, field: str | None, reason: str) -> None:
    found = prtg.parse(body.encode(), ENVELOPE)
    assert isinstance(found, BadInput), found
    assert (found.field, reason in found.reason) == (field, True), found


ANY = Mapped(FieldMap("webhooks.any.fields", {"object": "ne", "state": "state"}))


@pytest.mark.parametrize("parse", [alertmanager.parse, generic.parse, grafana.parse, librenms.parse, tmf642.parse])
@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b'{"a":' + b"[" * 20_000, "20000 lists and objects"),
        (b'{"a":[' + b"{},[]," * 10_000 + b"{}]}", "20000 lists and objects"),
        (b"[" + b"1," * 50_001 + b"1]", "50000 values"),
        (b'{"alerts":' + b"[" * 40 + b"]" * 40 + b"}", "deeper than 32 levels"),
        (json.dumps({f"f{n}": n for n in range(1001)}).encode(), "1000 fields in one object"),
    ],
)
def test_a_body_that_holds_too_much_is_refused_by_each_door(parse: Any, body: bytes, reason: str) -> None:
    for one in (parse, zabbix.parse, prtg.parse, ANY):
        if one is prtg.parse and not body.startswith(b"{"):
            continue  # a form
        found = one(body, ENVELOPE)
        assert isinstance(found, BadInput)
        assert reason in found.reason


def test_many_alarms_with_all_that_they_may_name_are_taken() -> None:
    row = {"object": "SBY-CR1", "alarm_type": "device_unreachable", "state": "raised", "parent_alarms": ["a"] * 40}
    many = Envelope(moment(NOW_US), "nms", 1000)
    for body in (json.dumps([row] * 1000), "\n".join([json.dumps(row)] * 1000)):
        rows = generic.parse(body.encode(), many)
        assert isinstance(rows, list)
        assert [type(one) for one in rows] == [Alarm] * 1000


def test_lines_without_end_are_refused() -> None:
    found = generic.parse(b"{}" + b"\n" * 50_001 + b"{}", ENVELOPE)
    assert isinstance(found, BadInput)
    assert "50000 lines" in found.reason


def test_a_wrong_alert_of_grafana_leaves_the_others() -> None:
    good = {"status": "firing", "labels": {"instance": "a"}, "annotations": {}, "fingerprint": "f"}
    good |= {"startsAt": "2026-03-01T01:00:00Z", "endsAt": "0001-01-01T00:00:00Z"}
    rows = grafana.parse(json.dumps({**GROUP, "alerts": [{**good, "status": "?"}, good]}).encode(), ENVELOPE)
    assert isinstance(rows, list)
    assert isinstance(rows[0], BadInput)
    assert rows[0].field == "alerts[0].status"
    assert isinstance(rows[1], Alarm)


def zabbix_alarm(**more: Any) -> Alarm:
    [row] = zabbix.parse(json.dumps({**EVENT, **more}).encode(), ENVELOPE)  # type: ignore[misc]  # it is a list
    assert isinstance(row, Alarm), row
    return row


def test_a_link_that_nobody_names_is_no_evidence() -> None:
    """Which port of the device is down? A trigger without the tag does not say."""
    alarm = zabbix_alarm(item="net.if.status[ifOperStatus.2]")
    assert (alarm.object, alarm.alarm_type) == ("SBY-CR1", "other")


def test_tags_say_what_the_tables_do_not_know() -> None:
    tags = [{"tag": "alarm_type", "value": "fiber_break"}, {"tag": "object", "value": "S-2"}]
    alarm = zabbix_alarm(tags=tags, item="custom.key")
    assert (alarm.object, alarm.alarm_type) == ("S-2", "fiber_break")


@pytest.mark.parametrize(("number", "severity"), list(enumerate(zabbix.SEVERITIES)))
def test_severities_of_zabbix_in_the_words_of_x733(number: int, severity: str) -> None:
    assert zabbix_alarm(severity=str(number)).severity == severity


@pytest.mark.parametrize("time", ["", "soon", "99999999999999", "0"])
def test_a_time_that_is_none_is_that_of_receipt(time: str) -> None:
    assert zabbix_alarm(time=time).time == moment(NOW_US)


@pytest.mark.parametrize(
    ("status", "states"),
    [
        ("Down", ["raised"]),
        ("Down ESCALATION", ["raised"]),
        ("Down (before: Warning)", ["raised"]),
        ("Down (Partial)", ["raised"]),
        ("Unusual", ["raised"]),
        ("Warning ended (now: Down)", ["cleared"]),
        ("Down ended", ["cleared"]),
        ("Up", ["cleared"] * 4),
        ("Paused  (paused by parent)", []),
        ("Unknown", []),
        ("Unknown ended (now: Up)", []),
    ],
)
def test_states_of_prtg(status: str, states: list[str]) -> None:
    body = f"sensorid=1&status={status.replace(' ', '+')}&device=SBY-CR1"
    rows = prtg.parse(body.encode(), ENVELOPE)
    assert isinstance(rows, list), rows
    assert [row.state for row in rows if isinstance(row, Alarm)] == states
