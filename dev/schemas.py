"""Writes `docs/schemas` and `docs/asyncapi.json`: what is on the topics, made of the types that we decode with.

    make schemas

What may change within a version, and how readers upcast: `docs/decisions/0030-schemas.md`.
"""

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from connectors.formats.cloud_events import CloudEvent
from connectors.formats.dead_letters import DeadLetter
from connectors.formats.raw_frames import Datagram, RawFrame
from connectors.kafka.cluster import Topic
from correlator.events import Frame
from streams.bootstrap.listeners import kinds
from streams.bootstrap.topics import topics
from streams.settings import Database, Kafka, Settings

ROOT = Path(__file__).resolve().parents[1]
DOCS = ROOT / "docs"
DIALECT = "https://json-schema.org/draft/2020-12/schema"
FORMAT = "application/schema+json;version=draft-2020-12"
PACKED = (
    "One byte of format (01), then zlib over msgpack. The schema is of what is packed, as JSON would show it: octets"
    " in base64, a time as RFC 3339 where msgpack has its timestamp."
)
NUMBERS = ("retention.ms", "retention.bytes", "max.message.bytes")  # those that the binding for Kafka wants as such

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Kind:
    """What one topic holds. `senders` and `readers` are our processes; others may read what is for them."""

    topic: str  # without the prefix
    name: str  # of the schema, with its version
    type: Any
    key: str
    content: str
    says: str
    senders: tuple[str, ...]
    readers: tuple[str, ...]
    header: str | None = None  # content-type, where the record has one


def raw(listener: str) -> Kind:
    """What edges keep of one kind of listener."""
    return Kind(
        f"raw.{listener}",
        "raw-frame.v1",
        RawFrame,
        "None: the partition is that of the source's address (CRC-32 modulo their number).",
        "application/vnd.simpul.raw-frame",
        f"Datagrams as an edge received them, up to 500; a source's are in order. {PACKED}",
        ("edge",),
        ("worker",),
    )


KINDS = (
    *(raw(listener) for listener in kinds()),
    Kind(
        "events",
        "event-frame.v1",
        Frame,
        "The domain. Domains have their partitions in the order of the settings.",
        "application/vnd.simpul.event-frame",
        "The journal: 1 to 500 events that arrived together. What is personal in it is sealed. Stamped by the broker:"
        f" that time counts, not the frame's own. {PACKED}",
        ("worker", "api", "dispatch"),
        ("worker",),
    ),
    Kind(
        "effects",
        "effect.v1",
        CloudEvent,
        "The domain, which is also the event's `source`.",
        "application/cloudevents+json",
        "What was decided, for other systems: CloudEvents 1.0 in structured mode. At least once, and in a domain in"
        " order: what is at or below the `sequence` that was read is a repeat. No contacts, no free text.",
        ("worker",),
        (),
        "application/cloudevents+json; charset=UTF-8",
    ),
    Kind(
        "dead",
        "dead-letter.v1",
        DeadLetter,
        "The source's address.",
        "application/json",
        "Datagrams at which our own code broke, as edges keep them (octets in base64), with the error's type and"
        " place.",
        ("worker",),
        (),
    ),
)
PLACED = (Frame, RawFrame, Datagram)  # packed as arrays: a field is known by its place


def files() -> dict[Path, str]:
    """What has to be in which file."""
    made = {DOCS / "schemas" / f"{kind.name}.json": schema(kind) for kind in KINDS}
    return {path: _text(one) for path, one in {**made, DOCS / "asyncapi.json": asyncapi()}.items()}


def schema(kind: Kind) -> Json:
    """JSON Schema 2020-12 of one record."""
    made = msgspec.json.schema(kind.type)
    for struct in PLACED:
        if struct.__name__ in made["$defs"]:
            items = made["$defs"][struct.__name__]["prefixItems"]
            for item, name in zip(items, struct.__struct_fields__, strict=True):
                item["title"] = name
    head = {"$schema": DIALECT, "$id": f"urn:simpul:{kind.name}", "title": kind.name, "description": kind.says}
    return {**head, **made}


def asyncapi() -> Json:
    """AsyncAPI 3.0, with the topics' names and settings as they are by default."""
    kafka = Kafka(servers="kafka:9092")
    declared = {topic.name: topic for topic in topics(Settings(kafka=kafka, database=Database(url="postgresql://db")))}
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "Simpul's topics",
            "version": "1.0.0",
            "description": "Made by `make schemas` of the types in the code. Names begin with `kafka.prefix`.",
            "license": {"name": "Apache-2.0", "url": "https://www.apache.org/licenses/LICENSE-2.0"},
        },
        "servers": {"kafka": {"host": kafka.servers, "protocol": "kafka", "description": "`kafka.servers`"}},
        "channels": {kind.topic: _channel(kind, declared[kafka.prefix + kind.topic]) for kind in KINDS},
        "operations": dict(_operations()),
        "components": {"messages": {kind.name: _message(kind) for kind in KINDS}},
    }


def _channel(kind: Kind, topic: Topic) -> Json:
    settings: Json = {name: int(value) if name in NUMBERS else value for name, value in topic.settings.items()}
    settings["cleanup.policy"] = [settings["cleanup.policy"]]
    return {
        "address": topic.name,
        "description": kind.says,
        "messages": {kind.name: {"$ref": f"#/components/messages/{kind.name}"}},
        "bindings": {
            "kafka": {
                "topic": topic.name,
                "partitions": topic.partitions,
                "replicas": topic.replicas,
                "topicConfiguration": settings,
                "bindingVersion": "0.5.0",
            }
        },
    }


def _operations() -> Iterator[tuple[str, Json]]:
    for kind in KINDS:
        for action, processes in (("send", kind.senders), ("receive", kind.readers)):
            for process in processes:
                name = f"{process}.{action}.{kind.topic}"
                yield (
                    name,
                    {
                        "action": action,
                        "channel": {"$ref": f"#/channels/{kind.topic}"},
                        "summary": f"simpul {process}",
                        "messages": [{"$ref": f"#/channels/{kind.topic}/messages/{kind.name}"}],
                    },
                )


def _message(kind: Kind) -> Json:
    made: Json = {
        "name": kind.name,
        "contentType": kind.content,
        "payload": {"schemaFormat": FORMAT, "schema": {"$ref": f"./schemas/{kind.name}.json"}},
        "bindings": {"kafka": {"key": {"type": "string", "description": kind.key}, "bindingVersion": "0.5.0"}},
    }
    if kind.header is not None:
        header = {"type": "string", "const": kind.header}
        made["headers"] = {"type": "object", "properties": {"content-type": header}, "required": ["content-type"]}
    return made


def _text(document: Json) -> str:
    return msgspec.json.format(msgspec.json.encode(document), indent=2).decode() + "\n"


def main() -> int:
    wanted = files()
    (DOCS / "schemas").mkdir(exist_ok=True)
    for path, text in wanted.items():
        path.write_text(text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
