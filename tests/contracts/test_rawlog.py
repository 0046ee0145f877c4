"""What every raw log must do, asked of each adapter: memory, a Kafka topic, and either with a spool before it."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager, closing
from dataclasses import dataclass
from pathlib import Path

import pytest
from kafka import KafkaConsumer, TopicPartition

from connectors.formats.raw_frames import Placed, RawLog
from connectors.kafka.cluster import Cluster, Topic, make
from connectors.rawlog.kafka import KafkaRawLog
from connectors.rawlog.memory import MemoryRawLog
from connectors.rawlog.spool import Spool
from connectors.rawlog.spooled import SpooledRawLog
from connectors.telemetry.metrics import MemoryCounter
from tests.integration.house import LOOK_EVERY_S, PATIENCE_S
from tests.services import WORKER, cluster

PLACES = 4


@dataclass(frozen=True)
class Made:
    """A raw log, and how to see what it holds."""

    log: RawLog
    read: Callable[[int], Sequence[bytes]]  # a place's frames


@asynccontextmanager
async def memory(_: Path) -> AsyncIterator[Made]:
    log = MemoryRawLog()
    yield Made(log, lambda place: log.kept.get(place, []))


@asynccontextmanager
async def kafka(_: Path) -> AsyncIterator[Made]:
    name = new_topic()
    log = KafkaRawLog(cluster(), name, PLACES)
    try:
        yield Made(log, lambda place: records(cluster(), name, place))
    finally:
        await log.close()


def spooled(inner: Callable[[Path], AbstractAsyncContextManager[Made]], *, already: bool) -> "Maker":
    """`already`: there is something in the spool when it starts, so all goes that way at first."""

    @asynccontextmanager
    async def make_one(folder: Path) -> AsyncIterator[Made]:
        async with inner(folder) as behind:
            spool = Spool(folder / "spool.db", 10_000_000)
            if already:
                spool.append([Placed(0, b"from yesterday")])
            log = SpooledRawLog(behind.log, spool, MemoryCounter())
            keeping = asyncio.create_task(log.run())

            def read(place: int) -> Sequence[bytes]:
                return [one for one in behind.read(place) if one != b"from yesterday"]

            yield Made(Settled(log), read)
            keeping.cancel()
            await asyncio.gather(keeping, return_exceptions=True)
            await log.close()

    return make_one


@dataclass(frozen=True)
class Settled:
    """Waits until what was appended has left the spool, so that it can be read."""

    log: SpooledRawLog

    async def append(self, frames: Sequence[Placed]) -> None:
        await self.log.append(frames)
        async with asyncio.timeout(PATIENCE_S):  # in no thread: the loop's few are needed to connect
            while self.log.spooling:  # noqa: ASYNC110  # it rings for nobody
                await asyncio.sleep(LOOK_EVERY_S)

    async def close(self) -> None:
        await self.log.close()


Maker = Callable[[Path], AbstractAsyncContextManager[Made]]
MAKERS: dict[str, Maker] = {
    "memory": memory,
    "kafka": kafka,
    "spool before memory": spooled(memory, already=False),
    "used spool before memory": spooled(memory, already=True),
    "used spool before kafka": spooled(kafka, already=True),
}


_topics = iter(range(1_000_000))


def new_topic(where: Cluster | None = None, places: int = PLACES) -> str:
    name = f"raw-{WORKER}-{next(_topics)}"
    make(where or cluster(), [Topic(name, places, 1, {"max.message.bytes": "2097152"})])
    return name


def records(where: Cluster, topic: str, place: int) -> list[bytes]:
    """All records of a partition."""
    with closing(KafkaConsumer(**where.client(), enable_auto_commit=False, metrics_enabled=False)) as consumer:
        partition = TopicPartition(topic, place)
        consumer.assign([partition])
        end = consumer.end_offsets([partition])[partition]
        consumer.seek(partition, 0)
        found: list[bytes] = []
        while consumer.position(partition) < end:
            found += [one.value for one in consumer.poll(1000).get(partition, [])]
        return found


@pytest.fixture(params=MAKERS)
def during(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[Callable[[Made], Awaitable[None]]], None]:
    """Runs an act with a raw log that is its own."""

    async def run(act: Callable[[Made], Awaitable[None]]) -> None:
        async with MAKERS[request.param](tmp_path) as made:
            await act(made)

    return lambda act: asyncio.run(run(act))


During = Callable[[Callable[[Made], Awaitable[None]]], None]


def numbered(*names: str, place: int = 1) -> list[Placed]:
    return [Placed(place, name.encode()) for name in names]


def test_what_was_appended_is_there(during: During) -> None:
    async def act(made: Made) -> None:
        await made.log.append([Placed(0, b"\x00\xff"), Placed(3, b"x" * 600_000)])
        assert list(made.read(0)) == [b"\x00\xff"]
        assert list(made.read(1)) == []
        assert list(made.read(3)) == [b"x" * 600_000]

    during(act)


def test_each_place_keeps_the_order_of_the_calls(during: During) -> None:
    async def act(made: Made) -> None:
        calls = [[Placed(n % PLACES, f"{n}".encode()), Placed((n + 1) % PLACES, f"{n}+".encode())] for n in range(200)]
        await asyncio.gather(*(made.log.append(call) for call in calls))
        for place in range(PLACES):
            wanted = [frame.body for call in calls for frame in call if frame.place == place]
            assert list(made.read(place)) == wanted

    during(act)


def test_nothing_is_no_frame(during: During) -> None:
    async def act(made: Made) -> None:
        await made.log.append([])
        await made.log.append(numbered("a"))
        assert list(made.read(1)) == [b"a"]

    during(act)
