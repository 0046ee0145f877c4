"""What is written down, byte for byte: rows of the store, events of the journal, events that come in."""

from typing import Any

import msgspec
import pytest

from correlator.deadlines import DeadlineRow
from correlator.events import EPOCH, Alarm, Frame, Heartbeat, Incoming
from correlator.explanation import Line
from correlator.policy import DomainPolicy, Policy
from correlator.policy.care import CarePolicy
from correlator.policy.faults import FaultPolicy, TypeModel
from correlator.rows.incidents import MemberRow, RepairRow, SourceRow, Verdict, WindowRow
from correlator.rows.sources import VoiceRow
from correlator.state import TABLES, CounterRow, SeenRow, TextRow
from correlator.wire import BadInput, decode, pack
from correlator.world import World
from tests.scenarios.stage import network

# Rows that are many are written as lists of their values; the others by name, so that a field may be added anywhere.

LISTS: list[tuple[msgspec.Struct, list[Any]]] = [
    (MemberRow("IN-1", "AGG", "a-1", 5, True), ["IN-1", "AGG", "a-1", 5, True, False]),
    (Verdict(5, "open", "AGG"), [5, "open", "AGG"]),
    (WindowRow("MW-1", ("AGG",), 5, 6, "splice"), ["MW-1", ["AGG"], 5, 6, "splice"]),
    (SourceRow("nms", "AGG", 5), ["nms", "AGG", 5, False]),
    (
        VoiceRow("nms", 5, 6),
        ["nms", 5, 6, 1, 0, 0, 0, 0, 0, False, 0, False, [], 0, 0, 0, -1, 0, "", 0, None, 0, False],
    ),
    (RepairRow("AGG", 5), ["AGG", 5]),
    (DeadlineRow("hold", "IN-1", 5), ["hold", "IN-1", 5]),
    (CounterRow(5), [5]),
    (SeenRow(5), [5, None]),
    (TextRow("x"), ["x"]),
    (Line("root", ("AGG", 5)), ["root", ["AGG", 5]]),
    (Frame(5, (Heartbeat(time=EPOCH),)), [5, [{"type": "heartbeat", "time": EPOCH}]]),
]


@pytest.mark.parametrize(("row", "written"), LISTS, ids=lambda one: type(one).__name__)
def test_rows_that_are_lists(row: msgspec.Struct, written: list[Any]) -> None:
    packed = msgspec.msgpack.encode(row)
    assert msgspec.msgpack.decode(packed, type=type(row)) == row
    assert packed == msgspec.msgpack.encode(written)


@pytest.mark.parametrize(
    ("table", "written"),
    [
        ("alarms", list),
        ("audiences", dict),
        ("complaints", dict),
        ("counters", list),
        ("deadlines", list),
        ("incidents", dict),
        ("members", list),
        ("repairs", list),
        ("seen", list),
        ("sources", list),
        ("texts", list),
        ("tickets", dict),
        ("voices", list),
        ("windows", list),
    ],
)
def test_how_a_table_is_written(table: str, written: type) -> None:
    """A decoder takes the one form and refuses the other."""
    empty = msgspec.msgpack.encode(written())
    other = msgspec.msgpack.encode({} if written is list else [])
    with pytest.raises(
        msgspec.ValidationError, match="Expected `array`, got `object`" if written is list else "object"
    ):
        msgspec.msgpack.decode(other, type=TABLES[table])
    with pytest.raises(msgspec.ValidationError, match=r"length|missing"):
        msgspec.msgpack.decode(empty, type=TABLES[table])


def test_what_is_usual_is_not_written() -> None:
    alarm = Alarm(id="a-1", time=EPOCH, source="nms", object="AGG", alarm_type="link_down", state="cleared")
    written = msgspec.json.decode(msgspec.json.encode(alarm))
    assert sorted(written) == ["alarm_type", "id", "object", "source", "state", "time", "type"]
    assert len(pack(Frame(5, (alarm,)))) < 130


# Events as they come in

