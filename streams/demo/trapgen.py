"""SNMP v2c traps as datagrams: the little of BER that they need (RFC 3416, section 4.2.6; X.690).

The service's decoder is fuzzed elsewhere against pysnmp; this encoder shares nothing with it, so that the demo is a
stranger at the door as a router would be. The origin travels as snmpTrapAddress.0, as a trap proxy sends it (RFC 3584,
section 3.1): all datagrams come from this one machine.
"""

from dataclasses import dataclass
from functools import lru_cache

LINK_DOWN, LINK_UP = "1.3.6.1.6.3.1.1.5.3", "1.3.6.1.6.3.1.1.5.4"
BGP_ESTABLISHED, BGP_BACKWARD = "1.3.6.1.2.1.15.0.1", "1.3.6.1.2.1.15.0.2"
SYS_UP_TIME, SNMP_TRAP_OID = "1.3.6.1.2.1.1.3.0", "1.3.6.1.6.3.1.1.4.1.0"
SNMP_TRAP_ADDRESS = "1.3.6.1.6.3.18.1.3.0"
IF_INDEX, IF_ADMIN, IF_OPER, IF_NAME = (
    "1.3.6.1.2.1.2.2.1.1",
    "1.3.6.1.2.1.2.2.1.7",
    "1.3.6.1.2.1.2.2.1.8",
    "1.3.6.1.2.1.31.1.1.1.1",
)
BGP_REMOTE, BGP_ERROR, BGP_STATE = "1.3.6.1.2.1.15.3.1.7", "1.3.6.1.2.1.15.3.1.14", "1.3.6.1.2.1.15.3.1.2"
HOLD_TIMER_EXPIRED = bytes((4, 0))  # RFC 4271, section 4.5
IDLE, ESTABLISHED = 1, 6  # bgpPeerState (RFC 4273)
UP, DOWN = 1, 2

INTEGER, OCTETS, NULL, OBJECT_ID, SEQUENCE = 0x02, 0x04, 0x05, 0x06, 0x30
IP_ADDRESS, TIME_TICKS, TRAP_V2 = 0x40, 0x43, 0xA7
VERSION_2C = 1

Binding = tuple[str, bytes]  # (object identifier, value as encoded)


@dataclass(frozen=True, slots=True)
class Stamp:
    """What differs in each datagram of one agent."""

    request_id: int
    uptime_cs: int  # hundredths of a second
    community: bytes = b"public"


def element(tag: int, contents: bytes) -> bytes:
    size = len(contents)
    if size < 128:
        return bytes((tag, size)) + contents
    octets = size.to_bytes((size.bit_length() + 7) // 8)
    return bytes((tag, 0x80 | len(octets))) + octets + contents


def integer(value: int, tag: int = INTEGER) -> bytes:
    """Shortest two's complement; for TimeTicks as well, which are never negative."""
    magnitude = value if value >= 0 else ~value
    return element(tag, value.to_bytes(magnitude.bit_length() // 8 + 1, signed=True))


@lru_cache(4096)
def object_id(dotted: str) -> bytes:
    first, second, *rest = map(int, dotted.split("."))
    return element(OBJECT_ID, b"".join(map(base_128, (40 * first + second, *rest))))


def base_128(number: int) -> bytes:
    octets = [number & 0x7F]
    while number := number >> 7:
        octets.append(0x80 | number & 0x7F)
    return bytes(reversed(octets))


def ip_address(dotted: str) -> bytes:
    return element(IP_ADDRESS, bytes(map(int, dotted.split("."))))


def trap(kind: str, bindings: list[Binding], stamp: Stamp) -> bytes:
    """One SNMPv2-Trap-PDU in its message."""
    uptime = (SYS_UP_TIME, integer(stamp.uptime_cs, TIME_TICKS))
    pairs = [uptime, (SNMP_TRAP_OID, object_id(kind)), *bindings]
    varbinds = element(SEQUENCE, b"".join(element(SEQUENCE, object_id(name) + value) for name, value in pairs))
    pdu = element(TRAP_V2, integer(stamp.request_id) + integer(0) + integer(0) + varbinds)
    return element(SEQUENCE, integer(VERSION_2C) + element(OCTETS, stamp.community) + pdu)


def link_trap(address: str, port: tuple[int, str], up: bool, stamp: Stamp) -> bytes:
    """linkDown or linkUp (RFC 2863) of the agent at `address`; `port`: ifIndex and ifName."""
    index, name = port
    bindings = [
        (f"{IF_INDEX}.{index}", integer(index)),
        (f"{IF_ADMIN}.{index}", integer(UP)),
        (f"{IF_OPER}.{index}", integer(UP if up else DOWN)),
        (f"{IF_NAME}.{index}", element(OCTETS, name.encode())),
        (SNMP_TRAP_ADDRESS, ip_address(address)),
    ]
    return trap(LINK_UP if up else LINK_DOWN, bindings, stamp)


def bgp_trap(address: str, peer: str, up: bool, stamp: Stamp) -> bytes:
    """bgpEstablished or bgpBackwardTransition (RFC 4273) of the agent at `address` about its peer."""
    bindings = [
        (f"{BGP_REMOTE}.{peer}", ip_address(peer)),
        (f"{BGP_ERROR}.{peer}", element(OCTETS, bytes(2) if up else HOLD_TIMER_EXPIRED)),
        (f"{BGP_STATE}.{peer}", integer(ESTABLISHED if up else IDLE)),
        (SNMP_TRAP_ADDRESS, ip_address(address)),
    ]
    return trap(BGP_ESTABLISHED if up else BGP_BACKWARD, bindings, stamp)
