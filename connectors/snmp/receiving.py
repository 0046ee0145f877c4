"""What becomes of notifications: alarms at once (`TrapReceiver`), or datagrams that are kept (`RawTrapReceiver`)."""

import hashlib
from collections import Counter as Tally
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from connectors.formats.raw_frames import Datagram, RawInlet
from connectors.listeners.port import Answer, Datagrams, Peer
from connectors.listeners.remarks import Remarks
from connectors.listeners.source import Admission
from connectors.metrics import DATAGRAMS_POSTED, DATAGRAMS_REFUSED, LISTENER_ALARMS, SNMP_REPORTS
from connectors.ports import Counter, Inlet
from connectors.snmp.informs import Informs
from connectors.snmp.translate import Translator
from connectors.snmp.trap import (
    VERSION_3,
    Envelope,
    Malformed,
    Trap,
    as_v2c,
    envelope,
    parse,
    pdu_of,
    without_community,
)
from connectors.snmp.usm.security import Admitted, Refused, Usm
from correlator.events import Alarm
from correlator.wire import BadInput

_EVENT = b"@eventId="  # what ZTE's OLTs write behind their community
_ASKS = "discovery"  # how a sender of version 3 begins: no fault
_ASKS_AGAIN = ("not_in_time_window", "unknown_engine")  # it is told so, and mends it by itself


@dataclass(frozen=True, slots=True)
class Users:
    """Version 3, where there are users. `now_us`: a clock that never runs back."""

    usm: Usm
    counter: Counter
    now_us: Callable[[], int]

    def let_in(self, datagram: bytes, peer: Peer, answer: Answer) -> Admitted | Refused:
        """What a user vouches for; else why not, which its sender is told where it asked to be."""
        found = self.usm.admit(datagram, peer[0], self.now_us())
        if isinstance(found, Refused):
            self._report(found, peer, answer)
        return found

    def answered(self, asked: Admitted, acknowledgement: bytes, peer: Peer, answer: Answer) -> None:
        """Sends the Response; it is written now, since it tells the time. Raises OSError."""
        answer(self.usm.response(asked, pdu_of(acknowledgement), self.now_us()), peer)

    def _report(self, found: Refused, peer: Peer, answer: Answer) -> None:
        if found.report is None:
            return
        try:
            answer(found.report, peer)
        except OSError:  # it asks again
            self.counter.count(SNMP_REPORTS, "not_sent")


@dataclass(frozen=True, slots=True)
class Trusted:
    """Who is heard. `users`: none: version 3 is refused. `remarks`: takes who is not; none: it is counted only."""

    communities: frozenset[bytes]
    users: Users | None = None
    remarks: Remarks | None = None

    def believes(self, community: bytes) -> bool:
        """ZTE's OLTs write the event behind it: public@eventId=40366@eventLevel=minor@confirm@20260211174422."""
        return community in self.communities or community.partition(_EVENT)[0] in self.communities


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
        trusted: Trusted,
    ) -> None:
        """`clock`: the time now, aware."""
        self._translator = translator
        self._inlet = inlet
        self._counter = counter
        self._clock = clock
        self._believes = trusted.believes
        self._users = trusted.users
        self._remarks = trusted.remarks
        self._informs = Informs(counter)

    @property
    def waiting(self) -> int:
        return self._inlet.waiting

    def receive(self, answer: Answer, datagrams: Datagrams, taken: list[Alarm], refused: Tally[str]) -> None:
        believes = self._believes
        translate = self._translator.alarms
        now = self._clock()
        for datagram, peer in datagrams:
            trap = parse(datagram)
            if isinstance(trap, Malformed):
                if trap.reason == VERSION_3 and self._users is not None:
                    self._secured(self._users, datagram, peer, (answer, taken, refused))
                else:
                    self._refuse(trap.reason, peer, refused)
            elif not believes(trap.community):
                self._refuse("wrong_community", peer, refused)
            elif trap.acknowledgement is None:
                taken += translate(trap, peer[0], now)
            else:
                put = partial(self._put, trap, peer[0], now)
                self._informs.take(asked(peer, trap), put, partial(answer, trap.acknowledgement, peer))
        if self._users is not None:
            self._users.usm.save()

    def _secured(self, users: Users, datagram: bytes, peer: Peer, outs: tuple[Answer, list[Alarm], Tally[str]]) -> None:
        """A message of version 3."""
        answer, taken, refused = outs
        admitted = users.let_in(datagram, peer, answer)
        if isinstance(admitted, Refused):
            if admitted.reason in _ASKS_AGAIN:
                refused[admitted.reason] += 1
            elif admitted.reason != _ASKS:
                self._refuse(admitted.reason, peer, refused)
            return
        trap, now = parse(as_v2c(admitted.pdu)), self._clock()
        if isinstance(trap, Malformed):
            self._refuse(trap.reason, peer, refused)
        elif trap.acknowledgement is None:
            taken += self._translator.alarms(trap, peer[0], now)
        else:
            put = partial(self._put, trap, peer[0], now)
            said = partial(users.answered, admitted, trap.acknowledgement, peer, answer)
            self._informs.take(asked(peer, trap), put, said)

    def _refuse(self, reason: str, peer: Peer, refused: Tally[str]) -> None:
        refused[reason] += 1
        if self._remarks is not None:
            self._remarks.unbelieved(peer[0], reason)

    def post(self, taken: list[Alarm]) -> None:
        self._inlet.post(taken)

    async def _put(self, inform: Trap, address: str, now: datetime) -> None:
        for alarm in self._translator.alarms(inform, address, now):
            if isinstance(await self._inlet.put(alarm), BadInput):
                self._counter.count(DATAGRAMS_REFUSED, self.name, "inlet")

    async def close(self) -> None:
        await self._informs.close()
        if self._users is not None:
            self._users.usm.close()


