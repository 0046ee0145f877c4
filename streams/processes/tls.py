"""TLS of the doors: a certificate and its key, read anew when either file changes. Nothing has to be started again.

Each handshake looks whether the files are the same ones, which costs some microseconds of its millisecond. Connections
that stand keep what they were made with.
"""

import math
import ssl
from pathlib import Path

import structlog
from cryptography import x509

from connectors.ports import PortError
from correlator.events import microseconds
from streams import clock

Stamp = tuple[tuple[int, int, int], ...]  # (mtime, size, inode) of each file

log = structlog.get_logger("tls")


class BadCertificate(PortError):
    """Certificate or key cannot be used."""

    recoverable = False


class Certificate:
    """What a server shows; `context` is made once and stands for all that come after."""

    def __init__(self, chain: Path, key: Path, clients: Path | None = None, part: str = "http") -> None:
        """`chain`: the certificate, then those that signed it (PEM). `clients`: who signs the certificates of
        those that may connect; none: anybody may. `part`: of the settings, for words. Raises BadCertificate."""
        self._chain = chain
        self._key = key
        self._clients = clients
        self._part = part
        self._stamp = self._stamped()
        self._shown = self._read()
        self.context = self._read()
        self.context.sni_callback = self._greet

    def _greet(self, connection: ssl.SSLSocket | ssl.SSLObject, _: str | None, __: ssl.SSLContext) -> None:
        """Of each handshake, also where the client names no server."""
        connection.context = self._now()

    def _now(self) -> ssl.SSLContext:
        """The files' content. While one is new and the other is not yet, what was good before is shown."""
        try:
            stamp = self._stamped()
            if stamp != self._stamp:
                self._stamp = stamp
                self._shown = self._read()
                log.info("certificate_read_anew", file=str(self._chain))
        except BadCertificate as bad:
            log.warning("certificate_not_taken", what=bad.what, remedy=bad.remedy)
        return self._shown

    def _stamped(self) -> Stamp:
        try:
            found = [path.stat() for path in (self._chain, self._key)]
        except OSError as error:
            raise self._bad(error.strerror or "it is not there") from error
        return tuple((one.st_mtime_ns, one.st_size, one.st_ino) for one in found)

    def _read(self) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        try:
            context.load_cert_chain(self._chain, self._key, password=_no_password)
            if self._clients is not None:
                context.load_verify_locations(self._clients)
                context.verify_mode = ssl.CERT_REQUIRED
        except ssl.SSLError as error:
            raise self._bad(error.reason or str(error)) from error
        except OSError as error:
            raise self._bad(error.strerror or str(error)) from error
        return context

    def _bad(self, why: str) -> BadCertificate:
        return BadCertificate(
            f"TLS with {self._chain} and {self._key}: {why.lower().replace('_', ' ')}",
            f"Correct {self._part}.certificate and {self._part}.key: PEM files, the key without a password and the "
            "certificate's own",
        )


def shown(chain: Path) -> x509.Certificate:
    """The door's own certificate, the first in the file. OSError, ValueError: there is none."""
    return x509.load_pem_x509_certificates(chain.read_bytes())[0]


def left_s(chain: Path) -> float:
    """Seconds until the certificate in the file runs out, below 0 once it has; no number where it cannot be read."""
    try:
        end = shown(chain).not_valid_after_utc
    except (OSError, ValueError):
        return math.nan
    return (microseconds(end) - clock.wall_us()) / 1e6


def _no_password() -> str:
    """Of a key that has one: nobody is asked at a terminal that is not there."""
    return ""
