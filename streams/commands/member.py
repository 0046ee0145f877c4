"""`simpul worker`: one of the workers of the distributed runtime, until it is told to stop."""

import asyncio
import os
import signal
import threading
from pathlib import Path
from typing import Annotated

import structlog
import typer
from rich.console import Console

from connectors.ports import PortError
from streams import bootstrap, logs
from streams.commands.running import CANNOT, err, settings_from
from streams.settings import Settings

GOODBYE_S = 8.0  # to end by itself; containers are killed after ten

out = Console(soft_wrap=True)
log = structlog.get_logger("member")


def command(
    config: Annotated[Path | None, typer.Option(help="settings; default simpul.toml, where there is one")] = None,
    recorded: Annotated[
        bool, typer.Option("--recorded", help="a rehearsal: fold a journal that was recorded, and append nothing")
    ] = False,
) -> None:
    """Work in the distributed runtime: parse what edges heard, fold the domains that this process is given."""
    settings = settings_from(config)
    logs.configure(settings.log)
    if not settings.distributed:
        err.print("[red]settings:[/red] a worker needs [bold]\\[kafka][/bold] and [bold]\\[database][/bold]")
        raise typer.Exit(CANNOT)
    try:
        asyncio.run(work(settings, recorded=recorded))
    except PortError as error:
        err.print(f"[red]cannot go on:[/red] {error}")
        raise typer.Exit(1 if error.recoverable else CANNOT) from None


async def work(settings: Settings, *, recorded: bool) -> None:
    """Until a signal. Raises PortError."""
    from streams import member  # Faust takes most of a second to import

    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, ask_to_stop, stop)
    house = await asyncio.to_thread(bootstrap.member, settings, recorded=recorded)
    await member.run(settings, house, stop, greet)


def ask_to_stop(stop: asyncio.Event) -> None:
    """In order, and by force where that takes long, because brokers or the database are away: nothing is lost by it."""
    stop.set()
    force = threading.Timer(GOODBYE_S, leave)
    force.daemon = True
    force.start()


def leave() -> None:
    log.warning("left_by_force", after_s=GOODBYE_S)
    os._exit(0)


def greet(address: tuple[str, int]) -> None:
    host, port = address
    out.print(f"[bold]Simpul[/bold] works; is it well: http://{host}:{port}/healthz", highlight=False)
