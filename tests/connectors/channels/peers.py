"""Real peers on free ports: a mail server (aiosmtpd) and an HTTP gateway, both told what to answer."""

import asyncio
import socket
import ssl
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec


def unused_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


def certificate(folder: Path) -> tuple[Path, ssl.SSLContext]:
    """A self-signed certificate for localhost: its file, and what a server needs."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(datetime(2000, 1, 1, tzinfo=UTC))
        .not_valid_after(datetime(2099, 1, 1, tzinfo=UTC))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    public, private = folder / "localhost.pem", folder / "localhost.key"
    public.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    form = serialization.PrivateFormat.PKCS8
    private.write_bytes(key.private_bytes(serialization.Encoding.PEM, form, serialization.NoEncryption()))
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(public, private)
    return public, context


@dataclass
class Mailbox:
    """A mail server. `refuse`: what it says to an address, or to the text (key `DATA`), in place of 250."""

    refuse: dict[str, str] = field(default_factory=dict)
    hang_up_after: int = 0  # transactions; then the connection is closed instead of an answer
    context: ssl.SSLContext | None = None
    tls: bool = False  # from the first byte on
    password: str | None = None
    envelopes: list[Envelope] = field(default_factory=list)
    connections: int = 0
    port: int = 0

    async def handle_RCPT(self, *given: Any) -> str:  # noqa: N802  # aiosmtpd's name
        _, _, envelope, address, _ = given
        if address in self.refuse:
            return self.refuse[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, _: Session, envelope: Envelope) -> str:  # noqa: N802  # as above
        if "DATA" in self.refuse:
            return self.refuse["DATA"]
        self.envelopes.append(envelope)
        if self.hang_up_after and len(self.envelopes) >= self.hang_up_after:
            self.hang_up_after = 0
            assert server.transport is not None
            server.transport.abort()
        return f"250 2.0.0 Ok: queued as Q{len(self.envelopes)}"

    def _authenticated(self, *given: Any) -> AuthResult:
        data = given[-1]
        good = data.login == b"simpul" and data.password == (self.password or "").encode()
        return AuthResult(success=good, handled=False)

    def _session(self) -> SMTP:
        self.connections += 1
        more: dict[str, Any] = {}
        if self.context and not self.tls:
            more = {"tls_context": self.context, "require_starttls": True}
        if self.password:
            more |= {"authenticator": self._authenticated, "auth_required": True}  # and TLS before it
        return SMTP(self, hostname="localhost", **more)

    async def __aenter__(self) -> Self:
        loop = asyncio.get_running_loop()
        context = self.context if self.tls else None
        self._server = await loop.create_server(self._session, "127.0.0.1", 0, ssl=context)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        self._server.close()

    def mails(self) -> list[EmailMessage]:
        """What came, parsed."""
        found = []
        for envelope in self.envelopes:
            assert isinstance(envelope.content, bytes)
            mail = message_from_bytes(envelope.content, policy=policy.default)
            assert isinstance(mail, EmailMessage)
            found.append(mail)
        return found


@dataclass
class Request:
    """What the gateway was asked."""

    line: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Gateway:
    """An HTTP server. `answers`: (status, body) in turn, then 200; a status of 0 hangs up without an answer; `tls`: by
    https, under the name localhost."""

    answers: Sequence[tuple[int, bytes]] = ()
    tls: ssl.SSLContext | None = None
    requests: list[Request] = field(default_factory=list)
    url: str = ""

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while line := await reader.readline():
                headers = {}
                while field_line := (await reader.readline()).decode().strip():
                    name, _, value = field_line.partition(":")
                    headers[name.lower()] = value.strip()
                body = await reader.readexactly(int(headers.get("content-length", "0")))
                self.requests.append(Request(line.decode().strip(), headers, body))
                place = len(self.requests) - 1
                status, said = self.answers[place] if place < len(self.answers) else (200, b"{}")
                if status == 0:
                    break
                head = f"HTTP/1.1 {status} So\r\nContent-Length: {len(said)}\r\nLocation: /else\r\n\r\n"
                writer.write(head.encode() + said)
                await writer.drain()
        finally:
            writer.close()

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._talk, "127.0.0.1", 0, ssl=self.tls)
        where = "http://127.0.0.1" if self.tls is None else "https://localhost"
        self.url = f"{where}:{self._server.sockets[0].getsockname()[1]}/messages"
        return self

    async def __aexit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        self._server.close()
