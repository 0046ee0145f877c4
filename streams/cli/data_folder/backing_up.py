"""`simpul backup` and `simpul restore`."""

from datetime import datetime
from pathlib import Path
from typing import Annotated, NoReturn

import typer
from rich.markup import escape

from connectors.ports import PortError
from correlator.events import microseconds
from correlator.times import rfc3339
from streams.backup.restoring import Asked, Restored
from streams.backup.restoring import restore as put_back
from streams.backup.taking import take
from streams.cli.erasing import who
from streams.cli.running import CANNOT, settings_from
from streams.cli.service import Config, err, out
from topology.english import counted


def backup(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="a new folder, which is the back-up")],
    secrets: Annotated[
        bool, typer.Option("--with-secrets", help="with the master key, which opens all else, and SNMPv3 passwords")
    ] = False,
    config: Config = None,
) -> None:
    """Back the data folder up, while the service runs or not: whole, or not at all."""
    settings = settings_from(config)
    try:
        made = take(settings, folder.absolute(), secrets=secrets)
    except PortError as error:
        _cannot("not backed up", error)
    size = sum(part.size for part in made.parts)
    out.print(f"[green]backed up[/green] {settings.data} in {folder}", highlight=False)
    out.print(f"  {counted(len(made.parts), 'file')}, {size / 1e6:.1f} MB, as of {_at(made.taken)}", highlight=False)
    if secrets:
        out.print("  [yellow]with the master key: who has this folder can read what customers wrote[/yellow]")
    else:
        out.print("  without the master key: keep a copy of master.key elsewhere, nothing sealed can be read without")
        out.print("  without SNMPv3 users: keep a copy of snmp-users elsewhere, if you have any")
    out.print("  settings, inventory and policy lie outside the data folder: keep them too")


def restore(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="a folder that `simpul backup` made")],
    erasures: Annotated[
        Path | None, typer.Option(help="a record of who was erased, newer than the old folder's")
    ] = None,
    master_key: Annotated[Path | None, typer.Option(help="its file, where neither folder has it")] = None,
    config: Config = None,
) -> None:
    """Put a back-up in the place of the data folder of a service that is ended; the old files are moved aside."""
    settings = settings_from(config)
    try:
        done = put_back(settings, Asked(folder.absolute(), who(), erasures, master_key))
    except PortError as error:
        _cannot("not restored", error)
    if isinstance(done, Path):
        out.print(f"[green]restored[/green]: an earlier restore was cut off, and is finished; old files in {done}")
        return
    for line in said(done):
        out.print(line, highlight=False)


def said(done: Restored) -> list[str]:
    """What was done, and what is left to do."""
    leapt = "[yellow]leap by a gap, for nothing tells how far they were drawn[/yellow]"
    exact = "go on after the last that was drawn"
    lines = [
        f"[green]restored[/green] the back-up of {_at(done.manifest.taken)}; what came in since is lost",
        f"  the old files lie in {done.replaced}",
        f"  numbers of complaints {exact if done.numbers_exact else leapt}",
        f"  numbers of outages, and ids, {exact if done.ids_exact else leapt}",
        f"  erased once more: {', '.join(done.erased) or 'nobody'}",
        f"  {counted(done.waiting, 'message')} waited or were on their way, and may have been sent since: [yellow]none "
        "of them, nor what was due since, is sent by itself[/yellow]. They are listed as uncertain",
    ]
    if done.tokens_gone is None:
        lines.append(
            "  [yellow]tokens that were taken away since the back-up are good again[/yellow]: look at simpul token list"
        )
    elif done.tokens_gone:
        lines.append(f"  tokens taken away once more: {escape(', '.join(done.tokens_gone))}")
    return [*lines, "Start the service; then have the sources send the alarms that stand again."]


def _at(time: datetime) -> str:
    return f"{rfc3339(microseconds(time))[:19].replace('T', ' ')} WIB"


def _cannot(what: str, error: PortError) -> NoReturn:
    err.print(f"[red]{what}:[/red] {escape(str(error))}")
    raise typer.Exit(CANNOT) from None
