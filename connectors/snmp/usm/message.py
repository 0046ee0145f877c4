"""SNMPv3 messages as octets (RFC 3412, section 6; RFC 3414, section 2.4). Raises `BerError` and nothing else."""

import msgspec

from connectors.snmp import ber
from connectors.snmp.ber import BerError, encoded, expect, header

VERSION = 3
USM = 3  # the security model
AUTH, PRIV, REPORTABLE = 1, 2, 4  # flags
MAX_SIZE = 65_507
REPORT, INFORM, TRAP = 0xA8, 0xA6, 0xA7
MAX_ENGINE_OCTETS = 32  # RFC 3411, SnmpEngineID
_COUNTER32 = 0x41


class Message(msgspec.Struct, frozen=True, gc=False):
    """What stands around the notification. `octets`: the whole message, without what may follow it."""

    octets: bytes
    id: int
    flags: int
    model: int
    engine: bytes  # the authoritative one
    boots: int
    time: int
    user: bytes
    digest: bytes
    digest_at: int
    salt: bytes
    sealed: bool
    data: bytes  # a scoped PDU; where `sealed` its octets encrypted

    @property
    def reportable(self) -> bool:
        return bool(self.flags & REPORTABLE)

    @property
    def unsigned(self) -> bytes:
        """The message with noughts in place of its digest, which is what was signed."""
        end = self.digest_at + len(self.digest)
        return self.octets[: self.digest_at] + bytes(len(self.digest)) + self.octets[end:]


class Scoped(msgspec.Struct, frozen=True, gc=False):
    """A PDU and whose it is."""

    engine: bytes
    context: bytes
    kind: int
    pdu: bytes


def read(data: bytes) -> Message:
    top, end = expect(ber.SEQUENCE, data, 0, len(data))
    _, at = _integer(data, top, end)  # the version is known
    start, at = expect(ber.SEQUENCE, data, at, end)
    id_, start = _integer(data, start, at)
    _, start = _integer(data, start, at)  # how much the sender can take; no answer is longer than what it sent
    flags, start = _octets(data, start, at)
    if len(flags) != 1:
        raise BerError("length_mismatch")
    model, _ = _integer(data, start, at)
    start, at = expect(ber.OCTET_STRING, data, at, end)
    start, stop = expect(ber.SEQUENCE, data, start, at)
    engine, start = _octets(data, start, stop)
    boots, start = _integer(data, start, stop)
    time, start = _integer(data, start, stop)
    user, start = _octets(data, start, stop)
    digest_at, start = expect(ber.OCTET_STRING, data, start, stop)
    digest = data[digest_at:start]
    salt, _ = _octets(data, start, stop)
    kind, start, stop = header(data, at, end)
    if kind not in (ber.SEQUENCE, ber.OCTET_STRING):
        raise BerError("unexpected_tag")
    sealed = kind == ber.OCTET_STRING
    if len(engine) > MAX_ENGINE_OCTETS or not all(0 <= one < 2**31 for one in (id_, model, boots, time)):
        raise BerError("bad_integer")
    return Message(
        octets=data[:end],
        id=id_,
        flags=flags[0],
        model=model,
        engine=engine,
        boots=boots,
        time=time,
        user=user,
        digest=digest,
        digest_at=digest_at,
        salt=salt,
        sealed=sealed,
        data=data[start:stop] if sealed else data[at:stop],
    )


def scoped(data: bytes) -> Scoped:
    """What follows it is the cipher's padding."""
    start, end = expect(ber.SEQUENCE, data, 0, len(data))
    engine, start = _octets(data, start, end)
    context, start = _octets(data, start, end)
    kind, _, stop = header(data, start, end)
    return Scoped(engine, context, kind, data[start:stop])


def report(asked: Message, engine: bytes, oid: str, counter: int) -> bytes:
    """The scoped PDU of a Report with this one counter; under the request's number where that can be read."""
    number = encoded(ber.INTEGER, b"\0")
    try:
        if not asked.sealed:
            pdu = scoped(asked.data).pdu
            _, start, stop = header(pdu, 0, len(pdu))
            _, end = expect(ber.INTEGER, pdu, start, stop)
            number = pdu[start:end]
    except BerError:
        pass
    pair = encoded(ber.OBJECT_IDENTIFIER, _oid(oid)) + encoded(_COUNTER32, _number(counter))
    pairs = encoded(ber.SEQUENCE, encoded(ber.SEQUENCE, pair))
    return scoped_octets(engine, b"", encoded(REPORT, number + b"\x02\x01\x00\x02\x01\x00" + pairs))


def scoped_octets(engine: bytes, context: bytes, pdu: bytes) -> bytes:
    return encoded(ber.SEQUENCE, encoded(ber.OCTET_STRING, engine) + encoded(ber.OCTET_STRING, context) + pdu)


def written(said: Message, data: bytes) -> tuple[bytes, int]:
    """The message with these scoped octets (encrypted where it is `sealed`), and where its digest stands: noughts,
    as many as `said` has."""
    flags = bytes((said.flags,))
    head = _int(said.id) + _int(MAX_SIZE) + encoded(ber.OCTET_STRING, flags) + _int(said.model)
    before = encoded(ber.OCTET_STRING, said.engine) + _int(said.boots) + _int(said.time)
    before += encoded(ber.OCTET_STRING, said.user)
    after = encoded(ber.OCTET_STRING, said.salt)
    security = encoded(ber.SEQUENCE, before + encoded(ber.OCTET_STRING, bytes(len(said.digest))) + after)
    body = encoded(ber.OCTET_STRING, data) if said.sealed else data
    tail = after + body
    whole = encoded(
        ber.SEQUENCE,
        _int(VERSION) + encoded(ber.SEQUENCE, head) + encoded(ber.OCTET_STRING, security) + body,
    )
    return whole, len(whole) - len(tail) - len(said.digest)


def _integer(data: bytes, at: int, end: int) -> tuple[int, int]:
    start, stop = expect(ber.INTEGER, data, at, end)
    return ber.integer(data[start:stop]), stop


def _octets(data: bytes, at: int, end: int) -> tuple[bytes, int]:
    start, stop = expect(ber.OCTET_STRING, data, at, end)
    return data[start:stop], stop


def _int(value: int) -> bytes:
    return encoded(ber.INTEGER, _number(value))


def _number(value: int) -> bytes:
    """Nought or more, in its shortest form with a sign."""
    return value.to_bytes(value.bit_length() // 8 + 1)


def _oid(text: str) -> bytes:
    """Of subidentifiers below 128 but for none: those that we send."""
    first, second, *rest = map(int, text.split("."))
    return bytes((40 * first + second, *rest))
