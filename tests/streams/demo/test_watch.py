"""Waiting for what the service concludes, and reading what it sent."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from streams.demo.doors import Address, DemoFailed, Doors
from streams.demo.watch import Watch


@dataclass
class Time:
    now_s: float = 0.0

    def monotonic(self) -> float:
        return self.now_s

    def nap(self, seconds: float) -> None:
        self.now_s += seconds


@pytest.fixture
def watch(tmp_path: Path) -> Iterator[Watch]:
    address = Address(("127.0.0.1", 9), "http://service.test", "t", lambda: 0)
    nothing = httpx.Client(base_url=address.url, transport=httpx.MockTransport(lambda _: httpx.Response(404)))
    time = Time()
    with Doors(address, nothing) as doors:
        yield Watch(doors, tmp_path / "messages.jsonl", 20.0, time.nap, time.monotonic)


def test_it_waits_until_there_is_something(watch: Watch) -> None:
    looks = iter([None, None, "at last"])
    assert watch.until("thing", lambda: next(looks)) == "at last"


def test_it_does_not_wait_for_ever(watch: Watch) -> None:
    with pytest.raises(DemoFailed, match="after 80 s there is still no thing"):
        watch.until("thing", lambda: None)


def test_what_is_not_there_is_none(watch: Watch) -> None:
    assert watch.ticket("NT-1") is None
    assert watch.in_state("IN-1", "open") is None
    assert watch.record("IN-1") is None


def test_messages_are_read_as_far_as_they_are_written(watch: Watch) -> None:
    assert watch.sent() == []
    watch.messages.write_text('{"kind": "outage"}\n{"kind": "rest')
    assert watch.sent() == [{"kind": "outage"}]
    with watch.messages.open("a") as file:
        file.write('ored"}\n')
    assert watch.sent() == [{"kind": "outage"}, {"kind": "restored"}]
