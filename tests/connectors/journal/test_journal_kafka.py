"""The journal on a real broker: its clock, many who append, a broker that goes away, topics that are not as wanted."""

import random
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path

import msgspec
import pytest
from kafka import KafkaProducer

from connectors.journal.kafka import KafkaJournal, topic
from connectors.kafka.cluster import Cluster, Fault, Topic, faults, make
from connectors.ports import JournalFull, Unusable
from correlator.events import Frame
from tests.connectors.channels.peers import unused_port
from tests.contracts.test_journal import DOMAINS, EVENTS, T0, alarm, frame
from tests.integration.house import until
from tests.services import cluster, kill, new_topic, own, services


@contextmanager
def journal(name: str = "", domains: tuple[str, ...] = DOMAINS) -> Iterator[KafkaJournal]:
    """A live one."""
    with closing(KafkaJournal(cluster(), name or new_topic(domains), domains)) as made:
        yield made


def test_the_broker_stamps_the_frames_and_everybody_reads_the_same_stamps() -> None:
    name = new_topic(DOMAINS)
    with journal(name) as one, journal(name) as other:
        for n in range(20):
            (one, other)[n % 2].append("java", frame(T0 - n))
        frames = [kept for _, kept in one.read("java", 0)]
        stamps = [kept.at_us for kept in frames]
        assert [kept.events for kept in frames] == [(alarm(T0 - n),) for n in range(20)]
        assert stamps == sorted(stamps)
        assert not set(stamps) & {T0 - n for n in range(20)}
        assert all(stamp % 1000 == 0 for stamp in stamps), "Kafka's clock has milliseconds"
        assert other.read("java", 0) == one.read("java", 0)
        assert one.prune("java", T0, 20) == 0, "by the broker's clock none is that old"
        assert one.prune("java", stamps[-1] + 1, 20) == 19


def test_a_reader_follows_what_others_append() -> None:
    name = new_topic(DOMAINS)
    with journal(name) as one, journal(name) as other:
        for n in range(30):
            assert other.append("java", frame(n)) == n + 1
            assert [offset for offset, _ in one.read("java", n)] == [n + 1]
            assert one.read("java", n + 1) == []
        assert [offset for offset, _ in one.read("java", 3, 2)] == [4, 5]
        assert [offset for offset, _ in one.read("java", 28)] == [29, 30]


def test_frames_of_many_who_append_are_there_once_each_and_in_order() -> None:
    name = new_topic(DOMAINS)
    writers, frames = 3, 60

    def write(writer: int) -> list[int]:
        with journal(name) as mine:
            return [mine.append("java", frame(n, alarm(1000 * writer + n))) for n in range(frames)]

    with ThreadPoolExecutor(writers) as pool:
        offsets = list(pool.map(write, range(writers)))
    assert sorted(offset for mine in offsets for offset in mine) == list(range(1, writers * frames + 1))
    with journal(name) as reader:
        there = {offset: kept.events[0] for offset, kept in reader.read("java", 0)}
    assert there == {offset: alarm(1000 * w + n) for w in range(writers) for n, offset in enumerate(offsets[w])}


def test_big_frames_come_in_several_answers() -> None:
    noise = random.Random(1)
    with journal() as made:
        for n in range(40):
            made.append("java", Frame(n, (msgspec.structs.replace(EVENTS[1], sealed=noise.randbytes(400_000)),)))
        answers: list[list[int]] = []
        while not answers or answers[-1]:
            answers.append([offset for offset, _ in made.read("java", sum(map(len, answers)))])
    assert [offset for answer in answers for offset in answer] == list(range(1, 41))
    assert len(answers) > 2, "the last one is empty"


# What is not as it should be


def test_a_domain_without_a_partition_is_refused() -> None:
    with journal() as made, pytest.raises(Unusable, match="Domain sumatra has no partition"):
        made.append("sumatra", frame(T0))


def test_domains_in_another_order_are_noticed() -> None:
    name = new_topic(DOMAINS)
    with journal(name) as made:
        made.append("java", frame(T0))
    with journal(name, ("java", "papua")) as made, pytest.raises(Unusable, match="is of domain b'java', not b'papua'"):
        made.read("papua", 0)


@pytest.mark.parametrize(("body", "says"), [(b"\x01 no zlib", "damaged"), (b"\x09", "format 09"), (b"", "format none")])
def test_a_spoilt_frame_is_named(body: bytes, says: str) -> None:
    name = new_topic(DOMAINS)
    with journal(name) as made:
        made.append("java", frame(T0))
        with closing(KafkaProducer(**cluster().client())) as stranger:
            stranger.send(name, body, b"java", partition=1).get(60)
        made.append("java", frame(T0 + 2))
        with pytest.raises(Unusable, match=f"partition 1, frame 2.* {says}"):
            made.read("java", 0)
        assert [offset for offset, _ in made.read("java", 2)] == [3]


