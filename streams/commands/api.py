"""`simpul api`: one of the HTTP doors of the distributed runtime, until it is told to stop."""

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
    """Answer in the distributed runtime: HTTP and the live page; several may run, behind one address or many."""
    settings = settings_from(config)
    logs.configure(settings.log)
    if not settings.distributed:
        err.print("[red]settings:[/red] this door needs [bold]\\[kafka][/bold] and [bold]\\[database][/bold]")
        raise typer.Exit(CANNOT)
    try:
        asyncio.run(work(settings))
    except PortError as error:
        err.print(f"[red]cannot go on:[/red] {error}")
        raise typer.Exit(1 if error.recoverable else CANNOT) from None


async def work(settings: Settings) -> None:
    """Until a signal. Raises PortError."""
    from streams import fronting
    from streams.bootstrap.api import api

    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    house = await asyncio.to_thread(api, settings)
    await fronting.run(settings, house, stop, lambda address: greet(settings, address))


def greet(settings: Settings, address: tuple[str, int]) -> None:
    out.print(f"[bold]Simpul[/bold] answers; page and API: {settings.http.url(address)}/", highlight=False)
