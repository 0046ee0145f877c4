"""From datagram to trap, with pysnmp as oracle: what it writes is read, and what it reads is read the same."""

from ipaddress import IPv4Address
from typing import Any

import msgspec
import pytest
from pysnmp.proto import rfc1155, rfc1902

from connectors.snmp.ber import MAX_SUBIDS, encoded
from connectors.snmp.trap import MAX_VARBINDS, Malformed, Trap, parse
from tests.connectors.snmp import oracle
from tests.connectors.snmp.oracle import SNMP_TRAP_OID, SYS_UP_TIME

LINK_DOWN = "1.3.6.1.6.3.1.1.5.3"
OBJECT = "1.3.6.1.4.1.32473.9.1"
LONG = "1.3.6.1.4.1." + ".".join(str(2**32 - 1 - n) for n in range(MAX_SUBIDS - 6))


def read(datagram: bytes) -> Trap:
    trap = parse(datagram)
    assert isinstance(trap, Trap), trap
    return trap


def bare(trap: Trap) -> Trap:
    """Without what pysnmp does not tell."""
    return msgspec.structs.replace(trap, meaning=b"", acknowledgement=None)


VALUES: list[tuple[Any, Any]] = [
    (rfc1902.Integer32(0), 0),
    (rfc1902.Integer32(-1), -1),
    (rfc1902.Integer32(-(2**31)), -(2**31)),
    (rfc1902.Integer32(2**31 - 1), 2**31 - 1),
    (rfc1902.OctetString(b""), b""),
    (rfc1902.OctetString(b"\x00\xffGi0/1"), b"\x00\xffGi0/1"),
    (rfc1902.OctetString(b"x" * 40_000), b"x" * 40_000),
    (rfc1902.ObjectIdentifier("0.0"), "0.0"),
    (rfc1902.ObjectIdentifier("2.999.4294967295"), "2.999.4294967295"),
    (rfc1902.ObjectIdentifier(LONG), LONG),
    (rfc1902.IpAddress("255.0.10.1"), IPv4Address("255.0.10.1")),
    (rfc1902.Counter32(2**32 - 1), 2**32 - 1),
    (rfc1902.Gauge32(2**31), 2**31),
    (rfc1902.Unsigned32(128), 128),
    (rfc1902.TimeTicks(2**32 - 1), 2**32 - 1),
    (rfc1902.Opaque(b"\x9f\x78\x04\x42\xf6\x00\x00"), b"\x9f\x78\x04\x42\xf6\x00\x00"),
    (rfc1902.Counter64(2**64 - 1), 2**64 - 1),
    (rfc1902.Counter64(2**63), 2**63),
    (rfc1902.Null(""), None),
]


@pytest.mark.parametrize(("value", "plain"), VALUES, ids=[type(v).__name__ + str(n) for n, (v, _) in enumerate(VALUES)])
@pytest.mark.parametrize("inform", [False, True])
def test_every_type_of_value(value: Any, plain: Any, inform: bool) -> None:
    datagram = oracle.notification(LINK_DOWN, [(f"{OBJECT}.7", value)], inform=inform)
    trap = read(datagram)
    assert trap.varbinds == ((f"{OBJECT}.7", plain),)
    assert bare(trap) == oracle.read(datagram)
    assert (trap.version, trap.community, trap.oid, trap.uptime_cs) == ("v2c", b"public", LINK_DOWN, 4711)
    assert (trap.acknowledgement is not None) == inform


@pytest.mark.parametrize(
    "value",
    [
        rfc1155.Counter(2**32 - 1),
        rfc1155.Gauge(5),
        rfc1155.IpAddress("10.0.0.1"),
        rfc1155.TimeTicks(9),
        rfc1155.Opaque(b"\x01"),
    ],
)
def test_version_1_values(value: Any) -> None:
    datagram = oracle.trap_v1("1.3.6.1.4.1.32473", (6, 2**31 - 1), "10.0.0.1", [(OBJECT, value)])
    assert bare(read(datagram)) == oracle.read(datagram)


