"""What comes in through the door: named, numbered, and acknowledged only once it is kept."""

from typing import Any

import msgspec
import pytest

from connectors.api.rows import FRESH_US
from connectors.metrics import API_REFUSED, API_TAKEN
from correlator.events import Alarm, Command, ComplaintIn, Heartbeat, Maintenance, Restored, microseconds
from tests.connectors.api.doorway import Door, error
from tests.connectors.house import incident, rows_of
from tests.connectors.webhooks.test_alertmanager import alert, payload

ALARM = {"object": "DPS-CR1", "alarm_type": "device_unreachable", "severity": "critical", "state": "raised"}
COMPLAINT = {"text": "internet mati total", "channel": "phone", "customer": "CU-1"}
COMMAND = {"action": "acknowledge", "target": "IN-000001", "reason": "we are on it"}


def post(door: Door, path: str, body: Any, **more: Any) -> Any:
    return door.ask("POST", path, json=body, **more)


@pytest.mark.parametrize("body", [ALARM, [ALARM], [ALARM, {**ALARM, "state": "cleared"}]])
def test_alarms_one_or_many(door: Door, body: Any) -> None:
    answer = post(door, "/alarms", body, role="source")
    assert answer.status_code == 202
    assert len(answer.json()["accepted"]) == len(door.inbox.events)
    assert answer.json()["refused"] == []
    [first, *_] = door.inbox.events
    assert isinstance(first, Alarm)
    assert (first.object, first.source) == ("DPS-CR1", "http:the source")
    assert door.counted(API_TAKEN, "alarm") == len(door.inbox.events)


def test_alarms_as_lines(door: Door) -> None:
    lines = b'{"object":"A","alarm_type":"other","severity":"minor","state":"raised"}\n\n' * 2
    answer = door.ask("POST", "/alarms", content=lines, headers={"Content-Type": "application/x-ndjson"})
    assert answer.status_code == 202
    assert len(door.inbox.events) == 2


@pytest.mark.parametrize(
    ("said", "named"),
    [("10.0.0.1", "JKT-CR1"), ("cr1.jakarta/3", "JKT-CR1/3"), ("SV-1", "SV-1"), ("strange", "strange")],
)
def test_names_become_ids_of_the_inventory_and_strangers_keep_theirs(door: Door, said: str, named: str) -> None:
    post(door, "/alarms", {**ALARM, "object": said})
    [alarm] = door.inbox.events
    assert isinstance(alarm, Alarm)
    assert alarm.object == named


@pytest.mark.parametrize("path", ["/alarms", "/webhooks/generic"])
def test_a_wrong_row_is_refused_and_the_others_are_taken(door: Door, path: str) -> None:
    answer = post(door, path, [ALARM, {**ALARM, "severity": "awful"}, ALARM])
    assert answer.status_code == 202
    assert len(answer.json()["accepted"]) == len(door.inbox.events) == 2
    [no] = answer.json()["refused"]
    assert (no["row"], no["field"]) == (1, "[1].severity")
    assert door.counted(API_REFUSED, "alarm") == 1
    answer = post(door, path, [{**ALARM, "severity": "awful"}])
    assert answer.status_code == 422
    assert error(answer)["field"] == "[0].severity"


def test_a_wrong_alert_is_refused_and_the_others_are_taken(door: Door) -> None:
    good = alert({"alertname": "InstanceDown", "instance": "10.0.0.1:9100"})
    headers = {"Content-Type": "application/json"}
    body = payload({**good, "startsAt": "soon"}, good)
    answer = door.ask("POST", "/webhooks/alertmanager", "source", content=body, headers=headers)
    assert answer.status_code == 202
    assert [(no["row"], no["field"]) for no in answer.json()["refused"]] == [(0, "alerts[0].startsAt")]


def test_a_wrong_line_is_refused_and_the_others_are_taken(door: Door) -> None:
    line = msgspec.json.encode(ALARM)
    answer = door.ask("POST", "/alarms", content=line + b"\n{\n" + line, headers={"Content-Type": "application/jsonl"})
    assert answer.status_code == 202
    assert [(no["row"], no["field"]) for no in answer.json()["refused"]] == [(1, "line 2")]


