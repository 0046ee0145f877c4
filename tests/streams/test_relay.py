"""The relay: what listeners hand over is framed by the place of its source, in order, and told when it is durable."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field

import pytest

from connectors.formats.raw_frames import MOST_DATAGRAMS, Datagram, Placed, place_of, unpack
from connectors.metrics import EDGE_DATAGRAMS_LOST, EDGE_DATAGRAMS_TAKEN
from connectors.ports import JournalFull
from connectors.rawlog.memory import MemoryRawLog
from connectors.telemetry.metrics import MemoryCounter
from streams.processes.edge.relay import HELD, HELD_BYTES, Origin, Relay

T0 = 1_772_323_200_000_000  # 2026-03-01T00:00Z
PLACES = 4


class Halting(MemoryRawLog):
    """Takes nothing until it is told to go on."""

    def __init__(self) -> None:
        super().__init__()
        self.on = asyncio.Event()

    async def append(self, frames: Sequence[Placed]) -> None:
        await self.on.wait()
        await super().append(frames)


@dataclass
class Post:
    log: MemoryRawLog
    counter: MemoryCounter = field(default_factory=MemoryCounter)

    def __post_init__(self) -> None:
        self.relay = Relay(Origin("snmp", "jkt-1", PLACES), self.log, self.counter)

    def there(self, place: int) -> list[Datagram]:
        return [one for body in self.log.kept.get(place, []) for one in unpack(body, "here").datagrams]

    def ids(self) -> list[str]:
        return sorted(unpack(body, "here").id for bodies in self.log.kept.values() for body in bodies)


def datagram(n: int, source: int = 1) -> Datagram:
    return Datagram(f"10.0.0.{source}", T0 + n, f"{n}".encode())


def during(act: Callable[[Post], Awaitable[None]], log: type[MemoryRawLog] = MemoryRawLog) -> Post:
    async def run() -> Post:
        post = Post(log())
        running = asyncio.create_task(post.relay.run())
        try:
            await act(post)
            await post.relay.close()
        finally:
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)
        return post

    return asyncio.run(run())


def test_each_source_is_in_its_place_in_order() -> None:
    some = [datagram(n, source=n % 7) for n in range(2_000)]

    async def act(post: Post) -> None:
        for start in range(0, len(some), 90):
            post.relay.post(some[start : start + 90])
            await asyncio.sleep(0)

    post = during(act)
    for place in range(PLACES):
        assert post.there(place) == [one for one in some if place_of(one.peer, PLACES) == place]
    assert (post.counter.counted(EDGE_DATAGRAMS_TAKEN), post.relay.waiting) == (2_000, 0)


def test_frames_are_full_or_few_and_have_names_of_their_own() -> None:
    async def act(post: Post) -> None:
        post.relay.post(datagram(n) for n in range(MOST_DATAGRAMS + 1))

    assert during(act).ids() == ["jkt-1/1", "jkt-1/2"]


def test_who_waits_is_told_when_it_is_durable() -> None:
    async def act(post: Post) -> None:
        assert isinstance(post.log, Halting)
        post.relay.post([datagram(1)])
        waits = [asyncio.create_task(post.relay.put(datagram(n))) for n in (2, 3)]
        done, _ = await asyncio.wait(waits, timeout=0.2)
        assert not done
        post.log.on.set()
        await asyncio.gather(*waits)
        assert [one for place in range(PLACES) for one in post.there(place)] == [datagram(n) for n in (1, 2, 3)]

    during(act, Halting)


def test_who_hangs_up_leaves_the_others_waiting() -> None:
    async def act(post: Post) -> None:
        first, other = (asyncio.create_task(post.relay.put(datagram(n))) for n in (1, 2))
        await asyncio.sleep(0)
        first.cancel()
        await other

    assert during(act).counter.counted(EDGE_DATAGRAMS_TAKEN) == 2


def test_what_the_log_refuses_is_told_and_counted() -> None:
    async def act(post: Post) -> None:
        post.log.away = True
        post.relay.post([datagram(1)])
        with pytest.raises(JournalFull, match="Nobody answers"):
            await post.relay.put(datagram(2))
        post.log.away = False
        await post.relay.put(datagram(3))

    post = during(act)
    assert (
        post.counter.counted(EDGE_DATAGRAMS_LOST, "refused"),
        post.counter.counted(EDGE_DATAGRAMS_TAKEN),
        post.relay.waiting,
    ) == (2, 1, 0)


def test_when_too_much_waits_listeners_are_told_to_stop() -> None:
    async def act(post: Post) -> None:
        assert isinstance(post.log, Halting)
        post.relay.post([datagram(1)] * HELD)
        with pytest.raises(JournalFull, match="wait to be written"):
            post.relay.post([datagram(2)])
        with pytest.raises(JournalFull, match="wait to be written"):
            await post.relay.put(datagram(3))
        post.log.on.set()

    assert during(act, Halting).counter.counted(EDGE_DATAGRAMS_TAKEN) == HELD


def test_bytes_that_wait_are_bounded_too() -> None:
    long, times = Datagram("10.0.0.1", T0, bytes(16_000)), HELD_BYTES // 16_000

    async def act(post: Post) -> None:
        assert isinstance(post.log, Halting)
        for _ in range(2):
            post.relay.post([long] * times)
            with pytest.raises(JournalFull, match="wait to be written, of 130 MB"):
                post.relay.post([datagram(2)])
            post.log.on.set()
            await post.relay.close(patience_s=60)
            post.log.on.clear()
        post.log.on.set()

    assert times < HELD
    assert during(act, Halting).counter.counted(EDGE_DATAGRAMS_TAKEN) == 2 * times


def test_what_is_not_durable_at_the_end_is_counted() -> None:
    async def act(post: Post) -> None:
        post.relay.post([datagram(1), datagram(2)])
        await post.relay.close(patience_s=0.1)

    post = during(act, Halting)
    assert (post.counter.counted(EDGE_DATAGRAMS_LOST, "closed"), post.counter.counted(EDGE_DATAGRAMS_TAKEN)) == (2, 0)


class Broken(MemoryRawLog):
    async def append(self, frames: Sequence[Placed]) -> None:
        raise ZeroDivisionError(len(frames))


def test_a_programmers_error_ends_the_run() -> None:
    async def run() -> None:
        post = Post(Broken())
        post.relay.post([datagram(1)])
        running = asyncio.create_task(post.relay.run())
        for n in range(2, 1_000):
            if running.done():
                break
            post.relay.post([datagram(n)])
            await asyncio.sleep(0.01)
        with pytest.raises(ZeroDivisionError):
            await running
        await post.relay.close()

    asyncio.run(run())
