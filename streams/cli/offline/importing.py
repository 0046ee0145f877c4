"""`simpul catalogue import`: a catalogue of a vendor's MIB files, for staff to look through."""

from pathlib import Path
from typing import Annotated

import typer

from connectors.ports import PortError
from streams.bootstrap.snmp.catalogues import catalogues_of


def command(
    mibs: Annotated[list[Path], typer.Argument(help="MIB files: NOTIFICATION-TYPE, or TRAP-TYPE of version 1")],
    folders: Annotated[list[Path] | None, typer.Option("--mibs", help="a folder with modules that they import")] = None,
    out: Annotated[Path | None, typer.Option(help="file to write; none: standard output")] = None,
) -> None:
    """Make a trap catalogue of MIB files: what they say, what is proposed, and `?` where staff must decide."""
    try:
        made = catalogues_of(mibs, folders or [])
        if out is not None and sum(bool(one.text) for one in made) > 1:
            names = ", ".join(one.mib for one in made)
            typer.echo(f"{names} have notifications, and a catalogue file is of one MIB: name one at a time", err=True)
            raise typer.Exit(2)
        for one in made:
            if one.text and out is not None:
                out.write_text(one.text)
            elif one.text:
                typer.echo(one.text)
    except (PortError, OSError) as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(2) from error
    for one in made:
        read = one.traps - one.unfinished
        typer.echo(f"{one.mib}: {read} can be read as proposed, {one.unfinished} wait for staff", err=True)
        for name, why in one.left_out.items():
            typer.echo(f"  {name} is left out: {why}", err=True)
    if out is not None:
        typer.echo(f"`simpul catalogue test {out}` lists what waits", err=True)