def test_what_the_inlet_does_not_take_is_said_row_by_row(door: Door) -> None:
    door.inbox.refuses = "DPS-OLT1"
    answer = post(door, "/alarms", [ALARM, {**ALARM, "object": "DPS-OLT1"}])
    assert answer.status_code == 202
    assert len(answer.json()["accepted"]) == 1
    assert answer.json()["refused"] == [{"row": 1, "field": "object", "reason": "not taken here"}]
    answer = post(door, "/alarms", [{**ALARM, "object": "DPS-OLT1"}])
    assert answer.status_code == 422
    assert error(answer)["reason"] == "not taken here"


def test_alertmanagers_webhook(door: Door) -> None:
    body = payload(alert({"alertname": "InstanceDown", "instance": "10.0.0.1:9100", "severity": "critical"}))
    headers = {"Content-Type": "application/json"}
    answer = door.ask("POST", "/webhooks/alertmanager", "source", content=body, headers=headers)
    assert answer.status_code == 202
    [alarm] = door.inbox.events
    assert isinstance(alarm, Alarm)
    assert (alarm.object, alarm.alarm_type, alarm.source) == (
        "JKT-CR1",
        "device_unreachable",
        "alertmanager:the source",
    )


# Complaints


def test_a_complaint_is_answered_with_its_number_and_what_is_known(door: Door) -> None:
    door.house.cut()
    answer = post(door, "/complaints", COMPLAINT, role="portal")
    assert answer.status_code == 201
    said = answer.json()
    assert said["number"] == "NT-20260301-000001"
    assert said["repeated"] is False
    assert (said["known_incident"]["incident"], said["known_incident"]["ticket"]) == ("IN-000001", "NT-20260301-900000")
    assert said["known_incident"]["sentence"]["id"].startswith(
        "Ada gangguan pada layanan Bapak/Ibu sejak tanggal 1 Maret pukul 09.02"
    )
    [event] = door.inbox.events
    assert isinstance(event, ComplaintIn)
    assert event.received is not None


@pytest.mark.parametrize(
    "whose", [{"service": "SV-1"}, {"contact": "+62813"}, {"contact": "cu-1@example.com"}, {"customer": "CU-2"}]
)
def test_whoever_complains_is_told_of_the_outage(door: Door, whose: dict[str, str]) -> None:
    door.house.cut()
    answer = post(door, "/complaints", {"text": "mati", "channel": "phone", **whose})
    assert answer.json()["known_incident"]["incident"] == "IN-000001"


@pytest.mark.parametrize(
    "whose",
    [
        {"customer": "CU-3"},
        {"customer": "CU-2", "service": "SV-3"},
        {"customer": "CU-3", "service": "SV-1"},  # not theirs: the ticket is CU-3's
        {"contact": "+62812", "service": "SV-1"},
        {"contact": "+62811"},  # two persons': the ticket is nobody's
        {"customer": "NOBODY"},
        {"customer": "NOBODY", "service": "SV-1"},
        {"service": "NONE"},
        {},
    ],
)
def test_a_complaint_outside_the_outage_stays_apart(door: Door, whose: dict[str, str]) -> None:
    door.house.cut()
    answer = post(door, "/complaints", {"text": "mati", "channel": "portal", **whose})
    assert answer.status_code == 201
    assert answer.json()["known_incident"] is None
    assert answer.json()["number"]


