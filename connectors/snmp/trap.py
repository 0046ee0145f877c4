"""SNMP v1 traps, v2c traps and v2c informs, from datagram to `Trap`.

A v1 trap is read as the v2c notification it means (RFC 3584, section 3.1). Version 3 is named as such: where there are
users, `connectors.snmp.usm` opens it, and what is in it is read as a v2c notification (`as_v2c`).
"""

from collections.abc import Iterable
from typing import Literal

import msgspec

from connectors.snmp import ber
from connectors.snmp.ber import BerError, Reason, Varbind, expect, header

MAX_DATAGRAM_BYTES = 65_507  # the largest UDP payload over IPv4
MAX_VARBINDS = 256
VERSION_3: Reason = "snmpv3_not_configured"  # why `parse` and `envelope` do not read it

SNMP_TRAP_OID = "1.3.6.1.6.3.1.1.4.1.0"
SNMP_TRAP_ADDRESS = "1.3.6.1.6.3.18.1.3.0"  # whose trap a proxy forwards (RFC 3584, section 3.1)
SNMP_TRAP_COMMUNITY = "1.3.6.1.6.3.18.1.4.0"
_TRAP_COMMUNITY = bytes.fromhex("2b0601060312010400")  # snmpTrapCommunity.0
_SNMP_TRAPS = "1.3.6.1.6.3.1.1.5"
_SYS_UP_TIME = bytes.fromhex("06082b06010201010300") + bytes((ber.TIME_TICKS,))

_V1, _V2C, _V3 = 0, 1, 3
_TRAP_V1, _INFORM, _TRAP_V2, _RESPONSE = 0xA4, 0xA6, 0xA7, 0xA2
_KINDS = {_V1: (_TRAP_V1,), _V2C: (_TRAP_V2, _INFORM)}
_NO_ERROR = b"\x02\x01\x00\x02\x01\x00"  # error-status 0, error-index 0
_ENTERPRISE_SPECIFIC = 6
_NO_COMMUNITY = b"\x02\x01\x01\x04\x01*"  # version 2c, and a star where a password would be


class Trap(msgspec.Struct, frozen=True, gc=False):
    """One notification. `meaning` is every octet that decides what it says: all but community, request id, uptime."""

    version: Literal["v1", "v2c"]
    community: bytes
    oid: str  # snmpTrapOID.0
    uptime_cs: int  # sysUpTime.0, hundredths of a second; 0 where the sender left it out
    varbinds: tuple[Varbind, ...]  # without sysUpTime.0 and snmpTrapOID.0
    meaning: bytes
    agent: str | None = None  # agent-addr of a v1 trap, where it says one
    acknowledgement: bytes | None = None  # of an inform: the Response to send once it is safe


class Envelope(msgspec.Struct, frozen=True, gc=False):
    """As much of a notification as tells whether it is let in. `at`: where its community stands."""

    community: bytes
    inform: bool
    at: int


class Malformed(msgspec.Struct, frozen=True, gc=False):
    """Not a notification that can be read; `reason` is a label for a counter."""

    reason: Reason


def envelope(datagram: bytes) -> Envelope | Malformed:
    """What stands outside of a notification; whether the rest can be read is not known yet. Never raises."""
    try:
        _, start, pdu, kind, _, _ = _opened(datagram)
    except BerError as error:
        return Malformed(error.reason)
    return Envelope(datagram[start:pdu], kind == _INFORM, start)


def without_community(datagram: bytes, told: Envelope) -> bytes:
    """The same notification, its passwords made stars: the message's own, and those that proxies hand on in it."""
    stop = told.at + len(told.community)
    blank = datagram[: told.at] + b"*" * len(told.community) + datagram[stop:]
    at = blank.find(_TRAP_COMMUNITY, stop)
    while at >= 0:
        at += len(_TRAP_COMMUNITY)
        try:
            start, stop = expect(ber.OCTET_STRING, blank, at, len(blank))
        except BerError:  # no value of that name: octets that look like it, or nobody can read it anyway
            stop = at
        else:
            blank = blank[:start] + b"*" * (stop - start) + blank[stop:]
        at = blank.find(_TRAP_COMMUNITY, stop)
    return blank


def as_v2c(pdu: bytes) -> bytes:
    """The notification of a version 3 message, under a community that is none."""
    return ber.encoded(ber.SEQUENCE, _NO_COMMUNITY + pdu)


def pdu_of(answer: bytes) -> bytes:
    """The Response to what `as_v2c` made."""
    start, end = expect(ber.SEQUENCE, answer, 0, len(answer))
    return answer[start + len(_NO_COMMUNITY) : end]


def parse(datagram: bytes) -> Trap | Malformed:
    """Read one datagram. Never raises, whatever the bytes are; octets after the message are ignored."""
    if len(datagram) > MAX_DATAGRAM_BYTES:
        return Malformed("too_long")
    try:
        return _message(datagram)
    except BerError as error:
        return Malformed(error.reason)


def _message(data: bytes) -> Trap:
    top, community, pdu, kind, start, stop = _opened(data)
    if kind == _TRAP_V2:
        return _notification(data, start, stop, data[community:pdu])
    if kind == _INFORM:
        return _inform(data, start, stop, (top, pdu))
    return _trap_v1(data, start, stop, data[community:pdu])


