"""The edge's parts: listeners, what they hand over to, and the raw log with its spool. It needs no database."""

import socket
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from connectors.formats.raw_frames import Datagram, RawLog
from connectors.metrics import EDGE_SPOOL_BYTES, EDGE_SPOOLING, EDGE_WAITING
from connectors.ports import Unusable
from connectors.telemetry.metrics import PrometheusCounter
from streams import clock
from streams.bootstrap.listeners import chosen, kinds, raw
from streams.bootstrap.places import cluster
from streams.bootstrap.topics import Names
from streams.bootstrap.watching import Watching, watching
from streams.files import Files
from streams.processes.edge.relay import Origin, Relay, Watched
from streams.settings import Settings

if TYPE_CHECKING:
    from connectors.listeners.listener import Listener
    from connectors.rawlog.spooled import SpooledRawLog


@dataclass(frozen=True, slots=True)
class Edge:
    """The edge process's parts."""

    listeners: "Sequence[Listener[Datagram]]"
    relays: Sequence[Relay]  # of each listener one
    log: "SpooledRawLog"
    counter: PrometheusCounter
    watching: Watching


def edge(settings: Settings) -> Edge:
    """On the running loop. Raises PortError."""
    from connectors.rawlog.by_kind import RawLogs
    from connectors.rawlog.kafka import KafkaRawLog

    kafka = settings.kafka
    assert kafka is not None, "an edge has brokers"
    names, brokers = Names(kafka.prefix), cluster(settings)
    return edge_before(
        settings, RawLogs({kind: KafkaRawLog(brokers, names.raw(kind), kafka.raw_partitions) for kind in kinds()})
    )


def edge_before(settings: Settings, behind: RawLog) -> Edge:
    """The same before any raw log. Raises PortError."""
    from connectors.rawlog.spool import Spool
    from connectors.rawlog.spooled import SpooledRawLog

    kafka = settings.kafka
    assert kafka is not None, "an edge has brokers"
    counter, now = PrometheusCounter("edge"), clock.steady()
    names = [one.source.name for one in chosen(settings)]
    if not names:
        raise Unusable("This edge listens to nothing", "Set snmp.enabled, or name another listener in the settings")
    spool = Spool(Files(settings.data).spool, settings.edge.spool_bytes)
    log = SpooledRawLog(behind, spool, counter)
    watch = watching(settings, counter)
    started_ms, watched = now() // 1000, Watched(watch.witness, now)
    relays = {
        name: Relay(
            Origin(name, f"{socket.gethostname()}-{started_ms + number:x}", kafka.raw_partitions), log, counter, watched
        )
        for number, name in enumerate(names)  # no two have one name: the ids of frames are made of it
    }
    counter.gauge(EDGE_WAITING, lambda: sum(relay.waiting for relay in relays.values()))
    counter.gauge(EDGE_SPOOL_BYTES, lambda: spool.bytes)
    counter.gauge(EDGE_SPOOLING, lambda: float(log.spooling))
    return Edge(raw(settings, relays, counter, now), list(relays.values()), log, counter, watch)
