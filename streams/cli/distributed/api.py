"""`simpul api`: one of the HTTP doors of the distributed runtime, until it is told to stop."""

from streams.cli.distributed.process import live
from streams.cli.service import Config, out
from streams.processes.table import Ready
from streams.settings import Settings


def command(config: Config = None) -> None:
    """Answer in the distributed runtime: HTTP and the live page; several may run, behind one address or many."""
    live("api", config, greet)


def greet(settings: Settings, ready: Ready) -> None:
    assert ready.http is not None
    out.print(f"[bold]Simpul[/bold] answers; page and API: {settings.http.url(ready.http)}/", highlight=False)
