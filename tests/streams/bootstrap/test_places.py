"""Where things lie, from the settings: brokers and their login, the journal, the store."""

from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import make_url

from connectors.intake_ids import Entry
from connectors.kafka.cluster import make
from connectors.ports import Accepted, Commit, Unusable
from correlator.events import DAY_US, Frame, Heartbeat, moment
from streams.bootstrap.places import journal_of, login, publisher_of, store_of
from streams.bootstrap.shared import database_url, shared
from streams.bootstrap.topics import topics
from streams.settings import Database, Kafka, Settings
from tests.services import WORKER, address, cluster, empty_database


def distributed(name: str) -> Settings:
    kafka = Kafka(servers=address("kafka"), prefix=f"{name}-{WORKER}.", replicas=1, raw_partitions=3)
    return Settings(kafka=kafka, database=Database(url=empty_database()))


@pytest.mark.parametrize(
    ("kafka", "said"),
    [
        (Kafka(servers="a:1"), {"security_protocol": "PLAINTEXT"}),
        (Kafka(servers="a:1", security="tls"), {"security_protocol": "SSL"}),
        (Kafka(servers="a:1", security="tls", ca=Path("ca.pem")), {"security_protocol": "SSL", "ssl_cafile": "ca.pem"}),
        (
            Kafka(servers="a:1", security="tls", username="simpul", password="x"),
            {
                "security_protocol": "SASL_SSL",
                "sasl_mechanism": "SCRAM-SHA-512",
                "sasl_plain_username": "simpul",
                "sasl_plain_password": "x",
            },
        ),
    ],
)
def test_a_login_is_said_in_kafkas_words(kafka: Kafka, said: dict[str, str]) -> None:
    assert login(kafka) == said


@pytest.mark.parametrize("password", [None, "with/sl:ash@"])
def test_the_password_of_the_database_goes_into_its_url(password: str | None) -> None:
    database = Database(url="postgresql://simpul:old@db:5432/simpul", password=password)
    settings = Settings(kafka=Kafka(servers="a:1"), database=database)
    assert make_url(database_url(settings)).password == (password or "old")


def test_a_journal_needs_its_topic() -> None:
    with pytest.raises(Unusable, match="simpul topics"):
        journal_of(distributed("none"))


def test_the_distributed_journal_and_store_hold_what_they_are_given() -> None:
    settings = distributed("places")
    make(cluster(), topics(settings))
    journal, store = journal_of(settings), store_of(settings)
    try:
        assert journal.append("id", Frame(1, (Heartbeat(time=moment(1)),))) == 1
        store.commit(Commit("id", 0, 1, [], []))
        assert journal.end("id") == store.applied("id") == 1
        publisher_of(settings).close()
    finally:
        journal.close()
        store.close()


def test_without_brokers_they_are_files(tmp_path: Path) -> None:
    settings = Settings(data=tmp_path)
    journal, store = journal_of(settings), store_of(settings)
    try:
        assert journal.append("id", Frame(1, (Heartbeat(time=moment(1)),))) == 1
        assert store.applied("id") == 0
    finally:
        journal.close()
        store.close()
    assert {"journal.db", "store.db"} <= {file.name for file in tmp_path.iterdir()}


@pytest.mark.parametrize(("days", "repeated"), [(7, False), (30, True)])
def test_the_register_knows_a_repeat_for_as_long_as_the_policy_says(tmp_path: Path, days: int, repeated: bool) -> None:
    """Else who sends a complaint again would be answered with a number that the kernel makes no ticket of."""
    policy = tmp_path / "policy.toml"
    policy.write_text(f"remember_days = {days}")
    with closing(shared(Settings(data=tmp_path / "data", policy=policy))) as parts:
        entry = Entry("complaint", "c-1")
        parts.register.admit([entry], DAY_US)
        parts.register.journaled([entry])
        [again] = parts.register.admit([entry], 11 * DAY_US)
    assert isinstance(again, Accepted)
    assert again.repeated is repeated
