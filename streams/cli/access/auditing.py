"""`simpul audit`: whether the trail of the doors is whole, and what it says as syslog."""

import socket
from pathlib import Path
from typing import Annotated

import typer

from connectors.access.audit_trail import AuditTrail, syslog
from streams.cli.access.tokens import Config, refusal
from streams.cli.running import settings_from
from streams.cli.service import out
from streams.files import Files
from topology.english import counted

BROKEN = 1
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


def _trail(file: Path | None, config: Path | None) -> AuditTrail:
    return AuditTrail(file or Files(settings_from(config).data).audit)
