"""Real connections on loopback; only the journal behind them is a fake."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from dataclasses import dataclass, field
from ipaddress import ip_network
from typing import Any

import pytest

from connectors.formats.raw_frames import Datagram
from connectors.listeners.delivery import CROWDED
from connectors.listeners.framing import MOST_OCTETS
from connectors.listeners.listener import Listener
from connectors.listeners.port import Context, Framing, Limits, Place
from connectors.listeners.source import Admission, AlarmReceiver, DatagramSource
from connectors.listeners.tcp import TcpListener
from connectors.metrics import (
    DATAGRAMS_RECEIVED,
    DATAGRAMS_REFUSED,
    LISTENER_ALARMS,
    LISTENER_CONNECTIONS,
    LISTENER_JOURNAL_FULL,
    LISTENER_LOST,
    Counted,
)
from connectors.ports import PortError
from connectors.telemetry.metrics import MemoryCounter
from correlator.events import Alarm, moment
from correlator.wire import BadInput
from tests.connectors.snmp.house import TOPOLOGY, MemoryInlet, resolver

T0 = 1_772_323_200_000_000  # 2026-03-01T00:00Z


class Says:
    """A reader: each message is the name of an object."""

    def read(self, datagram: Datagram, mark: str) -> Sequence[Alarm] | BadInput:
        name, when = datagram.octets.decode(), moment(datagram.at_us)
        if name == "broken":
            raise KeyError(name)
        return [Alarm(id=mark, time=when, source="says", object=name, alarm_type="link_down", state="raised")]


SOURCE = DatagramSource("says", "Says", 0, lambda _: Says(), "tcp")


@dataclass
class Scene:
    """A listener, what is behind it, and who connects."""

    place: Place
    framing: Framing = "lines"
    inlet: MemoryInlet = field(default_factory=MemoryInlet)
    counter: MemoryCounter = field(default_factory=MemoryCounter)

    def __post_init__(self) -> None:
        self.receiver = AlarmReceiver(
            Says(), context(self.counter), self.inlet, Admission(lambda: T0, Limits(octets=MOST_OCTETS))
        )
        self.listener = TcpListener(self.receiver, self.counter, self.place, self.framing)

    @property
    def objects(self) -> list[str]:
        return [alarm.object for alarm in self.inlet.taken]

    def connected(self) -> AbstractAsyncContextManager[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
        return connected(self.listener.port)


def context(counter: MemoryCounter) -> Context:
    return Context("says", TOPOLOGY, resolver(), counter)


@asynccontextmanager
async def connected(port: int) -> Any:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        yield reader, writer
    finally:
        writer.close()


def during(act: Callable[[Scene], Awaitable[None]], place: Place | None = None, framing: Framing = "lines") -> Scene:
    async def run() -> Scene:
        scene = Scene(place or Place(), framing)
        await scene.listener.start()
        try:
            await act(scene)
        finally:
            await scene.listener.close()
        return scene

    return asyncio.run(run())


async def counted(scene: Scene, metric: Counted, *labels: str) -> None:
    async with asyncio.timeout(20):
        while not scene.counter.counted(metric, "says", *labels):  # noqa: ASYNC110  # connections have no event to wait for
            await asyncio.sleep(0.001)


async def closed(reader: asyncio.StreamReader) -> None:
    """The other side has closed it."""
    async with asyncio.timeout(20):
        with suppress(ConnectionResetError):
            assert await reader.read() == b""


def test_what_comes_together_is_posted_together() -> None:
    async def act(scene: Scene) -> None:
        async with scene.connected() as (_, writer):
            writer.write(b"a\nb\nc\n")
            await scene.inlet.until(taken=3)
            writer.write(b"d")
            await asyncio.sleep(0.01)
            writer.write(b"e\n")
            await scene.inlet.until(taken=4)

    scene = during(act)
    assert scene.objects == ["a", "b", "c", "de"]
    assert scene.inlet.asked == 2
    assert (scene.counter.counted(DATAGRAMS_RECEIVED, "says"), scene.counter.counted(LISTENER_ALARMS, "says")) == (4, 4)
    assert len({alarm.id for alarm in scene.inlet.taken}) == 4


async def much(writer: asyncio.StreamWriter) -> None:
    """More than kernel and stream hold."""
    for _ in range(400):
        writer.write(b"x" * 60_000 + b"\n")
        await writer.drain()


def test_nothing_is_read_while_the_journal_is_full() -> None:
    async def act(scene: Scene) -> None:
        scene.inlet.full = True
        async with scene.connected() as (_, writer):
            writer.write(b"a\n")
            await scene.inlet.until(asked=2)  # once, and again after a while
            assert scene.listener.paused
            with pytest.raises(TimeoutError):
                await asyncio.wait_for(much(writer), 2)
            assert scene.counter.counted(DATAGRAMS_RECEIVED, "says") == 1
            scene.inlet.full = False
            await scene.inlet.until(taken=2)
            writer.transport.abort()

    scene = during(act)
    assert scene.objects[0] == "a"
    assert scene.counter.counted(LISTENER_JOURNAL_FULL, "says") >= 2


def test_nothing_is_read_while_much_waits_to_be_written() -> None:
    """So that nothing of senders who can wait has to be shed."""

    async def act(scene: Scene) -> None:
        scene.inlet.waiting = CROWDED
        async with scene.connected() as (_, writer):
            writer.write(b"a\n")
            with pytest.raises(TimeoutError):
                await asyncio.wait_for(much(writer), 2)
            assert scene.objects == []
            scene.inlet.waiting = CROWDED - 1
            await scene.inlet.until(taken=1)
            writer.transport.abort()

    assert during(act).objects[0] == "a"


def test_one_closes_also_while_much_waits() -> None:
    async def act(scene: Scene) -> None:
        scene.inlet.waiting = CROWDED
        async with scene.connected() as (_, writer):
            writer.write(b"a\n")
            await writer.drain()
            await asyncio.sleep(0.05)

    assert during(act).objects == ["a"]


def test_what_a_full_journal_never_took_is_counted_at_the_end() -> None:
    async def act(scene: Scene) -> None:
        scene.inlet.full = True
        async with scene.connected() as (_, writer):
            writer.write(b"a\nb\n")
            await scene.inlet.until(asked=1)

    assert during(act).counter.counted(LISTENER_LOST, "says", "closed_while_journal_full") == 2


def test_what_has_come_at_the_end_is_taken() -> None:
    async def act(scene: Scene) -> None:
        async with scene.connected() as (_, writer):
            writer.write(b"a\n")
            await scene.inlet.until(taken=1)
            writer.write(b"b\n" * 1_000 + b"unfinished")
            await writer.drain()
            await asyncio.sleep(0.05)

    scene = during(act)
    assert len(scene.objects) == 1_001
    assert scene.counter.counted(DATAGRAMS_REFUSED, "says", "unfinished") == 1


def test_who_is_not_believed_is_not_read() -> None:
    async def act(scene: Scene) -> None:
        async with scene.connected() as (reader, writer):
            writer.write(b"a\n")
            await closed(reader)

    scene = during(act, Place(sources=(ip_network("10.0.0.0/8"),)))
    assert (scene.objects, scene.counter.counted(DATAGRAMS_REFUSED, "says", "wrong_address")) == ([], 1)


def test_more_connections_than_there_may_be() -> None:
    async def act(scene: Scene) -> None:
        async with scene.connected() as (_, first):
            await counted(scene, LISTENER_CONNECTIONS, "opened")
            async with scene.connected() as (reader, _):
                await closed(reader)
            first.write(b"a\n")
            await scene.inlet.until(taken=1)
        async with scene.connected() as (_, third):
            third.write(b"b\n")
            await scene.inlet.until(taken=2)

    scene = during(act, Place(connections=1))
    assert (scene.objects, scene.counter.counted(DATAGRAMS_REFUSED, "says", "too_many_connections")) == (["a", "b"], 1)


def test_one_that_says_nothing_for_long_is_closed() -> None:
    async def act(scene: Scene) -> None:
        async with scene.connected() as (reader, writer):
            writer.write(b"a\n")
            await closed(reader)

    scene = during(act, Place(idle_s=0.1))
    assert (scene.objects, scene.counter.counted(LISTENER_CONNECTIONS, "says", "idle")) == (["a"], 1)


def test_one_that_cannot_be_framed_is_closed_and_others_go_on() -> None:
    async def act(scene: Scene) -> None:
        async with scene.connected() as (reader, writer):
            writer.write(b"1 a12345678")
            await closed(reader)
        async with scene.connected() as (_, writer):
            writer.write(b"1 b")
            await scene.inlet.until(taken=2)

    scene = during(act, framing="counted")
    assert (scene.objects, scene.counter.counted(DATAGRAMS_REFUSED, "says", "bad_count")) == (["a", "b"], 1)


def test_where_the_reader_breaks_the_others_go_on() -> None:
    async def act(scene: Scene) -> None:
        async with scene.connected() as (_, writer):
            writer.write(b"a\nbroken\nb\n")
            await scene.inlet.until(taken=2)

    scene = during(act)
    assert (scene.objects, scene.counter.counted(LISTENER_LOST, "says", "broke")) == (["a", "b"], 1)


def test_both_are_at_one_port_and_a_port_that_is_taken_is_told() -> None:
    async def act(scene: Scene) -> None:
        both = Listener(SOURCE, Place(transport="both"), scene.receiver, scene.counter)
        await both.start()
        assert both.listens.transport == "UDP and TCP"
        taken = Place(port=both.listens.port, transport="tcp")
        with pytest.raises(PortError, match=rf"SAYS: 127.0.0.1 port {taken.port} cannot be bound.*ss -ltnp"):
            await Listener(SOURCE, taken, scene.receiver, scene.counter).start()
        async with connected(both.listens.port) as (_, writer):
            writer.write(b"a\n")
            await scene.inlet.until(taken=1)
        loop = asyncio.get_running_loop()
        sender, _ = await loop.create_datagram_endpoint(asyncio.DatagramProtocol, remote_addr=both.listens.address)
        sender.sendto(b"b")
        await scene.inlet.until(taken=2)
        sender.close()
        await both.close()

    assert during(act).objects == ["a", "b"]
