"""Records to Kafka, each there once: the one producer of all that we send.

Acknowledged means that every replica in sync has it (`acks=all`); the idempotent producer appends a record once,
however often it has to send it, and those of one partition in the order in which they were given.
"""

import threading
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass

from kafka import KafkaProducer
from kafka.errors import KafkaTimeoutError

from connectors.kafka.cluster import Cluster, translated
from connectors.ports import JournalFull

RECORD_BYTES = 2_097_152  # the most that a record may have, on every topic of ours
ONE_REQUEST_MS = 10_000  # without an answer for so long, a request is sent again


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One record, and where it goes."""

    topic: str
    partition: int
    body: bytes
    key: bytes | None = None
    at_ms: int | None = None  # None: now; on a topic of LogAppendTime the broker's clock counts
    headers: tuple[tuple[str, bytes], ...] = ()


class Producer:
    """Connected when something is sent; one that gave up is made anew for the next records."""

    def __init__(self, cluster: Cluster) -> None:
        self._cluster = cluster
        self._making = threading.Lock()
        self._producer: KafkaProducer | None = None

    def send(self, records: Sequence[Outgoing]) -> list[int]:
        """Kafka's offset of each, durable. Raises JournalFull after some patience; what was not acknowledged may be
        there all the same.
        """
        producer = self._connected()
        try:
            with translated(self._cluster):
                sent = [
                    producer.send(one.topic, one.body, one.key, list(one.headers), one.partition, one.at_ms)
                    for one in records
                ]
                return [int(one.get(timeout=2 * self._cluster.patience_s).offset) for one in sent]
        except JournalFull:
            self._drop(producer)
            raise

    def close(self) -> None:
        if self._producer is not None:
            self._producer.close(timeout=self._cluster.patience_s)

    def _connected(self) -> KafkaProducer:
        with self._making:
            if self._producer is None:
                self._cluster.reach()
                with translated(self._cluster):
                    self._producer = _made(self._cluster)
            return self._producer

    def _drop(self, broken: KafkaProducer) -> None:
        """An idempotent producer that gave a record up sends no other one: its sequence has a hole. Whoever waits for
        it beside us is told now, not after more of the same.
        """
        with self._making:
            if self._producer is broken:
                self._producer = None
        broken.close(timeout=0)


class _Ending(KafkaProducer):  # type: ignore[misc]  # it ships no types
    """One that ends when it is closed. kafka-python's own gives up the close itself where records are still under way,
    which they are for as long as the broker is away, and leaves its thread behind for good.
    """

    def flush(self, timeout: float | None = None) -> None:
        with suppress(KafkaTimeoutError):
            super().flush(timeout)


def _made(cluster: Cluster) -> KafkaProducer:
    """Raises Kafka's errors."""
    return _Ending(
        **{**cluster.client(), "request_timeout_ms": min(ONE_REQUEST_MS, cluster.patience_ms)},
        acks="all",
        enable_idempotence=True,
        max_request_size=RECORD_BYTES,
        delivery_timeout_ms=cluster.patience_ms,
        max_block_ms=cluster.patience_ms,
        metrics_enabled=False,
    )
