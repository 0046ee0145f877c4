"""SNMP as a listener: what it takes of the settings, and what reads and answers its datagrams."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from connectors.formats.raw_frames import Datagram, RawInlet
from connectors.listeners.port import Clock, Context, Framing, Limits, Reader, Receiver, Transport
from connectors.ports import Counter, Inlet
from correlator.events import Alarm, moment

if TYPE_CHECKING:
    from connectors.snmp.translate import Translator


class Part(Protocol):
    """Its part of the settings."""

    @property
    def communities(self) -> Sequence[str]: ...

    @property
    def catalogues(self) -> Path | None: ...


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
        """Raises CatalogueError."""
        from connectors.snmp.receiving import TrapReceiver

        made = translator(part, context)
        return TrapReceiver(made, inlet, context.counter, lambda: moment(clock()), communities(part))

    def raw(self, part: Part, inlet: RawInlet, counter: Counter, clock: Clock, limits: Limits) -> Receiver[Datagram]:
        from connectors.listeners.source import Admission
        from connectors.snmp.receiving import RawTrapReceiver

        return RawTrapReceiver(inlet, counter, Admission(clock, limits), communities(part))


LISTENER = Snmp()


def communities(part: Part) -> frozenset[bytes]:
    return frozenset(name.encode() for name in part.communities)


def translator(part: Part, context: Context) -> "Translator":
    """From traps to alarms. Raises CatalogueError."""
    from connectors.snmp.catalogue import load
    from connectors.snmp.places import TopologyPlaces
    from connectors.snmp.translate import Translator

    catalogue = load(*([part.catalogues] if part.catalogues else []))
    return Translator(catalogue, context.resolver, context.counter, TopologyPlaces(context.topology))
