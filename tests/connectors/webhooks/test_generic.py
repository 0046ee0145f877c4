"""The contract's alarm events over HTTP."""

from datetime import UTC, datetime

import msgspec
import pytest

from connectors.formats.json_rows import Envelope
from connectors.webhooks import generic
from correlator.events import Alarm
from correlator.wire import BadInput

NOW = datetime(2026, 3, 1, 1, 2, 3, tzinfo=UTC)
ENVELOPE = Envelope(received=NOW, sender="nms", most=3)
ALARM = {
    "type": "alarm",
    "id": "a-1",
    "time": "2026-03-01T08:02:00+07:00",
    "source": "nms",
    "object": "JKT-CR1/xe-0/0/1",
    "alarm_type": "link_down",
    "severity": "major",
    "state": "raised",
}
LEAST = {"object": "JKT-CR1", "alarm_type": "device_unreachable", "state": "raised"}


def parsed(value: object) -> list[Alarm]:
    found = generic.parse(msgspec.json.encode(value), ENVELOPE)
    assert isinstance(found, list), found
    return found


def test_an_alarm_as_the_contract_has_it() -> None:
    assert parsed(ALARM) == [
        Alarm(
            id="a-1",
            time=datetime(2026, 3, 1, 1, 2, 0, tzinfo=UTC),
            received=NOW,
            source="nms",
            object="JKT-CR1/xe-0/0/1",
            alarm_type="link_down",
            severity="major",
            state="raised",
        )
    ]


def test_one_object_a_list_and_lines_say_the_same() -> None:
    line = msgspec.json.encode(ALARM)
    for body in (line, b"[" + line + b"]", line + b"\n", b"\n" + line + b"\r\n\n"):
        assert generic.parse(body, ENVELOPE) == parsed(ALARM)
    assert generic.parse(line + b"\n" + line + b"\n", ENVELOPE) == parsed(ALARM) * 2


def test_what_is_missing_is_filled() -> None:
    [alarm] = parsed(LEAST)
    assert (alarm.time, alarm.received, alarm.source) == (NOW, NOW, "http:nms")
    assert alarm.id.startswith("h-")


def test_the_id_made_is_stable_and_tells_reports_apart() -> None:
    later = Envelope(received=NOW.replace(second=4), sender="nms")
    ids = {alarm.id for alarm in parsed([LEAST, LEAST, {**LEAST, "state": "cleared"}])}
    again = {alarm.id for alarm in parsed([LEAST, LEAST, {**LEAST, "state": "cleared"}])}
    afterwards = generic.parse(msgspec.json.encode(LEAST), later)
    assert len(ids) == 3
    assert ids == again
    assert isinstance(afterwards, list)
    assert afterwards[0].id not in ids


def test_when_it_was_received_is_the_services_word() -> None:
    [alarm] = parsed({**ALARM, "received": "2036-03-01T08:02:00+07:00"})
    assert alarm.received == NOW


@pytest.mark.parametrize(
    ("body", "field", "reason"),
    [
        (b"", None, "empty"),
        (b"  \n ", None, "empty"),
        (b"[]", None, "the list is empty"),
        (b"{", None, "no JSON"),
        (b"\xff\xfe", None, "no JSON"),
        (b'"\\ud800"', None, ""),
        (b"[" * 5000, None, "nested deeper"),
        (b"[" * 40 + b"]" * 40, None, "nested deeper"),
        (b"7", None, "an object is expected here, not a number"),
        (b'[{"a": 1}, null]', "[0].a", "unknown field"),
        (b"[null]", "[0]", "an object is expected here, not null"),
        (msgspec.json.encode({**ALARM, "colour": "red"}), "colour", "unknown field"),
        (msgspec.json.encode([ALARM, {**ALARM, "colour": 1}]), "[1].colour", "unknown field"),
        (msgspec.json.encode({**ALARM, "type": "complaint"}), "type", "invalid value"),
        (msgspec.json.encode({**ALARM, "state": "up"}), "state", "one of cleared, raised"),
        (msgspec.json.encode({**ALARM, "time": "yesterday"}), "time", "RFC3339"),
        (msgspec.json.encode({**ALARM, "time": "2026-03-01T08:02:00"}), "time", "timezone"),
        (msgspec.json.encode({**ALARM, "object": ""}), "object", "length"),
        (msgspec.json.encode({**ALARM, "object": "a\x1fb"}), "object", "control characters"),
        (msgspec.json.encode({**ALARM, "source": "s" * 301}), "source", "longer than 300"),
        (msgspec.json.encode({"alarm_type": "other", "state": "raised"}), "object", "this field is needed"),
        (msgspec.json.encode([ALARM] * 4), None, "at most 3"),
        (b"\n".join([msgspec.json.encode(ALARM)] * 4), None, "more than 3 rows"),
        (msgspec.json.encode(ALARM) + b"\n\n{", "line 3", "no JSON"),
        (msgspec.json.encode(ALARM) + b'\n{"object": 1}', "line 2, object", "expected `str`"),
    ],
)
def test_bad_bodies_are_refused_with_their_field(body: bytes, field: str | None, reason: str) -> None:
    parsed = generic.parse(body, ENVELOPE)
    found = parsed if isinstance(parsed, BadInput) else next(row for row in parsed if isinstance(row, BadInput))
    assert found.field == field
    assert reason in found.reason


def test_what_the_source_makes_of_it_is_taken_and_names_are_short() -> None:
    says = {"is_root_cause": False, "parent_alarms": ["a-0"], "correlated_alarms": ["a-2", "a-3"]}
    [alarm] = parsed(ALARM | says)
    assert (alarm.is_root_cause, alarm.parent_alarms, alarm.correlated_alarms) == (False, ("a-0",), ("a-2", "a-3"))
    for field, value in (("parent_alarms", ["x" * 5000]), ("correlated_alarms", ["x"] * 51), ("is_root_cause", "yes")):
        rows = generic.parse(msgspec.json.encode(ALARM | {field: value}), ENVELOPE)
        assert isinstance(rows, list)
        [found] = rows
        assert isinstance(found, BadInput)
        assert found.field is not None
        assert found.field.startswith(field)