@pytest.mark.parametrize(
    ("whose", "lacks"),
    [
        ({"customer": "CU-1"}, []),
        ({"customer": "CU-1", "service": "SV-1"}, []),
        ({"contact": "+62813"}, []),
        ({"service": "SV-1"}, []),
        ({"customer": "CU-99"}, ["customer"]),
        ({"customer": "CU-99", "service": "SV-1"}, ["customer"]),
        ({"contact": "+62811"}, ["customer"]),  # of two persons
        ({"contact": "+62899"}, ["customer"]),
        ({}, ["customer"]),
        ({"service": "SV-99"}, ["customer", "service"]),
        ({"customer": "CU-1", "service": "SV-99"}, ["service"]),
        ({"customer": "CU-1", "service": "SV-4"}, ["service"]),  # another's
        ({"customer": "CU-1", "service": "DPS-OLT1"}, ["service"]),
    ],
)
def test_the_desk_is_told_what_is_not_found(door: Door, whose: dict[str, str], lacks: list[str]) -> None:
    answer = post(door, "/complaints", {"text": "mati", "channel": "phone", **whose})
    assert answer.status_code == 201, "nothing that was received is dropped for that"
    assert answer.json()["not_found"] == lacks


def test_the_same_complaint_sent_again_has_the_same_number(door: Door) -> None:
    first, again = post(door, "/complaints", COMPLAINT).json(), post(door, "/complaints", COMPLAINT).json()
    assert again["number"] == first["number"]
    assert again["repeated"] is True
    other = post(door, "/complaints", {**COMPLAINT, "text": "masih mati"}).json()
    assert other["number"] != first["number"]


def test_an_idempotency_key_is_its_senders_own(door: Door) -> None:
    key = {"Idempotency-Key": "call 17"}
    first = post(door, "/complaints", COMPLAINT, headers=key).json()
    again = post(door, "/complaints", {**COMPLAINT, "text": "another wording"}, headers=key).json()
    assert (again["number"], again["repeated"]) == (first["number"], True)
    other = post(door, "/complaints", COMPLAINT, role="portal", headers=key).json()
    assert other["number"] != first["number"]


def test_null_is_absent(door: Door) -> None:
    answer = post(door, "/complaints", {**COMPLAINT, "service": None, "contact": None, "number": None, "id": None})
    assert answer.status_code == 201


@pytest.mark.parametrize("role", ["portal", "customer_care"])
def test_only_the_service_draws_numbers(door: Door, role: Any) -> None:
    answer = post(door, "/complaints", {**COMPLAINT, "number": "NT-20260301-000009"}, role=role)
    assert answer.status_code == 422
    assert error(answer)["field"] == "number"


# Commands


def test_a_command_is_its_holders(door: Door) -> None:
    answer = post(door, "/commands", COMMAND, role="noc_operator")
    assert answer.status_code == 202
    [event] = door.inbox.events
    assert isinstance(event, Command)
    assert (event.actor, event.role, event.arguments) == ("the noc_operator", "noc_operator", {})
    assert answer.json() == {"id": event.id, "repeated": False}


@pytest.mark.parametrize(("field", "claimed"), [("actor", "the director"), ("role", "administrator")])
def test_nobody_orders_under_another_name(door: Door, field: str, claimed: str) -> None:
    answer = post(door, "/commands", {**COMMAND, field: claimed}, role="noc_operator")
    assert answer.status_code == 403
    assert error(answer)["field"] == field
    assert door.inbox.events == []


def test_two_equal_commands_are_two_unless_they_carry_one_key(door: Door) -> None:
    for _ in range(2):
        post(door, "/commands", COMMAND)
        door.house.now_us += 1
    assert len(door.inbox.events) == 2
    for _ in range(2):
        answer = post(door, "/commands", COMMAND, headers={"Idempotency-Key": "k"})
        door.house.now_us += 1
    assert answer.json()["repeated"] is True
    assert len(door.inbox.events) == 3


# Work on the network

WORK = {"objects": ["cr1.jakarta", "C-77"], "start": "2026-03-01T23:00:00+07:00", "end": "2026-03-02T03:00:00+07:00"}
AT_WORK = ["noc_operator", "technical", "service_manager", "operations_director", "administrator"]


