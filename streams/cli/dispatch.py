"""`simpul dispatch`: one of the dispatchers of the distributed runtime, until it is told to stop."""

from functools import partial

from streams.cli.process import Config, greeting, live, told_to_end
from streams.settings import Settings


def command(config: Config = None) -> None:
    """Send in the distributed runtime: what the outbox holds goes to the channels, whatever the number that run."""
    live("a dispatcher", config, work)


async def work(settings: Settings) -> None:
    """Until a signal. Raises PortError."""
    from streams.bootstrap.dispatch import post
    from streams.processes.awaiting import when_there
    from streams.processes.dispatch import process
    from streams.processes.health_door import probed

    stop = told_to_end()
    house = await when_there(partial(post, settings), partial(probed, settings), stop)
    if house is not None:
        await process.run(settings, house, stop, greeting("sends"))
