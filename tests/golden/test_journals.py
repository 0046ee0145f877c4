"""The whole kernel, pinned: recorded nights come out to the byte as they did (`journals/README.md`)."""

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Any, get_args

import msgspec
import pytest

from correlator.effects import NoticeKind
from correlator.events import Action, AlarmType, Event, Incoming
from correlator.rows.service_desk import Stage
from streams.replay import recorded, replay
from tests.golden.journals.nights import HERE, Night, all_nights
from tests.golden.journals.restarts import Restarted, restarted

NIGHTS = list(all_nights())
SHOWN = 120  # signs of a line that differs, from a little before it does
every_night = pytest.mark.parametrize("night", NIGHTS, ids=lambda night: night.name)
Row = dict[str, Any]


@every_night
def test_a_night_comes_out_as_it_was_recorded(night: Night) -> None:
    assert_same(night, night.files(night.fold()))


@every_night
def test_restarts_change_nothing(night: Night, monkeypatch: pytest.MonkeyPatch) -> None:
    without = as_bytes(night.fold().state.tables)
    for module in (replay, recorded):
        monkeypatch.setattr(module, "Replay", restarted(night))
    run = night.fold()
    assert isinstance(run, Restarted)
    assert run.unkept() == []
    kept = as_bytes(run.state.tables)
    assert [row for row in sorted(kept.keys() | without.keys()) if kept.get(row) != without.get(row)] == []
    assert_same(night, night.files(run))  # takes what was put away back into the rows


def as_bytes(tables: Mapping[str, Mapping[str, Any]]) -> dict[tuple[str, str], bytes]:
    return {(name, key): msgspec.msgpack.encode(row) for name, table in tables.items() for key, row in table.items()}


def assert_same(night: Night, files: dict[str, bytes]) -> None:
    found = differences(night, files)
    assert not found, "\n" + "\n".join(found)


def differences(night: Night, files: dict[str, bytes]) -> list[str]:
    """Of each file the first line that differs: night, file, line, and both lines from where they part."""
    names = sorted(files.keys() | {path.name for path in night.expected.iterdir()})
    found = []
    for name in names:
        path = night.expected / name
        was, now = path.read_bytes() if path.exists() else b"", files.get(name, b"")
        if was != now:
            found.append(f"{night.name} {name}:{parting(was.splitlines(), now.splitlines())}")
    return found


def parting(was: list[bytes], now: list[bytes]) -> str:
    """The number of the first line that differs, and what both lines say there."""
    place = common(was, now)
    old, new = (rows[place] if place < len(rows) else b"" for rows in (was, now))
    start = max(0, common(old, new) - SHOWN // 3)
    told = [row[start : start + SHOWN].decode("utf-8", "replace") or "(no such line)" for row in (old, new)]
    return f"{place + 1}, from sign {start + 1}\n  expected {told[0]}\n  got      {told[1]}"


def common(one: Sequence[Any], other: Sequence[Any]) -> int:
    """How far both are the same."""
    pairs = enumerate(zip(one, other, strict=False))
    return next((place for place, pair in pairs if pair[0] != pair[1]), min(len(one), len(other)))


# What the nights have in them, all together: so that none can be emptied unnoticed

SEEN_STATES = {"suspected", "open", "clearing", "resolved", "closed", "merged"}
SEEN_KINDS = {"span", "conduit", "site", "device", "port", "link", "splitter", "risk_group", "service", "external"}
SEEN_CLOSED_AS = {"confirmed", "unconfirmed", "duplicate", "no_fault"}
SEEN_RECORDS = {"draft", "analysed", "actions", "verified", "closed"}
SEEN_ALERTS = {"critical", "clock_50", "clock_80", "breach", "escalation"}


@cache
def outcome(name: str) -> list[Row]:
    """The lines of this file, of all nights."""
    paths = [night.expected / f"{name}.jsonl" for night in NIGHTS]
    return [msgspec.json.decode(line) for path in paths for line in path.read_bytes().splitlines()]


@cache
def told() -> list[tuple[str, Row]]:
    """(night, event) of all that went in and can be read."""
    found: list[tuple[str, Row]] = []
    for night in NIGHTS:
        lines = [line for line in night.data().splitlines() if line.strip()]
        for line in lines:
            if night.domain:
                found += [(night.name, event) for event in msgspec.json.decode(line)[1]]
            elif line.startswith(b'{"type"'):
                found += [(night.name, event) for event in read(line)]
    return found


def read(line: bytes) -> Iterator[Row]:
    try:
        yield msgspec.json.decode(line)
    except msgspec.DecodeError:
        return


def refused() -> set[tuple[str, str]]:
    """(night, id) of what was rejected."""
    return {
        (night.name, row["id"])
        for night in NIGHTS
        for row in map(msgspec.json.decode, (night.expected / "rejected.jsonl").read_bytes().splitlines())
    }


def test_every_night_is_told_of_in_the_readme() -> None:
    listed = re.findall(r"^\| `([a-z-]+)` \|", (HERE / "README.md").read_text(), re.MULTILINE)
    assert sorted(listed) == sorted({night.folder.name for night in NIGHTS})


def tags(union: Any) -> set[str]:
    return {str(kind.__struct_config__.tag) for kind in get_args(union)}


def test_every_kind_of_event_is_told() -> None:
    assert {event["type"] for _, event in told()} >= tags(Incoming) | tags(Event)
    handed = {event["what"]["type"] for _, event in told() if event["type"] == "handover"}
    assert handed == {"alarm", "moved", "ruling", "command", "reply_received"}
    alarms = [event for _, event in told() if event["type"] == "alarm"]
    assert {event.get("alarm_type") for event in alarms} >= set(get_args(AlarmType))
    assert {event.get("state") for event in alarms} >= {"raised", "cleared"}


def test_every_order_is_given_and_refused() -> None:
    orders = [(night, event) for night, event in told() if event["type"] == "command"]
    bad = refused()
    assert {event["action"] for night, event in orders if (night, event["id"]) not in bad} == set(get_args(Action))
    assert {event["action"] for night, event in orders if (night, event["id"]) in bad} >= set(get_args(Action))


def test_every_turn_of_an_incident_is_taken() -> None:
    rows = outcome("incidents")
    assert {verdict["status"] for row in rows for verdict in row["verdicts"]} == SEEN_STATES
    assert {row["root"]["kind"] for row in rows} == SEEN_KINDS
    assert {row["severity"] for row in rows} == {"Minor", "Major", "Critical"}


def test_every_stage_of_a_ticket_is_gone_through() -> None:
    rows = outcome("tickets")
    assert {row["stage"] for row in rows} | {str(step["to"]) for row in rows for step in row["trail"]} >= {
        *get_args(Stage)
    }
    assert {row["closed_as"] for row in rows} == {None, *SEEN_CLOSED_AS}
    assert {row["category"] for row in rows} == {"network", "billing", "account", "service"}
    clocks = [clock for row in rows for clock in row["clocks"]]
    assert any(clock["breached"] for clock in clocks)
    assert any(clock["paused_s"] for clock in clocks)


def test_everyone_is_told_everything() -> None:
    assert {row["kind"] for row in outcome("notifications")} == set(get_args(NoticeKind))
    assert {row["language"] for row in outcome("notifications")} == {"id", "en"}
    assert {row["kind"] for row in outcome("alerts")} >= SEEN_ALERTS
    assert {row["state"] for row in outcome("rca")} >= SEEN_RECORDS