@pytest.mark.parametrize(
    ("numbers", "oid"),
    [
        ((0, 0), "1.3.6.1.6.3.1.1.5.1"),
        ((2, 0), LINK_DOWN),
        ((4, 9), "1.3.6.1.6.3.1.1.5.5"),
        ((5, 0), "1.3.6.1.6.3.1.1.5.6"),  # egpNeighborLoss
        ((6, 0), "1.3.6.1.4.1.32473.0.0"),
        ((6, 17), "1.3.6.1.4.1.32473.0.17"),
    ],
)
def test_a_version_1_trap_is_named_as_rfc_3584_says(numbers: tuple[int, int], oid: str) -> None:
    trap = read(oracle.trap_v1("1.3.6.1.4.1.32473", numbers, "10.0.0.1", []))
    assert (trap.version, trap.oid, trap.agent, trap.uptime_cs) == ("v1", oid, "10.0.0.1", 4711)
    assert read(oracle.trap_v1("1.3.6.1.4.1.32473", numbers, "0.0.0.0", [])).agent is None


def test_an_acknowledgement_is_what_pysnmp_takes_for_one() -> None:
    pairs = [(f"{OBJECT}.1", rfc1902.Counter64(2**64 - 1)), (f"{OBJECT}.2", rfc1902.OctetString(b"y" * 300))]
    datagram = oracle.notification(LINK_DOWN, pairs, inform=True)
    trap = read(datagram)
    assert trap.acknowledgement is not None
    request_id, status, index, varbinds = oracle.response(trap.acknowledgement)
    assert request_id == oracle.REQUEST_ID
    assert (status, index) == (0, 0)
    assert varbinds == [(SYS_UP_TIME, 4711), (SNMP_TRAP_OID, LINK_DOWN), *trap.varbinds]


def test_meaning_leaves_out_what_differs_each_time() -> None:
    once = read(oracle.notification(LINK_DOWN, [(OBJECT, rfc1902.Integer32(1))], uptime=1))
    again = read(oracle.notification(LINK_DOWN, [(OBJECT, rfc1902.Integer32(1))], uptime=2**32 - 1))
    other = read(oracle.notification(LINK_DOWN, [(OBJECT, rfc1902.Integer32(2))], uptime=1))
    assert once.meaning == again.meaning
    assert once.meaning != other.meaning


def test_as_many_varbinds_as_are_allowed() -> None:
    pairs = [(f"{OBJECT}.{n}", rfc1902.Integer32(n)) for n in range(MAX_VARBINDS)]
    assert len(read(oracle.notification(LINK_DOWN, pairs[:-1])).varbinds) == MAX_VARBINDS - 1
    assert parse(oracle.notification(LINK_DOWN, pairs)) == Malformed("too_many_varbinds")


def pdu_of(*elements: bytes) -> bytes:
    """A v2c trap around these varbinds, encoded by hand."""
    head = b"\x02\x01\x01\x02\x01\x00\x02\x01\x00"
    return encoded(0x30, b"\x02\x01\x01\x04\x01p" + encoded(0xA7, head + encoded(0x30, b"".join(elements))))


def pair(name: bytes, value: bytes) -> bytes:
    return encoded(0x30, encoded(0x06, name) + value)


SNMP_TRAP = bytes.fromhex("2b060106030101040100")
TRAP_OID = pair(SNMP_TRAP, encoded(0x06, bytes.fromhex("2b0601060301010503")))
X = bytes.fromhex("2b0601")

