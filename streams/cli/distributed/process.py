"""What the processes of the distributed runtime have in common: settings, how they are told to end, exit statuses."""

import asyncio
import signal
from collections.abc import Callable
from functools import partial
from pathlib import Path

import typer
from rich.markup import escape

from connectors.ports import PortError
from streams.cli.running import CANNOT, settings_from
from streams.cli.service import err, out
from streams.processes import logs
from streams.processes.table import PROCESSES, Ready, start_of
from streams.settings import Settings

Greet = Callable[[Settings, Ready], None]


def live(
    name: str, config: Path | None, greet: Greet, at_end: Callable[[], object] | None = None, **options: bool
) -> None:
    """Until it is told to end; `at_end` is called then. `name`: in PROCESSES; `options`: what else its `start` takes.

    Exit status 1: another start may help; CANNOT: none does.
    """
    process, settings = PROCESSES[name], settings_from(config)
    logs.configure(settings.log)
    if not settings.distributed:
        err.print(f"[red]settings:[/red] {process.who} needs [bold]\\[kafka][/bold] and [bold]\\[database][/bold]")
        raise typer.Exit(CANNOT)

    async def work() -> None:
        start = start_of(process.distributed)
        await start(settings, told_to_end(at_end), partial(greet, settings), **options)

    try:
        asyncio.run(work())
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


def greeting(does: str) -> Greet:
    """Says what the process does, and where it is asked whether it is well."""

    def greet(_: Settings, ready: Ready) -> None:
        assert ready.http is not None
        host, port = ready.http
        out.print(f"[bold]Simpul[/bold] {does}; is it well: http://{host}:{port}/healthz", highlight=False)

    return greet
