"""`simpul audit`: whether the trail of the doors is whole, and what it says as syslog."""

import socket
import time
from functools import partial
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

import httpx
import typer
from rich.markup import escape

from connectors.access.audit_export import Export
from connectors.access.audit_trail import AuditTrail, syslog
from connectors.ports import PortError, Unusable
from streams.access_settings import is_loopback
from streams.cli.access.tokens import Config, refusal
from streams.cli.running import settings_from
from streams.cli.service import err, out
from streams.files import Files
from topology.english import counted

BROKEN = 1
AGAIN_S = 1.0  # between two looks at the trail
PATIENCE_S = 30.0  # for an answer
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
    url: Annotated[str, typer.Argument(help="where batches are posted, and kept once it answers 2xx")],
    token_file: Annotated[Path | None, typer.Option(help="file with a bearer token for it")] = None,
    follow: Annotated[bool, typer.Option(help="go on, and try again while it is away; else all that is there")] = False,
    host: Annotated[str | None, typer.Option(help="the name under which it is told; default this machine's")] = None,
    config: Config = None,
) -> None:
    """Send the trail on over HTTP, from where the other side has it: RFC 5424, a message a line. It goes on where it
    ended, by the position in `audit.sent` of the data folder."""
    files = Files(settings_from(config).data)
    place = urlsplit(url)
    if place.scheme != "https" and not (place.scheme == "http" and is_loopback(place.hostname or "")):
        raise refusal(f"{url} is in clear, for all to read: give an https address")
    try:
        token = token_file.read_text().strip() if token_file is not None else None
    except OSError as error:
        raise refusal(f"{token_file} cannot be read: {error.strerror}") from None
    sending = Export(
        AuditTrail(files.audit), files.audit_sent, host or socket.gethostname(), partial(posted, url, token)
    )
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


def posted(url: str, token: str | None, batch: str) -> None:
    """Raises PortError where it is not kept there."""
    headers = {"Content-Type": "text/plain; charset=utf-8", **({"Authorization": f"Bearer {token}"} if token else {})}
    try:
        answer = httpx.post(url, content=batch.encode(), headers=headers, timeout=PATIENCE_S)
    except httpx.HTTPError as error:
        raise PortError(f"{url} does not answer: {str(error) or type(error).__name__}", "It is sent again") from error
    if not answer.is_success:
        raise PortError(f"{url} answers {answer.status_code}", "See its log, and --token-file; it is sent again")


def _trail(file: Path | None, config: Path | None) -> AuditTrail:
    return AuditTrail(file or Files(settings_from(config).data).audit)
