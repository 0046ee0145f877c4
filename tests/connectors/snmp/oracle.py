"""pysnmp, which shares no line with the decoder: it writes messages for it, and reads what it should read."""

from collections.abc import Iterable, Sequence
from ipaddress import IPv4Address
from typing import Any

from pyasn1.codec.ber import decoder, encoder
from pyasn1.error import PyAsn1Error
from pysnmp.proto import rfc1155, rfc1902
from pysnmp.proto.api import v1, v2c, verdec
from pysnmp.proto.error import ProtocolError

from connectors.snmp.ber import Value, Varbind
from connectors.snmp.trap import Trap

SYS_UP_TIME, SNMP_TRAP_OID = "1.3.6.1.2.1.1.3.0", "1.3.6.1.6.3.1.1.4.1.0"
REQUEST_ID = 815
Pairs = Sequence[tuple[str, Any]]


def notification(trap: str, pairs: Pairs, uptime: int = 4711, inform: bool = False, community: str = "public") -> bytes:
    """A v2c trap or inform."""
    kind = v2c.InformRequestPDU if inform else v2c.TrapPDU
    pdu = kind()
    v2c.apiTrapPDU.set_defaults(pdu)
    v2c.apiTrapPDU.set_request_id(pdu, REQUEST_ID)  # else another each time
    head = [(SYS_UP_TIME, rfc1902.TimeTicks(uptime)), (SNMP_TRAP_OID, rfc1902.ObjectIdentifier(trap))]
    v2c.apiTrapPDU.set_varbinds(pdu, [*head, *pairs])
    return _message(v2c, pdu, community)


def trap_v1(enterprise: str, numbers: tuple[int, int], agent: str, pairs: Pairs, community: str = "public") -> bytes:
    """A v1 trap; `numbers`: generic and specific."""
    pdu = v1.TrapPDU()
    v1.apiTrapPDU.set_defaults(pdu)
    v1.apiTrapPDU.set_enterprise(pdu, enterprise)
    v1.apiTrapPDU.set_generic_trap(pdu, numbers[0])
    v1.apiTrapPDU.set_specific_trap(pdu, numbers[1])
    v1.apiTrapPDU.set_agent_address(pdu, agent)
    v1.apiTrapPDU.set_timestamp(pdu, 4711)
    v1.apiTrapPDU.set_varbinds(pdu, pairs)
    return _message(v1, pdu, community)


def response(datagram: bytes) -> tuple[int, int, int, list[Varbind]]:
    """A Response: request id, error status, error index, varbinds."""
    message, rest = decoder.decode(datagram, asn1Spec=v2c.Message())
    assert not rest
    pdu = v2c.apiMessage.get_pdu(message)
    assert pdu.tagSet == v2c.GetResponsePDU.tagSet
    api = v2c.apiPDU
    status, index = int(api.get_error_status(pdu)), int(api.get_error_index(pdu))
    return int(api.get_request_id(pdu)), status, index, _pairs(api.get_varbinds(pdu))


def read(datagram: bytes) -> Trap | None:
    """What pysnmp understands, in our words (without `meaning` and `acknowledgement`); None where it does not."""
    try:
        version = int(verdec.decode_message_version(datagram))
        if version == 0:
            return _read_v1(decoder.decode(datagram, asn1Spec=v1.Message())[0])
        if version == 1:
            return _read_v2c(decoder.decode(datagram, asn1Spec=v2c.Message())[0])
    except (PyAsn1Error, ProtocolError, ValueError, TypeError, LookupError, AttributeError, RecursionError):
        return None  # pyasn1 raises what it likes on broken bytes
    except OverflowError:
        return None  # and this on a length of eight octets
    return None


def _message(api: Any, pdu: Any, community: str) -> bytes:
    message = api.Message()
    api.apiMessage.set_defaults(message)
    api.apiMessage.set_community(message, community)
    api.apiMessage.set_pdu(message, pdu)
    encoded: bytes = encoder.encode(message)
    return encoded


def _read_v1(message: Any) -> Trap | None:
    pdu = v1.apiMessage.get_pdu(message)
    if pdu.tagSet != v1.TrapPDU.tagSet:
        return None
    api = v1.apiTrapPDU
    generic, specific = int(api.get_generic_trap(pdu)), int(api.get_specific_trap(pdu))
    enterprise = str(api.get_enterprise(pdu))
    oid = f"1.3.6.1.6.3.1.1.5.{generic + 1}" if generic < 6 else f"{enterprise}.0.{specific}"
    agent = api.get_agent_address(pdu).prettyPrint()
    pairs = tuple(_pairs(api.get_varbinds(pdu)))
    uptime = int(api.get_timestamp(pdu))
    return Trap("v1", bytes(message[1]), oid, uptime, pairs, b"", None if agent == "0.0.0.0" else agent)


def _read_v2c(message: Any) -> Trap | None:
    pdu = v2c.apiMessage.get_pdu(message)
    if pdu.tagSet not in (v2c.TrapPDU.tagSet, v2c.InformRequestPDU.tagSet):
        return None
    told = v2c.apiTrapPDU.get_varbinds(pdu)
    pairs = _pairs(told)
    trap = next((value for name, value in pairs if name == SNMP_TRAP_OID), None)
    if not isinstance(trap, str):
        return None
    leads = pairs[0][0] == SYS_UP_TIME and isinstance(told[0][1], rfc1902.TimeTicks)
    uptime = int(told[0][1]) if leads else 0
    rest = tuple(pair for pair in pairs[leads:] if pair[0] != SNMP_TRAP_OID)
    return Trap("v2c", bytes(message[1]), trap, uptime, rest, b"")


def _pairs(varbinds: Iterable[tuple[Any, Any]]) -> list[Varbind]:
    return [(str(name), _plain(value)) for name, value in varbinds]


def _plain(value: Any) -> Value:
    match value:
        case rfc1902.IpAddress() | rfc1155.IpAddress():
            return IPv4Address(bytes(value))
        case rfc1902.ObjectIdentifier() | v1.ObjectIdentifier():
            return str(value)
        case _ if value.__class__.__name__ in ("Null", "NoSuchObject", "NoSuchInstance", "EndOfMibView"):
            return None
        case _ if hasattr(value, "asOctets"):
            return bytes(value.asOctets())
        case _:
            return int(value)
