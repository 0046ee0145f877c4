"""`simpul edge`: one of the edges of the distributed runtime, until it is told to stop."""

import asyncio
import signal
from contextlib import closing
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from connectors.ports import PortError
from streams import embedded, logs
from streams.commands.running import CANNOT, err, settings_from
from streams.settings import Settings

out = Console(soft_wrap=True)


def command(
    config: Annotated[Path | None, typer.Option(help="settings; default simpul.toml, where there is one")] = None,
) -> None:
    """Listen in the distributed runtime: datagrams go to the brokers as they came, or to disk while these are away."""
    settings = settings_from(config)
    logs.configure(settings.log)
    if not settings.distributed:
        err.print("[red]settings:[/red] an edge needs [bold]\\[kafka][/bold]")
        raise typer.Exit(CANNOT)
    try:
        with closing(embedded.hold(settings.data, "edge.lock")):
            asyncio.run(work(settings))
    except PortError as error:
        err.print(f"[red]cannot go on:[/red] {error}")
        raise typer.Exit(1 if error.recoverable else CANNOT) from None


async def work(settings: Settings) -> None:
    """Until a signal. Raises PortError."""
    from streams import edging

    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    await edging.run(settings, stop, greet)


def greet(traps: tuple[str, int], door: tuple[str, int]) -> None:
    out.print("[bold]Simpul[/bold] listens")
    out.print(f"  SNMP traps     {traps[0]} port {traps[1]} (UDP)", highlight=False)
    out.print(f"  is it well     http://{door[0]}:{door[1]}/healthz", highlight=False)
