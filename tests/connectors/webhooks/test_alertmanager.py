"""Alertmanager's webhook, version 4: what an alert is about, and what it says."""

from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest

from connectors.formats.json_rows import Envelope
from connectors.webhooks import alertmanager
from connectors.webhooks.alertmanager import Mapped
from correlator.events import Alarm
from correlator.wire import BadInput

NOW = datetime(2026, 3, 1, 1, 10, 0, tzinfo=UTC)
ENVELOPE = Envelope(received=NOW, sender="prom")


def alert(labels: dict[str, str], **more: Any) -> dict[str, Any]:
    return {
        "status": "firing",
        "labels": labels,
        "annotations": {},
        "startsAt": "2026-03-01T01:02:03.123456789Z",
        "endsAt": "0001-01-01T00:00:00Z",
        "generatorURL": "http://prometheus.example:9090/graph",
        "fingerprint": "c0ffee0123456789",
        **more,
    }


def payload(*alerts: dict[str, Any], **more: Any) -> bytes:
    """The shape that Alertmanager's documentation gives."""
    return msgspec.json.encode(
        {
            "version": "4",
            "groupKey": '{}:{alertname="InstanceDown"}',
            "truncatedAlerts": 0,
            "status": "firing",
            "receiver": "simpul",
            "groupLabels": {},
            "commonLabels": {},
            "commonAnnotations": {},
            "externalURL": "http://alertmanager.example:9093",
            "alerts": list(alerts),
            **more,
        }
    )


def one(labels: dict[str, str], **more: Any) -> Alarm:
    found = alertmanager.parse(payload(alert(labels, **more)), ENVELOPE)
    assert isinstance(found, list), found
    return found[0]


def test_a_firing_alert_is_a_raise() -> None:
    alarm = one(
        {"alertname": "InstanceDown", "instance": "10.0.0.1:9100", "severity": "critical"},
        annotations={"summary": "10.0.0.1 is down", "description": "for five minutes"},
    )
    assert alarm == Alarm(
        id="am-c0ffee0123456789-1772326923123457-firing",
        time=datetime(2026, 3, 1, 1, 2, 3, 123457, tzinfo=UTC),
        received=NOW,
        source="alertmanager:prom",
        object="10.0.0.1",
        alarm_type="device_unreachable",
        severity="critical",
        state="raised",
        text="10.0.0.1 is down",
    )


def test_a_resolved_alert_is_a_clear_of_the_same_alarm_at_its_end() -> None:
    labels = {"alertname": "InstanceDown", "instance": "10.0.0.1:9100"}
    raised = one(labels)
    cleared = one(labels, status="resolved", endsAt="2026-03-01T01:09:00Z")
    assert cleared.state == "cleared"
    assert cleared.time == datetime(2026, 3, 1, 1, 9, tzinfo=UTC)
    assert (cleared.object, cleared.alarm_type, cleared.qualifier) == (
        raised.object,
        raised.alarm_type,
        raised.qualifier,
    )
    assert cleared.id != raised.id


def test_a_resolved_alert_without_an_end_ends_when_it_was_received() -> None:
    assert one({"alertname": "X"}, status="resolved").time == NOW


def test_a_repeated_notification_has_the_same_id() -> None:
    body = payload(alert({"alertname": "X"}))
    later = Envelope(received=NOW + timedelta(hours=4), sender="prom")
    first, again = alertmanager.parse(body, ENVELOPE), alertmanager.parse(body, later)
    assert isinstance(first, list)
    assert isinstance(again, list)
    assert first[0].id == again[0].id


