"""What every publisher must do, asked of each adapter."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, closing, contextmanager
from typing import Any

import msgspec
import pytest
from kafka import KafkaConsumer, TopicPartition

from connectors.formats.cloud_events import CloudEvent, Publisher, cloud_event
from connectors.kafka.cluster import Cluster
from connectors.ports import Emitted
from connectors.publisher.kafka import KafkaPublisher
from connectors.publisher.memory import MemoryPublisher
from tests.contracts.test_store import EFFECTS, noted
from tests.services import cluster, new_topic

DOMAINS = ("java", "papua")
Read = Callable[[str], Sequence[CloudEvent]]

_event: msgspec.json.Decoder[CloudEvent] = msgspec.json.Decoder(CloudEvent)


@contextmanager
def in_memory() -> Iterator[tuple[Publisher, Read]]:
    publisher = MemoryPublisher()
    yield publisher, lambda domain: publisher.told[domain]


@contextmanager
def on_kafka() -> Iterator[tuple[Publisher, Read]]:
    topic = new_topic(DOMAINS)
    with closing(KafkaPublisher(cluster(), topic, DOMAINS)) as publisher:
        yield publisher, lambda domain: [_event.decode(one.value) for one in records(topic, DOMAINS.index(domain))]


def records(topic: str, number: int, brokers: Cluster | None = None) -> list[Any]:
    """All of a partition."""
    place = TopicPartition(topic, number)
    with closing(KafkaConsumer(**(brokers or cluster()).client(), auto_offset_reset="earliest")) as consumer:
        consumer.assign([place])
        end = consumer.end_offsets([place])[place]
        found: list[Any] = []
        while len(found) < end:
            found += consumer.poll(10_000).get(place, [])
        return found


MAKERS: dict[str, Callable[[], AbstractContextManager[tuple[Publisher, Read]]]] = {
    "memory": in_memory,
    "kafka": on_kafka,
}


@pytest.fixture(params=MAKERS)
def made(request: pytest.FixtureRequest) -> Iterator[tuple[Publisher, Read]]:
    with MAKERS[request.param]() as found:
        yield found


def events(domain: str, *numbers: int) -> list[CloudEvent]:
    return [cloud_event(domain, Emitted(n, 0, noted(n))) for n in numbers]


def test_what_is_published_is_there_in_order(made: tuple[Publisher, Read]) -> None:
    publisher, read = made
    every = [cloud_event("java", Emitted(1, place, effect)) for place, effect in enumerate(EFFECTS)]
    publisher.publish("java", every)
    publisher.publish("java", events("java", *range(2, 900)))
    assert list(read("java")) == every + events("java", *range(2, 900))


def test_domains_are_apart(made: tuple[Publisher, Read]) -> None:
    publisher, read = made
    publisher.publish("papua", events("papua", 1))
    publisher.publish("java", events("java", 1))
    assert [one.source for one in read("papua")] == ["papua"]
    assert [one.source for one in read("java")] == ["java"]


def test_it_repeats_what_it_is_told_twice(made: tuple[Publisher, Read]) -> None:
    """Who reads drops repeats; who publishes knows none."""
    publisher, read = made
    for _ in range(2):
        publisher.publish("java", events("java", 1, 2))
    assert list(read("java")) == events("java", 1, 2, 1, 2)