@pytest.mark.parametrize("made", [None, ("java",)])
def test_a_topic_that_is_missing_or_too_narrow_is_named_with_the_remedy(made: tuple[str, ...] | None) -> None:
    name = new_topic(made) if made else "events-that-nobody-made"
    with pytest.raises(Unusable, match="simpul topics"):
        KafkaJournal(cluster(), name, DOMAINS)


def test_a_broker_that_is_not_there() -> None:
    away = Cluster(f"127.0.0.1:{unused_port()},[::1]:{unused_port()}")
    with pytest.raises(JournalFull, match=r"Nobody answers at 127\.0\.0\.1") as caught:
        KafkaJournal(away, "events", DOMAINS)
    assert caught.value.recoverable
    assert caught.value.remedy


def test_a_broker_that_is_killed_and_comes_back_has_all_that_it_acknowledged_once(tmp_path: Path) -> None:
    broker = Cluster(own("kafka", tmp_path), patience_s=120)
    make(broker, [topic("events", DOMAINS, replicas=1)])
    with (
        closing(KafkaJournal(replace(broker, patience_s=5), "events", DOMAINS)) as hasty,
        closing(KafkaJournal(broker, "events", DOMAINS)) as patient,
        ThreadPoolExecutor() as pool,
    ):
        assert [one.append("java", frame(n)) for n, one in enumerate((hasty, patient, patient))] == [1, 2, 3]
        kill("kafka", tmp_path)
        waits = pool.submit(patient.append, "java", frame(3))
        with pytest.raises(JournalFull):
            hasty.append("java", frame(99))
        assert own("kafka", tmp_path) == broker.servers
        assert waits.result() == 4
        assert until("append by who gave up before", lambda: appended(hasty, frame(4)))
        there = [kept.events for _, kept in patient.read("java", 0)]
        assert there[:4] == [(alarm(n),) for n in range(4)]
        assert set(there[4:]) == {(alarm(4),)}, "only what was given up and tried again may be there twice"
    services("stop", "--forget", folder=tmp_path)


def test_who_gives_up_leaves_nothing_running(tmp_path: Path) -> None:
    """However often it gives up while the broker is away; whoever waits beside it is told at once."""
    broker = Cluster(own("kafka", tmp_path), patience_s=3)
    make(broker, [topic("events", DOMAINS, replicas=1)])
    before = {thread.ident for thread in threading.enumerate()}

    def left() -> list[str]:
        return [thread.name for thread in threading.enumerate() if thread.ident not in before]

    with closing(KafkaJournal(broker, "events", DOMAINS)) as made:
        assert made.append("java", frame(0)) == 1
        for n in range(3):
            kill("kafka", tmp_path)
            with ThreadPoolExecutor() as pool:
                ran = [pool.submit(appended, made, frame(n)) for _ in range(4)]
                assert [one.result(timeout=60) for one in ran] == [None] * 4
            assert until("end of all that it ran", lambda: not left())
            assert own("kafka", tmp_path) == broker.servers
            assert until("append by who gave up before", lambda: appended(made, frame(99)))
    assert until("end of all that it ran", lambda: not left())
    services("stop", "--forget", folder=tmp_path)


def appended(made: KafkaJournal, one: Frame, domain: str = "java") -> int | None:
    try:
        return made.append(domain, one)
    except JournalFull:
        return None


# Topics


def test_topics_are_made_checked_and_mended() -> None:
    name = f"some-{new_topic(('java',))}"
    wanted = Topic(name, 2, 1, {"retention.ms": "1000"})
    assert faults(cluster(), [wanted]) == [Fault(f"Topic {name} is missing", "simpul topics --make")]
    assert make(cluster(), [wanted]) == [f"Topic {name} made, 2 partitions, 1 replicas"]
    assert faults(cluster(), [wanted]) == make(cluster(), [wanted]) == []
    more = Topic(name, 3, 1, {"retention.ms": "2000", "cleanup.policy": "compact"})
    assert faults(cluster(), [more]) == [
        Fault(f"Topic {name} has 2 partitions, not 3"),
        Fault(f"Topic {name} has retention.ms = 1000, not 2000"),
        Fault(f"Topic {name} has cleanup.policy = delete, not compact"),
    ]
    assert make(cluster(), [more]) == [
        f"Topic {name} has 3 partitions now",
        f"Topic {name} has retention.ms = 2000 now",
        f"Topic {name} has cleanup.policy = compact now",
    ]
    assert faults(cluster(), [more]) == []


def test_what_cannot_be_mended_without_harm_is_left_and_told() -> None:
    name = new_topic(DOMAINS)
    wanted = replace(topic(name, DOMAINS[:2], replicas=1), replicas=3)
    assert make(cluster(), [wanted]) == []
    told = faults(cluster(), [wanted])
    assert [one.what for one in told] == [
        f"Topic {name} has 4 partitions, not 2",
        f"Topic {name} has 1 replicas, not 3",
    ]
    assert all(one.remedy != Fault("").remedy for one in told)


def test_more_replicas_than_brokers_are_told() -> None:
    wanted = Topic("some-wide", 1, 3)
    with pytest.raises(Unusable, match=r"too few brokers.*kafka\.replicas"):
        make(cluster(), [wanted])
