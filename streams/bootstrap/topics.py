"""Every topic of the distributed runtime, declared once: what it is called, and how it has to be.

The journal's topic is declared beside its adapter (`connectors/journal/kafka.py`); the others follow the same rules:
acknowledged by all replicas in sync, no leader that lacks what was acknowledged.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from streams.bootstrap.listeners import kinds
from streams.settings import Kafka, Settings

if TYPE_CHECKING:
    from connectors.kafka.cluster import Topic

DAY_MS = 86_400_000


@dataclass(frozen=True, slots=True)
class Names:
    """What the topics are called."""

    prefix: str

    def raw(self, listener: str) -> str:
        """Datagrams as received, in frames; a source's are in one partition."""
        return f"{self.prefix}raw.{listener}"

    @property
    def events(self) -> str:
        """The journal: a domain a partition."""
        return f"{self.prefix}events"

    @property
    def effects(self) -> str:
        """What was decided, for other systems: a domain a partition, as in the journal."""
        return f"{self.prefix}effects"

    @property
    def dead(self) -> str:
        """Raw input at which a parser broke."""
        return f"{self.prefix}dead"


def topics(settings: Settings) -> "list[Topic]":
    """All of them, as they have to be."""
    from connectors.journal import kafka as journal

    kafka = settings.kafka
    assert kafka is not None, "settings.distributed says whether there are topics"
    names, domains = Names(kafka.prefix), settings.domains
    return [
        *(_passing(kafka, names.raw(listener), kafka.raw_partitions) for listener in kinds()),
        journal.topic(names.events, domains, replicas=kafka.replicas),
        _passing(kafka, names.effects, len(domains)),
        _passing(kafka, names.dead, 1),
    ]


def _passing(kafka: Kafka, name: str, partitions: int) -> "Topic":
    """A topic whose records go by themselves after some days, counted from when the broker got them."""
    from connectors.kafka.cluster import Topic
    from connectors.kafka.producer import RECORD_BYTES

    settings = {
        "message.timestamp.type": "LogAppendTime",
        "cleanup.policy": "delete",
        "retention.ms": str(kafka.days * DAY_MS),
        "retention.bytes": "-1",
        "max.message.bytes": str(RECORD_BYTES),
        "compression.type": "producer",
        "min.insync.replicas": str(max(1, kafka.replicas - 1)),
        "unclean.leader.election.enable": "false",
    }
    return Topic(name, partitions, kafka.replicas, settings)
