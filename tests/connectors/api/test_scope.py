"""A scope keeps a token to some doors, and to some sources."""

from pathlib import Path
from typing import Any

import pytest
from argon2 import PasswordHasher

from connectors.access.holders import Role, misspelt, opens, speaks_for
from connectors.access.token_list import TokenFile
from connectors.access.tokens import Tokens
from correlator.events import Alarm, SourceHeard
from tests.connectors.api.doorway import Door, Person, error

ALARM = {"object": "DPS-CR1", "alarm_type": "device_unreachable", "severity": "critical", "state": "raised"}
LOST = {"type": "source_state", "id": "s-1", "time": "2026-03-01T01:00:00Z", "objects": ["DPS-CR1"], "state": "lost"}


@pytest.mark.parametrize(
    ("scope", "path", "good"),
    [
        ((), "/alarms", True),
        (("source:ems-1",), "/alarms", True),
        (("door:/alarms",), "/alarms", True),
        (("door:/alarms",), "/webhooks/{name}", False),
        (("door:/alarms", "door:/metrics"), "/metrics", True),
    ],
)
def test_doors(scope: tuple[str, ...], path: str, good: bool) -> None:
    assert opens(scope, path) is good


@pytest.mark.parametrize(
    ("role", "scope", "source", "good"),
    [
        ("source", (), "ems-1", False),
        ("source", ("door:/alarms",), "ems-1", False),
        ("source", (), "http:nms", True),
        ("source", (), "alertmanager:nms", True),
        ("source", (), "http:nms-2", False),
        ("source", ("source:ems-1",), "ems-1", True),
        ("source", ("source:ems-1",), "ems-10", False),
        ("source", ("source:ems-1",), "http:nms", True),
        ("source", ("source:ems-*",), "ems-10", True),
        ("source", ("source:*",), "nms-1", True),
        ("noc_operator", (), "ems-1", True),
        ("noc_operator", ("source:ems-*",), "nms-1", False),
        ("administrator", ("source:ems-1", "source:snmp:bali"), "snmp:bali", True),
    ],
)
def test_sources(role: Role, scope: tuple[str, ...], source: str, good: bool) -> None:
    assert speaks_for(Person("1", "nms", role, scope), source) is good


@pytest.mark.parametrize("word", ["", "ems-1", "door:", "door", "source: ems", "source:a\n", "role:administrator"])
def test_what_is_no_scope(word: str) -> None:
    assert misspelt(["source:ems-1", word, "door:/alarms"]) == word


@pytest.mark.parametrize("scope", [("ems-1",), ("door:/nowhere",), ("door:/commands",), ("source:a", "door:/events")])
def test_a_token_is_not_made_with_a_scope_that_its_role_has_no_use_for(tmp_path: Path, scope: tuple[str, ...]) -> None:
    tokens = Tokens(TokenFile(tmp_path / "tokens.json"), lambda: 1, PasswordHasher(1, 8, 1))
    with pytest.raises(ValueError, match=scope[-1].removeprefix("door:")):
        tokens.issue("nms", "source", scope=scope)
    assert tokens.listed() == ()


def alarms(door: Door, *scope: str, path: str = "/alarms", body: Any = ALARM) -> Any:
    door.badges.scope = scope
    return door.ask("POST", path, "administrator" if path == "/events" else "source", json=body)


def test_an_alarm_of_another_source_is_refused(door: Door) -> None:
    body = [{**ALARM, "source": "ems-1"}, {**ALARM, "source": "ems-2"}]
    answer = alarms(door, "source:ems-1", body=body)
    assert answer.status_code == 202
    assert [(no["row"], no["field"]) for no in answer.json()["refused"]] == [(1, "source")]
    assert len(door.inbox.events) == 1
    assert alarms(door, "source:ems-1", "source:ems-2", body=body).json()["refused"] == []
    answer = alarms(door, "source:ems-1", body=body[1:])
    assert answer.status_code == 403
    assert error(answer)["field"] == "source"
    assert "ems-2" in error(answer)["reason"]


def test_as_itself_a_token_may_always_speak(door: Door) -> None:
    assert alarms(door, "source:ems-1").status_code == 202
    assert alarms(door, "source:ems-1", body={**ALARM, "source": "http:the source"}).status_code == 202
    assert alarms(door, "source:ems-1", body={**ALARM, "source": "ems:the source"}).status_code == 403


@pytest.mark.parametrize("path", ["/alarms", "/webhooks/generic", "/sources/heartbeat"])
@pytest.mark.parametrize(
    ("scope", "kept"),
    [((), "http:the source"), (("source:ems-1",), "http:the source"), (("source:the *",), "the source")],
)
def test_its_plain_name_is_its_own(door: Door, path: str, scope: tuple[str, ...], kept: str) -> None:
    body: dict[str, Any] = {"every_s": 60} if path == "/sources/heartbeat" else ALARM
    answer = alarms(door, *scope, path=path, body={**body, "source": "the source"})
    assert answer.status_code == 202, answer.text
    [event] = door.inbox.events
    assert isinstance(event, Alarm | SourceHeard)
    assert event.source == kept, "where its scope has the plain name, that is another source"


def test_events_are_kept_to_the_scope_too(door: Door) -> None:
    assert alarms(door, "source:ems-1", path="/events", body={**LOST, "source": "ems-2"}).status_code == 403
    assert alarms(door, "source:ems-1", path="/events", body={**LOST, "source": "ems-1"}).status_code == 202


def test_a_door_that_the_scope_leaves_out_stays_shut(door: Door) -> None:
    assert alarms(door, "door:/webhooks/{name}").status_code == 403
    answer = alarms(door, "door:/alarms", path="/webhooks/generic")
    assert answer.status_code == 403
    assert error(answer)["field"] == "scope"
    assert alarms(door, "door:/alarms").status_code == 202


def test_the_page_is_a_door_too(door: Door) -> None:
    form = {"content": "token=badge-noc_operator"}
    door.badges.scope = ("door:/alarms",)
    assert door.ask("POST", "/signin", None, **form).status_code == 403
    door.badges.scope = ("door:/",)
    answer = door.ask("POST", "/signin", None, **form)
    assert answer.status_code == 303
    cookie = {"Cookie": answer.headers["set-cookie"].partition(";")[0]}
    assert door.ask("GET", "/", None, headers=cookie).status_code == 200
    door.page.close()
    assert door.ask("GET", "/live", None, headers=cookie).status_code == 403, "only what the scope has"
