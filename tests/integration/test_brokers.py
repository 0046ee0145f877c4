"""Three brokers, each record on all of them: one after the other is killed and comes back, and nothing is held up."""

from contextlib import closing
from pathlib import Path

from kafka import KafkaAdminClient

from streams.bootstrap.topics import Names
from tests.integration.crew import Crew
from tests.integration.test_workers import flowing, more
from tests.services import brokers, empty_database, kill, own, services

NODES = {1: "kafka", 2: "kafka-2", 3: "kafka-3"}


def leader(them: Crew) -> int:
    """The node that has the journal's partition."""
    assert them.settings.kafka is not None
    name = Names(them.settings.kafka.prefix).events
    with closing(KafkaAdminClient(**them.brokers.client())) as admin:
        [topic] = admin.describe_topics([name])
        return int(topic["partitions"][0]["leader_id"])


def test_the_leader_of_the_journal_is_killed_twice(tmp_path: Path) -> None:
    try:
        servers = brokers(tmp_path)
        with flowing(tmp_path, (servers, empty_database()), replicas=3) as (them, _):
            more(them)
            first = leader(them)
            kill(NODES[first], tmp_path)
            more(them)
            own(NODES[first], tmp_path)
            more(them)
            second = leader(them)
            assert second != first
            kill(NODES[second], tmp_path)
            more(them)
            own(NODES[second], tmp_path)
            more(them)
    finally:
        services("stop", *NODES.values(), "controller", "--forget", folder=tmp_path)  # it hears that they leave
