"""The User-based Security Model (RFC 3414, section 3.2): who says this, is it whole, is it new, and what does it say?

Of a trap the sender is the authoritative engine: its id is the one that the settings name for its address, or it is
learned from the first message that a user's key signed, which is told. Of an inform we are: its sender asks who we are
and what time it is, and is told by a Report. Nothing is acknowledged here.
"""

import hmac
import os
from collections import Counter as Tally
from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import Literal

import msgspec
import structlog

from connectors.metrics import SNMP_ENGINES, SNMP_REPORTS, SNMP_V3_REFUSED
from connectors.ports import Counter, JournalFull
from connectors.snmp import ber
from connectors.snmp.ber import BerError
from connectors.snmp.usm import message
from connectors.snmp.usm.engines import WINDOW_S, Clock, Engines, Timeliness
from connectors.snmp.usm.message import AUTH, INFORM, PRIV, TRAP, USM, Message, Scoped
from connectors.snmp.usm.users import LEVELS, Level, User

Reason = (
    Literal[
        "bad_flags",
        "decryption_error",
        "discovery",
        "not_a_trap",
        "unknown_engine",
        "unknown_security_model",
        "unknown_user",
        "wrong_digest",
        "wrong_engine",
        "wrong_level",
    ]
    | Timeliness
    | ber.Reason
)
_USM_STATS = "1.3.6.1.6.3.15.1.1"
STATS: dict[Reason, str] = {  # what a Report says of it (RFC 3414, section 5; RFC 3412, section 5)
    "wrong_level": f"{_USM_STATS}.1.0",  # usmStatsUnsupportedSecLevels
    "not_in_time_window": f"{_USM_STATS}.2.0",
    "unknown_user": f"{_USM_STATS}.3.0",
    "discovery": f"{_USM_STATS}.4.0",  # usmStatsUnknownEngineIDs, which is how an engine is asked who it is
    "unknown_engine": f"{_USM_STATS}.4.0",
    "wrong_digest": f"{_USM_STATS}.5.0",
    "decryption_error": f"{_USM_STATS}.6.0",
    "unknown_security_model": "1.3.6.1.6.3.11.2.1.1.0",
}
_LEVELS: dict[int, Level] = dict(zip((0, AUTH, AUTH | PRIV), LEVELS, strict=True))
MOST_TOLD = 10_000  # engines and where they spoke from, of which the log was told

Address = IPv4Address | IPv6Address

log = structlog.get_logger("snmp")


@dataclass(frozen=True, slots=True)
class Trust:
    """Whose engine ids are known, and whether others are learned."""

    engines: Mapping[Address, bytes]  # by the address that the sender has
    learn: bool = True


class Refused(msgspec.Struct, frozen=True, gc=False):
    """Why nothing is taken of it. `report`: what its sender is told, where it asked to be."""

    reason: Reason
    report: bytes | None = None


class Admitted(msgspec.Struct, frozen=True, gc=False):
    """A notification that a user vouches for: its PDU as it stands in version 2c."""

    pdu: bytes
    asked: Message
    scope: Scoped


