"""The journal on a Kafka topic: one partition a domain, one record a frame.

Kafka's offsets count from 0, ours from 1. Who stamps a frame's `at_us` is the topic's business: on a live one the
broker (LogAppendTime: one clock for all who append), on a recorded one (CreateTime) the frame keeps its own. A broker's
clock may step back; the kernel's time does not, and each fold reads the same stamps.
"""

import threading
from collections.abc import Sequence
from itertools import takewhile
from typing import Any

from kafka import KafkaConsumer, TopicPartition

from connectors.journal.codec import pack, unpack
from connectors.journal.each import each
from connectors.kafka.cluster import MAKE, Cluster, Topic, administering, of_each_domain, translated
from connectors.kafka.producer import RECORD_BYTES, Outgoing, Producer
from connectors.ports import JournalFull, Unusable
from correlator.events import Frame

MOST_BYTES = 4_000_000  # of packed frames in one answer of `read`
BROKERS_CLOCK = 1  # a record's timestamp type: LogAppendTime


def topic(name: str, domains: Sequence[str], *, recorded: bool = False, replicas: int = 3) -> Topic:
    """How the topic of a journal has to be: nothing leaves it but by `prune`."""
    settings = {
        "message.timestamp.type": "CreateTime" if recorded else "LogAppendTime",
        "message.timestamp.after.max.ms": str(2**63 - 1),  # of the clock there is no judging here: the host does
        "cleanup.policy": "delete",
        "retention.ms": "-1",
        "retention.bytes": "-1",
        "max.message.bytes": str(RECORD_BYTES),
        "compression.type": "producer",
        "min.insync.replicas": str(max(1, replicas - 1)),
        "unclean.leader.election.enable": "false",
    }
    return Topic(name, len(domains), replicas, settings)


