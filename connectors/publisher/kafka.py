"""CloudEvents on a Kafka topic: a domain a partition, as in the journal; one record an event, structured JSON.

Content mode, header and media type are those of the Kafka protocol binding of CloudEvents 1.0.2, section 3.3.
"""

from collections.abc import Sequence

import msgspec

from connectors.formats.cloud_events import CloudEvent
from connectors.kafka.cluster import Cluster, of_each_domain
from connectors.kafka.producer import Outgoing, Producer

HEADERS = (("content-type", b"application/cloudevents+json; charset=UTF-8"),)

_encode = msgspec.json.Encoder().encode


class KafkaPublisher:
    """`domains` in the order of their partitions."""

    def __init__(self, cluster: Cluster, topic: str, domains: Sequence[str]) -> None:
        self._topic = topic
        self._partitions = {domain: number for number, domain in enumerate(domains)}
        of_each_domain(cluster, topic, domains)
        self._producer = Producer(cluster)

    def publish(self, domain: str, events: Sequence[CloudEvent]) -> None:
        place = self._partitions[domain]
        key = domain.encode()
        self._producer.send([Outgoing(self._topic, place, _encode(one), key, headers=HEADERS) for one in events])

    def close(self) -> None:
        self._producer.close()
