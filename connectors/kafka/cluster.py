"""A Kafka cluster as our clients find it: its address, its topics, and what its errors mean to us.

Topics are declared here and made by an administrator's command, never on the side by a client that misspelt a name.
"""

import socket
import ssl
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from typing import Any

from kafka.admin import ConfigResource, ConfigResourceType, KafkaAdminClient, NewPartitions, NewTopic
from kafka.errors import (
    AuthorizationError,
    InvalidReplicationFactorError,
    KafkaError,
    KafkaTimeoutError,
    SaslAuthenticationFailedError,
    UnknownTopicOrPartitionError,
)

from connectors.ports import JournalFull, PortError, Unusable

ON_ITS_OWN = "the service goes on by itself"
MAKING_MS = 60_000  # until a new topic has a leader, on brokers that have much else to do
LOGIN_MS = 10_000  # so long brokers that are there may take to let us in
MAKE = "simpul topics --make"


@dataclass(frozen=True, slots=True)
class Cluster:
    """Where it is. `login`: kafka-python's own settings for TLS and SASL (security_protocol, ssl_cafile, ...)."""

    servers: str  # host:port,host:port
    patience_s: float = 30.0  # the choice of a new leader takes some
    login: Mapping[str, Any] = field(default_factory=dict)

    @property
    def patience_ms(self) -> int:
        return int(self.patience_s * 1000)

    @property
    def doubtful(self) -> str:
        """What may be wrong where it does not do what we ask."""
        return "brokers, and kafka.username and kafka.password" if "sasl_mechanism" in self.login else "brokers"

    def reach(self) -> None:
        """Raises JournalFull at once where no broker listens, Unusable where none is known by its certificate.

        A client would wait, say less, and leave its sockets open.
        """
        for server in self.servers.split(","):
            host, _, port = server.strip().rpartition(":")
            host = host.strip("[]")
            try:
                self._connected(host, int(port)).close()
            except ssl.SSLError as error:
                what = f"{server} does not show a certificate that we know: {error.reason or error}"
                raise Unusable(what, "Check kafka.ca, and that this is its port for TLS") from error
            except (OSError, ValueError):
                continue
            return
        raise JournalFull(f"Nobody answers at {self.servers}", f"Check the brokers, and their address; {ON_ITS_OWN}")

    def _connected(self, host: str, port: int) -> socket.socket:
        tls = self.tls()
        reached = socket.create_connection((host, port), self.patience_s)
        return reached if tls is None else tls.wrap_socket(reached, server_hostname=host)

    def tls(self) -> ssl.SSLContext | None:
        """What a broker's certificate is checked with; None: it is spoken to in clear."""
        if not str(self.login.get("security_protocol", "")).endswith("SSL"):
            return None
        return ssl.create_default_context(cafile=self.login.get("ssl_cafile"))

    def client(self) -> dict[str, Any]:
        """What every client of kafka-python is made with."""
        return {
            "bootstrap_servers": self.servers.split(","),
            "bootstrap_timeout_ms": self.patience_ms,
            "request_timeout_ms": self.patience_ms,
            "reconnect_backoff_max_ms": 1000,  # its own half minute is long after the broker is back
            **self.login,
        }

    def aio_client(self) -> dict[str, Any]:
        """What every client of aiokafka is made with."""
        named = {name: value for name, value in self.login.items() if name != "ssl_cafile"}
        return {"bootstrap_servers": self.servers.split(","), "ssl_context": self.tls(), **named}


@dataclass(frozen=True, slots=True)
class Topic:
    """One topic as it has to be."""

    name: str
    partitions: int
    replicas: int
    settings: Mapping[str, str] = field(default_factory=dict)  # the broker's names and spelling


@dataclass(frozen=True, slots=True)
class Fault:
    """What is not as it has to be, and what to do about it."""

    what: str
    remedy: str = MAKE


@contextmanager
def administering(cluster: Cluster, *, knock: bool = False) -> Iterator[KafkaAdminClient]:
    """Raises the port's errors. `knock`: who asks is starting, and ends where brokers that are there let nobody in."""
    cluster.reach()
    made = _let_in if knock and "sasl_mechanism" in cluster.login else _client
    with translated(cluster), closing(made(cluster)) as admin:
        yield admin


def _client(cluster: Cluster, **other: Any) -> KafkaAdminClient:
    return KafkaAdminClient(**{**cluster.client(), **other})


def _let_in(cluster: Cluster) -> KafkaAdminClient:
    """A client that is turned away tries again until its patience ends, and does not say why: so it has little. Raises
    Unusable.
    """
    try:
        return _client(cluster, bootstrap_timeout_ms=min(LOGIN_MS, cluster.patience_ms))
    except KafkaTimeoutError as error:
        what = f"Kafka at {cluster.servers} does not let {cluster.login.get('sasl_plain_username')} in, or is busy"
        raise Unusable(what, f"Check its {cluster.doubtful}") from error


@contextmanager
def translated(cluster: Cluster) -> Iterator[None]:
    """Raises the port's errors in place of Kafka's."""
    try:
        yield
    except KafkaError as error:
        raise _port_error(error, cluster) from error


