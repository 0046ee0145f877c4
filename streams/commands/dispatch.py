"""`simpul dispatch`: one of the dispatchers of the distributed runtime, until it is told to stop."""

import asyncio
import signal
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from connectors.ports import PortError
from streams import logs
from streams.commands.running import CANNOT, err, settings_from
from streams.settings import Settings

out = Console(soft_wrap=True)


def command(
    config: Annotated[Path | None, typer.Option(help="settings; default simpul.toml, where there is one")] = None,
) -> None:
    """Send in the distributed runtime: what the outbox holds goes to the channels, whatever the number that run."""
    settings = settings_from(config)
    logs.configure(settings.log)
    if not settings.distributed:
        err.print("[red]settings:[/red] a dispatcher needs [bold]\\[kafka][/bold] and [bold]\\[database][/bold]")
        raise typer.Exit(CANNOT)
    try:
        asyncio.run(work(settings))
    except PortError as error:
        err.print(f"[red]cannot go on:[/red] {error}")
        raise typer.Exit(1 if error.recoverable else CANNOT) from None


async def work(settings: Settings) -> None:
    """Until a signal. Raises PortError."""
    from streams import dispatching
    from streams.bootstrap.dispatch import post

    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    house = await asyncio.to_thread(post, settings)
    await dispatching.run(settings, house, stop, greet)


def greet(address: tuple[str, int]) -> None:
    host, port = address
    out.print(f"[bold]Simpul[/bold] sends; is it well: http://{host}:{port}/healthz", highlight=False)