@pytest.mark.parametrize("role", AT_WORK)
def test_who_works_on_the_network_announces_it_and_confirms_a_repair(door: Door, role: Any) -> None:
    announced = post(door, "/maintenance", {**WORK, "id": "CR-1042", "reason": "new card"}, role=role)
    assert (announced.status_code, announced.json()) == (202, {"id": "CR-1042", "repeated": False})
    confirmed = post(door, "/restored", {"object": "cr1.jakarta/3"}, role=role)
    assert confirmed.status_code == 202
    planned, repaired = door.inbox.events
    assert isinstance(planned, Maintenance)
    assert planned.objects == ("JKT-CR1", "C-77")
    assert isinstance(repaired, Restored)
    assert (repaired.object, microseconds(repaired.time)) == ("JKT-CR1/3", door.house.now_us)
    told = [(one.door, one.name, one.role, one.about) for one in door.audited]
    assert told == [
        ("POST /maintenance", f"the {role}", role, {"work": "CR-1042", "objects": "JKT-CR1 C-77"}),
        ("POST /restored", f"the {role}", role, {"work": repaired.id, "objects": "JKT-CR1/3"}),
    ]


@pytest.mark.parametrize(
    ("status", "name", "answered"),
    [
        ("suspected", "MT-OLD", 202),
        ("open", "MT-OLD", 202),
        ("clearing", "LK-OLD", 202),
        ("open", "MT-ODL", 422),
        ("resolved", "MT-OLD", 422),
    ],
)
def test_a_repair_is_told_by_the_name_that_an_incident_has_though_the_inventory_lacks_it(
    door: Door, status: str, name: str, answered: int
) -> None:
    old = incident(id="IN-000007", status=status, root="MT-OLD", equivalent=("LK-OLD", "MT-OLD"))
    door.house.commit(rows_of(old))
    door.house.now_us += FRESH_US
    assert post(door, "/restored", {"object": name}, role="noc_operator").status_code == answered
    assert [one.object for one in door.inbox.events if isinstance(one, Restored)] == [name] * (answered == 202)


def test_any_other_event_stays_the_administrators(door: Door) -> None:
    event = {"type": "restored", "id": "r-1", "time": "2026-03-01T08:10:00+07:00", "object": "S-2"}
    assert post(door, "/events", event, role="noc_operator").status_code == 403
    assert post(door, "/restored", {**event, "type": "receipt"}, role="noc_operator").status_code == 422
    assert door.inbox.events == []


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"objects": ["C-77", "OTL-2"]}, "objects[1]"),
        ({"objects": []}, "objects"),
        ({"end": WORK["start"]}, "end"),
    ],
)
def test_planned_work_that_would_cover_nothing_is_refused_at_once(door: Door, given: Any, field: str) -> None:
    answer = post(door, "/maintenance", {**WORK, "reason": "new card", **given}, role="noc_operator")
    assert answer.status_code == 422
    assert error(answer)["field"] == field
    assert door.inbox.events == []


def test_planned_work_sent_again_is_one(door: Door) -> None:
    for _ in range(2):
        answer = post(door, "/maintenance", {**WORK, "reason": "new card"}, role="noc_operator")
        door.house.now_us += 1
    assert answer.json()["repeated"] is True
    assert len(door.inbox.events) == 1


# Events


def test_any_event_of_the_contract_from_the_administrator(door: Door) -> None:
    now = "2026-03-01T08:10:00+07:00"
    events = [{"type": "heartbeat", "time": now}, {"type": "restored", "id": "r-1", "time": now, "object": "S-2"}]
    answer = post(door, "/events", events)
    assert answer.status_code == 202
    assert isinstance(door.inbox.events[0], Heartbeat)
    assert len(door.inbox.events) == 2


@pytest.mark.parametrize("name", ["S\0", "S" * 301, " S"])
def test_an_event_names_nothing_that_could_be_no_key(door: Door, name: str) -> None:
    event = {"type": "restored", "id": "r-1", "time": "2026-03-01T08:10:00+07:00", "object": name}
    answer = post(door, "/events", [event])
    assert (answer.status_code, error(answer)["field"]) == (422, "[0].object")
    assert door.inbox.events == []


def test_an_event_needs_its_field_named(door: Door) -> None:
    answer = post(door, "/events", [{"type": "restored", "id": "r-1", "object": "S-2"}])
    assert answer.status_code == 422
    assert error(answer)["field"] == "[0].time"