@pytest.mark.parametrize(
    ("labels", "object_name"),
    [
        ({"object": "C-77", "instance": "10.0.0.1:9100"}, "C-77"),
        ({"device": "JKT-CR1", "port": "xe-0/0/1"}, "JKT-CR1/xe-0/0/1"),
        ({"instance": "JKT-CR1:161", "ifName": "xe-0/0/1"}, "JKT-CR1/xe-0/0/1"),
        ({"instance": "[2001:db8::1]:9100", "ifDescr": "ae0"}, "2001:db8::1/ae0"),
        ({"instance": "2001:db8::1"}, "2001:db8::1"),
        ({"instance": "https://portal.example.id:8443/login"}, "portal.example.id"),
        ({"instance": "http://[broken"}, "http://[broken"),
        ({"instance": "host:http"}, "host:http"),
        ({"device": "JKT-CR1", "instance": "exporter:9116"}, "JKT-CR1"),
        ({"device": "JKT-CR1/ae0", "port": "ae1"}, "JKT-CR1/ae0"),
        ({"site": "JKT"}, "JKT"),
        ({"alertname": "Watchdog"}, "Watchdog"),
        ({"device": "  ", "alertname": "Watchdog"}, "Watchdog"),
        ({"device": "a\x1fb"}, "a b"),
        ({}, "alertmanager"),
    ],
)
def test_labels_name_the_object(labels: dict[str, str], object_name: str) -> None:
    assert one(labels).object == object_name


@pytest.mark.parametrize(
    ("labels", "alarm_type", "qualifier"),
    [
        ({"alertname": "ProbeFailed"}, "device_unreachable", None),
        ({"alertname": "LinkDown"}, "link_down", None),
        ({"alertname": "BGPSessionDown"}, "neighbor_down", None),
        ({"alertname": "UPSOnBattery"}, "on_battery", None),
        ({"alertname": "LinkDown", "alarm_type": "loss_of_signal"}, "loss_of_signal", None),
        ({"alertname": "LinkDown", "alarm_type": "no such"}, "link_down", None),
        ({"alertname": "DiskFull"}, "other", "c0ffee0123456789"),  # kept, told apart from other alerts on the object
        ({"alertname": "DiskFull", "qualifier": "sda1"}, "other", "sda1"),
        ({"alertname": "DiskFull", "alarm_type": "other"}, "other", None),
    ],
)
def test_labels_say_what_it_is(labels: dict[str, str], alarm_type: str, qualifier: str | None) -> None:
    alarm = one(labels)
    assert (alarm.alarm_type, alarm.qualifier) == (alarm_type, qualifier)


def test_the_operators_own_table_decides() -> None:
    mapped = Mapped(alarm_types={"OltGone": "device_unreachable"}, devices=("olt",))
    found = alertmanager.parse(payload(alert({"alertname": "OltGone", "olt": "OLT-9"})), ENVELOPE, mapped)
    assert isinstance(found, list)
    assert (found[0].object, found[0].alarm_type) == ("OLT-9", "device_unreachable")


@pytest.mark.parametrize(
    ("severity", "kept"),
    [("page", "critical"), ("error", "major"), ("INFO", "indeterminate"), ("odd", "indeterminate")],
)
def test_severities_are_the_contracts(severity: str, kept: str) -> None:
    assert one({"severity": severity}).severity == kept


def test_fields_of_a_later_alertmanager_are_let_by() -> None:
    assert isinstance(alertmanager.parse(payload(alert({}, muted=True), reason="first"), ENVELOPE), list)


@pytest.mark.parametrize(
    ("body", "field", "reason"),
    [
        (b"no", None, "no JSON"),
        (b"[]", None, "an object is expected"),
        (payload(version="3"), "version", "invalid enum value '3': it is 4"),
        (payload(status="odd"), "status", "it is one of firing, resolved"),
        (payload({**alert({}), "startsAt": "soon"}), "alerts[0].startsAt", "RFC3339"),
        (payload({"status": "firing"}), "alerts[0].labels", "this field is needed"),
        (payload(*[alert({})] * 1001), "alerts", "at most 1000"),
    ],
)
def test_what_is_no_notification_is_refused(body: bytes, field: str | None, reason: str) -> None:
    parsed = alertmanager.parse(body, ENVELOPE)
    found = parsed if isinstance(parsed, BadInput) else next(row for row in parsed if isinstance(row, BadInput))
    assert found.field == field
    assert reason in found.reason


@pytest.mark.parametrize(("label", "says"), [("true", True), ("False", False), ("perhaps", None), (None, None)])
def test_a_label_says_whether_it_is_the_root_cause(label: str | None, says: bool | None) -> None:
    more = {} if label is None else {"is_root_cause": label}
    assert one({"alertname": "LinkDown", "device": "R1", **more}).is_root_cause is says
