"""`simpul audit`: whether the trail of the doors is whole, and what it says as syslog."""

import socket
import ssl
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

import httpx
import typer
from rich.markup import escape

from connectors.access import syslog_tls
from connectors.access.audit_export import Export
from connectors.access.audit_trail import AuditTrail, syslog
from connectors.ports import PortError, Unusable
from streams.cli.access.tokens import refusal
from streams.cli.running import settings_from
from streams.cli.service import Config, err, out
from streams.files import Files
from streams.part import is_loopback
from topology.english import counted

BROKEN = 1
AGAIN_S = 1.0  # between two looks at the trail
PATIENCE_S = 30.0  # for an answer
Way = Callable[[Sequence[str]], None]  # by which a batch of messages goes
File = Annotated[Path | None, typer.Option(help="another file than the data folder's")]


def verify(file: File = None, config: Config = None) -> None:
    """Whether each line follows from the one before; status 1 where one does not."""
    found = _trail(file, config).verified()
    if found.broken is not None:
        out.print(f"[red]broken[/red] at line {found.broken}: it does not follow from the one before", highlight=False)
        raise typer.Exit(BROKEN)
    out.print(f"[green]whole[/green]: {counted(found.lines, 'line')}; hash of the last {found.last}", highlight=False)


def export(
    file: File = None,
    host: Annotated[str | None, typer.Option(help="the name under which it is told; default this machine's")] = None,
    config: Config = None,
) -> None:
    """All lines as syslog messages (RFC 5424), each with its hash: kept elsewhere, they tell if the end was cut off."""
    for number, line in enumerate(_trail(file, config).lines(), 1):
        try:
            typer.echo(syslog(line, host or socket.gethostname(), number))
        except ValueError:
            raise refusal(f"line {number} is no line of an audit; `simpul audit verify` says more") from None


def send(
    url: Annotated[str, typer.Argument(help="https://..., where batches are posted; or syslog+tls://HOST:6514")],
    token_file: Annotated[Path | None, typer.Option(help="file with a bearer token for it, by HTTP")] = None,
    certificate: Annotated[Path | None, typer.Option(help="whom a syslog server knows us by, with --key")] = None,
    key: Annotated[Path | None, typer.Option(help="the certificate's key")] = None,
    follow: Annotated[bool, typer.Option(help="go on, and try again while it is away; else all that is there")] = False,
    host: Annotated[str | None, typer.Option(help="the name under which it is told; default this machine's")] = None,
    config: Config = None,
) -> None:
    """Send the trail on, from where the other side has it: RFC 5424, a message a line, by HTTP or by syslog over TLS
    (RFC 5425). It goes on where it ended, by the position in `audit.sent` of the data folder."""
    files = Files(settings_from(config).data)
    way = _by_syslog(url, certificate, key) if urlsplit(url).scheme == "syslog+tls" else _by_http(url, token_file)
    sending = Export(AuditTrail(files.audit), files.audit_sent, host or socket.gethostname(), way)
    sent = 0
    while True:
        try:
            batch = sending.send()
        except PortError as error:
            if not (follow and error.recoverable) or isinstance(error, Unusable):
                raise refusal(str(error)) from None
            err.print(f"[yellow]waits[/yellow]: {escape(str(error))}", highlight=False)
            batch = 0
        sent += batch
        if not batch and not follow:
            break
        if not batch:
            time.sleep(AGAIN_S)
    out.print(f"[green]sent[/green] {counted(sent, 'line')}", highlight=False)


def _by_http(url: str, token_file: Path | None) -> Way:
    place = urlsplit(url)
    if place.scheme != "https" and not (place.scheme == "http" and is_loopback(place.hostname or "")):
        raise refusal(f"{url} is in clear, for all to read: give an https address, or syslog+tls://HOST")
    try:
        token = token_file.read_text().strip() if token_file is not None else None
    except OSError as error:
        raise refusal(f"{token_file} cannot be read: {error.strerror}") from None
    return partial(posted, url, token)


def _by_syslog(url: str, certificate: Path | None, key: Path | None) -> Way:
    try:
        place = urlsplit(url)
        host, port = place.hostname, place.port or syslog_tls.PORT
    except ValueError as error:
        raise refusal(f"{url} is no address: {error}") from None
    if not host:
        raise refusal(f"{url} names no host: write syslog+tls://HOST:{syslog_tls.PORT}")
    if (certificate is None) != (key is None):
        raise refusal("--certificate and --key go together: give both, or neither")
    context = ssl.create_default_context()
    try:
        if certificate is not None:
            context.load_cert_chain(certificate, key)
    except OSError as error:
        raise refusal(
            f"{certificate} with {key} cannot be used: {error}. Give a certificate and its key, PEM"
        ) from None
    return partial(syslog_tls.send, place=(host, port), context=context)


def posted(url: str, token: str | None, messages: Sequence[str]) -> None:
    """Raises PortError where it is not kept there."""
    headers = {"Content-Type": "text/plain; charset=utf-8", **({"Authorization": f"Bearer {token}"} if token else {})}
    content = "".join(f"{one}\n" for one in messages).encode()
    try:
        answer = httpx.post(url, content=content, headers=headers, timeout=PATIENCE_S)
    except httpx.HTTPError as error:
        raise PortError(f"{url} does not answer: {str(error) or type(error).__name__}", "It is sent again") from error
    if not answer.is_success:
        raise PortError(f"{url} answers {answer.status_code}", "See its log, and --token-file; it is sent again")


def _trail(file: Path | None, config: Path | None) -> AuditTrail:
    return AuditTrail(file or Files(settings_from(config).data).audit)
