"""BER, as much of it as SNMP v1 and v2c use: definite lengths and primitive values only (RFC 3417, section 8).

Every length is checked against what encloses it, nothing recurses, and nothing here can raise but `BerError`. Bytes
in, plain values out. What repeats (object identifiers, whole varbinds) is decoded once and remembered, bounded.
"""

from collections.abc import Callable
from functools import lru_cache
from ipaddress import IPv4Address
from typing import Literal

Reason = Literal[
    "truncated",
    "indefinite_length",
    "unexpected_tag",
    "length_mismatch",
    "bad_oid",
    "bad_integer",
    "bad_address",
    "unknown_value_type",
    "too_long",
    "too_many_varbinds",
    "unsupported_version",
    "snmpv3_not_configured",
    "not_a_trap",
    "bad_generic_trap",
    "missing_trap_oid",
]
Value = int | bytes | str | IPv4Address | None  # str: an object identifier; None: NULL and the v2 exceptions
Varbind = tuple[str, Value]

INTEGER, OCTET_STRING, NULL, OBJECT_IDENTIFIER, SEQUENCE = 0x02, 0x04, 0x05, 0x06, 0x30
IP_ADDRESS, TIME_TICKS = 0x40, 0x43

MAX_SUBIDS = 128  # RFC 2578, section 3.5
MAX_SUBID = 2**32 - 1
MAX_SUBID_BYTES = 5
MAX_INTEGER_BYTES = 9  # a Counter64 with its leading zero
REMEMBERED = 65_536
REMEMBERED_BYTES = 128  # a longer varbind is not remembered: it would make the bound a large one


