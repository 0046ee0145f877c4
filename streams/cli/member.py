"""`simpul worker`: one of the workers of the distributed runtime, until it is told to stop."""

import os
import threading
from functools import partial
from typing import Annotated

import structlog
import typer

from streams import bootstrap
from streams.cli.process import Config, greeting, live, told_to_end
from streams.settings import Settings

GOODBYE_S = 8.0  # to end by itself; containers are killed after ten

log = structlog.get_logger("member")


def command(
    config: Config = None,
    recorded: Annotated[
        bool, typer.Option("--recorded", help="a rehearsal: fold a journal that was recorded, and append nothing")
    ] = False,
) -> None:
    """Work in the distributed runtime: parse what edges heard, fold the domains that this process is given."""
    live("a worker", config, partial(work, recorded=recorded))


async def work(settings: Settings, *, recorded: bool) -> None:
    """Until a signal. Raises PortError."""
    from streams.processes.awaiting import when_there
    from streams.processes.health_door import probed
    from streams.processes.worker import process  # Faust takes most of a second to import

    stop = told_to_end(hurry)
    parts = partial(bootstrap.member, settings, recorded=recorded)
    house = await when_there(parts, partial(probed, settings), stop)
    if house is not None:
        await process.run(settings, house, stop, greeting("works"))


def hurry() -> None:
    """By force where the end takes long, because brokers or the database are away: nothing is lost by it."""
    force = threading.Timer(GOODBYE_S, leave)
    force.daemon = True
    force.start()


def leave() -> None:
    log.warning("left_by_force", after_s=GOODBYE_S)
    os._exit(0)
