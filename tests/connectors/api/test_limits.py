"""What the door does not take: each is refused with the field, the reason and the remedy."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from connectors.api.app import DoorSettings
from connectors.metrics import API_ERRORS, API_REASONS
from tests.connectors.api.doorway import Door, error

POSTS = ("/alarms", "/webhooks/alertmanager", "/complaints", "/commands", "/maintenance", "/restored", "/events")
POSTS += ("/sources/heartbeat",)
ALARM = b'{"object":"DPS-CR1","alarm_type":"device_unreachable","severity":"critical","state":"raised"}'


@pytest.fixture
def small(tmp_path: Path) -> Door:
    return Door(tmp_path, DoorSettings(body_bytes=500, batch=3, reading_s=0.05))


def post(door: Door, path: str, body: Any, kind: str | None = "application/json", **headers: str) -> Any:
    return door.ask("POST", path, content=body, headers={**({"Content-Type": kind} if kind else {}), **headers})


@pytest.mark.parametrize("path", POSTS)
@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", None])
def test_what_is_not_json_is_refused(small: Door, path: str, kind: str | None) -> None:
    answer = post(small, path, b"{}", kind)
    assert answer.status_code == 415
    assert error(answer)["field"] == "Content-Type"


@pytest.mark.parametrize("path", POSTS)
def test_a_body_that_is_packed_is_refused_and_never_unpacked(small: Door, path: str) -> None:
    answer = post(small, path, b"\x1f\x8b", **{"Content-Encoding": "gzip"})
    assert answer.status_code == 415
    assert error(answer)["field"] == "Content-Encoding"


async def stream(size: int) -> AsyncIterator[bytes]:
    for _ in range(size // 100):
        yield b" " * 100


@pytest.mark.parametrize("path", POSTS)
@pytest.mark.parametrize("announced", [True, False])
def test_a_body_that_is_too_long_is_refused(small: Door, path: str, announced: bool) -> None:
    answer = post(small, path, b" " * 600 if announced else stream(600))
    assert answer.status_code == 413
    assert "longer than 500 bytes" in error(answer)["reason"]


@pytest.mark.parametrize("path", POSTS)
def test_a_sender_that_never_ends_is_hung_up_on(small: Door, path: str) -> None:
    async def stalls() -> AsyncIterator[bytes]:
        yield b"{"
        await asyncio.Event().wait()

    answer = post(small, path, stalls())
    assert answer.status_code == 408
    assert "in time" in error(answer)["reason"]


@pytest.mark.parametrize(
    ("path", "body", "reason"),
    [
        ("/alarms", b"", "the body is empty"),
        ("/alarms", b"[]", "the list is empty"),
        ("/alarms", b"nonsense", "this is no JSON"),
        ("/alarms", b"\xff\xfe", "this is no JSON"),
        ("/alarms", b"[" * 100 + b"]" * 100, "nested deeper than 32 levels"),
        ("/alarms", b"[1, 2]", "an object is expected here, not a number"),
        ("/alarms", b"[" + b",".join([b"{}"] * 4) + b"]", "4 rows in one body, at most 3 are taken"),
        ("/alarms", b"{}\n" * 4, "more than 3 rows in one body"),
        ("/events", b'{"type":"complaint"}', "this field is needed"),
        ("/events", b'{"type":"nonsense"}', "invalid value"),
        ("/complaints", b"[]", "one object is expected here"),
        ("/complaints", b'{"text":"x","channel":"pigeon"}', "'pigeon': it is one of email, phone, portal, walk_in"),
        ("/complaints", b'{"text":"","channel":"phone","customer":"CU-1"}', "write what the customer says"),
        ("/complaints", b'{"text":" \\t\\n","channel":"phone","customer":"CU-1"}', "write what the customer says"),
        ("/commands", b'{"action":"dance","target":"IN-1","reason":"x"}', "invalid enum value"),
        ("/commands", b'{"action":"close","target":"IN-1"}', "this field is needed"),
        ("/webhooks/alertmanager", b'{"version":"3"}', ""),
        ("/restored", b'{"object":"nowhere"}', "the inventory has no nowhere"),
        ("/restored", b'{"type":"heartbeat","object":"S-2"}', "invalid value"),
        ("/maintenance", b'{"objects":["S-2"]}', "this field is needed"),
    ],
)
def test_a_body_that_says_nothing_useful(small: Door, path: str, body: bytes, reason: str) -> None:
    answer = post(small, path, body)
    assert answer.status_code == 422
    assert reason in error(answer)["reason"]
    assert error(answer)["remedy"]
    assert small.inbox.events == []


@pytest.mark.parametrize(
    ("path", "status", "field"),
    [
        ("/outages/affected?customer=" + "x" * 301, 422, "customer"),
        ("/outages/affected", 422, None),
        ("/outages/affected?customer=CU-1&service=SV-1", 422, None),
        ("/outages/affected?customer=", 422, None),
        ("/outages/affected?customer=NOBODY", 404, "customer"),
        ("/outages/affected?service=NONE", 404, "service"),
        ("/outages/affected?phone=%2B1", 422, "phone"),
        ("/incidents?limit=501", 422, "limit"),
        ("/incidents?limit=0", 422, "limit"),
        ("/incidents?limit=x", 422, "limit"),
        ("/incidents?status=broken", 422, "status.0"),
        ("/incidents/IN-9", 404, "incident"),
        ("/tickets/NT-20260301-999999", 404, "ticket"),
        ("/explain/IN-9", 404, "incident"),
        ("/nothing", 404, None),
        ("/incidents/%00", 404, "incident"),
    ],
)
def test_a_question_that_has_no_answer(door: Door, path: str, status: int, field: str | None) -> None:
    answer = door.ask("GET", path)
    assert answer.status_code == status
    assert error(answer)["field"] == field
    assert error(answer)["remedy"]


def test_another_method_is_told_so(door: Door) -> None:
    answer = door.ask("DELETE", "/incidents")
    assert answer.status_code == 405
    assert answer.headers["allow"] == "GET"
    assert "openapi" in error(answer)["remedy"]


def test_an_unknown_webhook_names_those_that_are_there(door: Door) -> None:
    answer = door.ask("POST", "/webhooks/nagios", json={})
    assert answer.status_code == 404
    assert "alertmanager, generic" in error(answer)["remedy"]


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/alarms", ALARM),
        ("/events", b'{"type":"heartbeat","time":"2026-03-01T08:00:00+07:00"}'),
        ("/complaints", b'{"text":"mati","channel":"phone","customer":"CU-1"}'),
        ("/commands", b'{"action":"close","target":"IN-1","reason":"done"}'),
    ],
)
def test_a_full_journal_acknowledges_nothing_and_says_when_to_come_again(door: Door, path: str, body: bytes) -> None:
    door.inbox.full = True
    answer = post(door, path, body)
    assert answer.status_code == 503
    assert answer.headers["retry-after"] == "5"
    assert error(answer) == {"field": None, "reason": "the journal's disk is full", "remedy": "Free some space."}
    door.inbox.full = False
    assert post(door, path, body).status_code in (201, 202)


def test_errors_are_counted_by_status_and_route(door: Door) -> None:
    door.ask("GET", "/incidents", None)
    door.ask("GET", "/incidents", "portal")
    door.ask("GET", "/incidents/IN-9")
    assert door.counted(API_ERRORS, "401", "/incidents") == 1
    assert door.counted(API_ERRORS, "403", "/incidents") == 1
    assert door.counted(API_ERRORS, "404", "/incidents/{incident}") == 1


def test_an_error_of_the_service_tells_nothing_of_its_inside(door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken() -> int:
        raise RuntimeError("secret")

    monkeypatch.setattr(door.house.store, "applied", lambda _: broken())
    answer = door.ask("GET", "/incidents")
    assert answer.status_code == 500
    assert "secret" not in answer.text
    assert error(answer)["remedy"]


@pytest.mark.parametrize(
    ("path", "body", "field"),
    [
        ("/alarms", b'{"time":"9999-12-31T23:59:59-14:00",' + ALARM[1:], "time"),
        ("/alarms", b'{"time":"0001-01-01T00:00:00+14:00",' + ALARM[1:], "time"),
        ("/events", b'{"type":"heartbeat","time":"9999-12-31T23:59:59-14:00"}', "time"),
        ("/commands", b'{"action":"fill","target":"R","reason":"x","arguments":{"n":18446744073709551616}}', None),
    ],
)
def test_what_the_journal_could_not_write_is_refused_at_the_door(
    door: Door, path: str, body: bytes, field: str | None
) -> None:
    answer = post(door, path, body)
    assert answer.status_code == 422
    assert error(answer)["field"] == field
    assert door.inbox.events == []


def test_reasons_are_counted_without_what_the_sender_wrote(door: Door) -> None:
    for value in ("awful", "it's bad"):
        post(door, "/alarms", ALARM.replace(b"critical", value.encode()))
    assert door.counted(API_REASONS, "invalid enum value ...") == 2
