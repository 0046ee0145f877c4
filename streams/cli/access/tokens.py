"""`simpul token`: bearer tokens are issued, listed and revoked; a running service sees it at its next request."""

import re
from datetime import datetime, timedelta
from typing import Annotated, cast, get_args

import msgspec
import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from connectors.access.holders import Role
from connectors.access.token_list import Token
from connectors.ports import PortError
from correlator.events import StaffRole, moment
from streams import bootstrap, clock
from streams.cli.erasing import who
from streams.cli.running import CANNOT, settings_from
from streams.cli.service import Config, err, out

ROLES = (*get_args(StaffRole), "source", "portal")
SPAN = re.compile(r"([1-9]\d{0,9})([hd])")
ROOM = 10_000  # columns: a line runs on where the terminal has fewer, since a name that is cut cannot be revoked
UNITS = {"h": "hours", "d": "days"}


def issue(
    name: Annotated[str, typer.Argument(help="who or what holds it: the actor of commands, the source of alarms")],
    role: Annotated[str, typer.Option(help=f"what they may do: {', '.join(ROLES)}")],
    expires: Annotated[str | None, typer.Option(help="good for so long, as 90d or 8h; none: until revoked")] = None,
    scope: Annotated[list[str] | None, typer.Option(help="less than its role may do; see below; may repeat")] = None,
    config: Config = None,
) -> None:
    """Make a token and print it, once: only its hash is kept.

    A scope is a door (door:/alarms) or a source that it may speak for (source:ems-1, source:ems-*).
    """
    if role not in ROLES:
        raise refusal(f"there is no role {role}. There are: {', '.join(ROLES)}")
    try:
        until = _expiry(expires)
        with bootstrap.giving(settings_from(config)) as (tokens, record):
            made = tokens.issue(name, cast(Role, role), until, scope or ())
            [token] = [one for one in tokens.listed() if one.name == name]
            try:
                record.add(line_of("issued", token))
            except (PortError, OSError):
                tokens.revoke(name)  # nobody was told it
                raise
    except (PortError, ValueError, OSError) as error:
        raise refusal(str(error)) from None
    typer.echo(made)
    err.print(f"[green]issued[/green] to {name}, {role}; this is shown once and never again", highlight=False)


def listed(config: Config = None) -> None:
    """All tokens, never their secrets."""
    try:
        with bootstrap.tokens(settings_from(config)) as kept:
            tokens = kept.listed()
    except PortError as error:
        raise refusal(str(error)) from None
    now = moment(clock.wall_us())
    heads = ("id", "name", "role", "scope", "made (UTC)", "good until (UTC)")
    table = Table(*heads, box=None, pad_edge=False, header_style="dim")
    for token in tokens:
        until = "no end" if token.expires is None else _day(token.expires)
        late = token.expires is not None and token.expires <= now
        scope = escape(" ".join(token.scope)) or "all of its role"
        made = _day(token.created)
        table.add_row(token.id, escape(token.name), token.role, scope, made, f"{until}, run out" if late else until)
    Console(width=ROOM).print(table)


def revoke(name: Annotated[str, typer.Argument(help="its id or its name")], config: Config = None) -> None:
    """Take a token away; its next request is refused."""
    try:
        with bootstrap.giving(settings_from(config)) as (tokens, record):
            for token in (one for one in tokens.listed() if name in (one.id, one.name)):
                record.add(line_of("revoked", token))
            gone = tokens.revoke(name)
    except (PortError, OSError) as error:
        raise refusal(str(error)) from None
    if not gone:
        raise refusal(f"there is no token {name}; `simpul token list` shows them")
    out.print(f"[green]revoked[/green] {name}", highlight=False)


def line_of(did: str, token: Token) -> bytes:
    """For the record: who did it, when, and to which token."""
    said = {"at": moment(clock.wall_us()), "by": who(), "did": did, "token": token.id, "name": token.name}
    return msgspec.json.encode({**said, "role": token.role, "scope": token.scope, "expires": token.expires})


def _expiry(given: str | None) -> datetime | None:
    """ValueError where it is no length of time, or one that no calendar holds."""
    if given is None:
        return None
    found = SPAN.fullmatch(given)
    if found is None:
        raise ValueError(f"{given} is no length of time; write it as 90d or 8h")
    try:
        return moment(clock.wall_us()) + timedelta(**{UNITS[found[2]]: int(found[1])})
    except OverflowError:
        raise ValueError(f"{given} is longer than any calendar; leave it out for a token without an end") from None


def _day(time: datetime) -> str:
    return f"{time:%Y-%m-%d %H:%M}"


def refusal(why: str) -> typer.Exit:
    """Says why, and is then to be raised."""
    err.print(f"[red]{escape(why)}[/red]", highlight=False)
    return typer.Exit(CANNOT)
