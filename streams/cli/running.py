"""`simpul run`: the service, embedded, until it is told to stop."""

import signal
from contextlib import suppress
from pathlib import Path

import typer
from rich.markup import escape

from connectors.ports import PortError
from streams import bootstrap
from streams.cli.service import Config, err, out
from streams.processes import logs, parent
from streams.settings import BadSettings, Settings, load

CANNOT = 2


def command(config: Config = None) -> None:
    """Run the service: the intake listens, the worker decides and tells. One command, two processes."""
    settings = settings_from(config)
    logs.configure(settings.log)
    try:
        first = bootstrap.prepare(settings)
        running = parent.start(settings)
    except (PortError, OSError) as error:
        err.print(f"[red]cannot start:[/red] {escape(str(error))}")
        raise typer.Exit(CANNOT) from None
    for number in (signal.SIGTERM, signal.SIGINT):  # before the greeting: who has read it may tell us to stop
        signal.signal(number, lambda *_: running.ask_to_stop())
    greet(settings, running, first)
    status = running.wait()
    running.stop()
    raise typer.Exit(status)


def settings_from(config: Path | None) -> Settings:
    """Bad settings end the command with status 2, each fault named."""
    try:
        return load(config)
    except BadSettings as bad:
        err.print(f"[red]settings:[/red] {escape(str(bad))}")
        raise typer.Exit(CANNOT) from None


def greet(settings: Settings, running: parent.Running, first: bootstrap.First) -> None:
    """Where the doors are. No secret is told but to a terminal: what else is told here ends in logs."""
    out.print(f"[bold]Simpul[/bold] works on {settings.data}")
    out.print(f"  page and API   {settings.http.url(running.http)}/")
    if out.is_terminal:
        with suppress(OSError, PortError):  # a full disk is no reason to end what works
            out.print(f"  sign in once   {bootstrap.page_link(settings, running.http)}", highlight=False)
    for one in running.listeners.values():
        for place in one.places:
            out.print(f"  {one.title:<15}{place}")
    if first.token is not None:
        told_of(first)


def told_of(first: bootstrap.First) -> None:
    """Where the first token is; never the token."""
    out.print(f"  administrator's token: in {first.file}, which you alone may read; keep it elsewhere", highlight=False)
