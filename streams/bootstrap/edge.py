"""The edge's parts: listeners, what they hand over to, and the raw log with its spool. It needs no database."""

import socket
from dataclasses import dataclass
from typing import TYPE_CHECKING

from connectors.formats.raw_frames import Datagram
from connectors.telemetry.declared import EDGE_SPOOL_BYTES, EDGE_SPOOLING, EDGE_WAITING
from connectors.telemetry.metrics import PrometheusCounter
from streams import clock
from streams.bootstrap.places import cluster
from streams.bootstrap.topics import Names
from streams.bootstrap.watching import Watching, watching
from streams.files import Files
from streams.processes.edge.relay import Origin, Relay, Watched
from streams.settings import Settings

if TYPE_CHECKING:
    from connectors.rawlog.spooled import SpooledRawLog
    from connectors.snmp.listen import TrapListener


@dataclass(frozen=True, slots=True)
class Edge:
    """The edge process's parts."""

    traps: "TrapListener[Datagram]"
    relay: Relay
    log: "SpooledRawLog"
    counter: PrometheusCounter
    watching: Watching


def edge(settings: Settings) -> Edge:
    """On the running loop. Raises PortError."""
    from connectors.rawlog.kafka import KafkaRawLog
    from connectors.rawlog.spool import Spool
    from connectors.rawlog.spooled import SpooledRawLog

    kafka = settings.kafka
    assert kafka is not None, "an edge has brokers"
    counter, now = PrometheusCounter("edge"), clock.steady()
    behind = KafkaRawLog(cluster(settings), Names(kafka.prefix).raw("snmp"), kafka.raw_partitions)
    spool = Spool(Files(settings.data).spool, settings.edge.spool_bytes)
    log = SpooledRawLog(behind, spool, counter)
    origin = Origin("snmp", f"{socket.gethostname()}-{now() // 1000:x}", kafka.raw_partitions)
    watch = watching(settings, counter)
    relay = Relay(origin, log, counter, Watched(watch.witness, now))
    counter.gauge(EDGE_WAITING, lambda: relay.waiting)
    counter.gauge(EDGE_SPOOL_BYTES, lambda: spool.bytes)
    counter.gauge(EDGE_SPOOLING, lambda: float(log.spooling))
    return Edge(traps(settings, relay, counter, now), relay, log, counter, watch)


def traps(settings: Settings, relay: Relay, counter: PrometheusCounter, now: clock.Clock) -> "TrapListener[Datagram]":
    """The door for SNMP."""
    from connectors.snmp.hearing import Limits, RawEar
    from connectors.snmp.listen import TrapListener, TrapSettings

    snmp = settings.snmp
    communities = frozenset(name.encode() for name in snmp.communities)
    limits = Limits(communities, settings.edge.datagram_bytes, settings.edge.source_per_s)
    door = TrapSettings(((snmp.host, snmp.port),), snmp.buffer_bytes, snmp.sources)
    return TrapListener(RawEar(relay, counter, now, limits), counter, door)