def _opened(data: bytes) -> tuple[int, int, int, int, int, int]:
    """Where the version is, where the community and where the PDU; the PDU's tag, and its contents (start, stop)."""
    top, end = expect(ber.SEQUENCE, data, 0, len(data))
    start, stop = expect(ber.INTEGER, data, top, end)
    version = ber.integer(data[start:stop])
    if version not in _KINDS:
        raise BerError(VERSION_3 if version == _V3 else "unsupported_version")
    community, pdu = expect(ber.OCTET_STRING, data, stop, end)
    kind, start, stop = header(data, pdu, end)
    if kind not in _KINDS[version]:
        raise BerError("not_a_trap")
    return top, community, pdu, kind, start, stop


def _notification(data: bytes, at: int, end: int, community: bytes) -> Trap:
    """A v2c trap or inform (RFC 3416, section 4.2.6): sysUpTime.0, snmpTrapOID.0, then what else it tells."""
    for _ in range(3):  # request-id, error-status, error-index: only their shape matters in a trap
        _, at = expect(ber.INTEGER, data, at, end)
    at, end = expect(ber.SEQUENCE, data, at, end)
    at, uptime_cs = _uptime(data, at, end)
    pairs = ber.varbinds(data, at, end, MAX_VARBINDS)
    meaning = data[at:end]
    if pairs and pairs[0][0] == SNMP_TRAP_OID:  # where the standard wants it
        oid, rest = pairs[0][1], tuple(pairs[1:])
    else:
        oid, rest = _trap_oid(pairs), tuple(pair for pair in pairs if pair[0] != SNMP_TRAP_OID)
    if type(oid) is not str:
        raise BerError("missing_trap_oid")
    return Trap("v2c", community, oid, uptime_cs, rest, meaning)


def _uptime(data: bytes, at: int, end: int) -> tuple[int, int]:
    """sysUpTime.0 where it leads the list, and where the rest begins. It alone differs in each trap, so it is read
    apart from what is remembered."""
    if at == end:
        raise BerError("missing_trap_oid")
    start, stop = expect(ber.SEQUENCE, data, at, end)
    if not data.startswith(_SYS_UP_TIME, start, stop):
        return at, 0
    start, value_end = expect(ber.TIME_TICKS, data, start + len(_SYS_UP_TIME) - 1, stop)
    if value_end != stop:
        raise BerError("length_mismatch")
    return stop, ber.unsigned(data[start:stop])


def _trap_oid(pairs: Iterable[Varbind]) -> ber.Value:
    return next((value for name, value in pairs if name == SNMP_TRAP_OID), None)


def _inform(data: bytes, at: int, end: int, envelope: tuple[int, int]) -> Trap:
    """A v2c inform, with the Response that acknowledges it: the same varbinds, no error (RFC 3416, section 4.2.7)."""
    top, pdu = envelope
    community = data[expect(ber.OCTET_STRING, data, expect(ber.INTEGER, data, top, pdu)[1], pdu)[0] : pdu]
    trap = _notification(data, at, end, community)
    _, request_id = expect(ber.INTEGER, data, at, end)
    _, status = expect(ber.INTEGER, data, request_id, end)
    _, index = expect(ber.INTEGER, data, status, end)
    _, stop = expect(ber.SEQUENCE, data, index, end)
    response = ber.encoded(_RESPONSE, data[at:request_id] + _NO_ERROR + data[index:stop])
    return msgspec.structs.replace(trap, acknowledgement=ber.encoded(ber.SEQUENCE, data[top:pdu] + response))


def _trap_v1(data: bytes, at: int, end: int, community: bytes) -> Trap:
    """A v1 Trap-PDU (RFC 1157, section 4.1.6), named as RFC 3584, section 3.1 (2) says."""
    start, stop = expect(ber.OBJECT_IDENTIFIER, data, at, end)
    enterprise = ber.oid(data[start:stop])
    start, stop = expect(ber.IP_ADDRESS, data, stop, end)
    agent = str(ber.address(data[start:stop]))
    start, stop = expect(ber.INTEGER, data, stop, end)
    generic = ber.integer(data[start:stop])
    start, stamp = expect(ber.INTEGER, data, stop, end)
    specific = ber.integer(data[start:stamp])
    start, stop = expect(ber.TIME_TICKS, data, stamp, end)
    uptime_cs = ber.unsigned(data[start:stop])
    first, last = expect(ber.SEQUENCE, data, stop, end)
    return Trap(
        "v1",
        community,
        _v1_oid(enterprise, generic, specific),
        uptime_cs,
        tuple(ber.varbinds(data, first, last, MAX_VARBINDS)),
        data[at:stamp] + data[first:last],
        None if agent == "0.0.0.0" else agent,  # noqa: S104  # compared with, not bound to: "no address" in a v1 trap
    )


def _v1_oid(enterprise: str, generic: int, specific: int) -> str:
    if 0 <= generic < _ENTERPRISE_SPECIFIC:
        return f"{_SNMP_TRAPS}.{generic + 1}"
    if generic == _ENTERPRISE_SPECIFIC and 0 <= specific <= ber.MAX_SUBID:
        return f"{enterprise}.0.{specific}"
    raise BerError("bad_generic_trap")