TIME = "2026-03-03T10:00:00+07:00"
INCOMING: dict[str, dict[str, Any]] = {
    "alarm": {"source": "nms", "object": "AGG", "alarm_type": "link_down", "severity": "major", "state": "raised"},
    "complaint": {"channel": "phone", "customer": "CU-1", "text": "mati"},
    "maintenance": {"objects": ["AGG"], "start": TIME, "end": "2026-03-03T11:00:00+07:00", "reason": "splice"},
    "source_state": {"source": "nms", "objects": ["AGG"], "state": "lost"},
    "source_heard": {"source": "prometheus:1", "polls": ["AGG"], "every_s": 60},
    "restored": {"object": "AGG"},
    "command": {"actor": "sari", "role": "noc_operator", "action": "note", "target": "IN-1", "reason": "why"},
    "reply": {"ticket": "IN-1", "says": "satisfied"},
    "receipt": {"notice": "NO-1", "state": "sent"},
    "world": {"inventory": "abc"},
    "quarantine": {"offset": 1, "index": 0, "reason": "crashed"},
}


@pytest.mark.parametrize("kind", INCOMING)
def test_an_event_and_one_with_a_field_too_many(kind: str) -> None:
    content = {"type": kind, "id": "x-1", "time": TIME, **INCOMING[kind]}
    event = decode(msgspec.json.encode(content))
    assert not isinstance(event, BadInput)
    assert event in msgspec.json.decode(msgspec.json.encode([event]), type=list[Incoming])
    refused = decode(msgspec.json.encode({**content, "colour": "red"}))
    assert refused == BadInput("colour", "Object contains unknown field `colour`", "x-1")


def test_a_heartbeat_has_nothing_but_its_time() -> None:
    assert isinstance(decode(msgspec.json.encode({"type": "heartbeat", "time": TIME})), Heartbeat)
    assert isinstance(decode(msgspec.json.encode({"type": "heartbeat", "time": TIME, "id": "x"})), BadInput)


@pytest.mark.parametrize("policy", [Policy, CarePolicy, FaultPolicy, DomainPolicy])
def test_a_policy_with_a_word_that_is_none(policy: Any) -> None:
    with pytest.raises(msgspec.ValidationError, match="unknown field `colour`"):
        msgspec.json.decode(b'{"colour": 1}', type=policy)


def test_a_model_of_a_type_with_a_word_that_is_none() -> None:
    with pytest.raises(msgspec.ValidationError, match="unknown field `colour`"):
        msgspec.json.decode(b'{"told": 0.9, "spurious": 0.1, "latency_s": 1, "colour": 1}', type=TypeModel)


@pytest.mark.parametrize("length", [300, 600])
def test_why_something_is_refused_is_said_in_at_most_five_hundred_characters(length: int) -> None:
    refused = decode(msgspec.json.encode({"type": "restored", "id": "x-1", "time": "x" * length, "object": "AGG"}))
    assert isinstance(refused, BadInput)
    assert (refused.field, refused.id) == ("time", "x-1")
    assert (len(refused.reason) == 500) is (length > 500)


@pytest.mark.parametrize(
    ("start", "end", "field"),
    [
        ("2026-03-03T00:00:00Z", "9998-12-31T23:59:59Z", None),
        ("2026-03-03T00:00:00Z", "9999-12-31T23:59:59Z", "end"),  # "for ever": in Jakarta that is the year 10000
        ("0001-01-01T00:00:00+14:00", "2026-03-03T00:00:00Z", "start"),
    ],
)
def test_planned_work_lies_within_the_calendar(start: str, end: str, field: str | None) -> None:
    work = {"type": "maintenance", "id": "w", "time": start, "objects": ["AGG"], "reason": "splice"}
    found = decode(msgspec.json.encode({**work, "start": start, "end": end}))
    assert (found.field if isinstance(found, BadInput) else None) == field


def test_a_world_is_named_by_its_content() -> None:
    topology = network("kota")
    one, other = World(topology, Policy()), World(topology, Policy(keep_days=91))
    assert one.hash == f"{topology.hash}+{Policy().hash}"
    assert other.hash != one.hash == World(topology, Policy(), domain="timur").hash
