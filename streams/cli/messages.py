"""`simpul messages`: those that failed, or of which nobody knows whether they were sent; and to send them again."""

import json
from typing import Annotated, Any, Final

import typer
from rich.markup import escape

from streams.cli.asking import do
from streams.cli.service import URL, AsJson, TokenOption, Unanswered, Url, fail, out, service
from topology.model import Language

COLUMNS: Final[dict[Language, tuple[str, ...]]] = {
    "en": ("Message", "To", "Channel", "Kind", "Ticket", "State", "When", "Tried", "Why"),
    "id": ("Pesan", "Kepada", "Saluran", "Jenis", "Tiket", "Status", "Waktu", "Percobaan", "Sebab"),
}
STATES: Final[dict[Language, dict[str, str]]] = {
    "en": {"uncertain": "uncertain", "failed": "failed", "dead": "given up"},
    "id": {"uncertain": "tak pasti", "failed": "gagal", "dead": "dihentikan"},
}
NONE: Final[dict[Language, str]] = {"en": "No message went wrong.", "id": "Tidak ada pesan yang gagal atau tak pasti."}
MORE: Final[dict[Language, str]] = {
    "en": "There are more; these are the newest.",
    "id": "Masih ada yang lain; ini yang terbaru.",
}


def listed(
    ticket: Annotated[str | None, typer.Option(help="of this outage or complaint, by number or id")] = None,
    state: Annotated[str, typer.Option(help="uncertain, failed, dead; several by commas")] = "uncertain,failed,dead",
    language: Annotated[Language, typer.Option("--lang", help="en, or id for Bahasa Indonesia")] = "en",
    url: Url = URL,
    token: TokenOption = None,
    as_json: AsJson = False,
) -> None:
    """Messages that failed or may not have been sent: to whom, of which ticket, when, how often tried, and why."""
    wanted = {"state": state.split(","), **({} if ticket is None else {"ticket": ticket})}
    try:
        found = service(url, token).get("/messages", **wanted)
    except Unanswered as error:
        raise fail(error) from None
    if as_json:
        typer.echo(json.dumps(found, ensure_ascii=False, indent=1))
    elif not found["messages"]:
        out.print(NONE[language])
    else:
        _show(found, language)


def again(
    ticket: Annotated[str, typer.Argument(help="an outage or a complaint, by number or id")],
    messages: Annotated[
        list[str] | None, typer.Argument(metavar="[MESSAGE]...", help="by id; none: all that are uncertain")
    ] = None,
    reason: Annotated[str | None, typer.Option("--reason", "-r", help="why; it goes into the trail")] = None,
    url: Url = URL,
    token: TokenOption = None,
) -> None:
    """Send messages again that failed or are uncertain, where they still hold true."""
    do("send_again", ticket, [f"messages={json.dumps(messages)}"] if messages else [], reason, url, token)


def _show(found: dict[str, Any], language: Language) -> None:
    rows = [COLUMNS[language], *(_cells(one, language) for one in found["messages"])]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:  # no table: a narrow terminal breaks its lines, a pipe has them whole
        line = "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        out.print(escape(line), style="dim" if row is rows[0] else None, highlight=False)
    if found["more"]:
        out.print(MORE[language])


def _cells(one: dict[str, Any], language: Language) -> tuple[str, ...]:
    """One for each of `COLUMNS`."""
    what = one["kind"] if not one["update"] else f"{one['kind']} {one['update']}"
    when, state = one["at"][:19].replace("T", " "), STATES[language][one["state"]]
    told = (one["id"], one["to"].removeprefix("customer:"), one["word"], what, one["ticket"], state, when)
    return *(cell or "" for cell in told), str(one["attempts"]), one["why"] or ""
