"""Brokers that speak TLS and ask who is there: what the settings say lets us in, and nothing else does."""

import asyncio
from collections.abc import Iterator
from contextlib import closing
from time import monotonic

import pytest

from connectors.formats.raw_frames import Placed
from connectors.kafka.cluster import faults, make
from connectors.ports import PortError, Unusable
from connectors.rawlog.kafka import KafkaRawLog
from correlator.events import Frame, Heartbeat, moment
from streams.bootstrap.places import cluster, journal_of
from streams.bootstrap.topics import Names, topics
from streams.settings import Database, Kafka, Settings
from tests.broker import secured
from tests.certificates import Authority
from tests.contracts.test_rawlog import records

PASSWORD = "between us"


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture(scope="module")
def servers(authority: Authority, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A broker with a certificate of that authority, which lets in whoever knows the password."""
    with secured(tmp_path_factory.mktemp("broker"), authority, PASSWORD) as address:
        yield address


def settings(servers: str, authority: Authority, **other: object) -> Settings:
    given = {"security": "tls", "ca": authority.file, "username": "simpul", "password": PASSWORD, **other}
    kafka = Kafka(servers=servers, replicas=1, **{"patience_s": 20, **given})  # type: ignore[arg-type]  # by name
    return Settings(kafka=kafka, database=Database(url="postgresql://db"))


def test_what_the_settings_say_lets_us_in(servers: str, authority: Authority) -> None:
    given = settings(servers, authority)
    make(cluster(given), topics(given))
    assert faults(cluster(given), topics(given)) == []
    with closing(journal_of(given)) as journal:
        assert journal.append("id", Frame(1, (Heartbeat(time=moment(1)),))) == 1
        assert len(journal.read("id", 0)) == 1


def raw_log(given: Settings) -> KafkaRawLog:
    assert given.kafka is not None
    return KafkaRawLog(cluster(given), Names(given.kafka.prefix).raw("snmp"), given.kafka.raw_partitions)


def test_an_edge_is_let_in_too(servers: str, authority: Authority) -> None:
    given = settings(servers, authority)
    make(cluster(given), topics(given))

    async def append() -> None:
        log = raw_log(given)
        await log.append([Placed(2, b"x")])
        await log.close()

    asyncio.run(append())
    assert records(cluster(given), "simpul.raw.snmp", 2)[-1] == b"x"


@pytest.mark.parametrize(
    ("other", "said"),
    [
        ({"password": "another"}, r"Check its brokers, and kafka\.username and kafka\.password"),
        ({"ca": None}, r"certificate.*Check kafka\.ca"),
        ({"security": "plaintext"}, "Check its brokers"),
    ],
    ids=["password", "authority", "in clear"],
)
def test_nothing_else_does(servers: str, authority: Authority, other: dict[str, object], said: str) -> None:
    given = settings(servers, authority, **{**other, "patience_s": 6})
    with pytest.raises(PortError, match=said) as told:
        faults(cluster(given), topics(given))
    assert told.value.remedy
    assert PASSWORD not in str(told.value)
    with pytest.raises(PortError, match=said):
        asyncio.run(appended(given))


def test_a_wrong_password_is_known_for_one_in_seconds(servers: str, authority: Authority) -> None:
    """Or a process that is started with it would wait for brokers that answer."""
    since_s = monotonic()
    said = r"does not let simpul in, or is busy\. Check its brokers, and kafka\.username and kafka\.password"
    with pytest.raises(Unusable, match=said):
        journal_of(settings(servers, authority, password="another", patience_s=600))
    assert monotonic() - since_s < 30


async def appended(given: Settings) -> None:
    try:
        await raw_log(given).append([Placed(2, b"x")])
    finally:
        await asyncio.sleep(0.5)  # aiokafka closes the socket behind it
