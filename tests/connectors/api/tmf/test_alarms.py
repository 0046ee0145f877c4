"""Alarms as TMF642 writes them: out, held against the schema as published, and in, from another manager."""

from typing import Any, get_args

import msgspec
import pytest

from connectors.api.tmf.alarms import PATH
from connectors.formats.tmf642 import CAUSES, MEANT, plain
from correlator.events import Alarm, AlarmType
from tests.connectors.api.desk.house import Desk
from tests.connectors.api.tmf.published import examples_642, faults_642, unknown_642

GOOD: dict[str, Any] = {
    "@type": "Alarm",
    "externalAlarmId": "ems-4711",
    "state": "raised",
    "alarmType": "communicationsAlarm",
    "perceivedSeverity": "critical",
    "probableCause": "lossOfSignal",
    "alarmedObject": {"@type": "AlarmedObjectRef", "@referredType": "Resource", "id": "DPS-CR1/1"},
    "sourceSystemId": "the source",
    "alarmRaisedTime": "2026-03-01T08:02:00+07:00",
}


def send(desk: Desk, body: Any, role: Any = "source") -> Any:
    return desk.ask("POST", PATH, role, json=body)


def listed(desk: Desk, **query: Any) -> list[dict[str, Any]]:
    answer = desk.ask("GET", PATH, params=query)
    assert answer.status_code in (200, 206), answer.text
    for one in answer.json():
        assert faults_642("Alarm", one) == []
        assert unknown_642(one) == set()
    return list(answer.json())


def test_alarms_are_theirs_and_are_found_by_their_words(desk: Desk) -> None:
    desk.cut()
    everything = listed(desk)
    assert [one["id"] for one in everything] == ["a-2", "a-1", "a-0"]
    assert {one["probableCause"] for one in everything} == {"lossOfSignal", "deviceUnreachable"}
    assert all(one["state"] == "raised" and one["perceivedSeverity"] == "critical" for one in everything)
    assert [one["id"] for one in listed(desk, probableCause="deviceUnreachable")] == ["a-2"]
    assert [one["id"] for one in listed(desk, **{"alarmedObject.id": "DPS-CR1"})] == ["a-2", "a-1"]
    assert listed(desk, state="cleared,updated") == []
    assert listed(desk, perceivedSeverity="minor") == []
    part = desk.ask("GET", PATH, params={"offset": 1, "limit": 1, "fields": "state"})
    assert (part.status_code, part.headers["x-total-count"], part.headers["x-result-count"]) == (206, "3", "1")
    assert part.json() == [{"@type": "Alarm", "id": "a-1", "href": f"{PATH}/a-1", "state": "raised"}]


def test_one_alarm_by_the_id_of_its_event(desk: Desk) -> None:
    desk.cut()
    [whole] = [one for one in listed(desk) if one["id"] == "a-1"]
    assert desk.ask("GET", f"{PATH}/a-1").json() == whole
    missing = desk.ask("GET", f"{PATH}/nobody")
    assert missing.status_code == 404
    assert faults_642("Error", missing.json()) == []


def test_an_id_with_a_slash_is_found_by_its_href(desk: Desk) -> None:
    made = send(desk, {**GOOD, "externalAlarmId": "ems/47 11"}).json()
    answer = desk.ask("GET", made["href"])
    assert [one["id"] for one in answer.json()] == ["ems/47 11"]


def test_a_manager_raises_updates_and_clears(desk: Desk) -> None:
    assert faults_642("Alarm_Create", GOOD) == []
    answer = send(desk, GOOD)
    assert answer.status_code == 201, answer.text
    assert faults_642("Alarm", answer.json()) == []
    assert answer.headers["location"] == f"{PATH}/ems-4711"
    [event] = desk.door.inbox.events
    assert (event.id, event.object, event.alarm_type, event.severity, event.state, event.source, event.qualifier) == (
        *("ems-4711", "DPS-CR1/1", "loss_of_signal", "critical", "raised", "http:the source"),
        None,
    )
    [told] = listed(desk)
    assert (told["id"], told["state"], told["alarmRaisedTime"]) == (
        "ems-4711",
        "raised",
        "2026-03-01T08:02:00.000+07:00",
    )
    updated = {
        **GOOD,
        "state": "updated",
        "perceivedSeverity": "major",
        "alarmChangedTime": "2026-03-01T08:05:00+07:00",
    }
    assert send(desk, updated).status_code == 201
    [told] = listed(desk)
    assert (told["id"], told["perceivedSeverity"], told["state"]) == ("ems-4711", "major", "updated")
    cleared = {**GOOD, "state": "cleared", "alarmClearedTime": "2026-03-01T08:09:00+07:00"}
    assert send(desk, cleared).status_code == 201
    [told] = listed(desk)
    assert (told["id"], told["state"], told["perceivedSeverity"]) == ("ems-4711", "cleared", "cleared")
    assert told["alarmClearedTime"] == "2026-03-01T08:09:00.000+07:00"


def test_what_is_sent_twice_is_one_event(desk: Desk) -> None:
    cleared = {**GOOD, "state": "cleared", "alarmClearedTime": "2026-03-01T08:09:00+07:00"}
    for body in (GOOD, GOOD, cleared, cleared):
        assert send(desk, body).status_code == 201
    assert len({event.id for event in desk.door.inbox.events}) == 2