class RawTrapReceiver:
    """Looks at no more than who sends, how much, and by which community, which it hands on to nobody. Counts
    what the informs count. Refuses what `Admission` does, `wrong_community`, and what is no trap."""

    name = "snmp"
    posted = DATAGRAMS_POSTED

    def __init__(self, inlet: RawInlet, counter: Counter, admission: Admission, trusted: Trusted) -> None:
        self._inlet = inlet
        self._admission = admission
        self._believes = trusted.believes
        self._users = trusted.users
        self._informs = Informs(counter)

    @property
    def waiting(self) -> int:
        return 0  # the relay's own bound stops us

    def receive(self, answer: Answer, datagrams: Datagrams, taken: list[Datagram], refused: Tally[str]) -> None:
        believes = self._believes
        for octets, peer, at_us in self._admission.admitted(datagrams, refused):
            if isinstance(told := envelope(octets), Malformed):
                if told.reason == VERSION_3 and self._users is not None:
                    self._secured(self._users, octets, (peer, at_us), (answer, taken, refused))
                else:
                    refused[told.reason] += 1
            elif not believes(told.community):
                refused["wrong_community"] += 1
            else:
                kept = Datagram(peer[0], at_us, without_community(octets, told))
                if not told.inform:
                    taken.append(kept)
                elif isinstance(inform := parse(octets), Malformed):  # what nobody can read is not acknowledged
                    refused[inform.reason] += 1
                else:
                    assert inform.acknowledgement is not None
                    self._inform(peer, inform, kept, partial(answer, inform.acknowledgement, peer))
        if self._users is not None:
            self._users.usm.save()

    def _secured(
        self,
        users: Users,
        octets: bytes,
        came: tuple[Peer, int],
        outs: tuple[Answer, list[Datagram], Tally[str]],
    ) -> None:
        """A message of version 3 is opened here, where its users are, and kept as version 2c."""
        (peer, at_us), (answer, taken, refused) = came, outs
        admitted = users.let_in(octets, peer, answer)
        if isinstance(admitted, Refused):
            if admitted.reason != _ASKS:
                refused[admitted.reason] += 1
            return
        plain = as_v2c(admitted.pdu)
        told, trap = envelope(plain), parse(plain)
        if isinstance(trap, Malformed):
            refused[trap.reason] += 1
            return
        assert isinstance(told, Envelope), "what is read as a whole has one"
        kept = Datagram(peer[0], at_us, without_community(plain, told))
        if trap.acknowledgement is None:
            taken.append(kept)
        else:
            self._inform(peer, trap, kept, partial(users.answered, admitted, trap.acknowledgement, peer, answer))

    def _inform(self, peer: Peer, inform: Trap, kept: Datagram, answer: Callable[[], object]) -> None:
        """The answer has the community that came. One that cannot be sent is no loss: the sender asks again."""
        self._informs.take(asked(peer, inform), partial(self._inlet.put, kept), answer)

    def post(self, taken: list[Datagram]) -> None:
        self._inlet.post(taken)

    async def close(self) -> None:
        await self._informs.close()
        if self._users is not None:
            self._users.usm.close()


def asked(peer: Peer, inform: Trap) -> bytes:
    """A sender repeats its inform, request id and all, until it is answered (RFC 3416, section 4.2.7)."""
    assert inform.acknowledgement is not None
    said = repr(peer).encode() + inform.acknowledgement + inform.meaning
    return hashlib.blake2b(said, digest_size=16).digest()
