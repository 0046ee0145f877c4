"""Mail by SMTP (RFC 5321): one connection, kept open while there is something to send.

A message keeps its Message-ID at each attempt, so that a mailbox or a person can tell a repeat.
"""

import asyncio
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP as POLICY
from email.utils import format_datetime, parseaddr
from pathlib import Path
from typing import Literal

import aiosmtplib
from aiosmtplib.errors import (
    SMTPException,
    SMTPNotSupported,
    SMTPRecipientsRefused,
    SMTPResponseException,
    SMTPSenderRefused,
    SMTPServerDisconnected,
    SMTPTimeoutError,
)

from connectors.ports import Answer, Failed, Message, Sent, Unsure
from correlator.events import moment

MEDIA = {"pdf": "application/pdf", "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}
_ENHANCED = re.compile(r"\b[245]\.\d{1,3}\.\d{1,3}\b")  # RFC 3463
_NOT_ATOM = re.compile(r"[^A-Za-z0-9\-_]")


@dataclass(frozen=True, slots=True)
class SmtpSettings:
    """How the mail server is reached."""

    host: str
    port: int = 587
    security: Literal["starttls", "tls", "none"] = "starttls"
    username: str | None = None
    password: str | None = field(default=None, repr=False)
    sender: str = "support@nusantaratelekomindo.co.id"  # `Name <address>` is fine
    authorities: Path | None = None  # a file of certificates that are believed beside the system's
    timeout_s: float = 20.0


class SmtpChannel:
    """`clock`: microseconds since 1970, for the Date."""

    name = "smtp"
    repeats_safely = True

    def __init__(self, settings: SmtpSettings, clock: Callable[[], int]) -> None:
        self._settings = settings
        self._clock = clock
        self._domain = parseaddr(settings.sender)[1].rpartition("@")[2]
        self._lock = asyncio.Lock()
        self._client: aiosmtplib.SMTP | None = None

    async def send(self, message: Message) -> Answer:
        try:
            mail = self._mail(message)
        except (ValueError, MessageError, IndexError):  # IndexError: some malformed addresses, in Python's parser
            return Failed("the address is malformed", recoverable=False)
        async with self._lock:
            try:
                reused = self._client is not None
                answer = await self._deliver(mail)
                if reused and isinstance(answer, Unsure):  # the server hangs up on who was silent for long
                    answer = await self._deliver(mail)
            except asyncio.CancelledError:
                self._drop()  # in the middle of a transaction
                raise
        return answer

    async def _deliver(self, mail: EmailMessage) -> Answer:
        try:
            client = await self._connected()
        except SMTPResponseException as error:
            self._drop()
            return Failed(f"the mail server refused us: {_said(error.code, error.message)}", recoverable=True)
        except (SMTPException, OSError, ValueError) as error:
            self._drop()
            return Failed(f"the mail server cannot be reached: {type(error).__name__}", recoverable=True)
        try:
            _, said = await client.send_message(mail)
        except SMTPRecipientsRefused as error:
            refusal = error.recipients[0]
            return Failed(f"refused: {_said(refusal.code, refusal.message)}", recoverable=refusal.code < 500)
        except SMTPSenderRefused as error:  # our own address: not this message's fault
            return Failed(f"our sender is refused: {_said(error.code, error.message)}", recoverable=True)
        except SMTPNotSupported:
            return Failed("the server takes no address with letters beyond ASCII", recoverable=False)
        except (SMTPServerDisconnected, SMTPTimeoutError, OSError) as error:
            self._drop()
            return Unsure(f"the mail server hung up: {type(error).__name__}")
        except SMTPResponseException as error:
            if error.code in (421, 530, 535):  # going down; asks for a log-in: RFC 5321 3.8, RFC 4954 6
                self._drop()
            recoverable = error.code < 500 or error.code in (530, 535)
            return Failed(f"refused: {_said(error.code, error.message)}", recoverable=recoverable)
        except ValueError:
            return Failed("the address is malformed", recoverable=False)
        return Sent(reference=_queued_as(said))

    async def _connected(self) -> aiosmtplib.SMTP:
        if self._client is None or not self._client.is_connected:
            own = self._settings
            self._client = aiosmtplib.SMTP(
                hostname=own.host,
                port=own.port,
                username=own.username,
                password=own.password,
                use_tls=own.security == "tls",
                start_tls=own.security == "starttls",
                cert_bundle=str(own.authorities) if own.authorities else None,
                timeout=own.timeout_s,
            )
            await self._client.connect()
        return self._client

    def _drop(self) -> None:
        if self._client is not None:
            self._client.close()
            self._client = None

    def _mail(self, message: Message) -> EmailMessage:
        mail = EmailMessage(POLICY)
        mail["From"] = self._settings.sender
        mail["To"] = Address(addr_spec=message.to.strip())
        mail["Subject"] = " ".join((message.subject or "").split())
        mail["Date"] = format_datetime(moment(self._clock()))
        mail["Message-ID"] = message_id(message.id, self._domain)
        mail["Auto-Submitted"] = "auto-generated"  # RFC 3834: no out-of-office comes back
        for name, value in message.headers.items():
            mail[name] = value
        mail.set_content(message.body)
        for file in message.files:
            kind, _, form = MEDIA[file.form].partition("/")
            mail.add_attachment(file.data, maintype=kind, subtype=form, filename=file.name)
        mail["Content-Language"] = message.language
        return mail

    async def close(self) -> None:
        """Say goodbye, where the server still listens."""
        if self._client is not None and self._client.is_connected:
            try:
                await self._client.quit(timeout=0.2)
            except (SMTPException, OSError):
                self._drop()
        self._client = None


def message_id(name: str, domain: str) -> str:
    """The same for the same message, and valid whatever its id holds (RFC 5322 3.6.4: atoms, so `:` is `=3A`)."""
    return f"<{_NOT_ATOM.sub(lambda found: f'={ord(found[0]):02X}', name)}@{domain or 'localhost'}>"


def _said(code: int, text: str) -> str:
    """The codes only: the words often hold the address."""
    enhanced = _ENHANCED.search(text)
    return f"{code} {enhanced[0]}" if enhanced else str(code)


def _queued_as(said: str) -> str | None:
    """The server's own id, as postfix and others say it: `Ok: queued as 4F1A2`."""
    found = re.search(r"queued as (\S{1,80})", said)
    return found[1] if found else None