class BerError(Exception):
    """These bytes are not what they should be; `reason` is a label for a counter."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason)
        self.reason = reason


def header(data: bytes, at: int, end: int) -> tuple[int, int, int]:
    """Tag and length at `at`: (tag, first octet of the contents, first octet after them), all within `end`."""
    start = at + 2
    if start > end:
        raise BerError("truncated")
    size = data[at + 1]
    if size > 127:
        if size == 128:
            raise BerError("indefinite_length")
        start += size & 0x7F
        if start > end:
            raise BerError("truncated")
        size = int.from_bytes(data[at + 2 : start])
    stop = start + size
    if stop > end:
        raise BerError("truncated")
    return data[at], start, stop


def expect(tag: int, data: bytes, at: int, end: int) -> tuple[int, int]:
    """The contents (start, stop) of the element at `at`, which must have this tag."""
    found, start, stop = header(data, at, end)
    if found != tag:
        raise BerError("unexpected_tag")
    return start, stop


def encoded(tag: int, contents: bytes) -> bytes:
    """One element with a definite length in its shortest form."""
    size = len(contents)
    if size < 128:
        return bytes((tag, size)) + contents
    octets = size.to_bytes((size.bit_length() + 7) // 8)
    return bytes((tag, 0x80 | len(octets))) + octets + contents


def integer(contents: bytes) -> int:
    """A signed INTEGER. An empty one is 0, as pyasn1 and net-snmp read it."""
    if len(contents) > MAX_INTEGER_BYTES:
        raise BerError("bad_integer")
    return int.from_bytes(contents, signed=True)


def unsigned(contents: bytes) -> int:
    """Counter, Gauge, TimeTicks. Agents that forget the leading zero octet are common, so the sign is not read."""
    if len(contents) > MAX_INTEGER_BYTES:
        raise BerError("bad_integer")
    return int.from_bytes(contents)


def oid(contents: bytes) -> str:
    """An object identifier in dotted text. Empty contents are `0.0`, as net-snmp reads what some agents send.

    The last subidentifier, most often the instance, is read apart: what stands before it repeats.
    """
    if len(contents) < 2 or len(contents) > MAX_SUBIDS - 2:  # longer ones may have too many subidentifiers
        return _oid(contents)
    cut = len(contents) - 1
    if contents[cut] > 127:
        raise BerError("bad_oid")
    if contents[cut - 1] < 128:
        return f"{_head(contents[:cut])}.{contents[cut]}"
    while cut and contents[cut - 1] > 127:
        cut -= 1
    if cut == 0:
        return _oid(contents)
    return f"{_head(contents[:cut])}.{_subid(contents[cut:])}"


def _oid(contents: bytes) -> str:
    if not contents:
        return "0.0"
    if contents[-1] > 127:
        raise BerError("bad_oid")
    subids: list[int] = []
    at = 0
    for number, octet in enumerate(contents, 1):
        if octet < 128:
            subids.append(_subid(contents[at:number]))
            at = number
    first = min(subids[0] // 40, 2)  # the first two arcs share one subidentifier (X.690, 8.19.4)
    subids[0:1] = [first, subids[0] - 40 * first]
    if len(subids) > MAX_SUBIDS:
        raise BerError("bad_oid")
    return ".".join(map(str, subids))


_head = lru_cache(REMEMBERED)(_oid)


def _subid(octets: bytes) -> int:
    """Seven bits an octet. None may be padded (X.690, 8.19.2) or exceed 32 bits (RFC 2578, 7.1.3)."""
    if octets[0] == 0x80 or len(octets) > MAX_SUBID_BYTES:
        raise BerError("bad_oid")
    subid = 0
    for octet in octets:
        subid = (subid << 7) | (octet & 0x7F)
    if subid > MAX_SUBID:
        raise BerError("bad_oid")
    return subid


def address(contents: bytes) -> IPv4Address:
    if len(contents) != 4:
        raise BerError("bad_address")
    return IPv4Address(contents)


def _octets(contents: bytes) -> bytes:
    return contents


def _nothing(_contents: bytes) -> None:
    return None


VALUES: dict[int, Callable[[bytes], Value]] = {
    INTEGER: integer,
    OCTET_STRING: _octets,
    NULL: _nothing,
    OBJECT_IDENTIFIER: oid,
    IP_ADDRESS: address,
    0x41: unsigned,  # Counter32
    0x42: unsigned,  # Gauge32, Unsigned32
    TIME_TICKS: unsigned,
    0x44: _octets,  # Opaque
    0x45: _octets,  # NsapAddress (RFC 1442, obsolete, still sent)
    0x46: unsigned,  # Counter64
    0x47: unsigned,  # UInteger32 (RFC 1442)
    0x80: _nothing,  # noSuchObject
    0x81: _nothing,  # noSuchInstance
    0x82: _nothing,  # endOfMibView
}


def _varbind(contents: bytes) -> Varbind:
    end = len(contents)
    start, stop = expect(OBJECT_IDENTIFIER, contents, 0, end)
    name = oid(contents[start:stop])
    tag, start, stop = header(contents, stop, end)
    if stop != end:
        raise BerError("length_mismatch")
    decode = VALUES.get(tag)
    if decode is None:
        raise BerError("unknown_value_type")
    return name, decode(contents[start:stop])


_short_varbind = lru_cache(REMEMBERED)(_varbind)


def varbinds(data: bytes, at: int, end: int, limit: int) -> list[Varbind]:
    """The name and value pairs between `at` and `end`, at most `limit`. This loop is the hot path of a trap storm."""
    pairs: list[Varbind] = []
    while at < end:
        start, stop = at + 2, end
        if start <= end and data[at + 1] < 128:
            stop = start + data[at + 1]
            if stop > end:
                raise BerError("truncated")
        else:
            _, start, stop = header(data, at, end)
        if data[at] != SEQUENCE:
            raise BerError("unexpected_tag")
        if len(pairs) == limit:
            raise BerError("too_many_varbinds")
        contents = data[start:stop]
        pairs.append(_short_varbind(contents) if stop - start <= REMEMBERED_BYTES else _varbind(contents))
        at = stop
    return pairs
