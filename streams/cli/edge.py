"""`simpul edge`: one of the edges of the distributed runtime, until it is told to stop."""

from collections.abc import Sequence
from contextlib import closing

from connectors.listeners.listener import Listens
from streams.cli.process import Address, Config, live, out, told_to_end
from streams.processes import parent
from streams.settings import Settings


def command(config: Config = None) -> None:
    """Listen in the distributed runtime: datagrams go to the brokers as they came, or to disk while these are away."""
    live("an edge", config, work)


async def work(settings: Settings) -> None:
    """Until a signal. Raises PortError."""
    from streams.processes.edge import process

    with closing(parent.hold(settings.data, "edge.lock")):
        await process.run(settings, told_to_end(), greet)


def greet(listeners: Sequence[Listens], door: Address) -> None:
    out.print("[bold]Simpul[/bold] listens")
    for one in listeners:
        out.print(f"  {one.title:<15}{one.host} port {one.port} ({one.transport})", highlight=False)
    out.print(f"  is it well     http://{door[0]}:{door[1]}/healthz", highlight=False)
