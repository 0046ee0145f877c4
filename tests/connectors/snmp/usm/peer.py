"""pysnmp as another engine: it writes SNMPv3 messages and reads our answers by its own types and services."""

from dataclasses import dataclass
from typing import Any

from pyasn1.codec.ber import decoder, encoder
from pyasn1.type import univ
from pysnmp.proto.api import v2c
from pysnmp.proto.mpmod.rfc3412 import HeaderData, ScopedPDU, ScopedPduData, SNMPv3Message
from pysnmp.proto.secmod.rfc3414.service import SnmpUSMSecurityModel, UsmSecurityParameters

from connectors.snmp.usm.users import User

PLACES = ("msgAuthoritativeEngineId", "msgAuthoritativeEngineBoots", "msgAuthoritativeEngineTime", "msgUserName")
FLAGS = {"noAuthNoPriv": 0, "authNoPriv": 1, "authPriv": 3}


@dataclass(frozen=True, slots=True)
class Said:
    """What stands around a PDU. `flags`: none: the user's level, and not reportable."""

    user: User
    engine: bytes
    boots: int = 1
    time: int = 1
    flags: int | None = None
    model: int = 3
    number: int = 4711


def keys(user: User, engine: bytes) -> tuple[Any, Any, Any, Any]:
    """pysnmp's services and keys: digest, its key, cipher, its key."""
    if user.auth is None:
        return None, None, None, None
    digests, ciphers = SnmpUSMSecurityModel.AUTH_SERVICES, SnmpUSMSecurityModel.PRIV_SERVICES
    auth, where = digests[user.auth.service], univ.OctetString(engine)
    signs = auth.localize_key(auth.hash_passphrase(univ.OctetString(user.auth_password)), where)
    if user.priv is None:
        return auth, signs, None, None
    priv, of = ciphers[user.priv.service], user.auth.service
    seals = priv.localize_key(of, priv.hash_passphrase(of, univ.OctetString(user.priv_password)), where)
    return auth, signs, priv, seals


def message(said: Said, pdu: bytes) -> bytes:
    """`pdu`: as it stands in version 2c."""
    auth, signs, priv, seals = keys(said.user, said.engine)
    scoped = encoder.encode(univ.OctetString(said.engine)) + encoder.encode(univ.OctetString(b"")) + pdu
    plain, salt = b"\x30" + length(scoped) + scoped, univ.OctetString(b"")
    body = plain
    if priv is not None:
        sealed, salt = priv.encrypt_data(seals, (said.boots, said.time, None), plain)
        body = encoder.encode(univ.OctetString(sealed))
    flags = FLAGS[said.user.level] if said.flags is None else said.flags
    header = HeaderData().setComponents(said.number, 65_507, bytes((flags,)), said.model)
    security = UsmSecurityParameters()
    for place, value in zip(PLACES, (said.engine, said.boots, said.time, said.user.name.encode()), strict=True):
        security[place] = value
    security["msgAuthenticationParameters"] = bytes(auth.digest_length if auth else 0)
    security["msgPrivacyParameters"] = salt
    inside = encoder.encode(univ.Integer(3)) + encoder.encode(header)
    inside += encoder.encode(univ.OctetString(encoder.encode(security))) + body
    whole = b"\x30" + length(inside) + inside
    return bytes(auth.authenticate_outgoing_message(signs, whole)) if auth else whole


def length(contents: bytes) -> bytes:
    size = len(contents)
    if size < 128:
        return bytes((size,))
    octets = size.to_bytes((size.bit_length() + 7) // 8)
    return bytes((0x80 | len(octets),)) + octets


@dataclass(frozen=True, slots=True)
class Heard:
    """An answer, opened."""

    number: int
    flags: int
    engine: bytes
    boots: int
    time: int
    user: str
    kind: str  # of the PDU, pysnmp's word
    pairs: list[tuple[str, str]]


def read(user: User, octets: bytes) -> Heard:
    """Raises what pysnmp raises where digest or cipher are not the user's."""
    found, rest = decoder.decode(octets, asn1Spec=SNMPv3Message())
    assert not rest
    security, _ = decoder.decode(bytes(found["msgSecurityParameters"]), asn1Spec=UsmSecurityParameters())
    engine, boots, time, name = (security[place] for place in PLACES)
    flags = bytes(found["msgGlobalData"]["msgFlags"])[0]
    auth, signs, priv, seals = keys(user, bytes(engine))
    if flags & 1:
        auth.authenticate_incoming_message(signs, security["msgAuthenticationParameters"], octets)
    data: ScopedPduData = found["msgData"]
    scoped = data["plaintext"] if not flags & 2 else None
    if scoped is None:
        salt = security["msgPrivacyParameters"]
        plain = priv.decrypt_data(seals, (int(boots), int(time), salt), data["encryptedPDU"])
        scoped, _ = decoder.decode(plain, asn1Spec=ScopedPDU())
    pdu = scoped["data"].getComponent()
    pairs = [(str(name), value.prettyPrint()) for name, value in v2c.apiPDU.get_varbinds(pdu)]
    number = int(found["msgGlobalData"]["msgID"])
    kind = scoped["data"].getName()
    return Heard(number, flags, bytes(engine), int(boots), int(time), str(name), kind, pairs)
