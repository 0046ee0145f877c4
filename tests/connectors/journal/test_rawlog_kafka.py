"""The raw log on a real broker: a producer that gave a frame up is replaced; topics that are not as they have to be."""

import asyncio
import random
from pathlib import Path

import pytest

from connectors.formats.raw_frames import Placed
from connectors.kafka.cluster import Cluster, Topic, administering, make
from connectors.ports import JournalFull, Unusable
from connectors.rawlog.kafka import KafkaRawLog
from connectors.rawlog.spool import Spool
from connectors.rawlog.spooled import SpooledRawLog
from connectors.telemetry.metrics import MemoryCounter
from tests.connectors.channels.peers import unused_port
from tests.contracts.test_rawlog import PLACES, new_topic, numbered, records
from tests.integration.house import until
from tests.services import WORKER, cluster

BIG = Placed(1, random.Random(1).randbytes(200_000))


def narrow(name: str) -> Topic:
    """A topic that takes no big frame."""
    topic = Topic(f"{name}-{WORKER}", PLACES, 1, {"max.message.bytes": "100000"})
    make(cluster(), [topic])
    return topic


def test_a_frame_that_is_refused_is_told_and_the_next_ones_are_taken() -> None:
    topic = narrow("raw-refused")

    async def act() -> None:
        log = KafkaRawLog(cluster(), topic.name, PLACES)
        await log.append(numbered("a"))
        with pytest.raises(JournalFull, match="Check its brokers"):
            await log.append([BIG])
        await log.append(numbered("b", "c"))
        await log.close()

    asyncio.run(act())
    assert records(cluster(), topic.name, 1) == [b"a", b"b", b"c"]


def test_what_a_topic_refused_waits_in_the_spool_until_it_is_mended(tmp_path: Path) -> None:
    topic = narrow("raw-mended")

    async def act() -> None:
        log = SpooledRawLog(
            KafkaRawLog(cluster(), topic.name, PLACES), Spool(tmp_path / "spool.db", 10**7), MemoryCounter()
        )
        keeping = asyncio.create_task(log.run())
        await log.append(numbered("a"))
        await log.append([BIG])
        await log.append(numbered("b"))
        assert "did not do it" in (log.trouble or "")
        await asyncio.to_thread(make, cluster(), [Topic(topic.name, PLACES, 1, {"max.message.bytes": "2097152"})])
        await asyncio.to_thread(until, "empty spool", lambda: not log.spooling)
        await log.append(numbered("c"))
        keeping.cancel()
        await asyncio.gather(keeping, return_exceptions=True)
        await log.close()

    asyncio.run(act())
    assert records(cluster(), topic.name, 1) == [b"a", BIG.body, b"b", b"c"]


def test_a_topic_that_is_taken_away_and_made_again_has_what_came_meanwhile(tmp_path: Path) -> None:
    topic = Topic(new_topic(), PLACES, 1, {"max.message.bytes": "2097152"})

    def take_away() -> None:
        with administering(cluster()) as admin:
            admin.delete_topics([topic.name])

    async def act() -> None:
        log = SpooledRawLog(
            KafkaRawLog(cluster(), topic.name, PLACES), Spool(tmp_path / "spool.db", 10**7), MemoryCounter()
        )
        keeping = asyncio.create_task(log.run())
        await log.append(numbered("a"))
        await asyncio.to_thread(take_away)
        await log.append(numbered("b"))
        await log.append(numbered("c"))
        await asyncio.to_thread(until, "topic", lambda: make(cluster(), [topic]))
        await asyncio.to_thread(until, "empty spool", lambda: not log.spooling)
        keeping.cancel()
        await asyncio.gather(keeping, return_exceptions=True)
        await log.close()

    asyncio.run(act())
    assert records(cluster(), topic.name, 1)[-2:] == [b"b", b"c"]


def test_a_topic_with_too_few_partitions_is_named_with_the_remedy() -> None:
    async def act() -> None:
        log = KafkaRawLog(cluster(), new_topic(places=2), PLACES)
        with pytest.raises(Unusable, match=r"has 2 partitions, not 4.* simpul topics"):
            await log.append(numbered("a"))
        await log.close()

    asyncio.run(act())


def test_brokers_that_are_not_there_are_told_at_once() -> None:
    async def act() -> None:
        log = KafkaRawLog(Cluster(f"127.0.0.1:{unused_port()}"), "raw", PLACES)
        with pytest.raises(JournalFull, match=r"Nobody answers at 127\.0\.0\.1"):
            await log.append(numbered("a"))
        await log.close()

    asyncio.run(act())
