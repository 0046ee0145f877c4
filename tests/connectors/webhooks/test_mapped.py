"""Any JSON by a mapping: what a row becomes, and what is refused by the name of the setting that lacks it."""

import json
from typing import Any

import pytest

from connectors.formats.json_rows import Envelope
from connectors.webhooks.mapped import FieldMap, Mapped
from correlator.events import Alarm, moment
from correlator.wire import BadInput
from tests.connectors.house import NOW_US

ENVELOPE = Envelope(moment(NOW_US), "nce", 10)
ROW = {
    "serial": 77,
    "neName": "SBY-CR1",
    "port": "2",
    "status": "active",
    "cause": "LOS",
    "sev": 1,
    "at": "2026-03-01T08:03:20+07:00",
    "detail": "no light",
}
EXPRESSIONS = {
    "rows": "alarms",
    "object": "join('/', [neName, port])",
    "state": "status",
    "alarm_type": "cause",
    "severity": "sev",
    "qualifier": "serial",
    "time": "at",
    "text": "detail",
}


def field_map(**more: str | None) -> FieldMap:
    expressions = {name: one for name, one in {**EXPRESSIONS, **more}.items() if one is not None}
    return FieldMap(
        part="webhooks.nce.fields",
        expressions=expressions,
        raised=("active",),
        cleared=("gone",),
        types={"LOS": "loss_of_signal"},
        severities={"1": "critical"},
    )


def rows(given: Any, **more: str | None) -> list[Alarm | BadInput] | BadInput:
    return Mapped(field_map(**more))(json.dumps(given).encode(), ENVELOPE)


def one(**more: Any) -> Alarm | BadInput:
    found = rows({"alarms": [{**ROW, **more}]})
    assert isinstance(found, list)
    return found[0]


def test_a_row_becomes_an_alarm() -> None:
    alarm = one()
    assert isinstance(alarm, Alarm)
    assert (alarm.object, alarm.alarm_type, alarm.qualifier) == ("SBY-CR1/2", "loss_of_signal", "77")
    assert (alarm.severity, alarm.state, alarm.text, alarm.source) == ("critical", "raised", "no light", "http:nce")
    assert alarm.time.isoformat() == "2026-03-01T08:03:20+07:00"


def test_a_clear_has_the_identity_of_its_raise() -> None:
    raised, cleared = one(), one(status="gone", sev=None)
    assert isinstance(raised, Alarm)
    assert isinstance(cleared, Alarm)
    assert (raised.object, raised.qualifier) == (cleared.object, cleared.qualifier)
    assert (cleared.state, cleared.severity) == ("cleared", None)


@pytest.mark.parametrize(
    ("more", "field", "reason"),
    [
        ({"status": "odd"}, "state", "'odd' is; add it to webhooks.nce.fields.raised or .cleared"),
        ({"status": None}, "state", "webhooks.nce.fields.state: it finds nothing"),
        ({"cause": "FAN"}, "alarm_type", "'FAN' is; add it to webhooks.nce.fields.types"),
        ({"sev": 9}, "severity", "'9' is; add it to webhooks.nce.fields.severities"),
        ({"neName": None}, "object", "webhooks.nce.fields.object"),
        ({"neName": {"a": 1}}, "object", "webhooks.nce.fields.object"),
        ({"at": "2026-03-01 08:00"}, "time", "RFC 3339 with its zone"),
        ({"at": "2026-03-01T08:00:00"}, "time", "RFC 3339 with its zone"),
        ({"detail": ["x"]}, "text", "a list or an object"),
        ({"cause": None, "serial": None}, "qualifier", "needs one"),
    ],
)
def test_what_the_mapping_lacks_is_named(more: dict[str, Any], field: str, reason: str) -> None:
    found = one(**more)
    assert isinstance(found, BadInput), found
    assert found.field == f"[0].{field}"
    assert reason in found.reason


def test_a_row_that_is_refused_leaves_the_others() -> None:
    found = rows({"alarms": [ROW, {**ROW, "status": "odd"}, ROW]})
    assert isinstance(found, list)
    assert [isinstance(row, Alarm) for row in found] == [True, False, True]


@pytest.mark.parametrize("body", [b"", b"{", b"[1", b"\xff"])
def test_what_is_no_json_is_refused_whole(body: bytes) -> None:
    found = Mapped(field_map())(body, ENVELOPE)
    assert isinstance(found, BadInput)
    assert "no JSON" in found.reason


def test_a_body_without_rows_is_refused_whole() -> None:
    found = rows({"other": 1})
    assert isinstance(found, BadInput)
    assert (found.field, "finds nothing in this body" in found.reason) == ("rows", True)
    found = rows({"alarms": [ROW] * 11})
    assert isinstance(found, BadInput)
    assert "at most 10" in found.reason


@pytest.mark.parametrize("given", [ROW, [ROW]])
def test_without_rows_a_body_is_one_row_or_a_list(given: Any) -> None:
    found = rows(given, rows=None)
    assert isinstance(found, list)
    assert isinstance(found[0], Alarm)


@pytest.mark.parametrize("time", ["1772327000", "1772327000000", 1772327000])
def test_times_in_seconds_and_milliseconds(time: Any) -> None:
    alarm = one(at=time)
    assert isinstance(alarm, Alarm)
    assert alarm.time.isoformat() == "2026-03-01T01:03:20+00:00"


def test_what_has_no_id_gets_one_of_its_own() -> None:
    found = rows({"alarms": [ROW, ROW]})
    assert isinstance(found, list)
    ids = [row.id for row in found if isinstance(row, Alarm)]
    assert len(set(ids)) == 2
    same = rows({"alarms": [ROW]}, id="serial")
    assert isinstance(same, list)
    assert isinstance(same[0], Alarm)
    assert same[0].id == "77"
