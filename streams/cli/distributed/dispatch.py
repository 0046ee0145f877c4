"""`simpul dispatch`: one of the dispatchers of the distributed runtime, until it is told to stop."""

from streams.cli.distributed.process import greeting, live
from streams.cli.service import Config


def command(config: Config = None) -> None:
    """Send in the distributed runtime: what the outbox holds goes to the channels, whatever the number that run."""
    live("dispatch", config, greeting("sends"))
