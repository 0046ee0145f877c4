"""The schemas of what is on the topics are those of the code, real records keep to them, and old records are read."""

import json
import re
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import msgspec
import pytest
from jsonschema import Draft7Validator, Draft202012Validator

from connectors.formats.cloud_events import CloudEvent, cloud_event
from connectors.formats.dead_letters import DeadLetter
from connectors.formats.raw_frames import Datagram, RawFrame
from connectors.formats.raw_frames import pack as pack_raw
from connectors.formats.raw_frames import unpack as unpack_raw
from connectors.journal import codec
from connectors.ports import Emitted
from dev.schemas import DOCS, KINDS, files
from streams.bootstrap.topics import topics
from streams.settings import Database, Kafka, Settings
from streams.simulation.night import draw_night, frames
from streams.simulation.owners import DOMAIN, Owner
from streams.simulation.simulation import live
from tests.contracts.test_dead_letters import letter
from tests.contracts.test_store import EFFECTS

VENDOR = Path(__file__).parent / "vendor"
GOLDEN = Path(__file__).parent / "golden" / "records"  # of each version one, as it was written by the first that did
EVERY = (7, 12, 40)  # nights, which have between them every kind of event that a night has


def schema(name: str) -> Draft202012Validator:
    return Draft202012Validator(json.loads((DOCS / "schemas" / f"{name}.json").read_text()))


def faults(name: str, record: object) -> list[str]:
    """Of a record, seen as JSON."""
    shown = json.loads(msgspec.json.encode(record))
    return [f"{fault.json_path}: {fault.message[:200]}" for fault in schema(name).iter_errors(shown)]


@cache
def lived(seed: int) -> Owner:
    night = draw_night(seed)
    return live(night, frames(night.arrived)).owner


# The files


def test_they_are_those_of_the_code() -> None:
    stale = [path.name for path, text in files().items() if not path.exists() or path.read_text() != text]
    assert stale == [], "make schemas"
    assert {path.name for path in (DOCS / "schemas").iterdir()} == {f"{kind.name}.json" for kind in KINDS}


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_each_is_a_schema(kind: Any) -> None:
    Draft202012Validator.check_schema(schema(kind.name).schema)


@pytest.fixture(scope="module")
def asyncapi() -> Any:
    return json.loads((DOCS / "asyncapi.json").read_text())


def test_the_document_is_asyncapi_3(asyncapi: Any) -> None:
    meta = Draft7Validator(json.loads((VENDOR / "asyncapi-3.0.0.json").read_text()))
    assert [fault.message[:300] for fault in meta.iter_errors(asyncapi)] == []
    assert list(meta.iter_errors({**asyncapi, "channels": {"x": {"adress": "y"}}})), "it finds faults"


def test_what_the_document_refers_to_is_there(asyncapi: Any) -> None:
    for target in re.findall(r'"\$ref": "([^"]+)"', (DOCS / "asyncapi.json").read_text()):
        file, _, path = target.partition("#")
        found: Any = json.loads((DOCS / file).read_text()) if file else asyncapi
        for part in path.strip("/").split("/") if path else ():
            found = found[part]
        assert found


def test_the_document_has_every_topic(asyncapi: Any) -> None:
    settings = Settings(kafka=Kafka(servers="kafka:9092"), database=Database(url="postgresql://db"))
    channels = {channel["address"]: channel["bindings"]["kafka"] for channel in asyncapi["channels"].values()}
    assert {topic.name for topic in topics(settings)} == channels.keys()


# Records


@pytest.mark.parametrize("seed", EVERY)
def test_frames_of_a_journal_keep_to_the_schema(seed: int) -> None:
    journal = lived(seed).journal
    found = [codec.unpack(codec.pack(frame), "here") for _, frame in journal.read(DOMAIN, 0, 100_000)]
    assert found
    assert [fault for frame in found for fault in faults("event-frame.v1", frame)] == []


@pytest.mark.parametrize("seed", EVERY)
def test_effects_keep_to_the_schema_and_to_cloudevents(seed: int) -> None:
    events = [cloud_event(DOMAIN, one) for one in lived(seed).store.unpublished(DOMAIN, 100_000)]
    assert events
    assert [fault for event in events for fault in faults("effect.v1", event)] == []
    assert [event for event in events if not well_formed(json.loads(msgspec.json.encode(event)))] == []


def well_formed(event: dict[str, Any]) -> bool:
    """CloudEvents 1.0.2, sections 3 and 3.1; RFC 3339."""
    attributes = event.keys() - {"data"}
    return (
        attributes >= {"id", "source", "specversion", "type"}
        and all(isinstance(event[name], str) and event[name] for name in attributes)
        and all(re.fullmatch(r"[a-z0-9]{1,20}", name) for name in attributes)
        and event["specversion"] == "1.0"
        and re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z", event["time"]) is not None
    )


def test_every_kind_of_effect_keeps_to_the_schema() -> None:
    events = [cloud_event("jawa timur", Emitted(1, place, effect)) for place, effect in enumerate(EFFECTS)]
    assert [fault for event in events for fault in faults("effect.v1", event)] == []
    assert {event.source for event in events} == {"jawa%20timur"}


def test_raw_frames_keep_to_the_schema() -> None:
    frame = RawFrame("snmp", "edge-1/17", [Datagram("10.0.0.1", 1_772_323_200_000_000, b"\x30\x00")])
    assert faults("raw-frame.v1", unpack_raw(pack_raw(frame), "here")) == []


def test_dead_letters_keep_to_the_schema() -> None:
    assert faults("dead-letter.v1", letter(1)) == []


@pytest.mark.parametrize(
    ("name", "record"),
    [("effect.v1", {"id": "AL-1"}), ("event-frame.v1", [1, [{"type": "alarm"}]]), ("raw-frame.v1", ["snmp"])],
)
def test_a_schema_refuses_what_is_none(name: str, record: object) -> None:
    assert faults(name, record)


# Versions

READ: dict[str, Callable[[bytes], object]] = {
    "event-frame": lambda body: codec.unpack(body, "golden"),
    "raw-frame": lambda body: unpack_raw(body, "golden"),
    "effect": msgspec.json.Decoder(CloudEvent).decode,
    "dead-letter": msgspec.json.Decoder(DeadLetter).decode,
}


def golden(name: str) -> list[bytes]:
    """What is JSON as lines of it, what is packed in hexadecimal."""
    lines = (GOLDEN / name).read_bytes().splitlines()
    return [line if line.startswith(b"{") else bytes.fromhex(line.decode()) for line in lines]


@pytest.mark.parametrize("name", [kind.name for kind in KINDS])
def test_records_that_were_written_are_read_for_ever(name: str) -> None:
    """And keep to the schema of their version, which may only have gained what need not be there."""
    bodies = golden(name)
    assert bodies
    assert [fault for body in bodies for fault in faults(name, READ[name.partition(".")[0]](body))] == []
