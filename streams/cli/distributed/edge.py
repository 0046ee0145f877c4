"""`simpul edge`: one of the edges of the distributed runtime, until it is told to stop."""

from streams.cli.distributed.process import live
from streams.cli.service import Config, out
from streams.processes.table import Ready
from streams.settings import Settings


def command(config: Config = None) -> None:
    """Listen in the distributed runtime: datagrams go to the brokers as they came, or to disk while these are away."""
    live("edge", config, greet)


def greet(_: Settings, ready: Ready) -> None:
    assert ready.http is not None
    out.print("[bold]Simpul[/bold] listens")
    for one in ready.listeners.values():
        for place in one.places:
            out.print(f"  {one.title:<15}{place}", highlight=False)
    out.print(f"  is it well     http://{ready.http[0]}:{ready.http[1]}/healthz", highlight=False)
