"""`simpul erase`: a person's key is destroyed while the service runs; says what becomes unreadable, and what stays."""

import os
import pwd
import sys
from typing import Annotated

import typer
from rich.markup import escape

from connectors.ports import PortError
from correlator.events import moment
from streams import bootstrap, clock
from streams.cli.running import CANNOT, settings_from
from streams.cli.service import Config, err, out
from streams.erasing import Erased, Kept, Nobody, Traces, erase, persons, traces
from topology.english import counted

HELD = 3  # erased, but not from the disk yet
COPY = (
    "a copy of the key, wrapped, is still in keys.db-wal, since somebody reads that file (a shell, a back-up). "
    "End that; the next start of the service, or the next erasure, removes it"
)

STAYS = (
    "tickets, numbers, times and outages: they name the key's owner by id only, and nobody's words or address",
    "what staff wrote of it in their own words: where they named the person, it is in tickets, records and the journal",
    "a keyed hash of phone and mail in the directory, which finds nobody any more",
    "the inventory's own file: take the person out of it, or a changed contact is sealed under a new key",
    "back-ups of the keys (keys.db, or the database's): let them run out",
)


def command(
    person: Annotated[str, typer.Argument(metavar="PERSON|PHONE|NUMBER", help="customer, phone, mail, ticket number")],
    yes: Annotated[bool, typer.Option("--yes", "-y", help="do not ask")] = False,
    reason: Annotated[str | None, typer.Option("--reason", "-r", help="why; it goes into the record")] = None,
    config: Config = None,
) -> None:
    """Erase a person (UU PDP 27/2022): what they wrote and where they are reached cannot be read from now on."""
    settings = settings_from(config)
    try:
        with bootstrap.kept(settings) as kept:
            keys = persons(kept, person.strip())
            customers = [key for key in keys if key.startswith("customer:")]
            if len(customers) > 1:
                raise Nobody(f"{person} is of {len(customers)} customers. Name one: {', '.join(customers)}")
            found = [traces(kept, key) for key in keys]
            foretell(found)
            if not yes:
                agreed()
            _done(kept, keys, reason)
    except (Nobody, PortError) as error:
        err.print(f"[red]not erased:[/red] {escape(str(error))}")
        raise typer.Exit(CANNOT) from None


def foretell(found: list[Traces]) -> None:
    """What will be unreadable, and what stays."""
    for one in found:
        out.print(f"[bold]{one.key}[/bold]: from now on nobody can read", highlight=False)
        if one.contact:
            out.print("  name, phone and mail in the directory")
        complaints = counted(one.complaints, "complaint")
        out.print(f"  what was written in {complaints}; in the journal, and in back-ups of it")
        if one.waiting:
            messages = counted(one.waiting, "message that waits should go: it", "messages that wait should go: they")
            out.print(f"  where {messages} will fail")
    if lines := sum(one.sent_to_file for one in found):
        told = counted(lines, "line")
        out.print(f"{told} of messages.jsonl with their address: overwritten, but for the id")
    out.print("This stays:")
    for line in STAYS:
        out.print(f"  {line}")


def agreed() -> None:
    """Nobody is there to be asked: that is a no."""
    if not sys.stdin.isatty():
        err.print("[red]not erased:[/red] nobody can be asked here. Say --yes")
        raise typer.Exit(CANNOT)
    typer.confirm("Destroy the key? This cannot be undone.", abort=True)


def _done(kept: Kept, keys: list[str], reason: str | None) -> None:
    now, by = moment(clock.wall_us()), who()
    gone = erase(kept, keys, Erased(at=now, by=by, keys=tuple(keys), reason=reason))
    out.print(f"[green]erased[/green]: {', '.join(gone)}; by {by}, written in {kept.record.where}", highlight=False)
    if not kept.vault.swept():
        err.print(f"[yellow]not from the disk yet:[/yellow] {COPY}", highlight=False)
        raise typer.Exit(HELD)


def who() -> str:
    """The account that does it; who became another by sudo is named too."""
    name = pwd.getpwuid(os.getuid()).pw_name
    before = os.environ.get("SUDO_USER")
    return f"{before} as {name}" if before else name
