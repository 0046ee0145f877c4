"""Dead letters on a Kafka topic of one partition, one record a letter."""

from collections.abc import Sequence

import msgspec

from connectors.formats.dead_letters import DeadLetter
from connectors.kafka.cluster import Cluster
from connectors.kafka.producer import Outgoing, Producer

_encode = msgspec.json.Encoder().encode


class KafkaDeadLetters:
    """Implements `DeadLetters`; the key is the peer."""

    def __init__(self, cluster: Cluster, topic: str) -> None:
        self._topic = topic
        self._producer = Producer(cluster)

    def put(self, letters: Sequence[DeadLetter]) -> None:
        self._producer.send([Outgoing(self._topic, 0, _encode(one), one.peer.encode()) for one in letters])

    def close(self) -> None:
        self._producer.close()
