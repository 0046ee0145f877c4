"""Trap datagrams: pysnmp, which shares nothing with the encoder, reads what was meant."""

import pytest
from pyasn1.codec.ber import decoder
from pysnmp.proto.api import v2c

from streams.demo.trapgen import Stamp, bgp_trap, integer, link_trap, object_id

STAMP = Stamp(request_id=70_000, uptime_cs=0x80000000, community=b"demo")
Read = dict[str, str]


def read(datagram: bytes) -> Read:
    """The message as pysnmp understands it; raises where it does not."""
    message, rest = decoder.decode(datagram, asn1Spec=v2c.Message())
    assert not rest
    assert v2c.apiMessage.get_version(message) == 1
    pdu = v2c.apiMessage.get_pdu(message)
    assert pdu.tagSet == v2c.SNMPv2TrapPDU.tagSet
    community = v2c.apiMessage.get_community(message).prettyPrint()
    pairs = {name.prettyPrint(): value.prettyPrint() for name, value in v2c.apiTrapPDU.get_varbinds(pdu)}
    return {"community": community, "request": str(v2c.apiTrapPDU.get_request_id(pdu)), **pairs}


@pytest.mark.parametrize(("up", "kind", "state"), [(False, "3", "2"), (True, "4", "1")])
def test_link_traps(up: bool, kind: str, state: str) -> None:
    assert read(link_trap("10.0.1.200", (300, "xe-0/1/0"), up, STAMP)) == {
        "community": "demo",
        "request": "70000",
        "1.3.6.1.2.1.1.3.0": str(0x80000000),
        "1.3.6.1.6.3.1.1.4.1.0": f"1.3.6.1.6.3.1.1.5.{kind}",
        "1.3.6.1.2.1.2.2.1.1.300": "300",
        "1.3.6.1.2.1.2.2.1.7.300": "1",
        "1.3.6.1.2.1.2.2.1.8.300": state,
        "1.3.6.1.2.1.31.1.1.1.1.300": "xe-0/1/0",
        "1.3.6.1.6.3.18.1.3.0": "10.0.1.200",
    }


@pytest.mark.parametrize(("up", "kind", "state"), [(False, "2", "1"), (True, "1", "6")])
def test_bgp_traps(up: bool, kind: str, state: str) -> None:
    seen = read(bgp_trap("10.0.0.1", "10.0.0.250", up, STAMP))
    assert seen["1.3.6.1.6.3.1.1.4.1.0"] == f"1.3.6.1.2.1.15.0.{kind}"
    assert seen["1.3.6.1.2.1.15.3.1.7.10.0.0.250"] == "10.0.0.250"
    assert seen["1.3.6.1.2.1.15.3.1.2.10.0.0.250"] == state


@pytest.mark.parametrize("value", [-(2**31), -129, -128, -1, 0, 1, 127, 128, 255, 256, 65_535, 2**31 - 1])
def test_integers_are_as_short_as_can_be(value: int) -> None:
    decoded, rest = decoder.decode(integer(value), asn1Spec=v2c.Integer())
    assert (int(decoded), rest) == (value, b"")
    shorter = integer(value)[3:]
    assert not shorter or int.from_bytes(shorter, signed=True) != value


@pytest.mark.parametrize("dotted", ["1.3.6.1", "2.100.3", "1.3.6.1.4.1.32473.4294967295", "0.0"])
def test_object_identifiers(dotted: str) -> None:
    decoded, rest = decoder.decode(object_id(dotted), asn1Spec=v2c.ObjectIdentifier())
    assert (decoded.prettyPrint(), rest) == (dotted, b"")
