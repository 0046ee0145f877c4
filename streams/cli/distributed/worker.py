"""`simpul worker`: one of the workers of the distributed runtime, until it is told to stop."""

import os
import threading
from typing import Annotated

import structlog
import typer

from streams.cli.distributed.process import greeting, live
from streams.cli.service import Config

GOODBYE_S = 8.0  # to end by itself; containers are killed after ten

log = structlog.get_logger("member")


def command(
    config: Config = None,
    recorded: Annotated[
        bool, typer.Option("--recorded", help="a rehearsal: fold a journal that was recorded, and append nothing")
    ] = False,
) -> None:
    """Work in the distributed runtime: parse what edges heard, fold the domains that this process is given."""
    live("worker", config, greeting("works"), hurry, recorded=recorded)


def hurry() -> None:
    """By force where the end takes long, because brokers or the database are away: nothing is lost by it."""
    force = threading.Timer(GOODBYE_S, leave)
    force.daemon = True
    force.start()


def leave() -> None:
    log.warning("left_by_force", after_s=GOODBYE_S)
    os._exit(0)
