"""The Faust app of `simpul worker`: a member of the consumer group, told of its partitions and of each new record.

It gives assignment, rebalance and word of news, and is never the commit point: what the group has committed is a hint.
A record of the journal only wakes the domain's owner, which reads it from the journal itself: the offset that counts
lies in the store, and a seek of ours would be undone after each rebalance. A raw record is acknowledged when what came
of it is in the journal. An agent here never raises: Faust would commit past the record.
"""

import ssl
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import faust
from aiokafka.errors import KafkaError

from connectors.ports import JournalFull
from streams.processes.worker.inflow import Raw

BUFFERED = 64  # raw records that wait for an agent; each may have half a megabyte
HEARTBEAT_S = 3.0  # to the group's coordinator; not more than a third of the session
REQUEST_S = 90.0  # Faust wants it to be no shorter than the session


class Owning(Protocol):
    """What is told of the journal's partitions."""

    def news(self, place: int) -> None: ...

    async def revoked(self) -> None: ...

    async def assigned(self, places: Collection[int]) -> None: ...


class Taking(Protocol):
    """What is handed raw records."""

    async def take(self, raw: Raw) -> None: ...


@dataclass(frozen=True, slots=True)
class Group:
    """The consumer group, and what its members share out."""

    name: str
    servers: str  # host:port,host:port
    login: Mapping[str, Any]  # in kafka-python's words
    events: str  # the journal's topic
    raw: tuple[str, ...]  # topics of raw frames
    session_s: float  # a member that is silent for so long is taken for dead
    folder: Path  # Faust wants one

    @property
    def heartbeat_s(self) -> float:
        """How soon a member learns that it is none any more."""
        return min(HEARTBEAT_S, self.session_s / 3)


def app(group: Group, owners: Owning, inflow: Taking) -> faust.App:
    """To be started and stopped on the running loop; it hands over to owners and inflow on that loop."""
    made = faust.App(
        group.name,
        broker=";".join(f"kafka://{server.strip()}" for server in group.servers.split(",")),
        broker_credentials=credentials(group.login),
        broker_session_timeout=group.session_s,
        broker_heartbeat_interval=group.heartbeat_s,
        broker_rebalance_timeout=group.session_s,
        broker_request_timeout=max(REQUEST_S, group.session_s),
        broker_max_poll_records=BUFFERED,
        consumer_auto_offset_reset="earliest",
        stream_buffer_maxsize=BUFFERED,
        topic_allow_declare=False,
        topic_disable_leader=True,
        web_enabled=False,
        datadir=group.folder,
    )
    listen(made, group, owners)
    for name in group.raw:
        take(made, name, inflow)
    return made


async def start(made: faust.App) -> None:
    """Raises JournalFull where the brokers have gone since we looked."""
    try:
        await made.start()
    except KafkaError as error:
        raise JournalFull(f"The consumer group cannot be joined: {error}", "Check the brokers") from error


def listen(made: faust.App, group: Group, owners: Owning) -> None:
    """Word of the journal's partitions, and of what is new in them."""

    @made.agent(made.topic(group.events, key_serializer="raw", value_serializer="raw"), concurrency=1)
    async def events(stream: faust.StreamT[bytes]) -> None:
        async for event in stream.events():
            owners.news(event.message.partition)

    @made.on_partitions_revoked.connect
    async def revoked(*_: Any, **__: Any) -> None:
        await owners.revoked()

    @made.on_partitions_assigned.connect
    async def assigned(*given: Any, **_: Any) -> None:
        _, partitions = given  # who tells it, and all that is ours now
        await owners.assigned({one.partition for one in partitions if one.topic == group.events})


def take(made: faust.App, name: str, inflow: Taking) -> None:
    """Raw records in order; each is acknowledged by whoever takes it."""

    @made.agent(made.topic(name, key_serializer="raw", value_serializer="raw"), name=name, concurrency=1)
    async def raw(stream: faust.StreamT[bytes]) -> None:
        assert isinstance(stream, faust.Stream)
        async for event in stream.noack().events():
            message = event.message
            where = f"{message.topic}, partition {message.partition}, record {message.offset}"
            await inflow.take(Raw(message.value, where, event.ack))


def credentials(login: Mapping[str, Any]) -> "faust.SASLCredentials | faust.SSLCredentials | None":
    """kafka-python's words in Faust's."""
    protocol = login.get("security_protocol", "PLAINTEXT")
    context = ssl.create_default_context(cafile=login.get("ssl_cafile")) if protocol.endswith("SSL") else None
    if protocol.startswith("SASL"):
        return faust.SASLCredentials(
            mechanism=login["sasl_mechanism"],
            username=login["sasl_plain_username"],
            password=login["sasl_plain_password"],
            ssl_context=context,
        )
    return None if context is None else faust.SSLCredentials(context)
