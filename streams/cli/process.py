"""What the processes of the distributed runtime have in common: settings, how they are told to end, exit statuses."""

import asyncio
import signal
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.markup import escape

from connectors.ports import PortError
from streams.cli.running import CANNOT, err, settings_from
from streams.processes import logs
from streams.settings import Settings

Config = Annotated[Path | None, typer.Option(help="settings; default simpul.toml, where there is one")]
Address = tuple[str, int]
Work = Callable[[Settings], Coroutine[Any, Any, None]]

out = Console(soft_wrap=True)


def live(who: str, config: Path | None, work: Work) -> None:
    """Until it is told to end. `who`: "a worker". Exit status 1: another start may help; CANNOT: none does."""
    settings = settings_from(config)
    logs.configure(settings.log)
    if not settings.distributed:
        err.print(f"[red]settings:[/red] {who} needs [bold]\\[kafka][/bold] and [bold]\\[database][/bold]")
        raise typer.Exit(CANNOT)
    try:
        asyncio.run(work(settings))
    except PortError as error:
        err.print(f"[red]cannot go on:[/red] {escape(str(error))}")
        raise typer.Exit(1 if error.recoverable else CANNOT) from None


def told_to_end(then: Callable[[], object] | None = None) -> asyncio.Event:
    """Set by a signal; `then` is called with it. On the running loop."""
    stop = asyncio.Event()

    def heard() -> None:
        stop.set()
        if then is not None:
            then()

    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, heard)
    return stop


def greeting(does: str) -> Callable[[Address], None]:
    """Says what the process does, and where it is asked whether it is well."""

    def greet(address: Address) -> None:
        host, port = address
        out.print(f"[bold]Simpul[/bold] {does}; is it well: http://{host}:{port}/healthz", highlight=False)

    return greet
