"""The raw log on a Kafka topic: a place is a partition, a frame a record.

Acknowledged means that every replica in sync has it (`acks=all`). The idempotent producer appends a frame once and in
order, however often it has to send it, and never gives one up while its brokers are away: whoever cannot wait keeps the
frame elsewhere meanwhile. Frames of many calls are under way at once; those of one moment go in one request a broker.
"""

import asyncio
import logging
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError, UnknownTopicOrPartitionError

from connectors.formats.raw_frames import Placed
from connectors.kafka.cluster import MAKE, ON_ITS_OWN, Cluster
from connectors.kafka.producer import ONE_REQUEST_MS, RECORD_BYTES
from connectors.ports import JournalFull, PortError, Unusable

GATHERED_BYTES = 1_048_576  # of one partition in one request
GOODBYE_S = 2.0  # for what is under way when a producer is closed


class KafkaRawLog:
    """Belongs to one event loop. The topic must have as many partitions as there are `places`, or more."""

    def __init__(self, cluster: Cluster, topic: str, places: int) -> None:
        self._cluster = cluster
        self._topic = topic
        self._places = places
        self._turn = asyncio.Lock()  # calls send one after the other, and wait for the answers together
        logging.getLogger("aiokafka").setLevel(logging.CRITICAL)  # it says each tenth of a second what we say once
        self._producer: Any = None  # aiokafka's; None where there is none now

    async def append(self, frames: Sequence[Placed]) -> None:
        """Raises JournalFull where there is no broker to begin with, Unusable where the topic is not as wanted."""
        producer: Any = None
        try:
            async with self._turn:
                producer = self._producer or await self._connected()
                sent = [await producer.send(self._topic, frame.body, partition=frame.place) for frame in frames]
            await asyncio.gather(*sent)
        except KafkaError as error:
            if producer is not None:
                async with self._turn:  # nothing new is sent before the old one is at rest
                    await self._drop(producer)
            raise self._port_error(error) from error

    async def close(self) -> None:
        if self._producer is not None:
            await self._drop(self._producer)

    async def _connected(self) -> AIOKafkaProducer:
        await asyncio.to_thread(self._cluster.reach)  # which says better what is wrong
        made = _producer(self._cluster)
        try:
            await made.start()
            found = len(await made.partitions_for(self._topic))
        except KafkaError:
            await made.stop()
            raise
        if found < self._places:
            await made.stop()
            raise Unusable(
                f"Topic {self._topic} has {found} partitions, not {self._places}", f"Make the topics: {MAKE}"
            )
        self._producer = made
        return made

    async def _drop(self, broken: Any) -> None:
        """One that gave a frame up sends no other one: its sequence has a hole. The next call makes a new one."""
        if self._producer is broken:
            self._producer = None
            with suppress(TimeoutError, KafkaError):
                await asyncio.wait_for(broken.stop(), GOODBYE_S)
            await broken.client.close()

    def _port_error(self, error: KafkaError) -> PortError:
        said = str(error).splitlines()[0][:300] or type(error).__name__
        where = f"Kafka at {self._cluster.servers}"
        if isinstance(error, UnknownTopicOrPartitionError):
            return Unusable(f"{where} lacks the topic {self._topic}", f"Make the topics: {MAKE}")
        return JournalFull(f"{where} did not do it: {said}", f"Check its {self._cluster.doubtful}; {ON_ITS_OWN}")


def _producer(cluster: Cluster) -> AIOKafkaProducer:
    return AIOKafkaProducer(
        **cluster.aio_client(),
        acks="all",
        enable_idempotence=True,
        max_request_size=RECORD_BYTES,
        max_batch_size=GATHERED_BYTES,
        request_timeout_ms=min(ONE_REQUEST_MS, cluster.patience_ms),
    )
