"""`simpul api`: one of the HTTP doors of the distributed runtime, until it is told to stop."""

from functools import partial

from streams.cli.process import Config, live, out, told_to_end
from streams.settings import Settings


def command(config: Config = None) -> None:
    """Answer in the distributed runtime: HTTP and the live page; several may run, behind one address or many."""
    live("an HTTP door", config, work)


async def work(settings: Settings) -> None:
    """Until a signal. Raises PortError."""
    from streams.bootstrap.api import api
    from streams.processes.api import process
    from streams.processes.awaiting import when_there
    from streams.processes.health_door import served

    stop = told_to_end()
    house = await when_there(partial(api, settings), lambda app: served(app, settings.http), stop)
    if house is not None:
        await process.run(settings, house, stop, lambda address: greet(settings, address))


def greet(settings: Settings, address: tuple[str, int]) -> None:
    out.print(f"[bold]Simpul[/bold] answers; page and API: {settings.http.url(address)}/", highlight=False)
