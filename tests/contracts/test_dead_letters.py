"""What every place for dead letters must do, asked of each."""

import re
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager

import msgspec
import pytest

from connectors.formats.dead_letters import DeadLetter, DeadLetters, MemoryDeadLetters, described
from connectors.publisher.dead import KafkaDeadLetters
from correlator.events import moment
from tests.contracts.test_publisher import records
from tests.services import cluster, new_topic

Kept = Callable[[], list[DeadLetter]]


@contextmanager
def in_memory() -> Iterator[tuple[DeadLetters, Kept]]:
    letters = MemoryDeadLetters()
    yield letters, lambda: letters.kept


@contextmanager
def on_kafka() -> Iterator[tuple[DeadLetters, Kept]]:
    topic = new_topic(["dead"])
    with closing(KafkaDeadLetters(cluster(), topic)) as letters:
        yield letters, lambda: [msgspec.json.decode(one.value, type=DeadLetter) for one in records(topic, 0)]


MAKERS: dict[str, Callable[[], AbstractContextManager[tuple[DeadLetters, Kept]]]] = {
    "memory": in_memory,
    "kafka": on_kafka,
}


@pytest.fixture(params=MAKERS)
def made(request: pytest.FixtureRequest) -> Iterator[tuple[DeadLetters, Kept]]:
    with MAKERS[request.param]() as found:
        yield found


def letter(n: int) -> DeadLetter:
    return DeadLetter(
        listener="snmp",
        frame="edge-1/17",
        index=n,
        peer="10.0.0.1",
        received=moment(n),
        octets=bytes((0x30, n)),
        given_up=moment(n + 1),
        error="IndexError at ber.py:17",
    )


def test_letters_are_kept_as_they_came(made: tuple[DeadLetters, Kept]) -> None:
    letters, kept = made
    letters.put([letter(1), letter(2)])
    letters.put([letter(3)])
    assert kept() == [letter(1), letter(2), letter(3)]


def test_an_error_is_described_without_its_words() -> None:
    with pytest.raises(ValueError, match="0812") as caught:
        int("0812 3456")
    assert re.fullmatch(r"ValueError at test_dead_letters\.py:\d+", described(caught.value))