def test_a_cleared_severity_clears(desk: Desk) -> None:
    send(desk, {**GOOD, "perceivedSeverity": "cleared"})
    [event] = desk.door.inbox.events
    assert (event.state, event.severity) == ("cleared", None)


def test_what_belongs_together_is_told_to_the_kernel(desk: Desk) -> None:
    body = {**GOOD, "isRootCause": False, "parentAlarm": [{"id": "p-1"}], "correlatedAlarm": [{"id": 17}]}
    send(desk, body)
    [event] = desk.door.inbox.events
    assert (event.is_root_cause, event.parent_alarms, event.correlated_alarms) == (False, ("p-1",), ("17",))


def test_a_list_is_answered_row_by_row(desk: Desk) -> None:
    rows = [GOOD, {**GOOD, "state": "shouting"}, {**GOOD, "externalAlarmId": "b", "alarmedObject": {}}, "what"]
    answer = send(desk, rows)
    assert answer.status_code == 202
    assert [one["id"] for one in answer.json()["accepted"]] == ["ems-4711"]
    assert [(one["row"], one["field"]) for one in answer.json()["refused"]] == [
        (1, "[1].state"),
        (2, "[2].alarmedObject.id"),
        (3, "[3]"),
    ]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"alarmedObject": None}, "alarmedObject"),
        ({"alarmedObject": {"id": " "}}, "alarmedObject.id"),
        ({"probableCause": None}, "probableCause"),
        ({"perceivedSeverity": "terrible"}, "perceivedSeverity"),
        ({"state": "acknowledged"}, "state"),
        ({"alarmRaisedTime": "yesterday"}, "alarmRaisedTime"),
        ({"alarmRaisedTime": "2026-03-01T08:02:00"}, "alarmRaisedTime"),
        ({"parentAlarm": [{"id": str(n)} for n in range(51)]}, "parentAlarm"),
        ({"isRootCause": "yes"}, "isRootCause"),
    ],
)
def test_what_is_no_alarm_is_refused_by_its_field(desk: Desk, change: dict[str, Any], field: str) -> None:
    answer = send(desk, {**GOOD, **change})
    assert answer.status_code == 422
    assert field in answer.json()["reason"]
    assert faults_642("Error", answer.json()) == []
    assert desk.door.inbox.events == []


def test_another_managers_name_needs_the_tokens_scope(desk: Desk) -> None:
    assert send(desk, {**GOOD, "sourceSystemId": "ems-9"}).status_code == 403
    desk.door.badges.scope = ("source:ems-9",)
    assert send(desk, {**GOOD, "sourceSystemId": "ems-9"}).status_code == 201
    [event] = desk.door.inbox.events
    assert event.source == "ems-9"


def test_nobody_clears_what_another_raised(desk: Desk) -> None:
    desk.cut()
    cleared = {**GOOD, "state": "cleared", "alarmClearedTime": "2026-03-01T08:09:00+07:00"}
    answer = send(desk, cleared)
    assert answer.status_code == 403
    assert "raised by nms" in answer.json()["reason"]


def test_the_published_example_is_kept_and_explains_nothing(desk: Desk) -> None:
    example = examples_642()["Alarm_create_example_01_request"]
    desk.door.badges.scope = ("source:ems-1",)
    assert send(desk, example).status_code == 201
    [event] = desk.door.inbox.events
    assert (event.alarm_type, event.qualifier, event.object) == (
        "other",
        "rectifierLowVoltage ps=3,sl=1,in=8",
        "93051825",
    )
    [told] = listed(desk)
    as_theirs = examples_642()["Alarm_retrieve_example_response"]
    assert told.keys() - as_theirs.keys() == set()
    assert told["alarmedObject"].keys() <= as_theirs["alarmedObject"].keys()


def test_a_port_s_cause_of_a_whole_device_is_no_evidence(desk: Desk) -> None:
    send(desk, {**GOOD, "alarmedObject": {"id": "DPS-CR1"}})
    [event] = desk.door.inbox.events
    assert (event.alarm_type, event.qualifier) == ("other", "lossOfSignal")


def test_every_type_of_ours_has_a_cause_that_means_it_again() -> None:
    assert set(CAUSES) == set(get_args(AlarmType))
    for kind, said in CAUSES.items():
        assert MEANT[plain(said.cause)] == kind
    causes = [said.cause for said in CAUSES.values()]
    assert len(set(causes)) == len(causes)


@pytest.mark.parametrize("kind", get_args(AlarmType))
def test_what_we_tell_of_an_alarm_can_be_told_to_us(desk: Desk, kind: AlarmType) -> None:
    """Another house of the same make reads it back as it was."""
    time = "2026-03-01T08:02:00+07:00"
    was = {"id": "x-1", "time": time, "source": "nms", "object": "DPS-CR1/7", "alarm_type": kind, "state": "raised"}
    desk.fold(msgspec.convert({**was, "severity": "minor"}, Alarm))
    [told] = listed(desk)
    assert send(desk, {**told, "sourceSystemId": "the source"}).status_code == 201
    [event] = desk.door.inbox.events
    assert (event.id, event.object, event.alarm_type, event.severity) == ("x-1", "DPS-CR1/7", kind, "minor")
