"""What becomes of notifications: alarms at once (`TrapReceiver`), or datagrams that are kept (`RawTrapReceiver`)."""

import hashlib
from collections import Counter as Tally
from collections.abc import Callable
from datetime import datetime
from functools import partial

from connectors.formats.raw_frames import Datagram, RawInlet
from connectors.listeners.port import Answer, Datagrams, Peer
from connectors.listeners.source import Admission
from connectors.metrics import DATAGRAMS_POSTED, DATAGRAMS_REFUSED, LISTENER_ALARMS
from connectors.ports import Counter, Inlet
from connectors.snmp.informs import Informs
from connectors.snmp.translate import Translator
from connectors.snmp.trap import Malformed, Trap, envelope, parse, without_community
from correlator.events import Alarm
from correlator.wire import BadInput


class TrapReceiver:
    """Reads each notification as it comes. Counts what the translator and the informs count."""

    name = "snmp"
    posted = LISTENER_ALARMS

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

    def receive(self, answer: Answer, datagrams: Datagrams, taken: list[Alarm], refused: Tally[str]) -> None:
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
                taken += translate(trap, peer[0], now)
            else:
                put = partial(self._put, trap, peer[0], now)
                self._informs.take(asked(peer, trap), put, partial(answer, trap.acknowledgement, peer))

    def post(self, taken: list[Alarm]) -> None:
        self._inlet.post(taken)

    async def _put(self, inform: Trap, address: str, now: datetime) -> None:
        for alarm in self._translator.alarms(inform, address, now):
            if isinstance(await self._inlet.put(alarm), BadInput):
                self._counter.count(DATAGRAMS_REFUSED, self.name, "inlet")

    async def close(self) -> None:
        await self._informs.close()


class RawTrapReceiver:
    """Looks at no more than who sends, how much, and by which community, which it hands on to nobody. Counts
    what the informs count. Refuses what `Admission` does, `wrong_community`, and what is no trap."""

    name = "snmp"
    posted = DATAGRAMS_POSTED

    def __init__(self, inlet: RawInlet, counter: Counter, admission: Admission, communities: frozenset[bytes]) -> None:
        self._inlet = inlet
        self._admission = admission
        self._communities = communities
        self._informs = Informs(counter)

    def receive(self, answer: Answer, datagrams: Datagrams, taken: list[Datagram], refused: Tally[str]) -> None:
        communities = self._communities
        for octets, peer, at_us in self._admission.admitted(datagrams, refused):
            if isinstance(told := envelope(octets), Malformed):
                refused[told.reason] += 1
            elif told.community not in communities:
                refused["wrong_community"] += 1
            else:
                kept = Datagram(peer[0], at_us, without_community(octets, told))
                if not told.inform:
                    taken.append(kept)
                elif isinstance(inform := parse(octets), Malformed):  # what nobody can read is not acknowledged
                    refused[inform.reason] += 1
                else:
                    self._inform(answer, peer, inform, kept)

    def _inform(self, answer: Answer, peer: Peer, inform: Trap, kept: Datagram) -> None:
        """The answer has the community that came. One that cannot be sent is no loss: the sender asks again."""
        assert inform.acknowledgement is not None
        put = partial(self._inlet.put, kept)
        self._informs.take(asked(peer, inform), put, partial(answer, inform.acknowledgement, peer))

    def post(self, taken: list[Datagram]) -> None:
        self._inlet.post(taken)

    async def close(self) -> None:
        await self._informs.close()


def asked(peer: Peer, inform: Trap) -> bytes:
    """A sender repeats its inform, request id and all, until it is answered (RFC 3416, section 4.2.7)."""
    assert inform.acknowledgement is not None
    said = repr(peer).encode() + inform.acknowledgement + inform.meaning
    return hashlib.blake2b(said, digest_size=16).digest()
