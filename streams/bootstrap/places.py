"""Where things lie: files of the data folder, or Kafka and PostgreSQL. The one switch between the two runtimes."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from connectors.journal.sqlite import SqliteJournal
from connectors.ports import Journal, Store
from streams import clock
from streams.bootstrap.shared import database_url, shared
from streams.files import Files
from streams.settings import Kafka, Settings

if TYPE_CHECKING:
    from connectors.access.tokens import Tokens
    from connectors.access.users import Users
    from connectors.formats.cloud_events import Publisher
    from connectors.formats.dead_letters import DeadLetters
    from connectors.kafka.cluster import Cluster
    from connectors.privacy.erasure_log import ErasureLog


def journal_of(settings: Settings) -> Journal:
    """The journal to append to and to read. Raises PortError."""
    if settings.kafka is None:
        return SqliteJournal(Files(settings.data).journal)
    from connectors.journal.kafka import KafkaJournal
    from streams.bootstrap.topics import Names

    return KafkaJournal(cluster(settings), Names(settings.kafka.prefix).events, settings.domains)


def publisher_of(settings: Settings) -> "Publisher":
    """Where other systems are told, in the distributed runtime. Raises PortError."""
    from connectors.publisher.kafka import KafkaPublisher
    from streams.bootstrap.topics import Names

    assert settings.kafka is not None, "settings.distributed says whether there are topics"
    return KafkaPublisher(cluster(settings), Names(settings.kafka.prefix).effects, settings.domains)


def dead_letters_of(settings: Settings) -> "DeadLetters":
    """Where raw input goes at which our own code broke, in the distributed runtime. Raises PortError."""
    from connectors.publisher.dead import KafkaDeadLetters
    from streams.bootstrap.topics import Names

    assert settings.kafka is not None, "settings.distributed says whether there are topics"
    return KafkaDeadLetters(cluster(settings), Names(settings.kafka.prefix).dead)


def store_of(settings: Settings) -> Store:
    """Raises PortError."""
    from connectors.store.sql import SqlStore

    return SqlStore(database_url(settings))


def cluster(settings: Settings) -> "Cluster":
    """The brokers of the distributed runtime."""
    from connectors.kafka.cluster import Cluster

    assert settings.kafka is not None, "settings.distributed says whether there is one"
    return Cluster(settings.kafka.servers, settings.kafka.patience_s, login(settings.kafka))


def login(kafka: Kafka) -> dict[str, Any]:
    """TLS and SCRAM, as kafka-python names them; the names of its two protocols say both."""
    given: dict[str, Any] = {}
    if kafka.username is not None:
        given = {
            "sasl_mechanism": "SCRAM-SHA-512",
            "sasl_plain_username": kafka.username,
            "sasl_plain_password": kafka.password or "",
        }
    if kafka.security == "tls" and kafka.ca is not None:
        given["ssl_cafile"] = str(kafka.ca)
    wire = "SSL" if kafka.security == "tls" else "PLAINTEXT"
    return {"security_protocol": f"SASL_{wire}" if kafka.username is not None else wire, **given}


def recorded(path: Path) -> Journal:
    """A journal to read, untouched."""
    return SqliteJournal(path, readonly=True)


def clock_of(settings: Settings, journal: Journal) -> clock.Clock:
    """Microseconds since 1970; never before what the journal holds, whatever NTP does."""
    ends = {domain: journal.end(domain) for domain in settings.domains}
    frames = [one for domain, end in ends.items() if end for one in journal.read(domain, end - 1, 1)]
    last_us = max((frame.at_us for _, frame in frames), default=0)
    if settings.clock_factor == 1:
        return clock.steady(last_us=last_us)
    return clock.steady(
        clock.accelerated(settings.clock_start_us or clock.wall_us(), settings.clock_factor), last_us=last_us
    )


@contextmanager
def tokens(settings: Settings) -> Iterator["Tokens"]:
    """The bearer tokens; a running service sees a change at its next request, or a second later on other machines."""
    with closing(shared(settings)) as parts:
        yield parts.tokens


@contextmanager
def giving(settings: Settings) -> Iterator[tuple["Tokens", "ErasureLog"]]:
    """The bearer tokens, and the record of who gave them and took them away."""
    with closing(shared(settings)) as parts:
        yield parts.tokens, parts.issued


@contextmanager
def keeping_users(settings: Settings) -> Iterator[tuple["Users", "ErasureLog"]]:
    """Who sign in by name and password, and the record of who let them in and shut them out."""
    with closing(shared(settings)) as parts:
        yield parts.users, parts.issued