class KafkaJournal:
    """`domains` in the order of their partitions: new ones are added at the end, none ever moves."""

    def __init__(self, cluster: Cluster, topic: str, domains: Sequence[str]) -> None:
        self._cluster = cluster
        self._places = {domain: TopicPartition(topic, number) for number, domain in enumerate(domains)}
        self._readers: dict[str, _Reader] = {}
        self._producers = {domain: Producer(cluster) for domain in domains}  # none waits for another's partition
        self._making = threading.Lock()
        of_each_domain(cluster, topic, domains)

    def append(self, domain: str, frame: Frame) -> int:
        """Raises JournalFull after some patience; a frame that was not acknowledged may be there all the same."""
        place = self._place(domain)
        sent = Outgoing(place.topic, place.partition, pack(frame), domain.encode(), frame.at_us // 1000)
        return self._producers[domain].send([sent])[0] + 1

    def append_all(self, domain: str, frames: Sequence[Frame]) -> list[int]:
        return each(self.append, domain, frames)

    def read(self, domain: str, after: int, limit: int = 1000) -> list[tuple[int, Frame]]:
        return self._reader(domain).read(after, limit)

    def end(self, domain: str) -> int:
        return self._reader(domain).kept()[1]

    def first(self, domain: str) -> int:
        first, end = self._reader(domain).kept()
        return first if first <= end else 0

    def domains(self) -> list[str]:
        return sorted(domain for domain in self._places if self.end(domain))

    def prune(self, domain: str, before_us: int, applied: int) -> int:
        reader = self._reader(domain)
        first, end = reader.kept()
        last = min(reader.last_before(before_us), applied, end - 1)
        if last < first:
            return 0
        with administering(self._cluster) as admin:
            admin.delete_records({self._place(domain): last}, timeout_ms=self._cluster.patience_ms)
        return last - first + 1

    def close(self) -> None:
        for producer in self._producers.values():
            producer.close()
        for reader in self._readers.values():
            reader.close()

    def _place(self, domain: str) -> TopicPartition:
        if domain not in self._places:
            raise Unusable(f"Domain {domain} has no partition", f"Add it at the end of the domains, then: {MAKE}")
        return self._places[domain]

    def _reader(self, domain: str) -> "_Reader":
        with self._making:
            if domain not in self._readers:
                self._readers[domain] = _Reader(self._cluster, domain, self._place(domain))
            return self._readers[domain]


class _Reader:
    """Reads one domain's partition, by one thread at a time: Kafka's consumer knows no more."""

    def __init__(self, cluster: Cluster, domain: str, place: TopicPartition) -> None:
        self._cluster = cluster
        self._domain = domain.encode()
        self._place = place
        self._lock = threading.Lock()
        self._next: int | None = None  # Kafka's offset that the consumer gives next; None: nobody knows
        with translated(cluster):
            self._consumer = KafkaConsumer(
                **cluster.client(),
                enable_auto_commit=False,
                fetch_max_wait_ms=min(500, cluster.patience_ms // 2),
                auto_offset_reset="earliest",  # what was pruned is passed over
                max_partition_fetch_bytes=MOST_BYTES,
                metrics_enabled=False,
            )
            self._consumer.assign([place])

    def kept(self) -> tuple[int, int]:
        """The first offset that is kept, and the last one; (1, 0) where nothing ever was."""
        with self._lock, translated(self._cluster):
            return self._kept()

    def _kept(self) -> tuple[int, int]:
        first = self._consumer.beginning_offsets([self._place], timeout_ms=self._cluster.patience_ms)
        end = self._consumer.end_offsets([self._place], timeout_ms=self._cluster.patience_ms)
        return first[self._place] + 1, end[self._place]

    def read(self, after: int, limit: int) -> list[tuple[int, Frame]]:
        with self._lock, translated(self._cluster):
            end = self._consumer.end_offsets([self._place], timeout_ms=self._cluster.patience_ms)[self._place]
            records: list[Any] = []
            size = 0
            while after < end and len(records) < limit and size < MOST_BYTES:
                some = self._poll(after, limit - len(records))
                records += some
                size += sum(len(record.value) for record in some)
                after = some[-1].offset + 1
        return [(record.offset + 1, self._frame(record)) for record in records]

    def _poll(self, after: int, limit: int) -> list[Any]:
        """Some records after an offset of ours, which are there. Raises JournalFull where they do not come."""
        if self._next != after:
            self._consumer.seek(self._place, after)  # our offset is Kafka's next one
        self._next = None
        some: list[Any] = self._consumer.poll(self._cluster.patience_ms, max_records=limit).get(self._place, [])
        if not some:
            raise JournalFull(
                f"Kafka at {self._cluster.servers} gives nothing after offset {after} of {self._place}",
                "Check its brokers; the service goes on by itself",
            )
        self._next = some[-1].offset + 1
        return some

    def last_before(self, before_us: int) -> int:
        """The last of the frames at the start that are older than a time; one below the first where none is."""
        with self._lock, translated(self._cluster):
            asked = {self._place: before_us // 1000}  # Kafka keeps milliseconds: the rest is looked at
            found = self._consumer.offsets_for_times(asked, timeout_ms=self._cluster.patience_ms)[self._place]
            first, end = self._kept()
        last = end if found is None else max(int(found.offset), first - 1)
        while frames := self.read(last, 100):
            old = list(takewhile(lambda one: one[1].at_us < before_us, frames))
            last += len(old)
            if len(old) < len(frames):
                break
        return last

    def _frame(self, record: Any) -> Frame:
        where = f"{self._place.topic}, partition {self._place.partition}, frame {record.offset + 1}"
        if record.key != self._domain:
            raise Unusable(f"{where} is of domain {record.key!r}, not {self._domain!r}", "Check the order of domains")
        frame = unpack(record.value, where)
        return Frame(record.timestamp * 1000, frame.events) if record.timestamp_type == BROKERS_CLOCK else frame

    def close(self) -> None:
        with self._lock:
            self._consumer.close()