BROKEN: list[tuple[str, bytes, str]] = [
    ("nothing", b"", "truncated"),
    ("half a header", b"\x30", "truncated"),
    ("a length without its octets", b"\x30\x84\xff", "truncated"),
    ("longer than it is", b"\x30\x7f\x02\x01\x01", "truncated"),
    ("without an end", b"\x30\x80\x02\x01\x01\x00\x00", "indefinite_length"),
    ("no sequence", b"\x31\x03\x02\x01\x01", "unexpected_tag"),
    ("version 2p", encoded(0x30, b"\x02\x01\x02\x04\x01p\xa7\x00"), "unsupported_version"),
    ("version 3", encoded(0x30, b"\x02\x01\x03\x30\x00"), "snmpv3_not_configured"),
    ("a long version", encoded(0x30, b"\x02\x0a" + bytes(10)), "bad_integer"),
    ("a get", encoded(0x30, b"\x02\x01\x01\x04\x01p\xa0\x00"), "not_a_trap"),
    ("a version 1 trap in version 2c", encoded(0x30, b"\x02\x01\x01\x04\x01p\xa4\x00"), "not_a_trap"),
    ("a version 2 trap in version 1", encoded(0x30, b"\x02\x01\x00\x04\x01p\xa7\x00"), "not_a_trap"),
    ("no varbinds", pdu_of(), "missing_trap_oid"),
    ("no snmpTrapOID", pdu_of(pair(X, b"\x02\x01\x01")), "missing_trap_oid"),
    ("snmpTrapOID is a number", pdu_of(pair(SNMP_TRAP, b"\x02\x01\x01")), "missing_trap_oid"),
    ("value of an unknown type", pdu_of(TRAP_OID, pair(X, b"\x09\x01\x01")), "unknown_value_type"),
    ("more than a value", pdu_of(TRAP_OID, pair(X, b"\x05\x00\x05\x00")), "length_mismatch"),
    ("an address of five octets", pdu_of(TRAP_OID, pair(X, b"\x40\x05aaaaa")), "bad_address"),
    ("an integer of ten octets", pdu_of(TRAP_OID, pair(X, b"\x02\x0a" + bytes(10))), "bad_integer"),
    ("a padded subidentifier", pdu_of(TRAP_OID, pair(X + b"\x80\x01", b"\x05\x00")), "bad_oid"),
    ("a subidentifier cut off", pdu_of(TRAP_OID, pair(X + b"\x81", b"\x05\x00")), "bad_oid"),
    ("a subidentifier of 33 bits", pdu_of(TRAP_OID, pair(X + b"\x90\x80\x80\x80\x00", b"\x05\x00")), "bad_oid"),
    ("129 subidentifiers", pdu_of(TRAP_OID, pair(b"\x2b" + b"\x01" * 127, b"\x05\x00")), "bad_oid"),
    ("a varbind that is none", pdu_of(TRAP_OID, b"\x05\x00"), "unexpected_tag"),
    ("too long a datagram", bytes(65_508), "too_long"),
]


@pytest.mark.parametrize(("datagram", "reason"), [one[1:] for one in BROKEN], ids=[one[0] for one in BROKEN])
def test_what_cannot_be_read_has_a_reason(datagram: bytes, reason: str) -> None:
    assert parse(datagram) == Malformed(reason)  # type: ignore[arg-type]  # the table's reasons are plain text


def test_generic_trap_numbers_out_of_range() -> None:
    datagram = oracle.trap_v1("1.3.6.1.4.1.32473", (6, 1), "10.0.0.1", [])
    at = datagram.index(b"\x02\x01\x06\x02\x01\x01") + 2
    for number in (7, 255):
        assert parse(datagram[:at] + bytes((number,)) + datagram[at + 1 :]) == Malformed("bad_generic_trap")


@pytest.mark.parametrize("version", ["v1", "v2c", "inform"])
def test_every_cut_of_a_datagram_has_a_reason(version: str) -> None:
    pairs = [(f"{OBJECT}.300", rfc1902.OctetString(b"ge-0/0/1"))]
    datagram = (
        oracle.trap_v1("1.3.6.1.4.1.32473", (6, 1), "10.0.0.1", pairs)
        if version == "v1"
        else oracle.notification(LINK_DOWN, pairs, inform=version == "inform")
    )
    assert {type(parse(datagram[:end])) for end in range(len(datagram))} == {Malformed}
    assert isinstance(parse(datagram + b"junk"), Trap)


def test_what_common_agents_send_although_they_should_not() -> None:
    no_uptime = read(pdu_of(TRAP_OID, pair(X, b"\x02\x01\x05")))
    assert (no_uptime.oid, no_uptime.uptime_cs, no_uptime.varbinds) == (LINK_DOWN, 0, (("1.3.6.1", 5),))
    trap_oid_last = read(pdu_of(pair(X, b"\x02\x01\x05"), TRAP_OID))
    assert (trap_oid_last.oid, trap_oid_last.varbinds) == (LINK_DOWN, (("1.3.6.1", 5),))
    unsigned_without_its_zero = read(pdu_of(TRAP_OID, pair(X, b"\x41\x04\xff\xff\xff\xff")))
    assert unsigned_without_its_zero.varbinds == (("1.3.6.1", 2**32 - 1),)
    exceptions = read(pdu_of(TRAP_OID, pair(X, b"\x80\x00"), pair(X, b"\x81\x00"), pair(X, b"\x82\x00")))
    assert [value for _, value in exceptions.varbinds] == [None, None, None]
    long_lengths = read(pdu_of(TRAP_OID, b"\x30\x82\x00\x08\x06\x81\x03" + X + b"\x05\x00"))
    assert long_lengths.varbinds == (("1.3.6.1", None),)
