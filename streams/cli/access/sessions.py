"""`simpul session`: who is signed in at the page, and their end; and a link that signs a browser in once."""

from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from connectors.access.passes import SESSION_US
from connectors.ports import PortError
from correlator.events import moment
from streams import bootstrap
from streams.cli.access.tokens import ROOM, refusal
from streams.cli.running import settings_from
from streams.cli.service import Config, out


def listed(config: Config = None) -> None:
    """All sessions that are good, never their secrets."""
    try:
        with bootstrap.passes(settings_from(config)) as passes:
            sessions = passes.sessions()
    except PortError as error:
        raise refusal(str(error)) from None
    heads = ("id", "name", "role", "token", "since (UTC)", "good until (UTC)", "at most until (UTC)")
    table = Table(*heads, box=None, pad_edge=False, header_style="dim")
    for name, one in sorted(sessions.items(), key=lambda pair: pair[1].ends_us):
        times = (moment(us).strftime("%Y-%m-%d %H:%M") for us in (one.ends_us - SESSION_US, one.until_us, one.ends_us))
        table.add_row(name, escape(one.name), one.role, one.id, *times)
    Console(width=ROOM).print(table)


def revoke(
    name: Annotated[str, typer.Argument(help="its id, or the name of who is signed in: all of theirs")],
    config: Config = None,
) -> None:
    """End a session: its screen goes dark within seconds."""
    try:
        with bootstrap.passes(settings_from(config)) as passes:
            gone = passes.revoke(name)
    except (PortError, OSError) as error:
        raise refusal(str(error)) from None
    if not gone:
        raise refusal(f"there is no session {name}; `simpul session list` shows them")
    out.print(f"[green]ended[/green] {gone}", highlight=False)


def link(config: Config = None) -> None:
    """Print an address that signs a browser in, once and within a quarter of an hour."""
    settings = settings_from(config)
    try:
        typer.echo(bootstrap.page_link(settings, (settings.http.host, settings.http.port)))
    except (PortError, OSError) as error:
        raise refusal(str(error)) from None