def _port_error(error: KafkaError, cluster: Cluster) -> PortError:
    said = str(error).splitlines()[0][:300] or type(error).__name__
    where = f"Kafka at {cluster.servers}"
    if isinstance(error, AuthorizationError | SaslAuthenticationFailedError):
        return Unusable(f"{where} does not let us: {said}", "Check the login, and its rights on the topics")
    if isinstance(error, UnknownTopicOrPartitionError):
        return Unusable(f"{where} lacks a topic: {said}", f"Make the topics: {MAKE}")
    if isinstance(error, InvalidReplicationFactorError):
        return Unusable(
            f"{where} has too few brokers: {said}", "Start more, or set kafka.replicas to how many there are"
        )
    return JournalFull(f"{where} did not do it: {said}", f"Check its {cluster.doubtful}; {ON_ITS_OWN}")


# Topics


def faults(cluster: Cluster, topics: Sequence[Topic]) -> list[Fault]:
    """What is not as it has to be; empty where all is well. Raises PortError."""
    with administering(cluster, knock=True) as admin:
        found = _described(admin, topics)
        return [fault for topic in topics for fault in _faults(topic, found.get(topic.name))]


def make(cluster: Cluster, topics: Sequence[Topic]) -> list[str]:
    """Make what is missing and set what is otherwise; what was done, a sentence each. Raises PortError.

    What cannot be mended without harm (fewer partitions, other replicas) is left: `faults` tells it.
    """
    with administering(cluster, knock=True) as admin:
        found = _described(admin, topics)
        return [did for topic in topics for did in _make(admin, topic, found.get(topic.name))]


def partitions(cluster: Cluster, topic: str) -> int:
    """How many it has; 0 where it is missing. Raises PortError."""
    with administering(cluster, knock=True) as admin:
        return sum(len(told["partitions"]) for told in admin.describe_topics([topic]))


def of_each_domain(cluster: Cluster, topic: str, domains: Sequence[str]) -> None:
    """Raises Unusable where a topic has fewer partitions than there are domains; PortError."""
    if (found := partitions(cluster, topic)) < len(domains):
        raise Unusable(f"Topic {topic} has {found} partitions for {len(domains)} domains", MAKE)


@dataclass(frozen=True, slots=True)
class _Found:
    partitions: int
    replicas: int  # of the partition that has fewest
    settings: Mapping[str, str]

    def other_settings(self, topic: Topic) -> dict[str, str]:
        return {name: value for name, value in topic.settings.items() if self.settings.get(name) != value}


def _described(admin: KafkaAdminClient, topics: Sequence[Topic]) -> dict[str, _Found]:
    there = {
        one["name"]: one for one in admin.describe_topics([topic.name for topic in topics]) if not one["error_code"]
    }
    if not there:
        return {}
    asked = [ConfigResource(ConfigResourceType.TOPIC, name) for name in there]
    settings = admin.describe_configs(asked, config_filter="all")["topic"]
    return {
        name: _Found(
            len(one["partitions"]),
            min(len(partition["replica_nodes"]) for partition in one["partitions"]),
            {setting: said["value"] for setting, said in settings[name].items()},
        )
        for name, one in there.items()
    }


def _faults(topic: Topic, found: _Found | None) -> Iterator[Fault]:
    name = topic.name
    if found is None:
        yield Fault(f"Topic {name} is missing")
        return
    if found.partitions < topic.partitions:
        yield Fault(f"Topic {name} has {found.partitions} partitions, not {topic.partitions}")
    if found.partitions > topic.partitions:
        kept = "Kafka takes none away: set as many, or delete the topic with what is in it"
        yield Fault(f"Topic {name} has {found.partitions} partitions, not {topic.partitions}", kept)
    if found.replicas < topic.replicas:
        more = "Reassign its partitions (kafka-reassign-partitions.sh), or set kafka.replicas"
        yield Fault(f"Topic {name} has {found.replicas} replicas, not {topic.replicas}", more)
    for setting, value in found.other_settings(topic).items():
        yield Fault(f"Topic {name} has {setting} = {found.settings.get(setting)}, not {value}")


def _make(admin: KafkaAdminClient, topic: Topic, found: _Found | None) -> Iterator[str]:
    if found is None:
        wanted = NewTopic(topic.name, topic.partitions, topic.replicas, topic_configs=dict(topic.settings))
        admin.create_topics([wanted], timeout_ms=MAKING_MS, wait_for_metadata=True)
        yield f"Topic {topic.name} made, {topic.partitions} partitions, {topic.replicas} replicas"
        return
    if found.partitions < topic.partitions:
        admin.create_partitions({topic.name: NewPartitions(topic.partitions)})
        yield f"Topic {topic.name} has {topic.partitions} partitions now"
    if others := found.other_settings(topic):
        admin.alter_configs([ConfigResource(ConfigResourceType.TOPIC, topic.name, configs=others)])
        yield from (f"Topic {topic.name} has {name} = {value} now" for name, value in others.items())
