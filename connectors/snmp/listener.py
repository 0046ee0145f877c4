"""SNMP as a listener: what it takes of the settings, and what reads and answers its datagrams."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from ipaddress import ip_address
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from connectors.formats.raw_frames import Datagram, RawInlet
from connectors.listeners.port import Clock, Context, Framing, Limits, Networks, Reader, Receiver, Transport
from connectors.ports import Counter, Inlet
from correlator.events import Alarm, moment

if TYPE_CHECKING:
    from connectors.listeners.remarks import Remarks
    from connectors.snmp.receiving import Trusted, Users
    from connectors.snmp.translate import Translator


class Part(Protocol):
    """Its part of the settings."""

    @property
    def communities(self) -> Sequence[str]: ...

    @property
    def catalogues(self) -> Path | None: ...

    @property
    def users(self) -> Path | None:
        """Folder of the users of version 3; there need not be one."""

    @property
    def state(self) -> Path | None:
        """File of what version 3 keeps over restarts; goes with `users`."""

    @property
    def engines(self) -> Mapping[str, str]:
        """Engine id, in hexadecimal, by the address that the engine sends from."""

    @property
    def learn(self) -> bool: ...

    @property
    def weak(self) -> bool: ...

    @property
    def relays(self) -> Networks: ...


@dataclass(frozen=True, slots=True)
class Snmp:
    """Implements `Source`. The catalogue is loaded by who reads, and not by an edge."""

    name: str = "snmp"
    title: str = "SNMP traps"
    port: int = 1162  # 162 is the standard's, and needs rights
    transport: Transport = "udp"
    framing: Framing = "lines"

    def reader(self, part: Part, context: Context) -> Reader:
        """Raises CatalogueError."""
        from connectors.snmp.reader import TrapReader

        return TrapReader(translator(part, context))

    def at_once(self, part: Part, context: Context, inlet: Inlet, clock: Clock) -> Receiver[Alarm]:
        """Raises CatalogueError, and Unusable where a user's file cannot be taken."""
        from connectors.snmp.receiving import TrapReceiver

        who = replace(trusted(part, context.counter, clock), remarks=remarks_of(context))
        return TrapReceiver(translator(part, context), inlet, context.counter, lambda: moment(clock()), who)

    def raw(self, part: Part, inlet: RawInlet, counter: Counter, clock: Clock, limits: Limits) -> Receiver[Datagram]:
        """Raises Unusable where a user's file cannot be taken."""
        from connectors.listeners.source import Admission
        from connectors.snmp.receiving import RawTrapReceiver

        return RawTrapReceiver(inlet, counter, Admission(clock, limits), trusted(part, counter, clock))


LISTENER = Snmp()


def trusted(part: Part, counter: Counter, clock: Clock) -> "Trusted":
    """Who is heard. Raises Unusable."""
    from connectors.snmp.receiving import Trusted

    return Trusted(frozenset(name.encode() for name in part.communities), users(part, counter, clock))


def users(part: Part, counter: Counter, clock: Clock) -> "Users | None":
    """What opens version 3, where there are users. Raises Unusable."""
    if part.users is None or part.state is None:
        return None
    from connectors.snmp.usm.users import load

    found = load(part.users, weak=part.weak)
    if not found:
        return None
    from connectors.snmp.receiving import Users
    from connectors.snmp.usm.engines import Engines
    from connectors.snmp.usm.security import Trust, Usm

    trust = Trust({ip_address(source): bytes.fromhex(engine) for source, engine in part.engines.items()}, part.learn)
    return Users(Usm(found, Engines(part.state, clock()), trust, counter), counter, clock)


def translator(part: Part, context: Context) -> "Translator":
    """From traps to alarms. Raises CatalogueError."""
    from connectors.listeners.places import TopologyPlaces
    from connectors.listeners.remarks import Relays
    from connectors.snmp.catalogue import load
    from connectors.snmp.translate import Spoken, Translator

    spoken = Spoken(Relays(part.relays), remarks_of(context))
    catalogue = load(*([part.catalogues] if part.catalogues else []))
    return Translator(catalogue, context.resolver, context.counter, TopologyPlaces(context.topology), spoken)


def remarks_of(context: Context) -> "Remarks":
    from connectors.listeners.remarks import Remarks

    return Remarks("snmp", context.counter, context.heard)
