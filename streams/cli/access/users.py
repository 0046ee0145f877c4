"""`simpul users`: persons who sign in at the page by name and password. Passwords are drawn here, or asked for."""

from typing import Annotated, cast

import segno
import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from connectors.access.holders import Role
from connectors.access.token_list import Token
from connectors.access.users import drawn_password
from connectors.ports import PortError
from connectors.privacy.erasure_log import ErasureLog
from streams import bootstrap
from streams.cli.access.tokens import ROLES, ROOM, line_of, refusal
from streams.cli.running import settings_from
from streams.cli.service import Config, err, out

Ask = Annotated[bool, typer.Option(help="ask for the password, which is not shown; else one is drawn")]
Name = Annotated[str, typer.Argument(help="as it is typed at the page: the name of the session, and of the audit")]


def add(
    name: Name,
    role: Annotated[str, typer.Option(help=f"what they may do: {', '.join(ROLES[:-2])}")],
    ask: Ask = False,
    config: Config = None,
) -> None:
    """Let somebody sign in by name and password; print the password where it is drawn, and the QR code of a role that
    signs in with codes (`users.totp`), once each."""
    password = _password(ask)
    try:
        with bootstrap.keeping_users(settings_from(config)) as (users, record):
            made = users.add(name, cast(Role, role), password)
            record.add(line_of("issued", made))
            uri = users.enrol(name) if users.asks_for_code(role) else None
    except (PortError, ValueError, OSError) as error:
        raise refusal(str(error)) from None
    if not ask:
        typer.echo(password)
    if uri is not None:
        _shown(uri)
    err.print(f"[green]added[/green] {escape(name)}, {role}; what is shown here is shown once", highlight=False)


def listed(config: Config = None) -> None:
    """All users, never their passwords."""
    try:
        with bootstrap.keeping_users(settings_from(config)) as (users, _):
            found = [(one, users.asks_for_code(one.role)) for one in users.listed()]
    except PortError as error:
        raise refusal(str(error)) from None
    table = Table("id", "name", "role", "made (UTC)", "code", "", box=None, pad_edge=False, header_style="dim")
    for one, asked in found:
        code = "yes" if one.totp else "asked for, and not set up" if asked else "no"
        state = "disabled" if one.disabled else ""
        table.add_row(one.id, escape(one.name), one.role, f"{one.created:%Y-%m-%d %H:%M}", code, state)
    Console(width=ROOM).print(table)


def reset(name: Name, ask: Ask = False, config: Config = None) -> None:
    """Another password; sessions of before end, and who was disabled may sign in again."""
    password = _password(ask)
    try:
        with bootstrap.keeping_users(settings_from(config)) as (users, record):
            _told(record, *users.reset(name, password))
    except (PortError, ValueError, OSError) as error:
        raise refusal(str(error)) from None
    if not ask:
        typer.echo(password)
    err.print(f"[green]reset[/green] {escape(name)}; their sessions have ended", highlight=False)


def disable(name: Name, config: Config = None) -> None:
    """Shut somebody out; their sessions end within seconds. `simpul users reset` lets them in again."""
    try:
        with bootstrap.keeping_users(settings_from(config)) as (users, record):
            _told(record, *users.disable(name))
    except (PortError, ValueError, OSError) as error:
        raise refusal(str(error)) from None
    out.print(f"[green]disabled[/green] {escape(name)}", highlight=False)


def totp(name: Name, config: Config = None) -> None:
    """Set up codes for somebody, or anew where the phone is lost: print the QR code for their app, once."""
    try:
        with bootstrap.keeping_users(settings_from(config)) as (users, _):
            uri = users.enrol(name)
    except (PortError, ValueError, OSError) as error:
        raise refusal(str(error)) from None
    _shown(uri)


def _shown(uri: str) -> None:
    """As an app's camera reads it, and as text for an app without one."""
    if out.is_terminal:
        segno.make(uri).terminal(compact=True)
    typer.echo(uri)


def _password(ask: bool) -> str:
    return str(typer.prompt("password", hide_input=True, confirmation_prompt=True)) if ask else drawn_password()


def _told(record: ErasureLog, before: Token, after: Token) -> None:
    """A user who is changed has another id, as if one token were taken away and another one given: a back-up of before
    that is put back then does not bring the old password back."""
    record.add(line_of("revoked", before))
    record.add(line_of("issued", after))
