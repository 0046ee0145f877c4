"""`simpul topics`: the topics on the brokers, as they are and as they have to be."""

from typing import Annotated

import typer
from rich.markup import escape

from connectors.ports import PortError
from streams import bootstrap
from streams.cli.checking import plain_console
from streams.cli.running import CANNOT, settings_from
from streams.cli.service import Config, err
from topology.english import counted


def command(
    config: Config = None,
    mend: Annotated[bool, typer.Option("--make", help="make what is missing, mend what can be mended")] = False,
) -> None:
    """Check the topics on the brokers: each fault with its remedy, and exit status 1 where there is one."""
    settings = settings_from(config)
    if not settings.distributed:
        err.print("[red]no brokers:[/red] the settings have no part kafka. `simpul run` needs no topics")
        raise typer.Exit(CANNOT)
    from connectors.kafka.cluster import faults, make

    cluster, wanted, screen = bootstrap.cluster(settings), bootstrap.topics(settings), plain_console()
    try:
        for did in make(cluster, wanted) if mend else ():
            screen.print(did)
        found = faults(cluster, wanted)
    except PortError as error:
        err.print(f"[red]cannot:[/red] {escape(str(error))}", highlight=False)
        raise typer.Exit(CANNOT) from None
    for fault in found:
        screen.print(escape(f"{fault.what}. {fault.remedy}"))
    if found:
        raise typer.Exit(1)
    screen.print(f"{counted(len(wanted), 'topic')}, all as they have to be")
