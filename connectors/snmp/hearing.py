"""What a listener makes of notifications: alarms at once (`AlarmEar`), or datagrams that others read (`RawEar`)."""

import hashlib
from collections import Counter as Tally
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from connectors.formats.raw_frames import Datagram, RawInlet
from connectors.ports import Counter, Inlet, Refused
from connectors.snmp.informs import Informs
from connectors.snmp.listen import Datagrams
from connectors.snmp.translate import Translator
from connectors.snmp.trap import Malformed, Trap, envelope, parse, without_community
from connectors.snmp.udp import Door, Peer
from connectors.telemetry.declared import TRAP_ALARMS_POSTED, TRAP_DATAGRAMS_POSTED, TRAPS_REFUSED
from correlator.events import Alarm


class AlarmEar:
    """Reads each notification as it comes. Counts what the translator and the informs count."""

    posted = TRAP_ALARMS_POSTED

    def __init__(
        self,
        translator: Translator,
        inlet: Inlet,
        counter: Counter,
        clock: Callable[[], datetime],
        communities: frozenset[bytes],
    ) -> None:
        """`clock`: the time now, aware."""
        self._translator = translator
        self._inlet = inlet
        self._counter = counter
        self._clock = clock
        self._communities = communities
        self._informs = Informs(counter)

    def hear(self, door: Door, datagrams: Datagrams, heard: list[Alarm], refused: Tally[str]) -> None:
        communities = self._communities
        translate = self._translator.alarms
        now = self._clock()
        for datagram, peer in datagrams:
            trap = parse(datagram)
            if isinstance(trap, Malformed):
                refused[trap.reason] += 1
            elif trap.community not in communities:
                refused["wrong_community"] += 1
            elif trap.acknowledgement is None:
                heard += translate(trap, peer[0], now)
            else:
                self._informs.hear(asked(peer, trap), partial(self._put, trap, peer[0], now), answer(door, peer, trap))

    def post(self, heard: list[Alarm]) -> None:
        self._inlet.post(heard)

    async def _put(self, inform: Trap, address: str, now: datetime) -> None:
        for alarm in self._translator.alarms(inform, address, now):
            if isinstance(await self._inlet.put(alarm), Refused):
                self._counter.count(TRAPS_REFUSED, "inlet")

    async def close(self) -> None:
        await self._informs.close()


@dataclass(frozen=True, slots=True)
class Limits:
    """What an edge lets in; the rest is refused before anybody reads it."""

    communities: frozenset[bytes] = frozenset({b"public"})
    octets: int = 16_384  # of one datagram
    source_per_s: int = 100_000  # datagrams of one address that are read within a second


class RawEar:
    """Looks at no more than who sends, how much, and by which community, which it hands on to nobody. Counts
    what the informs count. Refuses `too_long`, `too_many` (of one source in a second),
    `wrong_community`, and what is no trap.

    Datagrams that are read together come a microsecond after each other: so one that is there twice, later on, is known
    to be older than what was said since.
    """

    posted = TRAP_DATAGRAMS_POSTED

    def __init__(self, inlet: RawInlet, counter: Counter, clock: Callable[[], int], limits: Limits) -> None:
        """`clock`: microseconds since 1970."""
        self._inlet = inlet
        self._clock = clock
        self._limits = limits
        self._informs = Informs(counter)
        self._last_us = 0  # when the last one came; no two come at once
        self._second = 0
        self._heard_of: dict[str, int] = {}  # source -> datagrams in this second

    def hear(self, door: Door, datagrams: Datagrams, heard: list[Datagram], refused: Tally[str]) -> None:
        limits = self._limits
        at_us = max(self._clock(), self._last_us)
        if at_us // 1_000_000 != self._second:
            self._second = at_us // 1_000_000
            self._heard_of.clear()
        heard_of = self._heard_of
        for octets, peer in datagrams:
            at_us += 1
            source = peer[0]
            heard_of[source] = number = heard_of.get(source, 0) + 1
            if number > limits.source_per_s:
                refused["too_many"] += 1
            elif len(octets) > limits.octets:
                refused["too_long"] += 1
            elif isinstance(told := envelope(octets), Malformed):
                refused[told.reason] += 1
            elif told.community not in limits.communities:
                refused["wrong_community"] += 1
            else:
                kept = Datagram(source, at_us, without_community(octets, told))
                if told.inform:
                    self._inform((door, peer), octets, kept, refused)
                else:
                    heard.append(kept)
        self._last_us = at_us

    def _inform(self, asks: tuple[Door, Peer], octets: bytes, datagram: Datagram, refused: Tally[str]) -> None:
        """Read as a whole: one that nobody could read is not acknowledged. The answer has the community that came."""
        inform, (door, peer) = parse(octets), asks
        if isinstance(inform, Malformed):
            refused[inform.reason] += 1
        else:
            self._informs.hear(asked(peer, inform), partial(self._inlet.put, datagram), answer(door, peer, inform))

    def post(self, heard: list[Datagram]) -> None:
        self._inlet.post(heard)

    async def close(self) -> None:
        await self._informs.close()


def asked(peer: Peer, inform: Trap) -> bytes:
    """A sender repeats its inform, request id and all, until it is answered (RFC 3416, section 4.2.7)."""
    assert inform.acknowledgement is not None
    said = repr(peer).encode() + inform.acknowledgement + inform.meaning
    return hashlib.blake2b(said, digest_size=16).digest()


def answer(door: Door, peer: Peer, inform: Trap) -> Callable[[], object]:
    """Sends the Response. One that cannot be sent is no loss: the sender asks again."""
    assert inform.acknowledgement is not None
    return partial(door.socket.sendto, inform.acknowledgement, peer)
