"""Three brokers: with each record on all of them one is killed and comes back, and nothing is held up; with each on one
of them, what that one has waits for it, and nothing else does.
"""

from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

from kafka import KafkaAdminClient

from connectors.journal.kafka import KafkaJournal, topic
from connectors.kafka.cluster import Cluster, make
from connectors.ports import JournalFull
from streams.bootstrap.topics import Names
from tests.connectors.journal.test_journal_kafka import appended
from tests.contracts.test_journal import frame
from tests.integration.distributed.crew import Crew
from tests.integration.distributed.test_workers import flowing, more
from tests.integration.house import until
from tests.services import brokers, empty_database, kill, own, services

NODES = {1: "kafka", 2: "kafka-2", 3: "kafka-3"}


def leaders(cluster: Cluster, name: str) -> list[int]:
    """The node that has each partition of a topic."""
    with closing(KafkaAdminClient(**cluster.client())) as admin:
        [told] = admin.describe_topics([name])
        numbered = {one["partition_index"]: int(one["leader_id"]) for one in told["partitions"]}
    return [numbered[number] for number in sorted(numbered)]


def leader(them: Crew) -> int:
    """The node that has the journal's partition."""
    assert them.settings.kafka is not None
    return leaders(them.brokers, Names(them.settings.kafka.prefix).events)[0]


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


def test_a_partition_without_a_leader_holds_up_its_own_domain_alone(tmp_path: Path) -> None:
    domains = ("nasional", "jawa", "papua")
    try:
        cluster = Cluster(brokers(tmp_path), patience_s=5)
        make(cluster, [topic("events", domains, replicas=1)])
        nodes = leaders(cluster, "events")
        away, *rest = domains
        others = [name for name, node in zip(rest, nodes[1:], strict=True) if node != nodes[0]]
        assert others, nodes
        with closing(KafkaJournal(cluster, "events", domains)) as journal, ThreadPoolExecutor() as pool:
            assert [journal.append(name, frame(1)) for name in domains] == [1, 1, 1]
            kill(NODES[nodes[0]], tmp_path)
            waits = [pool.submit(journal.append, away, frame(number)) for number in (2, 3)]

            def append(name: str) -> int:
                """Until the other domain's frames were given up; the last offset."""
                offset = 1
                while not all(one.done() for one in waits):
                    offset += 1
                    assert journal.append(name, frame(offset)) == offset
                return offset

            went = list(pool.map(append, others))
            assert [type(one.exception()) for one in waits] == [JournalFull, JournalFull]
            assert min(went) > 1
            own(NODES[nodes[0]], tmp_path)
            until("append by who gave up before", lambda: appended(journal, frame(4), away))
            assert [journal.end(name) for name in others] == went, "each once"
    finally:
        services("stop", *NODES.values(), "controller", "--forget", folder=tmp_path)
