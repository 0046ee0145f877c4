"""`simpul board`: the incidents, live, in the terminal."""

import time
from datetime import datetime
from typing import Annotated, Any

import typer
from rich.console import Group, RenderableType
from rich.live import Live
from rich.markup import escape
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from streams.commands.service import URL, Service, TokenOption, Unanswered, Url, fail, out, service

EVERY_S = 1.0
SHOWN = 40
WIDE = 100
COLUMNS = ("Incident", "Class", "Status", "Root", "Conf.", "Since", "Down", "At risk", "Ticket")
ORDER = {"open": 0, "clearing": 1, "suspected": 2, "resolved": 3}
WEIGHT = {"Critical": 0, "Major": 1, "Minor": 2}
STATUS = {"open": "bold red", "clearing": "yellow", "suspected": "magenta", "resolved": "green"}
COLOURS = {"Critical": "bold white on red", "Major": "black on yellow", "Minor": "black on cyan"}


def command(
    url: Url = URL,
    token: TokenOption = None,
    once: Annotated[bool, typer.Option("--once", help="print it once and end")] = False,
) -> None:
    """The incidents as they stand, live in the terminal, until Ctrl-C."""
    asked = service(url, token)
    try:
        shown = drawn(look(asked), out.width)
    except Unanswered as error:
        raise fail(error) from None
    if once or not out.is_terminal:
        out.print(shown)
        return
    with Live(shown, console=out, screen=True, auto_refresh=False) as live:
        try:
            while True:
                time.sleep(EVERY_S)
                live.update(_again(asked), refresh=True)
        except KeyboardInterrupt:
            return


def _again(asked: Service) -> RenderableType:
    """A board that loses the service stays up, and says so."""
    try:
        return drawn(look(asked), out.width)
    except Unanswered as error:
        return Panel(Text(str(error)), title="no answer", border_style="red")


def look(asked: Service) -> list[dict[str, Any]]:
    """What stands, and what was resolved of late; what needs a person first."""
    statuses = list(ORDER)
    found: list[dict[str, Any]] = asked.get("/incidents", status=statuses, last=200)["incidents"]
    found.sort(
        key=lambda one: (
            ORDER[one["status"]],
            WEIGHT[one["severity"]],
            -one["impact"]["customers_down_now"],
            one["id"],
        )
    )
    return found


def drawn(incidents: list[dict[str, Any]], width: int) -> RenderableType:
    """`width` in characters: below `WIDE` two columns are left out, so that a plain terminal shows the rest whole."""
    if not incidents:
        return Group(head(incidents), Text("\nNo incident. The network is well.", style="green"))
    table = Table(expand=True, box=None, pad_edge=False, header_style="dim")
    columns = [name for name in COLUMNS if width >= WIDE or name not in ("Conf.", "At risk")]
    for name in columns:
        table.add_column(
            name,
            justify="right" if name in ("Conf.", "Down", "At risk") else "left",
            ratio=1 if name == "Root" else None,
            no_wrap=True,
            overflow="ellipsis",
        )
    for one in incidents[:SHOWN]:
        cells = dict(zip(COLUMNS, row(one), strict=True))
        table.add_row(*(cells[name] for name in columns))
    return Group(head(incidents), table)


def head(incidents: list[dict[str, Any]]) -> Text:
    opened = [one for one in incidents if one["status"] in ("open", "clearing")]
    suspected = sum(one["status"] == "suspected" for one in incidents)
    down = sum(one["impact"]["customers_down_now"] for one in opened)
    text = Text.assemble(("Simpul ", "bold cyan"), f"{len(opened)} open, {suspected} suspected, ")
    return text.append(f"{down} customers down", style="bold red" if down else "green")


def row(one: dict[str, Any]) -> list[RenderableType]:
    root, impact = one["root"], one["impact"]
    kind = f"{root['tier'] or ''} {root['kind'] or ''}".strip()
    since = datetime.fromisoformat(one["first_event_at"]) if one["first_event_at"] else None
    return [
        escape(one["id"]),
        Text(f" {one['severity']} ", style=COLOURS.get(one["severity"], "")),
        Text(one["status"], style=STATUS[one["status"]]),
        Text.assemble((root["id"], "bold"), f"  {kind}"),
        f"{root['confidence']:.0%}",
        f"{since:%H:%M}" if since else "",
        str(impact["customers_down_now"]),
        str(impact["services_at_risk"]),
        one["ticket"]["number"] if one["ticket"] else "",
    ]