class Usm:
    """One thread's. Counts what it refuses by reason and source, and the Reports that it gives out."""

    def __init__(self, users: Mapping[bytes, User], engines: Engines, trust: Trust, counter: Counter) -> None:
        self._users = users
        self._engines = engines
        self._trust = trust
        self._counter = counter
        self._stats: Tally[str] = Tally()  # usmStats; they begin at nought with the engine
        self._salt = int.from_bytes(os.urandom(8))
        self._told: set[tuple[bytes, str]] = set()
        self._closed = False

    def admit(self, datagram: bytes, source: str, now_us: int) -> Admitted | Refused:
        """`source`: the sender's address. Never raises, whatever the octets are."""
        source = source.partition("%")[0]  # without the zone
        try:
            found = self._admitted(message.read(datagram), source, now_us)
        except BerError as error:
            found = Refused(error.reason)
        if isinstance(found, Refused) and found.reason != "discovery":
            self._counter.count(SNMP_V3_REFUSED, found.reason, source)
        return found

    def response(self, admitted: Admitted, pdu: bytes, now_us: int) -> bytes:
        """The whole answer to an inform, by the same user at the same level."""
        scope = admitted.scope
        data = message.scoped_octets(scope.engine, scope.context, pdu)
        return self._written(admitted.asked, admitted.asked.flags & (AUTH | PRIV), data, now_us)

    def save(self) -> None:
        """The clocks of a wake's engines are on disk when what they said is handed on. A full disk stops nothing here:
        the journal, which lies on the same one, says so."""
        try:
            self._engines.save()
        except JournalFull as error:
            log.warning("snmp_clocks_not_kept", what=error.what)

    def close(self) -> None:
        """May be called twice."""
        if not self._closed:
            self._closed = True
            self.save()
            self._engines.close()

    # RFC 3414, section 3.2, in its order

    def _admitted(self, asked: Message, source: str, now_us: int) -> Admitted | Refused:
        if asked.model != USM:
            return self._refused(asked, "unknown_security_model", now_us)
        if (level := _LEVELS.get(asked.flags & (AUTH | PRIV))) is None or asked.sealed != (level == "authPriv"):
            return Refused("bad_flags")
        ours = asked.engine == self._engines.own
        if asked.reportable and not ours:  # who wants an answer must mean us
            return self._refused(asked, "unknown_engine" if asked.engine else "discovery", now_us)
        if not ours and (reason := self._stranger(asked.engine, source)):
            return Refused(reason)
        user = self._users.get(asked.user)
        if user is None:
            return self._refused(asked, "unknown_user", now_us)
        if user.level != level:  # also one that is higher: there is no key for it
            return self._refused(asked, "wrong_level", now_us)
        if level != "noAuthNoPriv" and (reason := self._unbelieved(asked, user, source, now_us)):
            return self._refused(asked, reason, now_us)
        data = asked.data
        if level == "authPriv":
            opened = self._opened(asked, user)
            if opened is None:
                return self._refused(asked, "decryption_error", now_us)
            data = opened
        return self._notification(asked, data, ours=ours, now_us=now_us)

    def _stranger(self, engine: bytes, source: str) -> Reason | None:
        """Whether this engine may not speak from there, whatever its key."""
        named = self._trust.engines.get(ip_address(source)) if self._trust.engines else None
        if named is not None:
            return None if named == engine else "wrong_engine"
        if not engine or not (self._trust.learn or self._engines.clock(engine)):
            return "unknown_engine"
        return None

    def _unbelieved(self, asked: Message, user: User, source: str, now_us: int) -> Reason | None:
        key = user.auth_key(asked.engine)
        assert user.auth is not None, "a user that signs"
        if not hmac.compare_digest(user.auth.digest(key, asked.unsigned), asked.digest):
            return "wrong_digest"
        user.vouched(asked.engine, key)
        if asked.engine == self._engines.own:
            same = asked.boots == self._engines.boots
            near = abs(self._engines.time(now_us) - asked.time) <= WINDOW_S
            return None if same and near else "not_in_time_window"
        return self._untimely(asked, source, now_us)

    def _untimely(self, asked: Message, source: str, now_us: int) -> Reason | None:
        """By the clock of the engine that sent it."""
        engine, clock = asked.engine, self._engines.clock(asked.engine)
        if clock is not None and asked.boots < clock.boots and self._engines.forgotten(engine):
            clock = None
        if clock is None:
            if self._engines.full:
                return "unknown_engine"
            clock = self._met(asked, source, now_us)
        elif clock.source != source:
            self._moved(engine, clock, source)
        reason = clock.reason(asked.boots, asked.time, asked.digest, now_us)
        if reason is None:
            self._engines.changed(engine)
        return reason

    def _met(self, asked: Message, source: str, now_us: int) -> Clock:
        """Staff are told of what nobody named: who has a user's password can be any engine."""
        named = bool(self._trust.engines) and ip_address(source) in self._trust.engines
        clock = Clock(asked.boots, -1, 0, now_us, source, learned=not named)
        self._engines.meet(asked.engine, clock)
        if not named:
            self._counter.count(SNMP_ENGINES, "learned")
            told = {"engine": asked.engine.hex(), "source": source, "user": asked.user.decode(errors="replace")}
            log.warning("snmp_engine_learned", **told, remedy="if it is yours, name it in [snmp.engines]")
        return clock

    def _moved(self, engine: bytes, clock: Clock, source: str) -> None:
        clock.source = source
        if (engine, source) not in self._told and len(self._told) < MOST_TOLD:
            self._told.add((engine, source))
            self._counter.count(SNMP_ENGINES, "moved")
            log.warning("snmp_engine_moved", engine=engine.hex(), source=source)

    def _opened(self, asked: Message, user: User) -> bytes | None:
        assert user.priv is not None, "a user that encrypts"
        return user.priv.decrypted(user.priv_key(asked.engine), (asked.boots, asked.time), asked.salt, asked.data)

    def _notification(self, asked: Message, data: bytes, *, ours: bool, now_us: int) -> Admitted | Refused:
        try:
            scope = message.scoped(data)
        except BerError:
            if asked.sealed:  # the password of the encryption is another
                return self._refused(asked, "decryption_error", now_us)
            raise
        if scope.kind not in (INFORM, TRAP):
            return Refused("not_a_trap")
        if (scope.kind == INFORM) != ours:  # of a trap its sender is the authority, of an inform we are
            return Refused("wrong_engine")
        return Admitted(scope.pdu, asked, scope)

    # What is sent

    def _refused(self, asked: Message, reason: Reason, now_us: int) -> Refused:
        """With a Report, where it is asked for. `not_in_time_window` is signed: it tells the time (3.2 (7a))."""
        oid = STATS.get(reason)
        if oid is None:
            return Refused(reason)
        self._stats[oid] += 1
        if not asked.reportable:
            return Refused(reason)
        self._counter.count(SNMP_REPORTS, reason)
        said = message.report(asked, self._engines.own, oid, self._stats[oid])
        return Refused(reason, self._written(asked, AUTH if reason == "not_in_time_window" else 0, said, now_us))

    def _written(self, asked: Message, flags: int, data: bytes, now_us: int) -> bytes:
        engine, boots, time = self._engines.own, self._engines.boots, self._engines.time(now_us)
        user = self._users[asked.user] if flags else None
        salt = b""
        if user is not None and flags & PRIV:
            assert user.priv is not None, "it came encrypted"
            self._salt = (self._salt + 1) % 2**64
            key = user.priv_key(engine)
            data, salt = user.priv.encrypted(key, (boots, time), self._salt.to_bytes(8), data)
        room = user.auth.digest_octets if user is not None and user.auth is not None else 0
        said = msgspec.structs.replace(
            asked,
            flags=flags,
            engine=engine,
            boots=boots,
            time=time,
            digest=bytes(room),
            salt=salt,
            sealed=bool(flags & PRIV),
        )
        whole, at = message.written(said, data)
        if user is None or user.auth is None:
            return whole
        digest = user.auth.digest(user.auth_key(engine), whole)
        return whole[:at] + digest + whole[at + len(digest) :]
