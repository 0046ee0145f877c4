"""`simpul keys`: the master key that wraps persons' keys is exchanged for a new one."""

from pathlib import Path
from typing import Annotated

import typer

from connectors.ports import PortError, Unusable
from streams import bootstrap
from streams.cli.access.tokens import refusal
from streams.cli.running import settings_from
from streams.cli.service import Config, out
from streams.files import Files
from topology.english import counted


def rotate(
    to: Annotated[Path | None, typer.Option(help="where the new one goes, if the master key is handed in")] = None,
    config: Config = None,
) -> None:
    """Wrap persons' keys under a new master key. The service must not work meanwhile, on any machine.

    Where it was broken off, say it again.
    """
    settings = settings_from(config)
    try:
        given, own = bootstrap.given_master(settings), Files(settings.data).master
        if given is not None and to is None:
            what = f"The master key is handed in by {given}"
            raise Unusable(what, "Say --to FILE; then what that file has is handed in instead")
        with bootstrap.alone_with_keys(settings) as (vault, master):
            place = to or bootstrap.begun(own)
            number = vault.rewrap(master.next(place))
            if to is None:
                place.replace(own)
    except (PortError, OSError) as error:
        raise refusal(str(error)) from None
    out.print(f"[green]rotated[/green]: {counted(number, 'key')} under a new master key", highlight=False)
    if to is not None:
        where = f"Put {to} in the place of {given or own}"
        if settings.key_command:
            where = f"See that {given} prints what {to} has, all lines of it, and destroy that file"
        out.print(f"{where} before the service starts", highlight=False)
