"""What a source of datagrams declares, and what the loops ask of it.

A datagram's path: a socket (`udp.py`, `tcp.py`) -> a receiver, which asks the source's reader -> an inlet. A source
that answers nobody and keeps no secret in its datagrams needs a reader only: `DatagramSource` has the rest.
"""

from collections import Counter as Tally
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from ipaddress import IPv4Network, IPv6Network
from typing import TYPE_CHECKING, Any, Literal, Protocol, TypeVar

from connectors.formats.raw_frames import Datagram, RawInlet
from connectors.heard import Heard
from connectors.listeners.unread import Unread
from connectors.metrics import LISTENER_UNRESOLVED, Counted
from connectors.ports import Counter, Inlet, Resolver
from correlator.events import Alarm
from correlator.wire import BadInput

if TYPE_CHECKING:
    from ssl import SSLContext

    from topology.graph import Topology

Peer = tuple[str, int] | tuple[str, int, int, int]
Datagrams = Iterable[tuple[bytes, Peer]]
Answer = Callable[[bytes, Peer], object]  # sends octets back to whom they are for; raises OSError
Networks = Sequence[IPv4Network | IPv6Network]
Transport = Literal["udp", "tcp", "both", "tls"]  # both: by UDP and TCP; tls: nothing in clear
Framing = Literal["lines", "counted"]  # of a stream: by newline; or by newline or count, as RFC 6587 has both
Clock = Callable[[], int]  # microseconds since 1970

Taken = TypeVar("Taken")


@dataclass(frozen=True, slots=True)
class Tls:
    """Streams under TLS, at a port of their own. `context`: the server's certificate, and whose clients it believes."""

    port: int
    context: "SSLContext"


@dataclass(frozen=True, slots=True)
class Place:
    """Where to listen, and whom to believe. Port 0: the system chooses one."""

    host: str = "127.0.0.1"
    port: int = 0
    transport: Transport = "udp"
    buffer_bytes: int = 64 * 1024 * 1024
    sources: Networks = ()  # who is believed; none: anyone
    connections: int = 1_000  # by TCP at once
    idle_s: float = 3_600.0  # a connection that says nothing for so long is closed
    tls: Tls | None = None

    @property
    def hosts(self) -> tuple[str, ...]:
        """One, or several with commas between: `0.0.0.0,::` is all of both kinds of addresses."""
        return tuple(one.strip() for one in self.host.split(","))


@dataclass(frozen=True, slots=True)
class Context:
    """What a source reads with."""

    source: str  # its name
    topology: "Topology"
    resolver: Resolver
    counter: Counter
    unread: Unread = field(default_factory=Unread)  # takes what the source cannot read
    heard: Heard | None = None  # takes what is to be known of senders; none: it is counted only

    def object(self, name: str) -> str:
        """The inventory id for a name that the source uses. What the inventory lacks stands under its own name, and is
        counted."""
        found = self.resolver.object_named(name)
        if found is None or not self.resolver.lists(found):
            self.counter.count(LISTENER_UNRESOLVED, self.source)
        return found or name


class Reader(Protocol):
    """What a source's datagrams say. One thread's."""

    def read(self, datagram: Datagram, mark: str) -> Sequence[Alarm] | BadInput:
        """Alarms, or why there are none. `mark` names the datagram among all: ids are made of it, so that they are the
        same each time that it is read."""


class Receiver(Protocol[Taken]):
    """What a loop hands its datagrams to: it makes alarms of them at once, or keeps them for others to read."""

    @property
    def name(self) -> str:
        """The source's, for what the loop counts."""

    @property
    def posted(self) -> Counted:
        """What is counted when it is posted; its one label is the source's name."""

    @property
    def waiting(self) -> int:
        """What was posted and is not written yet, where it is known."""

    def receive(self, answer: Answer, datagrams: Datagrams, taken: list[Taken], refused: Tally[str]) -> None:
        """Put what these datagrams say at the end of `taken`, and why others say nothing into `refused`.

        Called once a wake, so what waited in the buffer is received then.
        """

    def post(self, taken: list[Taken]) -> None:
        """Raises JournalFull."""

    async def close(self) -> None:
        """What senders wait for gets some seconds to be written. May be called twice."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What an edge lets in; the rest is refused before anybody reads it."""

    octets: int = 16_384  # of one datagram
    source_per_s: int = 100_000  # datagrams of one address that are read within a second


class Source(Protocol):
    """A folder's declaration, which the registry `LISTENERS` lists. `part`: the source's own part of the settings."""

    @property
    def name(self) -> str:
        """The kind of its raw frames, the label of its counters, the end of its topic: small letters and digits."""

    @property
    def title(self) -> str:
        """For people."""

    @property
    def port(self) -> int: ...

    @property
    def transport(self) -> Transport: ...

    @property
    def framing(self) -> Framing: ...

    def reader(self, part: Any, context: Context) -> Reader:
        """Reads what an edge kept. Raises PortError."""

    def at_once(self, part: Any, context: Context, inlet: Inlet, clock: Clock) -> Receiver[Alarm]:
        """For the embedded intake. Raises PortError."""

    def raw(self, part: Any, inlet: RawInlet, counter: Counter, clock: Clock, limits: Limits) -> Receiver[Datagram]:
        """For an edge."""
