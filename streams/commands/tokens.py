"""`simpul token`: bearer tokens are issued, listed and revoked; a running service sees it at its next request."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated, cast, get_args

import typer
from rich.markup import escape
from rich.table import Table

from connectors.holders import Role
from connectors.ports import PortError
from correlator.events import StaffRole, moment
from streams import bootstrap, clock
from streams.commands.running import CANNOT, settings_from
from streams.commands.service import err, out

ROLES = (*get_args(StaffRole), "source", "portal")

Config = Annotated[Path | None, typer.Option(help="settings; default simpul.toml, where there is one")]


def issue(
    name: Annotated[str, typer.Argument(help="who or what holds it: the actor of orders, the source of alarms")],
    role: Annotated[str, typer.Option(help=f"what they may do: {', '.join(ROLES)}")],
    days: Annotated[int | None, typer.Option(help="good for so many days; none: until it is revoked", min=1)] = None,
    config: Config = None,
) -> None:
    """Make a token and print it, once: only its hash is kept."""
    if role not in ROLES:
        raise _refusal(f"there is no role {role}. There are: {', '.join(ROLES)}")
    try:
        made = bootstrap.tokens(settings_from(config)).issue(name, cast(Role, role), _expiry(days))
    except (PortError, ValueError, OSError) as error:
        raise _refusal(str(error)) from None
    typer.echo(made)
    err.print(f"[green]issued[/green] to {name}, {role}; this is shown once and never again", highlight=False)


def listed(config: Config = None) -> None:
    """All tokens, never their secrets."""
    try:
        tokens = bootstrap.tokens(settings_from(config)).listed()
    except PortError as error:
        raise _refusal(str(error)) from None
    now = moment(clock.wall_us())
    table = Table("id", "name", "role", "made (UTC)", "good until (UTC)", box=None, pad_edge=False, header_style="dim")
    for token in tokens:
        until = "no end" if token.expires is None else _day(token.expires)
        late = token.expires is not None and token.expires <= now
        table.add_row(token.id, token.name, token.role, _day(token.created), f"{until}, run out" if late else until)
    out.print(table)


def revoke(name: Annotated[str, typer.Argument(help="its id or its name")], config: Config = None) -> None:
    """Take a token away; its next request is refused."""
    try:
        gone = bootstrap.tokens(settings_from(config)).revoke(name)
    except (PortError, OSError) as error:
        raise _refusal(str(error)) from None
    if not gone:
        raise _refusal(f"there is no token {name}; `simpul token list` shows them")
    out.print(f"[green]revoked[/green] {name}", highlight=False)


def _expiry(days: int | None) -> datetime | None:
    return moment(clock.wall_us()) + timedelta(days=days) if days else None


def _day(time: datetime) -> str:
    return f"{time:%Y-%m-%d %H:%M}"


def _refusal(why: str) -> typer.Exit:
    """Says why, and is then to be raised."""
    err.print(f"[red]{escape(why)}[/red]", highlight=False)
    return typer.Exit(CANNOT)
