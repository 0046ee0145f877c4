"""The protocols of USM by name: what each makes of a password, and what it does to a message.

Keys are pysnmp's work, also the two ways to make long ones: as draft-blumenthal-aes-usm-04 has it (`AES-256`), and as
draft-reeder-snmpv3-usm-3desede-00 has it, which Cisco and others took (`AES-256-C`, as net-snmp calls it). Digests and
AES of each message are hashlib's and cryptography's, a fifth of pysnmp's time (decision 0078).
"""

import hmac
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from types import ModuleType
from typing import Any

from cryptography.hazmat.decrepit.ciphers.modes import CFB
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES

SALT_OCTETS = 8
DES_BLOCK = 8
WEAK = ("MD5", "DES")  # broken, or too short: refused unless the settings allow them


@dataclass(frozen=True, slots=True)
class Auth:
    """Of a message's digest. `service`: pysnmp's name, an OID."""

    name: str
    hash: str  # hashlib's name
    digest_octets: int  # as many of the HMAC are sent
    service: tuple[int, ...]

    def digest(self, key: bytes, message: bytes) -> bytes:
        return hmac.digest(key, message, self.hash)[: self.digest_octets]


@dataclass(frozen=True, slots=True)
class Priv:
    """Of a message's encryption. `service`: pysnmp's name, an OID."""

    name: str
    service: tuple[int, ...]

    def decrypted(self, key: bytes, clock: tuple[int, int], salt: bytes, data: bytes) -> bytes | None:
        """`clock`: boots and time of the message. None where this cannot be what it says it is."""
        if len(salt) != SALT_OCTETS:
            return None
        if self.name != "DES":
            return _aes(key, clock, salt).decryptor().update(data)
        if len(data) % DES_BLOCK:
            return None
        octets = _pysnmp().univ.OctetString
        return bytes(self._service.decrypt_data(octets(key), (*clock, octets(salt)), octets(data)))

    def encrypted(self, key: bytes, clock: tuple[int, int], salt: bytes, data: bytes) -> tuple[bytes, bytes]:
        """Octets and the salt that goes with them. `salt`: another for each message; DES has one of pysnmp's."""
        if self.name != "DES":
            return _aes(key, clock, salt).encryptor().update(data), salt
        octets = _pysnmp().univ.OctetString
        sealed, given = self._service.encrypt_data(octets(key), (*clock, octets(salt)), data)
        return bytes(sealed), bytes(given)

    @property
    def _service(self) -> Any:
        return _pysnmp().SnmpUSMSecurityModel.PRIV_SERVICES[self.service]


def _aes(key: bytes, clock: tuple[int, int], salt: bytes) -> Cipher[CFB]:
    """RFC 3826, section 3.1.2.1: boots, time and salt are the initialisation vector."""
    return Cipher(AES(key), CFB(clock[0].to_bytes(4) + clock[1].to_bytes(4) + salt))


_USM = (1, 3, 6, 1, 6, 3, 10, 1)
_CISCO = (1, 3, 6, 1, 4, 1, 9, 12, 6, 1)

AUTH = {
    one.name: one
    for one in (
        Auth("MD5", "md5", 12, (*_USM, 1, 2)),  # RFC 3414
        Auth("SHA", "sha1", 12, (*_USM, 1, 3)),
        Auth("SHA-224", "sha224", 16, (*_USM, 1, 4)),  # RFC 7860
        Auth("SHA-256", "sha256", 24, (*_USM, 1, 5)),
        Auth("SHA-384", "sha384", 32, (*_USM, 1, 6)),
        Auth("SHA-512", "sha512", 48, (*_USM, 1, 7)),
    )
}
PRIV = {
    one.name: one
    for one in (
        Priv("DES", (*_USM, 2, 2)),  # RFC 3414
        Priv("AES-128", (*_USM, 2, 4)),  # RFC 3826
        Priv("AES-192", (*_CISCO, 1)),
        Priv("AES-256", (*_CISCO, 2)),
        Priv("AES-192-C", (*_CISCO, 101)),
        Priv("AES-256-C", (*_CISCO, 102)),
    )
}


class AuthKeys:
    """From one password: the key that signs at each engine (RFC 3414, A.2)."""

    def __init__(self, protocol: Auth, password: str) -> None:
        self._service = _pysnmp().SnmpUSMSecurityModel.AUTH_SERVICES[protocol.service]
        self._octets = _pysnmp().univ.OctetString
        self._master = self._service.hash_passphrase(self._octets(password.encode()))

    def of(self, engine: bytes) -> bytes:
        return bytes(self._service.localize_key(self._master, self._octets(engine)))


class PrivKeys:
    """From one password: the key that encrypts at each engine. It is made by the hash of the user's digest."""

    def __init__(self, auth: Auth, protocol: Priv, password: str) -> None:
        self._service = _pysnmp().SnmpUSMSecurityModel.PRIV_SERVICES[protocol.service]
        self._octets = _pysnmp().univ.OctetString
        self._auth = auth.service
        self._master = self._service.hash_passphrase(self._auth, self._octets(password.encode()))

    def of(self, engine: bytes) -> bytes:
        return bytes(self._service.localize_key(self._auth, self._master, self._octets(engine)))


@cache
def _pysnmp() -> ModuleType:
    """Imported where there is a user: it is 40 modules."""
    return import_module("pysnmp.proto.secmod.rfc3414.service")
