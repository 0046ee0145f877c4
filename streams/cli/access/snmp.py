"""`simpul snmp`: users of SNMPv3, and the engines that spoke. Passwords are drawn here, or asked for."""

import re
import secrets
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from connectors.ports import PortError
from streams.bootstrap.listeners import snmp_of
from streams.bootstrap.snmp import users as snmp
from streams.cli.access.tokens import refusal
from streams.cli.running import settings_from
from streams.cli.service import Config, out
from streams.listener_settings import engine_id
from streams.settings import Settings

NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,31}")
DRAWN_OCTETS = 15  # of a password: twenty characters
ROOM = 10_000  # columns: an id that is cut is of no use
NETSNMP = {"AES-128": "AES"}  # what its tools call it


def add(
    name: Annotated[str, typer.Argument(help="as the devices have it: up to 32 letters, digits, points, hyphens")],
    auth: Annotated[str, typer.Option(help="digest, as SHA or SHA-512; none: not signed")] = "SHA-256",
    priv: Annotated[str, typer.Option(help="cipher, as AES-256 or AES-256-C; none: not encrypted")] = "AES-128",
    ask: Annotated[bool, typer.Option(help="ask for passwords that devices have already; else they are drawn")] = False,
    config: Config = None,
) -> None:
    """Make a user, its file for the owner alone, and say what to type at a device.

    The service takes it from its next start on.
    """
    if not NAME.fullmatch(name):
        raise refusal(f"{name} is no name for a user: up to 32 letters, digits, points and hyphens")
    if auth == "none" and priv != "none":
        raise refusal("who encrypts must sign: give --priv none as well, or another --auth")
    for given, option, known in ((auth, "--auth", snmp.digests()), (priv, "--priv", snmp.ciphers())):
        if given not in (*known, "none"):
            raise refusal(f"there is no {option} {given}. There are: {', '.join(known)}, none")
    settings = settings_from(config)
    signs = (auth, _password("auth", ask)) if auth != "none" else None
    seals = (priv, _password("priv", ask)) if priv != "none" else None
    try:
        path = snmp.add_snmp_user(settings, signs, seals, name)
    except PortError as error:
        raise refusal(str(error)) from None
    out.print(f"[green]written[/green] {escape(path)}; the service takes it at its next start", highlight=False)
    typer.echo("\nTo try it (package snmp of Debian):\n")
    typer.echo(_example(settings, name, signs, seals))


def _password(what: str, ask: bool) -> str:
    if ask:
        return str(typer.prompt(f"{what} password", hide_input=True))
    return secrets.token_urlsafe(DRAWN_OCTETS)


def _example(settings: Settings, name: str, auth: tuple[str, str] | None, priv: tuple[str, str] | None) -> str:
    """net-snmp's command, on one line, with a linkDown of ifIndex 7."""
    part = snmp_of(settings)
    level = "authPriv" if priv else "authNoPriv" if auth else "noAuthNoPriv"
    said = f"snmpinform -v 3 -u {name} -l {level}"
    if auth:
        said += f" -a {auth[0]} -A '{auth[1]}'"
    if priv:
        said += f" -x {NETSNMP.get(priv[0], priv[0])} -X '{priv[1]}'"
    host = part.host.partition(",")[0].strip()
    place = f"udp6:[{host}]:{part.port}" if ":" in host else f"{host}:{part.port}"
    return f"{said} {place} '' 1.3.6.1.6.3.1.1.5.3 1.3.6.1.2.1.2.2.1.1.7 i 7"


def listed(config: Config = None) -> None:
    """Users, our engine id, and the engines that spoke to us; never passwords."""
    settings = settings_from(config)
    try:
        users, known = snmp.snmp_users(settings), snmp.snmp_engines(settings)
    except PortError as error:
        raise refusal(str(error)) from None
    table = Table("user", "level", "digest", "cipher", box=None, pad_edge=False, header_style="dim")
    for user in users:
        table.add_row(escape(user.name), user.level, user.auth or "-", user.priv or "-")
    wide = Console(width=ROOM)
    wide.print(table)
    own = f"{known.own}, started {known.boots} times" if known.own else "none yet: it is drawn at the first start"
    wide.print(f"\nour engine id (of informs): {own}\n", highlight=False)
    heads = ("engine id", "speaks from", "boots", "last heard (UTC)", "")
    engines = Table(*heads, box=None, pad_edge=False, header_style="dim")
    for one in sorted(known.engines, key=lambda one: one.source):
        word = "named" if one.named else "learned"
        engines.add_row(one.id, one.source, str(one.boots), f"{one.last:%Y-%m-%d %H:%M}", word)
    wide.print(engines)


def forget(
    engine: Annotated[str, typer.Argument(help="engine id, as `simpul snmp list` shows it")], config: Config = None
) -> None:
    """Let an engine begin anew: a device was replaced and says the same id with boots from one on."""
    try:
        gone = snmp.forget_snmp_engine(settings_from(config), engine_id(engine))
    except (PortError, ValueError) as error:
        raise refusal(str(error)) from None
    if not gone:
        raise refusal(f"there is no engine {engine}; `simpul snmp list` shows them")
    out.print(f"[green]forgotten[/green] {escape(engine)}", highlight=False)
