"""The listeners: which there are, which of them shall listen, and what reads what they kept."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from importlib import import_module
from typing import TYPE_CHECKING

import structlog

from connectors.heard import Heard
from connectors.listeners.handed import Handed, Held, inherited
from connectors.listeners.port import Context, Limits, Place, Reader, Source, Tls
from connectors.listeners.unread import Unread
from connectors.ports import Counter, Inlet, Resolver, Unusable
from correlator.events import Alarm
from correlator.world import World
from streams import clock
from streams.files import Files
from streams.listener_settings import Listener as ListenerPart
from streams.listener_settings import ListenerTls
from streams.settings import Settings, Snmp
from topology.graph import Topology

if TYPE_CHECKING:
    from connectors.formats.raw_frames import Datagram, RawInlet
    from connectors.listeners.listener import Listener
    from connectors.resolver import Ports

log = structlog.get_logger("sockets")

# One line a source: the module that declares it as LISTENER. It is imported where it is needed, so it is light itself.
LISTENERS: tuple[str, ...] = ("connectors.snmp.listener", "connectors.syslog.listener")


def sources() -> list[Source]:
    """All that there are, also those that nobody listens to here: what an edge kept is read whatever its kind."""
    return [import_module(module).LISTENER for module in LISTENERS]


@dataclass(frozen=True, slots=True)
class Chosen:
    """A source that shall listen. `part`: where the settings say so."""

    source: Source
    part: str
    given: Snmp | ListenerPart
    place: Place


def chosen(settings: Settings) -> list[Chosen]:
    """Those that shall listen, as the settings say. Raises Unusable for a part of a listener that there is not."""
    there = sources()
    names = [source.name for source in there if source.name != "snmp"]
    if unknown := sorted(set(settings.listeners) - set(names)):
        known = f"there are {', '.join(names)}" if names else "there is none yet"
        raise Unusable(f"There is no listener {unknown[0]}", f"Take [listeners.{unknown[0]}] out; {known}")
    return [
        Chosen(source, part, given, placed(source, given))
        for source in there
        for part, given in [given_of(settings, source)]
        if (given.enabled if isinstance(given, Snmp) else source.name in settings.listeners)
    ]


def given_of(settings: Settings, source: Source) -> tuple[str, Snmp | ListenerPart]:
    """A source's part of the settings, and what that is called. SNMP has its own."""
    if source.name == "snmp":
        return "snmp", snmp_of(settings)
    return f"listeners.{source.name}", settings.listeners.get(source.name, ListenerPart())


def snmp_of(settings: Settings) -> Snmp:
    """Its part, with the files of version 3 in the data folder where nothing else is said."""
    files, given = Files(settings.data), settings.snmp
    return given.model_copy(
        update={"users": given.users or files.snmp_users, "state": given.state or files.snmp_engines}
    )


def placed(source: Source, given: Snmp | ListenerPart) -> Place:
    """Where it listens: what is not given is the source's own."""
    if isinstance(given, Snmp):
        return Place(given.host, given.port, source.transport, given.buffer_bytes, given.sources)
    return Place(
        host=given.host,
        port=source.port if given.port is None else given.port,
        transport=given.transport or source.transport,
        buffer_bytes=given.buffer_bytes,
        sources=given.sources,
        connections=given.connections,
        idle_s=given.idle_s,
        tls=_tls(source, given.tls) if given.tls is not None else None,
    )


def _tls(source: Source, given: ListenerTls) -> Tls:
    """Raises BadCertificate."""
    from streams.processes.tls import Certificate

    part = f"listeners.{source.name}.tls"
    certificate = Certificate(given.certificate, given.key, given.clients, part)
    return Tls(given.port, certificate.context)


@dataclass(frozen=True, slots=True)
class Around:
    """What every reader is made with."""

    topology: Topology
    resolver: Resolver
    counter: Counter
    unread: Unread = field(default_factory=Unread)
    heard: Heard | None = None

    def context(self, source: Source) -> Context:
        return Context(source.name, self.topology, self.resolver, self.counter, self.unread, self.heard)


def at_once(settings: Settings, around: Around, inlet: Inlet, now: clock.Clock) -> "list[Listener[Alarm]]":
    """Of the embedded intake: what they hear becomes alarms at once. Raises PortError."""
    from connectors.listeners.listener import Listener

    def listener(one: Chosen) -> "Listener[Alarm]":
        receiver = one.source.at_once(one.given, around.context(one.source), inlet, now)
        return Listener(one.source, one.place, receiver, around.counter)

    return [listener(one) for one in chosen(settings)]


def raw(
    settings: Settings, inlets: "Mapping[str, RawInlet]", counter: Counter, now: clock.Clock
) -> "list[Listener[Datagram]]":
    """Of an edge: what they hear is kept as it came. `inlets`: by name of the listener. Raises Unusable."""
    from connectors.listeners.listener import Listener

    limits = Limits(settings.edge.datagram_bytes, settings.edge.source_per_s)

    def listener(one: Chosen) -> "Listener[Datagram]":
        receiver = one.source.raw(one.given, inlets[one.source.name], counter, now, limits)
        return Listener(one.source, one.place, receiver, counter)

    return [listener(one) for one in chosen(settings)]


def readers(settings: Settings, around: Around) -> Mapping[str, Reader]:
    """What reads raw frames, by their kind. Raises PortError."""
    return {one.name: one.reader(given_of(settings, one)[1], around.context(one)) for one in sources()}


def kind_of(octets: bytes) -> str:
    """Whose a message is that somebody has in a file: each SNMP message is a SEQUENCE (RFC 3417, section 8)."""
    return "snmp" if octets[:1] == b"\x30" else "syslog"


def kinds() -> Sequence[str]:
    """Of raw frames; each has its topic."""
    return [source.name for source in sources()]


def granted_buffer_bytes(asked_bytes: int) -> int:
    """What the kernel would give a socket that receives datagrams."""
    from connectors.listeners.sockets import granted_buffer

    return granted_buffer(asked_bytes).granted_bytes


def held_open(settings: Settings) -> tuple[Settings, list[Held]]:
    """Those that systemd opened for us, and the others, opened now; and the settings with the ports that the system
    chose. Raises PortError."""
    from connectors.listeners.sockets import opened
    from streams.processes.http_socket import bind

    handed = inherited()
    ports: dict[str, int] = {}
    tls_ports: dict[str, int] = {}
    held: list[Held] = []
    try:
        held.append(Held(bind(settings.http, handed=handed)))
        http = settings.http.model_copy(update={"port": held[0].place[2]})
        for one in chosen(settings):
            name = one.source.name
            place, sockets = opened(name, one.place, handed)
            held += sockets
            ports[name] = place.port
            if place.tls is not None:
                tls_ports[name] = place.tls.port
    except BaseException:
        for socket in held:
            socket.socket.close()
        raise
    _told(handed)
    return settings.listening_at(ports, tls_ports).model_copy(update={"http": http}), held


def _told(handed: Handed) -> None:
    """What systemd opened and no setting names: nobody would ever read it."""
    for one in handed.left:
        kind, host, port = one.place
        log.warning(
            "socket_not_used", kind=kind, host=host, port=port, remedy="name the same address and port in the settings"
        )
        one.socket.close()


def resolver_of(world: World, now: clock.Clock, ports: "Ports | None" = None) -> Resolver:
    """Names and addresses of the inventory. `ports`: how devices call their ports, where they are asked."""
    from connectors.resolver import InventoryResolver

    topology = world.topology
    names = {topology.ids[element]: name for element, name in topology.names.items() if topology.is_device(element)}
    return InventoryResolver(topology, names, now, ports)
