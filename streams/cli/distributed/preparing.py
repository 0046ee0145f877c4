"""`simpul prepare`: once before the processes of several machines start, and again for a new inventory."""

import typer
from rich.markup import escape

from connectors.ports import PortError
from streams import bootstrap
from streams.cli.running import CANNOT, settings_from, told_of
from streams.cli.service import Config, err, out
from streams.processes import logs


def command(config: Config = None) -> None:
    """Make the tables, compile the inventory, seal contacts, issue the first token; `simpul run` does it by itself."""
    settings = settings_from(config)
    logs.configure(settings.log)
    try:
        first = bootstrap.prepare(settings)
    except (PortError, OSError) as error:
        err.print(f"[red]cannot prepare:[/red] {escape(str(error))}")
        raise typer.Exit(CANNOT) from None
    out.print("[bold]Simpul[/bold] is prepared")
    if first.token is not None:
        told_of(first)
