"""`simpul keys`: the master key that wraps persons' keys is exchanged for a new one."""

from pathlib import Path
from typing import Annotated

import typer

from connectors.ports import PortError, Unusable
from streams import bootstrap
from streams.cli.access.tokens import Config, refusal
from streams.cli.running import settings_from
from streams.cli.service import out
from topology.english import counted


def rotate(
    to: Annotated[Path | None, typer.Option(help="where the new one goes, if the master key is mounted")] = None,
    config: Config = None,
) -> None:
    """Wrap persons' keys under a new master key. The service must not work meanwhile, on any machine.

    Where it was broken off, say it again.
    """
    settings = settings_from(config)
    try:
        mounted = bootstrap.given_master(settings)
        if mounted is not None and to is None:
            raise Unusable(f"The master key {mounted} is mounted", "Say --to FILE, then mount that file in its place")
        with bootstrap.alone_with_keys(settings) as (vault, master):
            new = master.next(to or bootstrap.begun(master.path))
            number = vault.rewrap(new)
            if to is None:
                new.path.replace(master.path)
    except (PortError, OSError) as error:
        raise refusal(str(error)) from None
    out.print(f"[green]rotated[/green]: {counted(number, 'key')} under a new master key", highlight=False)
    if to is not None:
        out.print(f"Put {to} in the place of {mounted or master.path} before the service starts", highlight=False)
