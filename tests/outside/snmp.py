"""SNMP version 2c by hand: linkUp of a port as trap or inform, and the answer to an inform (RFC 3416, X.690)."""

TRAP, INFORM, RESPONSE = 0xA7, 0xA6, 0xA2
INTEGER, OCTETS, OBJECT_ID, SEQUENCE, ADDRESS, TICKS = 0x02, 0x04, 0x06, 0x30, 0x40, 0x43
SYS_UP_TIME, TRAP_OID, TRAP_ADDRESS = "1.3.6.1.2.1.1.3.0", "1.3.6.1.6.3.1.1.4.1.0", "1.3.6.1.6.3.18.1.3.0"
IF_INDEX, IF_DESCR, LINK_UP = "1.3.6.1.2.1.2.2.1.1", "1.3.6.1.2.1.2.2.1.2", "1.3.6.1.6.3.1.1.5.4"


def link_up(kind: int, request: int, address: str, port: str) -> bytes:
    """Said of `port` by the device at `address`, whoever sends it (RFC 3584: snmpTrapAddress)."""
    named = [
        (SYS_UP_TIME, _number(request, TICKS)),
        (TRAP_OID, _object_id(LINK_UP)),
        (f"{IF_INDEX}.{request}", _number(request)),
        (f"{IF_DESCR}.{request}", _block(OCTETS, port.encode())),
        (TRAP_ADDRESS, _block(ADDRESS, bytes(map(int, address.split("."))))),
    ]
    bound = b"".join(_block(SEQUENCE, _object_id(name) + value) for name, value in named)
    message = _number(request) + _number(0) + _number(0) + _block(SEQUENCE, bound)
    return _block(SEQUENCE, _number(1) + _block(OCTETS, b"public") + _block(kind, message))


def answered(datagram: bytes) -> int | None:
    """The number of the inform that it answers; None where it is no answer."""
    _, whole, _ = _first(datagram)
    _, _, rest = _first(whole)  # version
    _, _, rest = _first(rest)  # community
    kind, message, _ = _first(rest)
    return int.from_bytes(_first(message)[1], signed=True) if kind == RESPONSE else None


def _block(kind: int, body: bytes) -> bytes:
    size = len(body)
    if size < 0x80:
        return bytes((kind, size)) + body
    octets = size.to_bytes((size.bit_length() + 7) // 8)
    return bytes((kind, 0x80 | len(octets))) + octets + body


def _number(value: int, kind: int = INTEGER) -> bytes:
    return _block(kind, value.to_bytes(value.bit_length() // 8 + 1, signed=True))


def _object_id(dotted: str) -> bytes:
    first, second, *rest = map(int, dotted.split("."))
    body = bytes((40 * first + second,))
    for part in rest:
        groups = [part & 0x7F]
        while part := part >> 7:
            groups.insert(0, 0x80 | part & 0x7F)
        body += bytes(groups)
    return _block(OBJECT_ID, body)


def _first(octets: bytes) -> tuple[int, bytes, bytes]:
    """Kind, body, and what comes after it."""
    size, start = octets[1], 2
    if size & 0x80:
        start += size & 0x7F
        size = int.from_bytes(octets[2:start])
    return octets[0], octets[start : start + size], octets[start + size :]
