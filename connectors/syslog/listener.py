"""Syslog as a listener: what it takes of the settings, and what reads its messages."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from connectors.formats.raw_frames import Datagram, RawInlet
from connectors.listeners.framing import MOST_OCTETS
from connectors.listeners.port import Clock, Context, Framing, Limits, Networks, Reader, Receiver, Transport
from connectors.listeners.source import Admission, AlarmReceiver, RawReceiver
from connectors.ports import Counter, Inlet, Unusable
from correlator.events import Alarm

if TYPE_CHECKING:
    from connectors.syslog.senders import Given


class Part(Protocol):
    """Its part of the settings."""

    @property
    def patterns(self) -> Path | None: ...

    @property
    def zone(self) -> str | None: ...

    @property
    def senders(self) -> "Mapping[str, Given]": ...

    @property
    def relays(self) -> Networks: ...

    @property
    def source_per_s(self) -> int: ...


@dataclass(frozen=True, slots=True)
class Syslog:
    """Implements `Source`. The patterns are loaded by who reads, and not by an edge."""

    name: str = "syslog"
    title: str = "Syslog"
    port: int = 1514  # 514 is the standard's (RFC 5426), and needs rights
    transport: Transport = "both"
    framing: Framing = "counted"

    def reader(self, part: Part, context: Context) -> Reader:
        """Raises PatternError; Unusable, where the settings name a vendor that no file has."""
        from connectors.listeners.places import TopologyPlaces
        from connectors.listeners.remarks import Relays
        from connectors.syslog.patterns import load
        from connectors.syslog.reader import LineReader
        from connectors.syslog.senders import Senders
        from connectors.syslog.translate import Translator

        patterns = load(*([part.patterns] if part.patterns else []))
        for name, sender in part.senders.items():
            if sender.vendor is not None and sender.vendor not in patterns.vendors:
                what = f"There are no patterns of the vendor {sender.vendor} (listeners.syslog.senders.{name})"
                raise Unusable(what, f"There are {', '.join(sorted(patterns.vendors))}")
        places, relays = TopologyPlaces(context.topology), Relays(part.relays)
        translator = Translator(patterns, context.resolver, places, relays)
        return LineReader(context, translator, Senders(part.senders, part.zone))

    def at_once(self, part: Part, context: Context, inlet: Inlet, clock: Clock) -> Receiver[Alarm]:
        """Raises PatternError, Unusable."""
        admission = Admission(clock, Limits(MOST_OCTETS, part.source_per_s))
        return AlarmReceiver(self.reader(part, context), context, inlet, admission)

    def raw(self, part: Part, inlet: RawInlet, counter: Counter, clock: Clock, limits: Limits) -> Receiver[Datagram]:
        del part, counter  # it needs neither
        return RawReceiver(self.name, inlet, Admission(clock, limits))


LISTENER = Syslog()
